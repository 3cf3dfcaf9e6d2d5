using System.Security.Cryptography;
using System.Text;
using Qbitel.Governance.Audit;
using Qbitel.Testing;

namespace Qbitel.Governance.Tests.Audit;

/// <summary>The short way of reading a leaf never accepts what the long one refuses.</summary>
public sealed class PlainLeafTests(ITestOutputHelper output)
{
    private const string Id = "0193a3c0-0000-7000-8000-000000000001";

    private static readonly string Hash = new('a', 64);

    [Fact]
    public void Entries_as_the_platform_writes_them_are_plain()
    {
        for (int i = 0; i < 500; i++) Assert.True(IsPlain(TestLog.Entry(i).ToLeaf().Span), $"{i}");
        Assert.True(IsPlain(Full().ToLeaf().Span));
    }

    [Fact]
    public void What_needs_a_closer_look_is_left_to_the_reader()
    {
        AuditEntry[] entries =
        [
            new(Guid.Parse(Id), DateTimeOffset.UnixEpoch, "user:Zoë", "key.rotate", "key:1", AuditOutcome.Done),
            new(Guid.Parse(Id), DateTimeOffset.UnixEpoch, "user:a\"b", "key.rotate", "key:1", AuditOutcome.Done),
            new(Guid.Parse(Id), DateTimeOffset.UnixEpoch, "user:a", "key.rotate", "key:1", AuditOutcome.Done,
                approvalIds: [Guid.Parse(Id)]),
            new(Guid.Parse(Id), DateTimeOffset.UnixEpoch, "user:a", "key.rotate", "key:1", AuditOutcome.Done,
                details: [new("long", new string('x', 5000))]),
        ];

        foreach (AuditEntry entry in entries)
        {
            Assert.False(IsPlain(entry.ToLeaf().Span));
            Assert.True(AuditEntry.TryParse(entry.ToLeaf().Span, out _, out string? error), error);
        }
    }

    [Theory]
    [InlineData("key.rotate", "Key.rotate")]
    [InlineData("key.rotate", "key")]
    [InlineData("key.rotate", "key.")]
    [InlineData("key.rotate", ".rotate")]
    [InlineData("key.rotate", "key..rotate")]
    [InlineData("key.rotate", "1key.rotate")]
    [InlineData("key.rotate", "key.-rotate")]
    [InlineData("2026-11-24T", "2026-02-29T")]
    [InlineData("2026-11-24T", "2026-13-24T")]
    [InlineData("2026-11-24T", "0000-11-24T")]
    [InlineData("2026-11-24T", "2026-11-00T")]
    [InlineData("T09:00:00", "T24:00:00")]
    [InlineData("T09:00:00", "T09:00:60")]
    [InlineData(Id, "00000000-0000-0000-0000-000000000000")]
    [InlineData("\"done\"", "\"Done\"")]
    [InlineData("\"done\"", "\"0\"")]
    [InlineData("\"target\":\"key:1\"", "\"target\":\" \"")]
    [InlineData("\"target\":\"key:1\"", "\"target\":\"\"")]
    [InlineData("\"target\":\"key:1\"", "\"target\":\"4111111111111111\"")]
    [InlineData("\"one\":\"1\"", "\"one\":\"4111 1111 1111 1111\"")]
    [InlineData("\"one\":\"1\"", "\"two\":\"1\"")]
    [InlineData("\"one\":\"1\"", "\"zwei\":\"1\"")]
    [InlineData("\"one\":\"1\",\"two\":\"2\"", "")]
    [InlineData("\"v\":1", "\"v\":2")]
    [InlineData("\"v\":1}", "\"v\":1} ")]
    public void What_the_reader_refuses_is_not_plain(string original, string changed)
    {
        string leaf = Encoding.UTF8.GetString(Full().ToLeaf().Span);
        Assert.Contains(original, leaf, StringComparison.Ordinal);
        byte[] bytes = Encoding.UTF8.GetBytes(leaf.Replace(original, changed, StringComparison.Ordinal));

        Assert.False(AuditEntry.TryParse(bytes, out _, out _));
        Assert.False(IsPlain(bytes));
    }

    [Fact, Trait("Soak", "audit-leaves")]
    public void No_mutation_is_plain_that_the_reader_refuses()
    {
        byte[][] originals = [Full().ToLeaf().ToArray(), TestLog.Entry(6).ToLeaf().ToArray()];
        int times = Soak.Times(20_000, 20_000_000), plain = 0;
        for (int i = 0; i < times; i++)
        {
            byte[] leaf = Mutate(originals[i % originals.Length]);
            if (!IsPlain(leaf)) continue;

            plain++;
            Assert.True(AuditEntry.TryParse(leaf, out _, out string? error),
                $"{error}: {Encoding.Latin1.GetString(leaf)}");
        }

        Assert.NotEqual(0, plain);
        output.WriteLine($"{times} mutations, {plain} of them plain, and the reader accepts each of those");
    }

    private static bool IsPlain(ReadOnlySpan<byte> leaf) => PlainLeaf.Matches(leaf, new char[4096]);

    private static AuditEntry Full() => new(
        Guid.Parse(Id), new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero), "user:ada", "key.rotate", "key:1",
        AuditOutcome.Done, "service:pay", Digest.Parse(Hash), Digest.Parse(Hash), Guid.Parse(Id),
        details: [new("one", "1"), new("two", "2")]);

    // Bytes that matter to the format are likelier than others; short stretches are moved, doubled and cut.
    private static byte[] Mutate(byte[] original)
    {
        ReadOnlySpan<byte> likely = "\"\\,:{}.-0149 azAZ\u00e9\0\u007f"u8;
        List<byte> leaf = [.. original];
        for (int changes = 1 + RandomNumberGenerator.GetInt32(3); changes > 0; changes--)
        {
            int at = RandomNumberGenerator.GetInt32(leaf.Count), length = 1 + RandomNumberGenerator.GetInt32(8);
            length = Math.Min(length, leaf.Count - at);
            switch (RandomNumberGenerator.GetInt32(4))
            {
                case 0: leaf[at] = likely[RandomNumberGenerator.GetInt32(likely.Length)]; break;
                case 1: leaf[at] = (byte)('0' + RandomNumberGenerator.GetInt32(10)); break;
                case 2: leaf.InsertRange(at, leaf.GetRange(at, length)); break;
                default: if (leaf.Count > 20) leaf.RemoveRange(at, length); break;
            }
        }

        return [.. leaf];
    }
}
