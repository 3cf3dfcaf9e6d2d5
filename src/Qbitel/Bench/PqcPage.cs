using System.Globalization;
using System.Net;
using System.Text;

namespace Qbitel.Bench;

/// <summary>The report as one page that needs nothing outside itself: the picture, and every figure as a
/// table.</summary>
internal static class PqcPage
{
    public static string Of(PqcReport report)
    {
        StringBuilder page = new($$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Post-quantum algorithms, side by side</title>
            <style>
            :root { color-scheme: light dark; }
            body { font: 14px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif;
                   font-variant-numeric: tabular-nums; max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }
            svg { max-width: 100%; height: auto; }
            table { border-collapse: collapse; }
            th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid #8884; }
            th:nth-child(-n+3), td:nth-child(-n+3) { text-align: left; }
            caption { text-align: left; font-weight: 650; padding: .5rem 0; }
            dt { font-weight: 650; } dd { margin: 0 0 .4rem 0; }
            </style>
            </head>
            <body>
            <h1>Post-quantum algorithms, side by side</h1>

            """);
        page.Append(PqcPicture.Of(report));
        page.Append("<h2>Where and how</h2>\n<dl>\n");
        foreach ((string name, string value) in PqcMarkdown.Facts(report))
            page.Append(CultureInfo.InvariantCulture, $"<dt>{Text(name)}</dt><dd>{Text(value)}</dd>\n");
        page.Append("</dl>\n<table>\n<caption>Every figure, in microseconds</caption>\n<thead><tr>");
        foreach (string head in new[] { "Algorithm", "Operation", "By", "Median", "Mean", "10th", "90th", "Per second",
            "Bytes", "Ratio (rounds)" })
        {
            page.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\">{head}</th>");
        }

        page.Append("</tr></thead>\n<tbody>\n");
        foreach (PqcFigure figure in report.Figures) Row(page, figure);
        return page.Append("</tbody>\n</table>\n</body>\n</html>\n").ToString();
    }

    private static void Row(StringBuilder page, PqcFigure figure)
    {
        Distribution time = figure.Microseconds;
        string[] cells =
        [
            figure.Algorithm, figure.Operation, PqcMarkdown.By(figure), PqcMarkdown.Time(time.Median),
            PqcMarkdown.Time(time.Mean), PqcMarkdown.Time(time.P10), PqcMarkdown.Time(time.P90),
            figure.OperationsPerSecond.ToString("N0", CultureInfo.InvariantCulture),
            figure.BytesPerOperation.ToString("N0", CultureInfo.InvariantCulture), PqcMarkdown.Ratio(figure),
        ];
        page.Append("<tr>").AppendJoin("", cells.Select(cell => $"<td>{Text(cell)}</td>")).Append("</tr>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
