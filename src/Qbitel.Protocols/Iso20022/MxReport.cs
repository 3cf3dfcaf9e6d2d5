using System.Globalization;
using Qbitel.Protocols.Iso20022.Rules;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022;

/// <summary>What a report shows of a message: every value, masked and in words, and what a person asks first.</summary>
internal static class MxReport
{
    private static readonly (string Name, string[] Paths)[] Questions =
    [
        ("messageId", ["GrpHdr/MsgId", "MsgHdr/MsgId", "Assgnmt/Id", "MsgId/Id", "MsgId", "BizMsgIdr", "Hdr/MsgId"]),
        ("created", ["GrpHdr/CreDtTm", "MsgHdr/CreDtTm", "Assgnmt/CreDtTm", "CreDt", "Hdr/CreDtTm"]),
        ("settlementMethod", ["GrpHdr/SttlmInf/SttlmMtd"]),
        ("status", ["OrgnlGrpInfAndSts/GrpSts", "TxInfAndSts/TxSts", "OrgnlPmtInfAndSts/TxInfAndSts/TxSts", "Sts/Conf",
            "OrgnlPmtInfAndSts/PmtInfSts"]),
    ];

    private static readonly (string Name, string[] Paths)[] OfTransaction =
    [
        ("endToEndId", ["PmtId/EndToEndId", "OrgnlEndToEndId"]),
        ("uetr", ["PmtId/UETR", "OrgnlUETR"]),
        ("amount", ["IntrBkSttlmAmt", "RtrdIntrBkSttlmAmt", "RvsdIntrBkSttlmAmt", "Amt/InstdAmt", "InstdAmt", "Amt"]),
        ("settlementDate", ["IntrBkSttlmDt"]),
        ("debtorAgent", ["DbtrAgt/FinInstnId/BICFI", "DbtrAgt/FinInstnId/BIC",
            "DbtrAgt/FinInstnId/ClrSysMmbId/MmbId"]),
        ("creditorAgent", ["CdtrAgt/FinInstnId/BICFI", "CdtrAgt/FinInstnId/BIC",
            "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId"]),
    ];

    private static readonly string[] Transactions =
        ["CdtTrfTxInf", "DrctDbtTxInf", "CdtTrfTx", "TxInf", "TxInfAndSts"];

    private static readonly string[] Blocks = ["PmtInf", "CdtInstr", "OrgnlPmtInfAndSts", "Undrlyg"];

    public static List<KeyValuePair<string, string>> Summary(MxDocument document)
    {
        List<KeyValuePair<string, string>> summary = [];
        MxElement message = document.Root.Name == "AppHdr" ? document.Root
            : document.Root.Children is [var only, ..] ? only : document.Root;
        Answer(message, Questions, summary);

        List<MxElement> transactions = [];
        foreach (MxElement child in message.Children)
        {
            if (Transactions.Contains(child.Name)) transactions.Add(child);
            if (!Blocks.Contains(child.Name)) continue;
            transactions.AddRange(child.Children.Where(inside => Transactions.Contains(inside.Name)));
        }

        if (transactions.Count > 0)
        {
            Add(summary, "transactions", transactions.Count.ToString(CultureInfo.InvariantCulture));
            Answer(transactions[0], OfTransaction, summary);
        }

        int entries = message.Children.Sum(report => report.Children.Count(child => child.Name == "Ntry"));
        if (entries > 0) Add(summary, "entries", entries.ToString(CultureInfo.InvariantCulture));
        return summary;
    }

    /// <summary>Every value, header first, until there are as many fields as wanted.</summary>
    public static void AddFields(MxDocument document, List<ReportField> fields, int limit)
    {
        if (document.HeaderNode >= 0) AddFields(document.Text, document.HeaderNode, fields, limit);
        AddFields(document.Text, document.RootNode, fields, limit);
    }

    private static void AddFields(MxText text, int root, List<ReportField> fields, int limit)
    {
        // The paths of the elements that are open, and how often each name has been seen in them.
        List<(int End, string Path, Dictionary<string, int> Seen)> open = [];
        for (int node = root; node < text.Nodes[root].Next && fields.Count < limit; node++)
        {
            while (open.Count > 0 && open[^1].End <= node) open.RemoveAt(open.Count - 1);
            string name = text.NameText(node), path = $"/{name}";
            if (open.Count > 0)
            {
                int number = open[^1].Seen[name] = open[^1].Seen.GetValueOrDefault(name) + 1;
                path = open[^1].Path + (number == 1 ? path : string.Create(CultureInfo.InvariantCulture,
                    $"{path}[{number}]"));
            }

            if (text.IsLeaf(node)) fields.Add(Field(text, node, name, path));
            else open.Add((text.Nodes[node].Next, path, new Dictionary<string, int>(StringComparer.Ordinal)));
        }
    }

    private static ReportField Field(MxText text, int node, string name, string path)
    {
        ref readonly MxNode at = ref text.Nodes[node];
        string value = text.ValueText(node);
        Redaction redaction = MxRedaction.Of(text, node);
        string shown = redaction.Mask(value);
        if (at.AttributeCount > 0 && text.AttributeText(node, "Ccy"u8) is { } currency)
            shown = $"{Redaction.None.Mask(currency)} {shown}";
        return new ReportField(name, name, at.Start, at.End - at.Start, shown)
        {
            Path = path,
            Meaning = redaction == Redaction.None ? MxMeanings.Of(path, value) : null,
            ValueOffset = at.ValueStart,
            ValueLength = at.ValueLength,
            Redaction = redaction,
        };
    }

    private static void Answer(MxElement element, (string Name, string[] Paths)[] questions,
        List<KeyValuePair<string, string>> summary)
    {
        foreach ((string name, string[] paths) in questions)
        {
            foreach (string path in paths)
            {
                if (element.Find(path) is not { Value: { } value } found) continue;
                Add(summary, name, found.Currency is { } currency ? $"{currency} {value}" : value);
                break;
            }
        }
    }

    private static void Add(List<KeyValuePair<string, string>> summary, string name, string value) =>
        summary.Add(new(name, Redaction.None.Mask(value)));
}
