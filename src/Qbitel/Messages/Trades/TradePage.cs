using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Qbitel.Protocols;
using Qbitel.Protocols.Fpml.Explaining;

namespace Qbitel.Messages.Trades;

/// <summary>
/// An explained trade as one page of HTML that needs nothing else: no script, no font, no request.
/// </summary>
internal static class TradePage
{
    public static string Of(string name, FpmlExplanation explained, IReadOnlyList<Diagnostic> findings)
    {
        bool isValid = findings.All(finding => finding.Severity != Severity.Error);
        string style = ExplainedPage.Style,
            hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        StringBuilder page = new();
        page.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-")
            .Append(hash).Append("'; base-uri 'none'; form-action 'none'\">\n")
            .Append("<title>").Append(Text($"{name}: {explained.Title}")).Append("</title>\n<style>").Append(style)
            .Append("</style>\n</head>\n<body>\n<header>\n<p class=\"file\">").Append(Text(name)).Append("</p>\n<h1>")
            .Append(Text(explained.Title)).Append("</h1>\n<p class=\"verdict ").Append(isValid ? "good"
                : "bad").Append("\">")
            .Append(isValid ? "Valid" : "Not valid").Append("</p>\n</header>\n<main>\n");
        Pairs(page, "Message", explained.Header);
        Pairs(page, "Parties", explained.Parties);
        foreach (ExplainedTrade trade in explained.Trades) Trade(page, trade);
        Findings(page, findings);
        return page.Append("</main>\n<footer><p>Names are covered. Made by qbitel ").Append(Text(Product.Version))
            .Append(".</p></footer>\n</body>\n</html>\n").ToString();
    }

    private static void Pairs(StringBuilder page, string heading, IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        if (pairs.Count == 0) return;
        page.Append("<section><h2>").Append(heading).Append("</h2>\n<dl>\n");
        foreach ((string key, string value) in pairs)
            page.Append("<div><dt>").Append(Text(key)).Append("</dt><dd>").Append(Text(value)).Append("</dd></div>\n");
        page.Append("</dl></section>\n");
    }

    private static void Trade(StringBuilder page, ExplainedTrade trade)
    {
        page.Append("<section><h2>").Append(Text($"{trade.Product} {string.Join(", ", trade.TradeIds)}".Trim()))
            .Append("</h2>\n");
        foreach (string sentence in trade.Sentences) page.Append("<p>").Append(Text(sentence)).Append("</p>\n");
        Table(page, ["What", "Pays", "Receives", "Amount", "Rate or price", "Period"],
            trade.Lines.Select(line => new[] { line.What, line.Payer, line.Receiver, line.Amount, line.Rate,
                line.Period }));
        Table(page, ["Day", "What happens"], trade.Days.Select(day => new[] { $"{day.Date:yyyy-MM-dd}", day.What }));
        page.Append("</section>\n");
    }

    private static void Table(StringBuilder page, string[] columns, IEnumerable<string?[]> rows)
    {
        string body = string.Concat(rows.Select(row =>
            $"<tr>{string.Concat(row.Select(cell => $"<td>{Text(cell ?? "")}</td>"))}</tr>\n"));
        if (body.Length == 0) return;
        page.Append("<table><thead><tr>").AppendJoin("", columns.Select(column => $"<th scope=\"col\">{column}</th>"))
            .Append("</tr></thead><tbody>\n").Append(body).Append("</tbody></table>\n");
    }

    private static void Findings(StringBuilder page, IReadOnlyList<Diagnostic> findings)
    {
        if (findings.Count == 0) return;
        page.Append("<section><h2>Findings</h2>\n<ul class=\"findings\">\n");
        foreach (Diagnostic finding in findings)
        {
            string kind = finding.Severity switch
            {
                Severity.Error => "bad",
                Severity.Warning => "warning",
                _ =>
                "note"
            };
            page.Append("<li class=\"").Append(kind).Append("\">").Append(Text(finding.ToString())).Append("</li>\n");
        }

        page.Append("</ul></section>\n");
    }

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
