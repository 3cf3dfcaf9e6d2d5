using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Streams;
using Qbitel.Protocols.ThreeDS;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.ThreeDS;

public sealed class ThreeDSFuzzTests
{
    private const string Pieces =
        "{ } [ ] , : \" \\ \\u \\ud800 \\u0041 null true 1e9 -0 [[[[[[[[ {\"a\":{\"a\": \"messageType\" "
        + "\"AReq\" \"2.1.0\" \"2.3.1\" \"messageExtension\":[{}] eyJ creq= = + / \0 \u00FF \u00EF\u00BB\u00BF \n "
        + "\"acctInfo\":{} 4000000000000002 \"sdkEncData\":\"e30.e30.e30.e30.e30\"";

    [Fact, Trait("Soak", "threeds-fuzz")]
    public void Damaged_messages_end_in_a_value_or_an_error()
    {
        byte[][] seeds = [.. ThreeDSText.All.Select(text => ThreeDSText.Bytes(text)),
            .. ThreeDSText.All.Select(text => ThreeDSText.Wrapped(text, "creq="))];
        new ByteMutation(20261129, Pieces).Soak(seeds, Soak.Times(3_000, 1_000_000), bytes =>
        {
            ParseReport report = MessageParser.Parse(bytes, "3ds");
            Assert.True(report.Findings.Count <= DiagnosticList.Limit + 1);
            Assert.All(report.Findings, finding => Assert.InRange(finding.Offset ?? 0, 0, bytes.Length));
            Assert.All(report.Fields, field => Assert.InRange(field.ValueOffset + field.ValueLength, 0, bytes.Length));
            FrameStatus status = MessageIdentifier.TryReadMessage("3ds", bytes, out int consumed, out _);
            Assert.InRange(consumed, status == FrameStatus.Incomplete || bytes.Length == 0 ? 0 : 1, bytes.Length);
            Assert.Equal(bytes.Length, MessageRedactor.Cover(bytes, "3ds").Length);
            if (!ThreeDSMessage.TryParse(bytes, out ThreeDSMessage message, out _)) return;

            Assert.True(message.RawContent.Span.SequenceEqual(bytes));
            byte[] canonical = message.ToCanonical();
            Assert.Equal(canonical, ThreeDSMessage.Parse(canonical).ToCanonical());
        });
    }
}
