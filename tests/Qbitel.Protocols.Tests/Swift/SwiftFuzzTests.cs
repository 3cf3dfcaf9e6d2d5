using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Swift;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Swift;

/// <summary>Damaged messages of every type: each ends in a report, soon, and what is read is written back.</summary>
public sealed class SwiftFuzzTests
{
    private static readonly byte[][] Seeds =
        [SwiftText.Bytes(), .. MtText.All.Keys.Select(type => MtText.Bytes(type))];

    private static readonly byte[] Pieces = ":{}\r\n/-,$\u0001\u0003 0159ACDEFRSTX1616R16S"u8.ToArray();

    [Fact, Trait("Soak", "swift-fuzz")]
    public void Damaged_messages_end_in_reports()
    {
        int times = Soak.Times(20_000, 1_000_000);
        ulong state = 0x9E3779B97F4A7C15;
        int read = 0, refused = 0;
        long grown = 0;
        for (int i = 0; i < times; i++)
        {
            byte[] bytes = Damage(Seeds[i % Seeds.Length], ref state);
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            FrameStatus status = SwiftMessage.TryRead(bytes, out SwiftMessage message, out int consumed, out _);
            if (status == FrameStatus.Complete)
            {
                read++;
                IReadOnlyList<Diagnostic> found = message.Validate();
                Assert.All(found, finding => Assert.NotNull(finding.Offset));
                Assert.True(message.RawContent.Span.SequenceEqual(bytes.AsSpan(0, consumed)));
                if (found.FirstError() is not null) refused++;
            }

            if (i % 16 == 0) _ = MessageParser.Parse(bytes, "swift-mt").ToJson();
            if (Stopwatch.GetElapsedTime(start) > Limit(bytes)) AssertSoon(bytes);
            grown = Math.Max(grown, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(read, times / 4, times);
        Assert.InRange(refused, times / 8, read);
        Assert.InRange(grown, 1, 4 * 1024 * 1024);
    }

    [Fact]
    public void Reading_what_was_written_gives_the_message_back()
    {
        Gen<byte[]> messages = from seed in Gen.Elements(Seeds)
                               from damage in Gen.Choose(0, int.MaxValue)
                               select Damaged(seed, (ulong)damage);
        Prop.ForAll(messages.ToArbitrary(), bytes =>
        {
            if (!SwiftMessage.TryParse(bytes, out SwiftMessage first, out ParseError error))
            {
                return error.Offset is not null;
            }

            SwiftMessage second = SwiftMessage.Parse(first.ToBytes());
            return second.Text.Select(field => (field.Tag, field.Value, field.Offset))
                    .SequenceEqual(first.Text.Select(field => (field.Tag, field.Value, field.Offset)))
                && second.Validate().Select(finding => finding.ToString())
                    .SequenceEqual(first.Validate().Select(finding => finding.ToString()));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Editing_any_field_of_any_type_changes_only_it()
    {
        foreach (string type in MtText.All.Keys)
        {
            SwiftMessage message = SwiftMessage.Parse(MtText.Bytes(type));
            foreach (string tag in message.Text.Select(field => field.Tag).Distinct(StringComparer.Ordinal))
            {
                SwiftMessage edited = message.With(tag, "X\nY");
                int at = message.Text.TakeWhile(field => field.Tag != tag).Count();
                Assert.Equal("X\nY", edited.Text[at].Value);
                Assert.Equal(message.Text.Where((_, i) => i != at).Select(field => (field.Tag, field.Value)),
                    edited.Text.Where((_, i) => i != at).Select(field => (field.Tag, field.Value)));
                Assert.Equal(message.ToBytes(), edited.With(tag, message.Text[at].Value).ToBytes());
            }
        }
    }

    private static TimeSpan Limit(byte[] bytes) => TimeSpan.FromMilliseconds(50) * Math.Max(1, bytes.Length / 1024);

    // A machine may stop for a while; the input is slow only where it is so again and again.
    private static void AssertSoon(byte[] bytes)
    {
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long start = Stopwatch.GetTimestamp();
            _ = MessageParser.Parse(bytes, "swift-mt").ToJson();
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            if (took < best) best = took;
        }

        Assert.True(best < Limit(bytes), $"{Convert.ToHexString(bytes)} took {best}");
    }

    private static byte[] Damaged(byte[] seed, ulong state)
    {
        state |= 1;
        return state % 4 == 3 ? seed : Damage(seed, ref state);
    }

    // A few bytes changed, put in, taken out, or copied to another place.
    private static byte[] Damage(byte[] seed, ref ulong state)
    {
        List<byte> bytes = [.. seed];
        int times = 1 + Next(ref state, 4);
        for (int i = 0; i < times && bytes.Count > 1; i++)
        {
            int at = Next(ref state, bytes.Count), length = Math.Min(1 + Next(ref state, 24), bytes.Count - at);
            switch (Next(ref state, 5))
            {
                case 0:
                    bytes[at] = (byte)Next(ref state, 256);
                    break;
                case 1:
                    bytes[at] = Pieces[Next(ref state, Pieces.Length)];
                    break;
                case 2:
                    bytes.Insert(at, Pieces[Next(ref state, Pieces.Length)]);
                    break;
                case 3:
                    bytes.RemoveRange(at, length);
                    break;
                default:
                    bytes.InsertRange(Next(ref state, bytes.Count), bytes.GetRange(at, length));
                    break;
            }
        }

        return [.. bytes];
    }

    // xorshift64*, so that a run can be repeated.
    private static int Next(ref ulong state, int below)
    {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        return (int)(unchecked(state * 2685821657736338717UL) >> 33) % below;
    }
}
