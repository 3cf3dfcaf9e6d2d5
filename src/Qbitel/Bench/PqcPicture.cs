using System.Globalization;
using System.Text;
using System.Xml;

namespace Qbitel.Bench;

/// <summary>
/// The report as one SVG: a row for each operation, a mark for each implementation on a logarithmic axis of time.
/// </summary>
/// <remarks>
/// It needs nothing outside itself. Marks differ by shape as well as colour, every mark says its figure
/// (<c>title</c>), the whole is described in words, and both colour schemes keep a contrast of 4.5 to 1.
/// </remarks>
internal static class PqcPicture
{
    private const string Space = "http://www.w3.org/2000/svg";
    private const int Left = 230;
    private const int Plot = 640;
    private const int Width = Left + Plot + 130;
    private const int Top = 96;
    private const int Row = 22;
    private const int Mark = 5;

    private const string Style = """
        text { font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #16202a; }
        .ground { fill: #ffffff; } .head { font-size: 16px; font-weight: 650; } .faint { fill: #4c5a67; }
        .grid { stroke: #cfd6dd; } .stripe { fill: #f4f6f8; } .good { font-weight: 650; }
        .q0 { fill: #0f5274; stroke: #0f5274; } .q1 { fill: #17694a; stroke: #17694a; }
        .q2 { fill: #7d4e00; stroke: #7d4e00; }
        .openssl { fill: #a8201a; stroke: #a8201a; } .dotnet { fill: #56626e; stroke: #56626e; }
        @media (prefers-color-scheme: dark) {
          text { fill: #e4eaf0; } .ground { fill: #161e26; } .faint { fill: #a3b1be; }
          .grid { stroke: #2e3b47; } .stripe { fill: #1b242d; }
          .q0 { fill: #7cc3e6; stroke: #7cc3e6; } .q1 { fill: #74cfa4; stroke: #74cfa4; }
          .q2 { fill: #e5b566; stroke: #e5b566; }
          .openssl { fill: #ff9a92; stroke: #ff9a92; } .dotnet { fill: #a9b4bf; stroke: #a9b4bf; }
        }

        """;

    public static string Of(PqcReport report)
    {
        (string Algorithm, string Operation)[] rows = [.. report.Figures
            .Where(figure => !figure.Operation.StartsWith(BenchCase.Cold, StringComparison.Ordinal))
            .Select(figure => (figure.Algorithm, figure.Operation)).Distinct()];
        string[] paths = [.. report.Figures.Select(figure => figure.Path).OfType<string>()
            .Distinct(StringComparer.Ordinal)];
        int height = Top + (rows.Length * Row) + 40;

        StringBuilder text = new();
        using (XmlWriter svg = XmlWriter.Create(text,
            new() { OmitXmlDeclaration = true, Indent = true, NewLineChars = "\n" }))
        {
            svg.WriteStartElement("svg", Space);
            Attributes(svg, ("viewBox", $"0 0 {Width} {height}"), ("width", Width), ("height", height), ("role", "img"),
                ("aria-labelledby", "title desc"));
            Element(svg, "title", "Time an operation takes, by implementation", ("id", "title"));
            Element(svg, "desc", Words(report, paths), ("id", "desc"));
            Element(svg, "style", Style);
            Element(svg, "rect", null, ("class", "ground"), ("width", Width), ("height", height));
            Element(svg, "text", "Microseconds an operation, logarithmic; less is better", ("class", "head"), ("x", 16),
                ("y", 26));
            Element(svg, "text", $"{report.Machine.Processor}; {report.Machine.Runtime}; {report.Machine.OpenSsl}; "
                + $"medians of processor time, whiskers from the 10th to the 90th percentile",
                ("class", "faint"), ("x", 16), ("y", 46));
            Legend(svg, report, paths);
            Rows(svg, report, rows, paths, height);
            svg.WriteEndElement();
        }

        return text.Append('\n').ToString();
    }

    private static void Legend(XmlWriter svg, PqcReport report, string[] paths)
    {
        double x = 16;
        foreach (PqcFigure figure in report.Figures.DistinctBy(figure => (figure.Implementation, figure.Path)))
        {
            Shape(svg, figure, paths, x + Mark, 66, title: null);
            string name = PqcMarkdown.By(figure);
            Element(svg, "text", name, ("x", x + 16), ("y", 70));
            x += 40 + (name.Length * 7.5);
        }
    }

    private static void Rows(XmlWriter svg, PqcReport report, (string Algorithm, string Operation)[] rows,
        string[] paths, int height)
    {
        double low = Math.Floor(Math.Log10(report.Figures.Min(figure => figure.Microseconds.P10)));
        double high = Math.Ceiling(Math.Log10(report.Figures.Max(figure => figure.Microseconds.P90)));
        double X(double microseconds) => Left + ((Math.Log10(microseconds) - low) / (high - low) * Plot);

        for (int i = 0; i < rows.Length; i += 2)
        {
            Element(svg, "rect", null, ("class", "stripe"), ("x", 8), ("y", Top + (i * Row)), ("width", Width - 16),
                ("height", Row));
        }

        for (double decade = low; decade <= high; decade++)
        {
            double x = X(Math.Pow(10, decade));
            Element(svg, "line", null, ("class", "grid"), ("x1", x), ("x2", x), ("y1", Top), ("y2", height - 34));
            Element(svg, "text", $"{Math.Pow(10, decade):0.###} µs", ("class", "faint"), ("x", x), ("y", height - 16),
                ("text-anchor", "middle"));
        }

        for (int i = 0; i < rows.Length; i++)
        {
            double y = Top + (i * Row) + (Row / 2.0);
            PqcFigure[] rivals = [.. report.Figures.Where(figure => (figure.Algorithm, figure.Operation) == rows[i])];
            Element(svg, "text", $"{rows[i].Algorithm}  {rows[i].Operation}", ("x", 16), ("y", y + 4));
            foreach (PqcFigure figure in rivals)
            {
                Element(svg, "line", null, ("class", Class(figure, paths)), ("x1", X(figure.Microseconds.P10)),
                    ("x2", X(figure.Microseconds.P90)),
                    ("y1", y), ("y2", y));
                Shape(svg, figure, paths, X(figure.Microseconds.Median), y,
                    $"{PqcMarkdown.By(figure)}: {PqcMarkdown.Time(figure.Microseconds.Median)} µs");
            }

            if (rivals.FirstOrDefault(figure => figure.Path is not null)?.Ratio is { } ratio)
            {
                Element(svg, "text", $"{ratio:0.0} × OpenSSL", ("class", "good"), ("x", Left + Plot + 12),
                    ("y", y + 4));
            }
        }
    }

    // A circle, a square and a triangle for our paths, a diamond and a cross for the others.
    private static void Shape(XmlWriter svg, PqcFigure figure, string[] paths, double x, double y, string? title)
    {
        svg.WriteStartElement("g", Space);
        Attributes(svg, ("class", Class(figure, paths)));
        if (title is not null) Element(svg, "title", title);
        switch (Class(figure, paths))
        {
            case "q0":
                Element(svg, "circle", null, ("cx", x), ("cy", y), ("r", Mark));
                break;
            case "q1":
                Element(svg, "rect", null, ("x", x - Mark), ("y", y - Mark), ("width", 2 * Mark), ("height", 2 * Mark));
                break;
            case "q2":
                Element(svg, "polygon", null,
                    ("points", Points((x, y - Mark), (x + Mark, y + Mark), (x - Mark, y + Mark))));
                break;
            case OpenSslCases.OpenSsl:
                Element(svg, "polygon", null,
                    ("points", Points((x, y - Mark - 1), (x + Mark + 1, y), (x, y + Mark + 1), (x - Mark - 1, y))));
                break;
            default:
                Element(svg, "path", null, ("stroke-width", 2),
                    ("d", FormattableString.Invariant($"M{x - Mark:0.##} {y - Mark:0.##}l10 10m0 -10l-10 10")));
                break;
        }

        svg.WriteEndElement();
    }

    private static string Class(PqcFigure figure, string[] paths) =>
        figure.Path is null ? figure.Implementation : $"q{Array.IndexOf(paths, figure.Path)}";

    private static string Words(PqcReport report, string[] paths)
    {
        IEnumerable<string> rows = report.Figures
            .Where(figure => paths.Length > 0 && figure.Path == paths[0]
                && !figure.Operation.StartsWith(BenchCase.Cold, StringComparison.Ordinal))
            .Select(figure => FormattableString.Invariant(
                $"{figure.Algorithm} {figure.Operation}: {PqcMarkdown.Time(figure.Microseconds.Median)} µs")
                + (figure.Ratio is { } ratio ? FormattableString.Invariant($", {ratio:0.0} times as fast as OpenSSL")
                    : ""));
        return $"Qbitel on its {paths.FirstOrDefault()} path. {string.Join(". ", rows)}.";
    }

    private static string Points(params (double X, double Y)[] points) =>
        string.Join(' ', points.Select(point => FormattableString.Invariant($"{point.X:0.##},{point.Y:0.##}")));

    private static void Element(XmlWriter svg, string name, string? content,
        params (string Name, object Value)[] attributes)
    {
        svg.WriteStartElement(name, Space);
        Attributes(svg, attributes);
        if (content is not null) svg.WriteString(content);
        svg.WriteEndElement();
    }

    private static void Attributes(XmlWriter svg, params (string Name, object Value)[] attributes)
    {
        foreach ((string name, object value) in attributes)
        {
            svg.WriteAttributeString(name, value is double number
                ? number.ToString("0.##", CultureInfo.InvariantCulture)
                : Convert.ToString(value, CultureInfo.InvariantCulture));
        }
    }
}
