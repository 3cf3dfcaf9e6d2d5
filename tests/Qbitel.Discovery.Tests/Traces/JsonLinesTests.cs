using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces;
using static Qbitel.Discovery.Tests.Traces.Packets;

namespace Qbitel.Discovery.Tests.Traces;

public sealed class JsonLinesTests
{
    [Fact]
    public void Reads_messages_with_and_without_their_circumstances()
    {
        Traffic traffic = Read(Bytes("""
            {"hex":"0aFF"}

            {"hex":"","flow":"a-b/tcp","dir":"c2s","ts":1709280000.25,"more":{"ignored":[1]}}
            {"hex":"00","flow":"a-b/tcp","dir":"s2c","ts":null}
            """.ReplaceLineEndings("\n")));

        Assert.Equal(
            [
                (0L, "", FlowDirection.Unknown, null, "0AFF"),
                (2L, "a-b/tcp", FlowDirection.ClientToServer,
                    DateTimeOffset.FromUnixTimeMilliseconds(1709280000250), ""),
                (3L, "a-b/tcp", FlowDirection.ServerToClient, null, "00"),
            ],
            traffic.Datagrams.Select(d =>
                (d.Packet, d.Flow.Name, d.Direction, d.Time, Convert.ToHexString(d.Bytes.Span))));
        Assert.Same(traffic.Datagrams[1].Flow, traffic.Datagrams[2].Flow);
    }

    [Theory]
    [InlineData("{\"hex\":\"0\"}", 3, "odd")]
    [InlineData("{\"hex\":\"0g\"}", 3, "digit")]
    [InlineData("{\"hex\":12}", 3, "none")]
    [InlineData("{\"flow\":\"x\"}", 3, "none")]
    [InlineData("{\"hex\":\"00\"", 3, "malformed")]
    [InlineData("[\"00\"]", 3, "Array")]
    [InlineData("{\"hex\":\"00\",\"dir\":\"up\"}", 3, "another word")]
    [InlineData("{\"hex\":\"00\",\"ts\":1e30}", 3, "no date")]
    [InlineData("{\"hex\":\"\\ud800\"}", 3, "surrogate")]
    public void A_bad_line_is_an_error_with_its_number(string line, int number, string found)
    {
        byte[] input = Bytes("{\"hex\":\"00\"}\r\n\r\n" + line + "\n{\"hex\":\"00\"}");

        InputFormatException error = Assert.Throws<InputFormatException>(() => Read(input));

        Assert.Equal(number, error.Line);
        Assert.InRange(error.Offset, 16, 16 + line.Length);
        Assert.Contains(found, error.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over() =>
        Assert.Single(Read([0xEF, 0xBB, 0xBF, .. Bytes("{\"hex\":\"00\"}")]).Datagrams);

    [Fact]
    public void An_endless_line_is_refused() =>
        Assert.Equal(1, Assert.Throws<InputFormatException>(() => Read(Bytes("{\"hex\":\"" + new string('0', 200_000)),
            new CaptureLimits { MaxRecordSize = 100_000 })).Line);

    [Fact]
    public void Reading_stops_at_the_message_limit_with_a_warning()
    {
        Traffic traffic = Read(Bytes(string.Concat(Enumerable.Repeat("{\"hex\":\"00\"}\n", 10))),
            new CaptureLimits { MaxParts = 4 });

        Assert.Equal(4, traffic.Datagrams.Count);
        Assert.Equal(4, traffic.PacketCount);
        Assert.Equal(1, traffic.WarningCounts["Capture.Limit"]);
    }
}
