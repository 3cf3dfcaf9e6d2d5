using System.Globalization;
using System.Text;
using Qbitel.Printing;
using Qbitel.Protocols;
using Spectre.Console;

namespace Qbitel.Messages;

/// <summary>An explained message in a terminal: bytes on the left, what they mean on the right, faults under them.
/// </summary>
internal sealed class ExplainedText
{
    private const int Unknown = 110, Widest = 160, Narrow = 84, LabelWidth = 20;
    private const string Bar = " │ ";

    private static readonly Style Plain = Style.Plain, Faint = new(Color.Grey),
        Strong = new(decoration: Decoration.Bold),
        Seen = new(Color.Aqua), Covered = new(Color.Grey, decoration: Decoration.Italic), Good = new(Color.Green),
        Bad = new(Color.Red), Warned = new(Color.Yellow), Told = new(Color.Blue);

    private readonly IAnsiConsole _console;
    private readonly int _width, _offsetWidth, _rawWidth;
    private readonly bool _isNarrow;

    private ExplainedText(IAnsiConsole console, ExplainedMessage message)
    {
        _console = console;
        _width = console.Profile.Width >= 4096 ? Unknown : Math.Clamp(console.Profile.Width - 1, 30, Widest);
        int last = message.Parts.Count > 0 ? message.Parts[^1].End : 0;
        _offsetWidth = Math.Max(4, last.ToString(CultureInfo.InvariantCulture).Length);
        _isNarrow = _width < Narrow;
        _rawWidth = _isNarrow ? _width - _offsetWidth - Bar.Length
            : (_width - _offsetWidth - (2 * Bar.Length)) * 9 / 20;
    }

    public static void Write(ExplainedMessage message, IAnsiConsole console)
    {
        ExplainedText text = new(console, message);
        text.WriteHead(message);
        foreach (ExplainedPart part in message.Parts) text.WritePart(part);
        text.WriteEnd(message.Report);
    }

    private void WriteHead(ExplainedMessage message)
    {
        ParseReport report = message.Report;
        string kind = ReportText.Kind(report);
        Line((kind, Strong), (": ", Plain), report.IsValid ? ("valid", Good) : ("not valid", Bad));
        foreach ((string name, string value) in report.Summary)
            foreach (string line in Wrap($"{name}: {value}", _width - 2)) Line(($"  {line}", Plain));
        foreach (Diagnostic finding in message.Elsewhere) WriteFinding(finding, 0);
        if (message.Parts.Count == 0) return;

        Line();
        string ruler = string.Concat(Enumerable.Range(1, (_rawWidth / 10) + 1).Select(ten => $"····+···{ten * 10,2}"))
            [.._rawWidth];
        Line((new string(' ', _offsetWidth) + Bar + ruler, Faint), (_isNarrow ? "" : Bar, Faint));
    }

    private void WriteEnd(ParseReport report)
    {
        int errors = report.Errors.Count(), others = report.Warnings.Count();
        Line();
        Line(($"{errors} {(errors == 1 ? "error" : "errors")}", errors > 0 ? Bad : Good),
            ($", {others} {(others == 1 ? "warning or note" : "warnings and notes")}", Plain));
    }

    private void WritePart(ExplainedPart part)
    {
        List<(List<(string, Style)> Parts, int Width)> left = Raw(part);
        List<(string Text, Style Style)> right = part.Field is { } field ? Meaning(field, part.IsNested) : [];
        string offset = part.Offset.ToString(CultureInfo.InvariantCulture).PadLeft(_offsetWidth);
        int rows = _isNarrow ? left.Count : Math.Max(left.Count, right.Count);
        for (int i = 0; i < rows; i++)
        {
            List<(string, Style)> line = [(i == 0 ? offset : new string(' ', _offsetWidth), Faint), (Bar, Faint)];
            if (i < left.Count) line.AddRange(left[i].Parts);
            if (!_isNarrow && i < right.Count)
            {
                int gap = _rawWidth - (i < left.Count ? left[i].Width : 0);
                line.Add((new string(' ', gap) + Bar, Faint));
                line.Add(right[i]);
            }

            Line([.. line]);
        }

        if (_isNarrow) foreach ((string text, Style style) in right) Line(("      " + text, style));
        foreach (Diagnostic finding in part.Findings) WriteFinding(finding, _offsetWidth + Bar.Length);
    }

    // Lines of the raw column, with carets under the bytes a finding is about.
    private List<(List<(string, Style)> Parts, int Width)> Raw(ExplainedPart part)
    {
        List<(List<(string, Style)>, int)> lines = [];
        (int start, int length) = part.Value;
        IReadOnlyList<RawCell> cells = RawCell.Of(part.Bytes.Span);
        Style value = part.Field?.Redaction is null or Redaction.None ? Seen : Covered;
        for (int at = 0; at < cells.Count;)
        {
            int first = at, width = 0;
            List<(string, Style)> line = [];
            for (; at < cells.Count && width + cells[at].Text.Length <= _rawWidth; at++)
            {
                RawCell cell = cells[at];
                bool isValue = cell.Offset >= start && cell.Offset < start + length;
                line.Add((cell.Text, part.Field is null ? Faint : isValue ? value : Plain));
                width += cell.Text.Length;
                if (!cell.EndsLine) continue;
                at++;
                break;
            }

            lines.Add((line, width));
            if (Carets(part, cells, first, at) is { } carets)
                lines.Add(([(carets.Text, carets.Style)], carets.Text.Length));
        }

        return lines;
    }

    private static (string Text, Style Style)? Carets(ExplainedPart part, IReadOnlyList<RawCell> cells, int first,
        int end)
    {
        Diagnostic? worst = null;
        StringBuilder marks = new();
        for (int i = first; i < end; i++)
        {
            int from = cells[i].Offset, to = i + 1 < cells.Count ? cells[i + 1].Offset : part.Bytes.Length;
            string mark = new(' ', cells[i].Text.Length);
            foreach (Diagnostic finding in part.Findings)
            {
                (int start, int length) = part.About(finding);
                if (length == 0 || from >= start + length || to <= start) continue;
                mark = (start >= from ? "^" : "~") + new string(cells[i].Text.Length > 1 ? '~' : ' ', mark.Length - 1);
                if (worst is null || finding.Severity == Severity.Error) worst = finding;
                break;
            }

            marks.Append(mark);
        }

        return worst is null ? null : (marks.ToString().TrimEnd(), StyleOf(worst.Severity));
    }

    private List<(string, Style)> Meaning(ReportField field, bool isNested)
    {
        int width = _isNarrow ? _width - 6 : _width - _offsetWidth - _rawWidth - (2 * Bar.Length);
        string name = field.Name is null || field.Name == field.Tag ? "" : " " + field.Name;
        string label = new string(' ', 2 * (field.Depth + (isNested ? 1 : 0))) + field.Tag + name;
        string value = field.Value + (field.Meaning is null ? "" : $" ({field.Meaning})");
        bool isOneLine = !value.Contains('\n', StringComparison.Ordinal);
        if (isOneLine && Math.Max(label.Length, LabelWidth) + 2 + value.Length <= width)
            return [($"{label.PadRight(LabelWidth)}  {value}", Plain)];

        return [.. Wrap(label, width).Select(line => (line, Plain)),
            .. Wrap(value, width - 2).Select(line => ("  " + line, Plain))];
    }

    private void WriteFinding(Diagnostic finding, int indent)
    {
        string word = finding.Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "note" };
        string text = $"{word} {finding.Code}: {finding.Message}"
            + (finding.Expected is null ? "" : $"; expected {finding.Expected}")
            + (finding.Actual is null ? "" : $", found {finding.Actual}")
            + (indent == 0 && (finding.Path ?? finding.Tag ?? finding.Field) is { } place ? $" ({place})" : "");
        bool isFirst = true;
        foreach (string line in Wrap(text, Math.Max(20, _width - indent - 2)))
        {
            Line((new string(' ', indent) + (isFirst ? "" : "  "), Plain), (line, StyleOf(finding.Severity)));
            isFirst = false;
        }
    }

    private static Style StyleOf(Severity severity) =>
        severity switch { Severity.Error => Bad, Severity.Warning => Warned, _ => Told };

    private void Line(params (string Text, Style Style)[] parts)
    {
        Paragraph line = new();
        foreach ((string text, Style style) in parts) line.Append(Printable.Text(text), style);
        _console.Write(line);
        _console.WriteLine();
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        width = Math.Max(10, width);
        foreach (string part in Printable.Text(text).Split('\n'))
        {
            string rest = part;
            while (rest.Length > width)
            {
                int space = rest.LastIndexOf(' ', width);
                int cut = space > 0 ? space : width;
                yield return rest[..cut];
                rest = rest[cut..].TrimStart();
            }

            yield return rest;
        }
    }
}
