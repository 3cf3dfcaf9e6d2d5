using System.Diagnostics;
using Qbitel.Protocols.Emv;
using Qbitel.Protocols.Emv.Apdu;
using Qbitel.Protocols.Identification;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Emv;

/// <summary>Damaged data objects and traces: each ends in a report, soon, and what is read is written back.</summary>
public sealed class EmvFuzzTests
{
    private static readonly byte[] Pieces = [0x00, 0xFF, 0x80, 0x81, 0x82, 0x83, 0x84, 0x88, 0x70, 0x77, 0x9F, 0x5A,
        0x57, 0xDF, 0x1F];

    private static readonly byte[] TracePieces = "0123456789ABCDEF \n\r:><#;C-APDUR[]()x"u8.ToArray();

    [Fact, Trait("Soak", "emv-fuzz")]
    public void Damaged_data_objects_end_in_reports()
    {
        byte[][] seeds = [EmvText.Bytes(EmvText.Field55),
            .. EmvText.Trace.Split('\n').Where(line => line.StartsWith("R-APDU", StringComparison.Ordinal))
                .Select(line => EmvText.Bytes(line[8..].Trim())[..^2]).Where(bytes => bytes.Length > 0)];
        int times = Soak.Times(20_000, 3_000_000), read = 0;
        ulong state = 0x9E3779B97F4A7C15;
        long grown = 0;
        for (int i = 0; i < times; i++)
        {
            byte[] bytes = Damage(seeds[i % seeds.Length], Pieces, ref state);
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            if (EmvTlvMessage.TryParse(bytes, (ParseMode)(i % 3), out EmvTlvMessage message, out ParseError error,
                i % 2 == 0))
            {
                read++;
                Assert.True(message.ToBytes().AsSpan().SequenceEqual(bytes));
                Assert.All(message.Objects, item
                    => Assert.InRange(item.ValueOffset + item.ValueLength, 1, bytes.Length));
                Assert.All(message.Validate(), finding => Assert.NotNull(finding.Offset));
                if (message.Objects.Count > 0 && !message.Objects[0].IsConstructed)
                {
                    BerTlv first = message.Objects[0];
                    EmvTlvMessage same = message.With(first.Tag, message.ValueOf(first).Span);
                    Assert.True(same.Objects.Count == message.Objects.Count,
                        $"{i % 3} {Convert.ToHexString(bytes)} became {Convert.ToHexString(same.ToBytes())}");
                }
            }
            else
            {
                Assert.InRange(error.Offset!.Value, 0, bytes.Length);
            }

            if (i % 8 == 0)
            {
                ParseReport report = MessageParser.Parse(
                    i % 16 == 0 ? bytes : EmvText.Text(Convert.ToHexString(bytes)), "emv-tlv");
                string json = report.ToJson();
                Assert.False(json.Contains("4761739001010010", StringComparison.Ordinal), json);
                Assert.Equal(report.IsValid, !report.Errors.Any());
            }

            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(1), Convert.ToHexString(bytes));
            grown = Math.Max(grown, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(read, times / 20, times);
        Assert.InRange(grown, 1, 4 << 20);
    }

    // A damaged length, or a digit lost from a trace, puts a card's number where no tag says so, even within a byte.
    [Theory]
    [InlineData("9F3410 4001530000000000 4761739001010010")]
    [InlineData("9F3411 400153000000000071 04761739001010010D")]
    public void A_card_number_among_other_digits_is_not_shown(string data)
    {
        ParseReport report =
            MessageParser.Parse(EmvText.Text(data.Replace(" ", "", StringComparison.Ordinal)), "emv-tlv");

        Assert.NotEmpty(report.Fields);
        Assert.DoesNotContain("4761739001010010", report.ToJson(), StringComparison.Ordinal);
    }

    [Fact, Trait("Soak", "apdu-fuzz")]
    public void Damaged_traces_end_in_reports()
    {
        byte[][] seeds = [EmvText.Text(EmvText.Trace), EmvText.Text(ApduTraceTests.Blocks()),
            EmvText.Text("00A4040007A0000000031010\n6111\n00C0000011\n6F0F8407A0000000031010A504500254539000\n")];
        int times = Soak.Times(6_000, 1_000_000), read = 0;
        ulong state = 0xD1B54A32D192ED03;
        long grown = 0;
        for (int i = 0; i < times; i++)
        {
            byte[] bytes = Damage(seeds[i % seeds.Length], TracePieces, ref state);
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            if (ApduTrace.TryParse(bytes, out ApduTrace trace, out ParseError error))
            {
                read++;
                foreach (ApduExchange exchange in trace.Exchanges)
                {
                    if (exchange.Command is not { } command) continue;
                    Assert.True(
                        CommandApdu.Parse(command.ToBytes()).ToBytes().AsSpan().SequenceEqual(command.ToBytes()));
                }
            }
            else
            {
                Assert.InRange(error.Offset!.Value, 0, bytes.Length);
            }

            ParseReport report = MessageParser.Parse(bytes, "emv-apdu");
            Assert.All(report.Findings, finding => Assert.InRange(finding.Offset!.Value, 0, bytes.Length));
            Assert.All(report.Fields, field => Assert.InRange(field.Offset + field.Length, 0, bytes.Length));
            if (i % 8 == 0) Assert.DoesNotContain("4761739001010010", report.ToJson(), StringComparison.Ordinal);
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(1), Convert.ToHexString(bytes));
            grown = Math.Max(grown, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(read, times / 20, times);
        Assert.InRange(grown, 1, 4 << 20);
    }

    // xorshift64*, so that a run can be repeated.
    internal static int Next(ref ulong state, int below)
    {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        return (int)(unchecked(state * 2685821657736338717UL) >> 33) % below;
    }

    // A few bytes changed, put in, taken out, or copied to another place.
    private static byte[] Damage(byte[] seed, byte[] pieces, ref ulong state)
    {
        List<byte> bytes = [.. seed];
        int times = 1 + Next(ref state, 3);
        for (int i = 0; i < times && bytes.Count > 1; i++)
        {
            int at = Next(ref state, bytes.Count), length = Math.Min(1 + Next(ref state, 24), bytes.Count - at);
            switch (Next(ref state, 5))
            {
                case 0:
                    bytes[at] = (byte)Next(ref state, 256);
                    break;
                case 1:
                    bytes[at] = pieces[Next(ref state, pieces.Length)];
                    break;
                case 2:
                    bytes.Insert(at, pieces[Next(ref state, pieces.Length)]);
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
}
