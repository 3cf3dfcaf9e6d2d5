using System.Buffers;
using System.Text;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Streams;
using Qbitel.Protocols.ThreeDS;

namespace Qbitel.Protocols.Tests.ThreeDS;

public sealed class ThreeDSRedactionTests
{
    private static readonly string[] Secrets = ["4000000000000002", "Ann", "anne@mail", "1701234567", "Hauptstra",
        "Frankfurt", "2812", "192.0.2.1"];

    [Theory, InlineData(false), InlineData(true)]
    public void Personal_data_is_covered_and_the_message_still_reads(bool isWrapped)
    {
        byte[] bytes = isWrapped ? ThreeDSText.Wrapped(ThreeDSText.AReq, "creq=") : ThreeDSText.Bytes();
        ThreeDSMessage covered = ThreeDSMessage.Parse(Redact(bytes, out RedactionSummary summary));

        Assert.Equal(bytes.Length, covered.RawContent.Length);
        string text = Encoding.UTF8.GetString(covered.JsonText.Span);
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        Assert.DoesNotContain(covered.Validate(), finding => finding.Severity == Severity.Error);
        Assert.Equal("Beispiel", covered["merchantName"]);
        Assert.Equal((0L, 0L), (summary.UnreadBytes, summary.NoLongerValid));
    }

    [Fact]
    public void Every_message_reads_as_before_once_covered()
    {
        byte[] bytes = [.. ThreeDSText.All.SelectMany(text => ThreeDSText.Bytes(text).Append((byte)'\n'))];
        byte[] covered = Redact(bytes, out RedactionSummary summary);
        Assert.Equal(((long)ThreeDSText.All.Count, 0L, 0L),
            (summary.Messages, summary.UnreadBytes, summary.NoLongerValid));
        Assert.DoesNotContain("AAECAwQFBgcICQoLDA0ODxAREhM=", Encoding.UTF8.GetString(covered),
            StringComparison.Ordinal);
        Assert.True(MessageParser.Parse(covered).IsValid);
    }

    [Theory]
    [InlineData("\"extra\":\"Hauptstrasse\"", "Hauptstrasse")]
    [InlineData("\"extra\":{\"a\":[1234567,\"Anne\"]}", "1234567")]
    [InlineData("\"extra\":\"a\\\"\\u0041nne\\n\"", "u0041")]
    public void What_is_not_known_is_covered_too(string extra, string secret)
    {
        byte[] bytes = ThreeDSText.With(ThreeDSText.CReq, "\"challengeWindowSize\":\"05\"", extra);
        byte[] covered = Redact(bytes, out _);
        Assert.DoesNotContain(secret, Encoding.UTF8.GetString(covered), StringComparison.Ordinal);
        Assert.True(ThreeDSMessage.TryParse(covered, out _, out ParseError error), error?.ToString());
    }

    private static byte[] Redact(byte[] bytes, out RedactionSummary summary)
    {
        ArrayBufferWriter<byte> output = new();
        MessageRedactor redactor = new(output);
        redactor.Append(bytes);
        summary = redactor.Complete();
        return output.WrittenSpan.ToArray();
    }
}
