using Qbitel.Printing;
using Qbitel.Protocols;
using Qbitel.Protocols.Emv.Views;
using Qbitel.Protocols.Emv.Words;
using Spectre.Console;

namespace Qbitel.Messages;

/// <summary>Data objects and traces as a tree: tag, name and value, and under them what the value says.</summary>
internal static class EmvTree
{
    private static readonly Style Plain = Style.Plain, Faint = new(Color.Grey),
        Strong = new(decoration: Decoration.Bold),
        Seen = new(Color.Aqua), Covered = new(Color.Grey, decoration: Decoration.Italic), Good = new(Color.Green),
        Bad = new(Color.Red), Warned = new(Color.Yellow);

    public static void Write(EmvDocument document, IAnsiConsole console)
    {
        string kind = string.Join(' ', new[] { document.Kind, document.MessageType }.OfType<string>());
        Line(console, (kind, Strong), (": ", Plain), document.IsValid ? ("valid", Good) : ("not valid", Bad));
        foreach ((string name, string value) in document.Summary) Line(console, ($"  {name}: {value}", Plain));
        foreach (Diagnostic finding in document.Findings)
        {
            (string word, Style style) = finding.Severity switch
            {
                Severity.Error => ("error   ", Bad),
                Severity.Warning => ("warning ", Warned),
                _ => ("note    ", Faint),
            };
            Line(console, ($"{word} {finding}", style));
        }

        if (document.Nodes.Count > 0) console.WriteLine();
        foreach (EmvNode node in document.Nodes) Write(node, "", "", console);
    }

    private static void Write(EmvNode node, string indent, string branch, IAnsiConsole console)
    {
        string name = node.Name is null ? "" : $" {node.Name}";
        Line(console, (indent + branch, Faint), (node.Tag, Strong), (name, Plain), (": ", Plain),
            (node.Value, node.Redaction == Redaction.None ? Seen : Covered));
        string below = branch switch { "├─ " => indent + "│  ", "└─ " => indent + "   ", _ => indent };
        string bar = node.Children.Count > 0 ? "│  " : "   ";
        foreach (EmvWord word in node.Words)
        {
            Line(console, (below + bar, Faint), (word.Place is { } place ? $"{place}: " : "", Faint),
                (word.Text, Plain));
        }

        for (int i = 0; i < node.Children.Count; i++)
            Write(node.Children[i], below, i == node.Children.Count - 1 ? "└─ " : "├─ ", console);
    }

    private static void Line(IAnsiConsole console, params (string Text, Style Style)[] parts)
    {
        Paragraph line = new();
        foreach ((string text, Style style) in parts) line.Append(Printable.Text(text), style);
        console.Write(line);
        console.WriteLine();
    }
}
