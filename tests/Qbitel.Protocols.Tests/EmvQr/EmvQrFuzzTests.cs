using System.Text;
using Qbitel.Protocols.EmvQr;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Streams;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.EmvQr;

public sealed class EmvQrFuzzTests
{
    private const string Pieces =
        "000201 6304 63 6299 2699 0000 99 00 \u00C3\u00A9 \u00C3 \u00FF hQVDUFYw = == A AAAA YQA= \r\n \n "
        + "*** 010212 550203 5705 2600 6200 800400";

    [Fact, Trait("Soak", "emv-qr-fuzz")]
    public void Damaged_codes_end_in_a_value_or_an_error()
    {
        byte[][] seeds = [.. EmvQrSamples.All.Select(Encoding.UTF8.GetBytes),
            Encoding.UTF8.GetBytes(string.Join('\n', EmvQrSamples.All))];
        new ByteMutation(20261130, Pieces).Soak(seeds, Soak.Times(3_000, 1_000_000), bytes =>
        {
            ParseReport report = MessageParser.Parse(bytes, "emv-qr");
            Assert.True(report.Findings.Count <= DiagnosticList.Limit + 1);
            Assert.All(report.Findings, finding => Assert.InRange(finding.Offset ?? 0, 0, bytes.Length));
            Assert.All(report.Fields, field => Assert.InRange(field.ValueOffset + field.ValueLength, 0, bytes.Length));
            FrameStatus status = MessageIdentifier.TryReadMessage("emv-qr", bytes, out int consumed, out _);
            Assert.InRange(consumed, status == FrameStatus.Incomplete || bytes.Length == 0 ? 0 : 1, bytes.Length);
            Assert.Equal(bytes.Length, MessageRedactor.Cover(bytes, "emv-qr").Length);
            if (!EmvQrCode.TryParse(bytes, out EmvQrCode code, out _)) return;

            Assert.True(code.RawContent.Span.SequenceEqual(bytes));
            _ = code.Validate(ParseMode.Strict);
            Assert.All(code.Objects, item =>
                Assert.InRange(item.ValueOffset + item.ValueLength, 0, code.Payload.Length));
        });
    }
}
