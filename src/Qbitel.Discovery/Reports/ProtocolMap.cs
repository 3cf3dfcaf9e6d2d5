using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Qbitel.Discovery.Inference;

namespace Qbitel.Discovery.Reports;

/// <summary>A discovery as one page of HTML that needs nothing else: no script, no font, no request.</summary>
public static class ProtocolMap
{
    private const int MaxBytes = 256;

    /// <param name="document">What was found.</param>
    /// <param name="title">What the page is called, e.g. the file's name.</param>
    /// <param name="samples">Messages shown of each type of a protocol.</param>
    public static string Write(DiscoveryDocument document, string title, int samples = 6)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentOutOfRangeException.ThrowIfNegative(samples);

        string style = MapStyle.Page + MapStyle.Map;
        string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        StringBuilder page = new();
        page.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-")
            .Append(hash).Append("'; base-uri 'none'; form-action 'none'\">\n<title>Protocol map: ").Append(T(title))
            .Append("</title>\n<style>")
            .Append(style).Append("</style>\n</head>\n<body>\n<header><p class=\"file\">").Append(T(title))
            .Append("</p><h1>Protocol map</h1><p class=\"muted\">").Append(CultureInfo.InvariantCulture,
                $"{document.Summary.MessageCount} messages in {document.Summary.FlowCount} flows, "
                + $"{document.Protocols.Count} protocols, {document.Unassigned.Count} messages unassigned")
            .Append("</p></header>\n<main class=\"map\">\n").Append(WriteBody(document, samples));
        page.Append("</main>\n<footer><p>Made by Qbitel.</p></footer>\n</body>\n</html>\n");
        return page.ToString();
    }

    /// <summary>The rules that <see cref="WriteBody"/> needs, for what is inside an element of class
    /// <c>map</c>.</summary>
    public static string Style => MapStyle.Map;

    /// <summary>The map without the page around it: sections of HTML with headings of the second level, in which all
    /// that came from the traffic is encoded.</summary>
    /// <param name="document">What was found.</param>
    /// <param name="samples">Messages shown of each type of a protocol.</param>
    public static string WriteBody(DiscoveryDocument document, int samples = 6)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentOutOfRangeException.ThrowIfNegative(samples);

        StringBuilder body = new();
        Legend(body);
        foreach (DiscoveredProtocol protocol in document.Protocols) Protocol(body, protocol, samples);
        return body.ToString();
    }

    private static void Legend(StringBuilder page)
    {
        page.Append("<section aria-labelledby=\"legend\"><h2 id=\"legend\">Colours</h2><p class=\"colours\">");
        foreach ((string tone, string words) in MapStyle.Tones)
            page.Append("<span class=\"").Append(tone).Append("\">").Append(words).Append("</span> ");
        page.Append("</p><p class=\"muted\">Content is covered: 3# stands for a digit, a# for a letter, ## for any ")
            .Append("other byte. Pointing at a field tells its name, place, meaning and what that rests on.")
            .Append("</p></section>\n");
    }

    private static void Protocol(StringBuilder page, DiscoveredProtocol protocol, int samples)
    {
        page.Append("<section><h2>").Append(T(protocol.Name)).Append("</h2>\n<dl><div><dt>Messages</dt><dd>")
            .Append(CultureInfo.InvariantCulture, $"{protocol.Messages.Count}</dd></div>")
            .Append(CultureInfo.InvariantCulture, $"<div><dt>Confidence</dt><dd>{protocol.Confidence:0.00}")
            .Append("</dd></div><div><dt>Flows</dt><dd>").Append(T(Some(protocol.Flows)))
            .Append("</dd></div><div><dt>Types</dt><dd>")
            .Append(T(Some([.. protocol.MessageTypes.Select(t => $"{NameOf(t.Name)} ({t.Count})")])));
        foreach ((string name, string value) in protocol.Variant)
            page.Append("</dd></div><div><dt>").Append(T(name)).Append("</dt><dd>").Append(T(value));

        page.Append("</dd></div></dl>\n");
        if (protocol.Basis is InferredProtocol inferred) Messages(page, inferred, samples);
        if (protocol.Grammar is { } grammar) Grammar(page, grammar);
        page.Append("</section>\n");
    }

    private static void Messages(StringBuilder page, InferredProtocol inferred, int samples)
    {
        foreach (IGrouping<string, int> type in Enumerable.Range(0, inferred.Samples.Count)
            .GroupBy(i => inferred.Types[i], StringComparer.Ordinal).OrderByDescending(g => g.Count())
            .ThenBy(g => g.Key, StringComparer.Ordinal).Take(40))
        {
            page.Append("<h3>Type ").Append(T(NameOf(type.Key))).Append(CultureInfo.InvariantCulture,
                $" <span class=\"muted\">{type.Count()} messages</span></h3>\n<div class=\"bytes\">\n");
            foreach (int i in type.Take(samples)) Message(page, inferred.Samples[i], inferred.Fields[i]);
            page.Append("</div>\n");
        }
    }

    private static void Message(StringBuilder page, Sample sample, IReadOnlyList<InferredField> fields)
    {
        page.Append(CultureInfo.InvariantCulture, $"<p><b>{sample.Index}</b> ");
        foreach (InferredField field in fields)
        {
            if (field.Start >= MaxBytes)
            {
                page.Append(CultureInfo.InvariantCulture, $"<i>… {sample.Bytes.Length - field.Start} more bytes</i>");
                break;
            }

            string says = $"{field.Name}: {field.Semantic}, {field.Type}, "
                + $"bytes {field.Start} to {field.Start + field.Length - 1}, confidence "
                + field.Confidence.ToString("0.00", CultureInfo.InvariantCulture)
                + (field.Relation is { } relation ? $"; {relation.Evidence}" : "; nothing proves a meaning");
            page.Append("<span class=\"").Append(MapStyle.ToneOf(field.Semantic)).Append("\" title=\"").Append(T(says))
                .Append("\">");
            int shown = Math.Min(field.Length, MaxBytes - field.Start);
            foreach (byte b in sample.Bytes.Span.Slice(field.Start, shown)) page.Append(Covered(b, field.Semantic));
            if (shown < field.Length) page.Append('…');
            page.Append("</span><wbr/>");
        }

        page.Append("</p>\n");
    }

    // Content may be a card's number or a name; structure is neither.
    private static string Covered(byte b, string semantic) =>
        semantic is "const" or "magic" or "msgtype" or "version" or "length" or "count" or "delimiter" or "flags"
            or "bitmap"
            ? b.ToString("x2", CultureInfo.InvariantCulture)
            : b switch
            {
                >= (byte)'0' and <= (byte)'9' => "3#",
                (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'a' and <= (byte)'z') => "a#",
                0 => "00",
                _ => "##",
            };

    private static void Grammar(StringBuilder page, DiscoveredGrammar grammar)
    {
        page.Append("<details open=\"\"><summary>Grammar</summary><table>")
            .Append("<caption>What each symbol stands for, and how often</caption><thead><tr>")
            .Append("<th scope=\"col\">Symbol</th><th scope=\"col\">Share</th><th scope=\"col\">Stands for</th>")
            .Append("</tr></thead><tbody>\n");
        foreach (GrammarRule rule in grammar.Rules)
        {
            foreach (GrammarAlternative alternative in rule.Alternatives)
            {
                page.Append("<tr><th scope=\"row\">").Append(T(rule.Symbol)).Append(CultureInfo.InvariantCulture,
                    $"</th><td>{alternative.Probability:0.000}</td><td>")
                    .Append(alternative.Symbols.Count == 0 ? "(nothing)" : T(string.Join(' ', alternative.Symbols)))
                    .Append("</td></tr>\n");
            }
        }

        page.Append("</tbody></table>\n<ul>");
        foreach (GrammarTie attribute in grammar.Attributes)
        {
            page.Append("<li><b>").Append(T(attribute.Field)).Append("</b>: ").Append(T(attribute.Kind)).Append(", ")
                .Append(T(attribute.Of)).Append("</li>\n");
        }

        page.Append("</ul></details>\n");
    }

    private static string NameOf(string type) => type.Length == 0 ? "(one)" : type;

    private static string Some(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(12)) + (names.Count > 12 ? $", {names.Count - 12} more" : "");

    private static string T(string text) =>
        HtmlEncoder.Default.Encode(new string([.. text.Select(c =>
            char.IsControl(c) || c is '\u202E' or '\u202D' or '\u2066' or '\u2067' ? ' ' : c)]));
}
