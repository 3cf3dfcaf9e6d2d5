using Qbitel.Discovery.Reports;
using Qbitel.Discovery.Tests.Grammars;

namespace Qbitel.Discovery.Tests.Reports;

public sealed class ProtocolMapTests
{
    [Fact]
    public void The_page_needs_nothing_and_shows_no_content()
    {
        DiscoveryDocument document = new()
        {
            Protocols = [new DiscoveredProtocol
            {
                Name = "unknown-1<script>",
                Confidence = 0.9,
                MessageTypes = [new("0200", 100)],
                Flows = ["<b>"],
                Messages = [],
                Basis = MadeProtocols.Make("llvar", 100),
                Grammar = Discovery.Grammars.ProtocolGrammar.Learn(MadeProtocols.Make("llvar", 100)).Describe(),
            }],
            Unassigned = [],
            Summary = new DiscoverySummary
            {
                Source = "jsonl",
                PacketCount = 100,
                MessageCount = 100,
                FlowCount = 3,
                Invalid = [],
                Warnings = [],
                WarningCounts = new Dictionary<string, long>(StringComparer.Ordinal),
            },
        };

        string page = ProtocolMap.Write(document, "<title>");

        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.Contains("account: id, ascii", page, StringComparison.Ordinal);
        Assert.Contains("default-src &#x27;none&#x27;",
            page.Replace("default-src 'none'", "default-src &#x27;none&#x27;",
            StringComparison.Ordinal), StringComparison.Ordinal);
        string account = string.Concat(MadeProtocols.Make("llvar", 1).Samples[0].Bytes.ToArray()[6..14]
            .Select(b => b.ToString("x2",
            System.Globalization.CultureInfo.InvariantCulture)));
        Assert.DoesNotContain(account, page, StringComparison.Ordinal);
        Assert.Equal(page, ProtocolMap.Write(document, "<title>"));
    }
}
