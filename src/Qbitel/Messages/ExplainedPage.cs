using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Qbitel.Printing;
using Qbitel.Protocols;

namespace Qbitel.Messages;

/// <summary>
/// An explained message as one page of HTML that needs nothing else: no script, no font, no request. A field and its
/// bytes lead to each other, and light up together.
/// </summary>
internal static class ExplainedPage
{
    // A rule for each field that lights up its bytes; with more of them a browser gets slow, and links still lead.
    private const int LitFields = 600;

    /// <summary>How such pages look.</summary>
    public static string Style => Assets.Style;

    public static string Of(ExplainedMessage message)
    {
        ParseReport report = message.Report;
        string kind = ReportText.Kind(report);
        string style = Assets.Style + Lights(message);
        string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        int errors = report.Errors.Count(), others = report.Warnings.Count();

        StringBuilder page = new();
        page.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-")
            .Append(hash).Append("'; base-uri 'none'; form-action 'none'\">\n")
            .Append("<title>").Append(Text($"{message.Name}: {kind}")).Append("</title>\n<style>").Append(style)
            .Append("</style>\n</head>\n<body>\n<header>\n<p class=\"file\">").Append(Text(message.Name))
            .Append("</p>\n<h1>")
            .Append(Text(kind)).Append("</h1>\n<p class=\"verdict ").Append(report.IsValid ? "good"
                : "bad").Append("\">")
            .Append(report.IsValid ? "Valid" : "Not valid").Append("</p>\n<p class=\"counts\">")
            .Append(CultureInfo.InvariantCulture, $"{errors} {(errors == 1 ? "error" : "errors")}, ")
            .Append(CultureInfo.InvariantCulture,
            $"{others} {(others == 1 ? "warning or note" : "warnings and notes")}")
            .Append("</p>\n</header>\n<main>\n");
        Summary(page, report);
        Findings(page, message);
        page.Append("<div class=\"panes\">\n");
        Raw(page, message);
        Fields(page, message);
        page.Append(
            "</div>\n</main>\n<footer><p>Personal data is covered in the bytes and in the values. Made by qbitel ")
            .Append(Text(Product.Version)).Append(".</p></footer>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static void Summary(StringBuilder page, ParseReport report)
    {
        if (report.Summary.Count == 0) return;
        page.Append("<section aria-labelledby=\"summary\"><h2 id=\"summary\">Summary</h2>\n<dl>\n");
        foreach ((string name, string value) in report.Summary)
        {
            page.Append("<div><dt>").Append(Text(name)).Append("</dt><dd>").Append(Text(value)).Append("</dd></div>\n");
        }

        page.Append("</dl></section>\n");
    }

    private static void Findings(StringBuilder page, ExplainedMessage message)
    {
        var found = message.Elsewhere.Select(finding => (Finding: finding, Part: -1))
            .Concat(message.Parts.SelectMany((part, index) => part.Findings.Select(finding => (finding, index))))
            .OrderBy(each => each.Item1.Severity == Severity.Error ? 0 : 1).ToList();
        if (found.Count == 0) return;

        page.Append(
            "<section aria-labelledby=\"findings\"><h2 id=\"findings\">Findings</h2>\n<ol class=\"findings\">\n");
        foreach ((Diagnostic finding, int index) in found)
        {
            page.Append("<li class=\"").Append(Tone(finding)).Append("\"><b>").Append(Word(finding))
                .Append("</b> <code>")
                .Append(Text(finding.Code)).Append("</code> ").Append(Text(Sentence(finding)));
            if (index >= 0)
            {
                page.Append(CultureInfo.InvariantCulture,
                    $" <a href=\"#r{index}\">at byte {finding.Offset ?? message.Parts[index].Offset}</a>");
            }

            page.Append("</li>\n");
        }

        page.Append("</ol></section>\n");
    }

    private static void Raw(StringBuilder page, ExplainedMessage message)
    {
        page.Append(
            "<section class=\"raw\" aria-labelledby=\"bytes\"><h2 id=\"bytes\">Bytes</h2>\n<pre tabindex=\"0\">");
        for (int i = 0; i < message.Parts.Count; i++)
        {
            ExplainedPart part = message.Parts[i];
            if (part.IsNested) continue; // the bytes are there already
            string marked = part.Findings.Count == 0 ? "" : " " + Tone(Worst(part));
            if (part.Field is null)
                page.Append(CultureInfo.InvariantCulture, $"<span id=\"r{i}\" class=\"form{marked}\">");
            else page.Append(CultureInfo.InvariantCulture, $"<a id=\"r{i}\" href=\"#f{i}\" class=\"field{marked}\">");

            (int start, int length) = part.Value;
            string value = part.Field?.Redaction is null or Redaction.None ? "v" : "v covered";
            bool isOpen = false;
            foreach (RawCell cell in RawCell.Of(part.Bytes.Span))
            {
                bool isValue = part.Field is not null && cell.Offset >= start && cell.Offset < start + length;
                if (isValue != isOpen) page.Append(isValue ? $"<span class=\"{value}\">" : "</span>");
                isOpen = isValue;
                if (cell.Control is { } control) page.Append("<i>").Append(control).Append("</i>");
                else page.Append(Text(cell.Text));
                if (cell.EndsLine) page.Append('\n');
            }

            if (isOpen) page.Append("</span>");
            page.Append(part.Field is null ? "</span>" : "</a>");
            if (i + 1 < message.Parts.Count && IsApart(part, message.Parts[i + 1])) page.Append('\n');
        }

        page.Append("</pre></section>\n");
    }

    // White space between parts was left out: it was the layout of markup.
    private static bool IsApart(ExplainedPart part, ExplainedPart next) => next.Offset > part.End;

    private static void Fields(StringBuilder page, ExplainedMessage message)
    {
        page.Append(
            "<section class=\"map\" aria-labelledby=\"fields\"><h2 id=\"fields\">Fields</h2>\n<table>\n<thead><tr>")
            .Append("<th scope=\"col\">Byte</th><th scope=\"col\">Field</th><th "
            + "scope=\"col\">Value</th></tr></thead>\n<tbody>\n");
        for (int i = 0; i < message.Parts.Count; i++)
        {
            ExplainedPart part = message.Parts[i];
            if (part.Field is not { } field)
            {
                if (part.Findings.Count > 0) Row(page, message, i, "(form)", "", null);
                continue;
            }

            string? name = field.Name == field.Tag ? field.Path : field.Name ?? field.Path;
            Row(page, message, i, field.Tag, name ?? "", field);
        }

        page.Append("</tbody></table></section>\n");
    }

    private static void Row(StringBuilder page, ExplainedMessage message, int index, string tag, string name,
        ReportField? field)
    {
        ExplainedPart part = message.Parts[index];
        int raw = index; // a nested field has its bytes in the one around it
        while (raw > 0 && message.Parts[raw].IsNested) raw--;
        page.Append(CultureInfo.InvariantCulture, $"<tr id=\"f{index}\"{(part.IsNested ? " class=\"nested\"" : "")}>")
            .Append(CultureInfo.InvariantCulture,
                $"<td><a href=\"#r{raw}\">{part.Offset}</a></td><th scope=\"row\"><b>")
            .Append(Text(tag)).Append("</b>");
        if (name.Length > 0) page.Append(" <span>").Append(Text(name)).Append("</span>");
        page.Append("</th><td>");
        if (field is not null)
        {
            bool isCovered = field.Redaction != Redaction.None;
            page.Append(isCovered ? "<span class=\"covered\">" : "<span>").Append(Text(field.Value)).Append("</span>");
            if (field.Meaning is not null) page.Append(" <i>").Append(Text(field.Meaning)).Append("</i>");
        }

        foreach (Diagnostic finding in part.Findings)
        {
            page.Append("<p class=\"").Append(Tone(finding)).Append("\"><b>").Append(Word(finding))
                .Append("</b> <code>")
                .Append(Text(finding.Code)).Append("</code> ").Append(Text(Sentence(finding))).Append("</p>");
        }

        page.Append("</td></tr>\n");
    }

    private static string Lights(ExplainedMessage message)
    {
        StringBuilder rules = new();
        for (int i = 0; i < Math.Min(message.Parts.Count, LitFields); i++)
        {
            if (message.Parts[i].Field is null || message.Parts[i].IsNested) continue;
            rules.Append(CultureInfo.InvariantCulture,
                $".panes:has(#f{i}:hover) #r{i},.panes:has(#r{i}:hover) #f{i},.panes:has(#r{i}:focus) #f{i}")
                .Append("{background:var(--lit)}\n");
        }

        return rules.ToString();
    }

    private static Diagnostic Worst(ExplainedPart part) =>
        part.Findings.MaxBy(finding => finding.Severity == Severity.Error ? 2 : finding.Severity == Severity.Warning
            ? 1 : 0)!;

    private static string Tone(Diagnostic finding) =>
        finding.Severity switch { Severity.Error => "bad", Severity.Warning => "warning", _ => "note" };

    private static string Word(Diagnostic finding) =>
        finding.Severity switch { Severity.Error => "Error", Severity.Warning => "Warning", _ => "Note" };

    private static string Sentence(Diagnostic finding) => finding.Message
        + (finding.Expected is null ? "" : $"; expected {finding.Expected}")
        + (finding.Actual is null ? "" : $", found {finding.Actual}");

    private static string Text(string text) => HtmlEncoder.Default.Encode(Printable.Text(text));

    private static class Assets
    {
        public static string Style { get; } = Read();

        private static string Read()
        {
            using Stream stream = typeof(ExplainedPage).Assembly.GetManifestResourceStream("explained.css")!;
            using StreamReader reader = new(stream);
            return reader.ReadToEnd();
        }
    }
}
