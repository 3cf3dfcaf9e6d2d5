using System.Globalization;
using System.Text;
using Qbitel.Discovery.Sessions;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Emission;

/// <summary>What is known of a protocol, for people: each field with what speaks for it.</summary>
internal static class MarkdownEmitter
{
    public static string Emit(Layout layout, GeneratedAdapter adapter)
    {
        StringBuilder text = new();
        text.Append("# ").Append(Identifier.Prose(layout.Name)).Append("\n\nInferred from captured messages; "
            + "nobody has confirmed it but where the evidence says so.\n\n");
        AdapterAcceptance a = adapter.Acceptance;
        text.Append(CultureInfo.InvariantCulture, $"- Messages held back: {a.HeldBack}; read: {a.Read}; ")
            .Append(CultureInfo.InvariantCulture, $"written back byte for byte: {a.Rebuilt}.\n")
            .Append(CultureInfo.InvariantCulture,
                $"- Messages with a changed length, count or check value: {a.Corrupted}; refused: {a.Refused}.\n")
            .Append(CultureInfo.InvariantCulture,
                $"- Complexity: {adapter.ComplexityScore} ({adapter.ComplexityExplained}).\n");
        if (layout.Key is { } key)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"- The type is told by {key.Length} bytes at offset {key.Offset}.\n");
        }

        foreach (LayoutType type in layout.Types)
        {
            text.Append("\n## Type ").Append(Identifier.Prose(type.Name)).Append(
                "\n\n| Field | Size | Encoding | Meaning | Follows from | Confidence | Evidence |\n"
                + "|---|---|---|---|---|---|---|\n");
            Rows(text, type.Parts, "");
        }

        if (adapter.Withheld.Count > 0)
        {
            text.Append("\n## Withheld\n\n");
            foreach (WithheldArtefact withheld in adapter.Withheld)
            {
                text.Append("- ").Append(withheld.Target).Append(": ")
                    .Append(Identifier.Prose(withheld.Reason)).Append('\n');
            }
        }

        return text.ToString();
    }

    private static void Rows(StringBuilder text, IReadOnlyList<LayoutPart> parts, string path)
    {
        foreach (LayoutPart part in parts)
        {
            if (part is LayoutChain chain)
            {
                Row(text, path + chain.Name, LayoutWords.End(chain.End), "items", "", "", chain.Confidence,
                    chain.Evidence);
                Rows(text, chain.Item, $"{path}{chain.Name}.");
                continue;
            }

            if (part is LayoutGroup group)
            {
                Row(text, path + group.Name, LayoutWords.Size(group), "parts", "", "", group.Confidence,
                    group.Evidence);
                foreach (GroupCase each in group.Cases)
                {
                    Rows(text, each.Parts,
                        group.Choice is null ? $"{path}{group.Name}." : $"{path}{group.Name}({each.Name}).");
                }

                continue;
            }

            var field = (LayoutField)part;
            Row(text, path + field.Name, LayoutWords.Size(field.Size), field.Type, field.Semantic,
                LayoutWords.Rule(field.Rule), field.Confidence, field.Evidence);
        }
    }

    private static void Row(StringBuilder text, string name, string size, string type, string semantic, string rule,
        double confidence, string evidence) => text.Append("| ").Append(name).Append(" | ").Append(size).Append(" | ")
        .Append(Identifier.Prose(type)).Append(" | ").Append(Identifier.Prose(semantic)).Append(" | ")
        .Append(rule).Append(" | ")
        .Append(confidence.ToString("0.00", CultureInfo.InvariantCulture)).Append(" | ")
        .Append(Identifier.Prose(evidence)).Append(" |\n");
}
