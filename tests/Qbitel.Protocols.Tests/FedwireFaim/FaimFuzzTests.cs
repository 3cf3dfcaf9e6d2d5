using Qbitel.Protocols.FedwireFaim;
using Qbitel.Protocols.Identification;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.FedwireFaim;

public sealed class FaimFuzzTests
{
    private const string Pieces = "{ } * {1500} {1100} {1510} {2000} {3600} {8200} {8200}9999 {9999} {150 0 9 \r\n \n "
        + "\0 \u00FF {4200}D {3610}RMTS* ********** {{{{{{ 30 T CTP BTR 99999999999999999999";

    [Fact, Trait("Soak", "faim-fuzz")]
    public void Damaged_messages_end_in_a_value_or_an_error()
    {
        byte[][] seeds = [FaimText.Bytes(), FaimText.Bytes(FaimText.Ctp), FaimText.Bytes(FaimText.Addenda),
            [.. FaimText.Bytes(), .. FaimText.Bytes(FaimText.Ctp)]];
        new ByteMutation(20250714, Pieces).Soak(seeds, Soak.Times(3_000, 1_000_000), bytes =>
        {
            ParseReport report = MessageParser.Parse(bytes, "fedwire-faim");
            Assert.True(report.Findings.Count <= DiagnosticList.Limit + 1);
            Assert.All(report.Findings, finding => Assert.InRange(finding.Offset ?? 0, 0, bytes.Length));
            FrameStatus status = MessageIdentifier.TryReadMessage("fedwire-faim", bytes, out int consumed, out _);
            Assert.InRange(consumed, status == FrameStatus.Incomplete || bytes.Length == 0 ? 0 : 1, bytes.Length);
            if (!FaimMessage.TryParse(bytes, out FaimMessage message, out _)) return;

            Assert.True(message.RawContent.Span.SequenceEqual(bytes));
            foreach (FaimElement element in message.Fields.SelectMany(field => field.Elements))
                Assert.InRange(element.Offset + element.Length, 0, bytes.Length);
        });
    }
}
