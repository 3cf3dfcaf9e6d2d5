using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Governance.Audit;

namespace Qbitel.Governance.Tests.Audit;

public sealed class AuditEntryTests
{
    private static readonly Guid Id = Guid.Parse("019b1111-2222-7333-8444-555566667777");
    private static readonly DateTimeOffset At = new(2026, 11, 24, 10, 0, 0, 123, TimeSpan.FromHours(1));

    [Fact]
    public void The_leaf_is_canonical_JSON()
    {
        AuditEntry entry = new(
            Id, At, "automation:keys", "key.rotate", "key:019b0000-0000-7000-8000-000000000001/v2", AuditOutcome.Done,
            "user:ana",
            Digest.Of([1]), Digest.Of([2]), Id, [Id], [new("reason", "aged \u20ac\n"), new("algorithm", "ML-DSA-65")]);

        Assert.Equal(
            """{"action":"key.rotate","actor":"automation:keys","""
            + """ "afterHash":"dbc1b4c900ffe48d575b5da5c638040125f65db0fe3e24494b76ea986457d986","""[1..]
            + """ "approvalIds":["019b1111-2222-7333-8444-555566667777"],"at":"2026-11-24T09:00:00.123Z","""[1..]
            + """ "beforeHash":"4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a","""[1..]
            + """ "decisionId":"019b1111-2222-7333-8444-555566667777","""[1..]
            + """ "details":{"algorithm":"ML-DSA-65","reason":"aged €\n"},"""[1..]
            + """ "id":"019b1111-2222-7333-8444-555566667777","""[1..]
            + """ "onBehalfOf":"user:ana","outcome":"done","""[1..]
            + """ "target":"key:019b0000-0000-7000-8000-000000000001/v2","v":1}"""[1..],
            Encoding.UTF8.GetString(entry.ToLeaf().Span));
        Assert.True(CanonicalJson.TryCanonicalize(entry.ToLeaf(), out byte[]? canonical, out _));
        Assert.Equal(entry.ToLeaf().ToArray(), canonical);
    }

    [Fact]
    public void A_leaf_reads_back_as_the_same_entry() =>
        Prop.ForAll(Texts(), Texts(), (name, value) =>
        {
            AuditEntry entry =
                new(Id, At, "user:" + Clean(name), "scan.finish", "host:" + Clean(value), AuditOutcome.Failed,
                details: [new("n" + Clean(name), Paired(value.Get))]);
            Assert.True(AuditEntry.TryParse(entry.ToLeaf().Span, out AuditEntry? read, out string? error), error);
            Assert.Equal(entry, read);
            Assert.True(CanonicalJson.TryCanonicalize(entry.ToLeaf(), out byte[]? canonical, out _));
            Assert.Equal(entry.ToLeaf().ToArray(), canonical);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_changed_byte_of_a_leaf_is_refused_or_another_entry()
    {
        AuditEntry entry = new(Id, At, "user:ana", "key.rotate", "key:1", AuditOutcome.Done, details: [new("a", "b")]);
        byte[] leaf = entry.ToLeaf().ToArray();
        for (int i = 0; i < leaf.Length; i++)
        {
            for (int value = 0; value < 256; value++)
            {
                if (value == entry.ToLeaf().Span[i]) continue;
                leaf[i] = (byte)value;
                if (AuditEntry.TryParse(leaf, out AuditEntry? other, out string? error))
                    Assert.Equal(leaf, other.ToLeaf().ToArray());
                else Assert.StartsWith("byte ", error, StringComparison.Ordinal);
            }

            leaf[i] = entry.ToLeaf().Span[i];
        }
    }

    [Theory]
    [InlineData("""{"v":1}""", "required")]
    [InlineData("""[]""", "object")]
    [InlineData("""{"extra":1}""", "unknown member")]
    [InlineData("""{"id":"019b1111222273338444555566667777"}""", "UUID")]
    [InlineData("""{"v":2}""", "version 1")]
    [InlineData("""{"outcome":"maybe"}""", "'done', 'refused' or 'failed'")]
    [InlineData("""{"details":{"a":{"b":{}}}}""", "expected a string")]
    [InlineData("""{"at":"2026-11-24"}""", "expected an instant")]
    [InlineData("""{"afterHash":"AB"}""", "64 lower-case")]
    [InlineData("""{"actor":"\ud800"}""", "not Unicode")]
    [InlineData("{", "JSON")]
    public void A_wrong_leaf_is_refused_with_its_reason(string json, string reason)
    {
        Assert.False(AuditEntry.TryParse(Encoding.UTF8.GetBytes(json), out _, out string? error));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_out_of_order_are_refused()
    {
        string leaf = Encoding.UTF8.GetString(Small().ToLeaf().Span);
        string moved = "{\"v\":1," + leaf[1..].Replace(",\"v\":1", "", StringComparison.Ordinal);
        Assert.False(AuditEntry.TryParse(Encoding.UTF8.GetBytes(moved), out _, out string? error));
        Assert.Contains("canonical", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_end_in_an_entry_or_an_error() =>
        Prop.ForAll<byte[]>(
            bytes => AuditEntry.TryParse(bytes, out AuditEntry? entry, out string? error)
                ? entry is not null : error is not null)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void An_entry_larger_than_the_log_holds_is_refused()
    {
        AuditEntry Of(int length) =>
            new(Id, At, "user:ana", "key.rotate", "key:1", AuditOutcome.Done,
                details: [new("a", new string('x', length))]);
        int room = AuditEntry.MaxLeafSize - Of(0).ToLeaf().Length;

        Assert.Equal(AuditEntry.MaxLeafSize, Of(room).ToLeaf().Length);
        Assert.Contains(
            "65535", Assert.Throws<ArgumentException>(() => Of(room + 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_number_is_masked_in_details_and_refused_in_identifiers()
    {
        AuditEntry entry = new(Id, At, "user:ana", "message.archive", "message:1", AuditOutcome.Done,
            details: [new("reason", "card 4111 1111 1111 1111 reported, also 5500000000000004.")]);
        Assert.Equal("card **** **** **** 1111 reported, also ************0004.", entry.Details["reason"]);
        Assert.DoesNotContain("4111", entry.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("55000000", entry.ToString(), StringComparison.Ordinal);

        ArgumentException refused = Assert.Throws<ArgumentException>(
            () => new AuditEntry(Id, At, "user:ana", "message.archive", "card:4111111111111111", AuditOutcome.Done));
        Assert.DoesNotContain("4111", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new AuditEntry(
            Id, At, "user:ana", "message.archive", "message:1", AuditOutcome.Done,
            details: [new("4111111111111111", "")]));
    }

    [Theory]
    [InlineData("", "key.rotate", "key:1")]
    [InlineData("user:\n", "key.rotate", "key:1")]
    [InlineData("user:ana", "Rotate", "key:1")]
    [InlineData("user:ana", "key.rotate\n", "key:1")]
    [InlineData("user:ana", "key.", "key:1")]
    public void Identifiers_are_plain_text(string actor, string action, string target) =>
        Assert.Throws<ArgumentException>(() => new AuditEntry(Id, At, actor, action, target, AuditOutcome.Done));

    [Fact]
    public void Half_a_surrogate_pair_is_no_text()
    {
        string half = new('\ud800', 1);
        Assert.Throws<ArgumentException>(
            () => new AuditEntry(Id, At, "user:" + half, "key.rotate", "key:1", AuditOutcome.Done));
        Assert.Throws<ArgumentException>(() => new AuditEntry(
            Id, At, "user:ana", "key.rotate", "key:1", AuditOutcome.Done, details: [new("a", half + "x")]));
    }

    [Fact]
    public void A_detail_named_twice_is_refused() =>
        Assert.Throws<ArgumentException>(() => new AuditEntry(
            Id, At, "user:ana", "key.rotate", "key:1", AuditOutcome.Done, details: [new("a", "1"), new("a", "2")]));

    [Fact]
    public void Time_is_kept_in_UTC_to_the_millisecond() =>
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 9, 0, 0, 123, TimeSpan.Zero),
            new AuditEntry(Id, At.AddTicks(9_999), "user:ana", "key.rotate", "key:1", AuditOutcome.Done).At);

    private static AuditEntry Small() => new(Id, At, "user:ana", "key.rotate", "key:1", AuditOutcome.Done);

    private static Arbitrary<UnicodeString> Texts() =>
        ArbMap.Default.ArbFor<UnicodeString>().Filter(t => t.Get is not null);

    private static string Paired(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static string Clean(UnicodeString text) =>
        new([.. text.Get.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)), 'x']);
}
