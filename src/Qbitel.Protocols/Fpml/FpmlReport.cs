using System.Globalization;
using Qbitel.Protocols.Fpml.Products;
using Qbitel.Protocols.Fpml.Schemas;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Fpml;

/// <summary>What a report shows of a document: every value, masked, and what a person asks first.</summary>
internal static class FpmlReport
{
    public static List<KeyValuePair<string, string>> Summary(FpmlDocument document)
    {
        List<KeyValuePair<string, string>> summary = [];
        void Add(string name, string? value)
        {
            if (value is not null) summary.Add(new(name, Redaction.None.Mask(value)));
        }

        Add("view", document.View.ToString().ToLowerInvariant());
        FpmlHeader? header = document.Header;
        Add("messageId", header?.MessageId);
        Add("inReplyTo", header?.InReplyTo);
        Add("created", header?.Created);
        Add("correlationId", header?.CorrelationId);
        Add("sequenceNumber", header?.SequenceNumber?.ToString(CultureInfo.InvariantCulture));
        IReadOnlyList<FpmlTrade> trades = document.Trades;
        Add("parties", document.Parties.Count.ToString(CultureInfo.InvariantCulture));
        Add("trades", trades.Count.ToString(CultureInfo.InvariantCulture));
        if (trades is not [var first, ..]) return summary;
        Add("tradeId", first.Identifiers is [var id, ..] ? id.Value : null);
        Add("tradeDate", first.TradeDate?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Add("product", first.Product?.Kind);
        return summary;
    }

    /// <summary>Every value in the order of the text, until there are as many fields as wanted.</summary>
    public static List<ReportField> Fields(FpmlDocument document, int limit)
    {
        MxText text = document.Text;
        int root = document.RootNode;
        List<ReportField> fields = [];
        // The paths of the elements that are open, and how often each name has been seen in them.
        List<(int End, string Path, Dictionary<string, int> Seen)> open = [];
        for (int node = root; node < text.Nodes[root].Next && fields.Count < limit; node++)
        {
            while (open.Count > 0 && open[^1].End <= node) open.RemoveAt(open.Count - 1);
            string name = text.NameText(node), path = $"/{name}";
            if (open.Count > 0)
            {
                int number = open[^1].Seen[name] = open[^1].Seen.GetValueOrDefault(name) + 1;
                path = open[^1].Path + (number == 1 ? path : string.Create(
                    CultureInfo.InvariantCulture, $"{path}[{number}]"));
            }

            if (text.IsLeaf(node)) fields.Add(Field(text, node, name, path));
            else open.Add((text.Nodes[node].Next, path, new Dictionary<string, int>(StringComparer.Ordinal)));
        }

        return fields;
    }

    private static ReportField Field(MxText text, int node, string name, string path)
    {
        ref readonly MxNode at = ref text.Nodes[node];
        Redaction redaction = FpmlRedaction.Of(text, node);
        return new ReportField(name, name, at.Start, at.End - at.Start, redaction.Mask(text.ValueText(node)))
        {
            Path = path,
            ValueOffset = at.ValueStart,
            ValueLength = at.ValueLength,
            Redaction = redaction,
        };
    }
}
