using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Qbitel.Hsm.Custody;

namespace Qbitel.Printing.Shares;

/// <summary>
/// The sheet of one custodian, to print and to lock away: whose it is, of which backup, the share in groups and as a QR
/// code, and what to do with it. A page needs nothing else: no script, no font, no request.
/// </summary>
/// <remarks>What it writes is the secret: the caller zeroes it.</remarks>
internal sealed class ShareSheet(KeyBackup backup, CustodianShare share, string custodian)
{
    private const int GroupSize = 8;

    private const string Style = """
        @page { size: A4; margin: 16mm; }
        :root { color-scheme: light; }
        * { box-sizing: border-box; }
        html { font: 11pt/1.45 system-ui, "DejaVu Sans", sans-serif; }
        body { max-width: 178mm; margin: 8mm auto; padding: 0 3mm; background: #fff; color: #000; }
        @media print { body { margin: 0; padding: 0; } }
        h1 { margin: 0; font-size: 19pt; overflow-wrap: anywhere; }
        h2 { margin: 6mm 0 2mm; font-size: 12pt; }
        .of { margin: 0 0 4mm; font-size: 12pt; }
        dl { display: grid; grid-template-columns: 34mm 1fr; gap: .6mm 3mm; margin: 0; font-size: 10pt; }
        dt { color: #444; }
        dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
        .share { display: flex; gap: 8mm; align-items: center; border: .4mm solid #000; padding: 4mm 5mm; }
        .share svg { width: 66mm; height: 66mm; flex: none; }
        ol.groups { margin: 0; padding: 0; list-style: none; columns: 2; column-gap: 7mm; }
        ol.groups { font: 13pt/1.75 "DejaVu Sans Mono", ui-monospace, monospace; }
        ol.groups li { white-space: nowrap; }
        ol.groups b { display: inline-block; width: 2.2em; color: #555; }
        ol.groups b { font: 9pt/1 system-ui, "DejaVu Sans", sans-serif; }
        .begin { margin: 0 0 1mm; font-size: 9pt; color: #444; }
        ol.advice { margin: 0; padding-left: 6mm; font-size: 10pt; }
        ol.advice li { margin-bottom: 1mm; }
        """;

    private static readonly string Policy =
        $"default-src 'none'; style-src "
            + $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "base-uri 'none'; form-action 'none'";

    public SecretText Write(ShareForm form)
    {
        char[] text = GC.AllocateUninitializedArray<char>(CustodianShare.TextLength, pinned: true);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(CustodianShare.TextLength, pinned: true);
        SecretText sheet = new();
        try
        {
            share.WriteText(text);
            Encoding.ASCII.GetBytes(text, bytes);
            using QrCode code = new(bytes);
            switch (form)
            {
                case ShareForm.Html: WriteHtml(sheet, text, code); break;
                case ShareForm.Svg: WriteSvg(sheet, text, code); break;
                default: WriteText(sheet, text, code); break;
            }

            return sheet;
        }
        catch
        {
            sheet.Dispose();
            throw;
        }
        finally
        {
            Array.Clear(text);
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private string Title => string.Create(CultureInfo.InvariantCulture, $"Share {share.Number} of {share.Count}");

    private (string Name, string Value)[] Facts =>
    [
        ("Custodian", custodian),
        ("Needed", string.Create(CultureInfo.InvariantCulture,
            $"any {share.Threshold} of the {share.Count} shares bring the keys back")),
        ("Keys of", backup.Token),
        ("Ceremony", $"{backup.Id:D}"),
        ("Made at", backup.MadeAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
        ("Set", backup.Set.ToString("x16", CultureInfo.InvariantCulture)),

        // Which says nothing about the share, and stands in the backup and in the transcript.
        ("Check value", Convert.ToHexStringLower(share.Commitment().AsSpan(0, 8))),
    ];

    private string[] Advice =>
    [
        "Today: see that the name is yours and that every character can be read. The check value is the beginning of "
            + "the commitment of your share in the transcript of the ceremony.",
        "Keep this sheet alone, sealed, where only you come. No photograph, no copy, no computer.",
        string.Create(CultureInfo.InvariantCulture,
            $"When the keys are needed: bring it to the ceremony. {share.Threshold} custodians scan their codes, or "
            + $"type QBS1 and the groups in their order; a wrong character is found by its group, whose last "
            + $"character checks it."),
        "Lost, or seen by somebody: say so at once. A new backup is made, and the sheets of this one are destroyed.",
    ];

    private void WriteText(SecretText sheet, ReadOnlySpan<char> text, QrCode code)
    {
        sheet.Append($"{Title}\n\n");
        foreach ((string name, string value) in Facts) sheet.Append($"{name + ":",-13}{Printable.Text(value)}\n");
        sheet.Append("\n");
        for (int i = 0; i < Advice.Length; i++)
            sheet.Append(string.Create(CultureInfo.InvariantCulture, $"{i + 1}. {Advice[i]}\n"));
        sheet.Append("\n");
        AppendBlocks(sheet, code);
        sheet.Append("\nThe share: QBS1, then its groups:\n\n");
        for (int i = 0; i < CustodianShare.TextGroups; i++)
        {
            sheet.Append(string.Create(CultureInfo.InvariantCulture, $"{i + 1,4}  ")).Append(Group(text, i)[..4])
                .Append(" ").Append(Group(text, i)[4..]).Append("\n");
        }

        // The last line, for a program.
        sheet.Append("\n").Append(text).Append("\n");
    }

    private void WriteHtml(SecretText page, ReadOnlySpan<char> text, QrCode code)
    {
        page.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append($"<meta http-equiv=\"Content-Security-Policy\" content=\"{Policy}\">\n")
            .Append($"<title>{Title}</title>\n<style>{Style}</style>\n</head>\n<body>\n<main>\n")
            .Append($"<h1>{Title}</h1>\n<p class=\"of\">of a backup of keys. Secret: for {Safe(custodian)} "
                + "alone.</p>\n<dl>\n");
        foreach ((string name, string value) in Facts) page.Append($"<dt>{name}</dt><dd>{Safe(value)}</dd>\n");
        page.Append("</dl>\n<h2>The share</h2>\n<div class=\"share\">\n")
            .Append(string.Create(CultureInfo.InvariantCulture,
                $"<svg viewBox=\"{-QrCode.Margin} {-QrCode.Margin} {Side} {Side}\" role=\"img\" "))
            .Append("aria-label=\"The share as a QR code\"><path d=\"");
        AppendPath(page, code);
        page.Append("\"/></svg>\n<div><p class=\"begin\">It begins with ").Append(text[..4])
            .Append("; then its groups:</p>\n<ol class=\"groups\">\n");
        for (int i = 0; i < CustodianShare.TextGroups; i++)
        {
            page.Append(string.Create(CultureInfo.InvariantCulture, $"<li><b>{i + 1}</b>"))
                .Append(Group(text, i)[..4]).Append(" ").Append(Group(text, i)[4..]).Append("</li>\n");
        }

        page.Append("</ol></div>\n</div>\n<h2>What to do with it</h2>\n<ol class=\"advice\">\n");
        foreach (string each in Advice) page.Append($"<li>{Safe(each)}</li>\n");
        page.Append("</ol>\n</main>\n</body>\n</html>\n");
    }

    // A4 in millimetres.
    private void WriteSvg(SecretText page, ReadOnlySpan<char> text, QrCode code)
    {
        page.Append(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"210mm\" height=\"297mm\" viewBox=\"0 0 210 297\">\n")
            .Append("<rect width=\"210\" height=\"297\" fill=\"#fff\"/>\n<g font-family=\"DejaVu Sans, sans-serif\" "
                + "font-size=\"4\">\n")
            .Append($"<text x=\"16\" y=\"26\" font-size=\"8\" font-weight=\"bold\">{Title}</text>\n");
        int y = 38;
        foreach ((string name, string value) in Facts)
        {
            page.Append(string.Create(CultureInfo.InvariantCulture,
                $"<text x=\"16\" y=\"{y}\">{name}</text><text x=\"50\" y=\"{y}\">{Safe(value)}</text>\n"));
            y += 6;
        }

        page.Append(string.Create(CultureInfo.InvariantCulture,
            $"<path transform=\"translate(20 {y + 6}) scale(1.4)\" d=\""));
        AppendPath(page, code);
        page.Append(string.Create(CultureInfo.InvariantCulture,
            $"\"/>\n<text x=\"104\" y=\"{y + 3}\" font-size=\"3.6\">"))
            .Append("It begins with ").Append(text[..4]).Append("; then its groups:</text>\n")
            .Append("<g font-family=\"DejaVu Sans Mono, monospace\" font-size=\"5\">\n");
        for (int i = 0; i < CustodianShare.TextGroups; i++)
        {
            page.Append(string.Create(CultureInfo.InvariantCulture,
                    $"<text x=\"104\" y=\"{y + 10 + (i * 6)}\">{i + 1,2}</text><text x=\"116\" "
                        + $"y=\"{y + 10 + (i * 6)}\">"))
                .Append(Group(text, i)[..4]).Append(" ").Append(Group(text, i)[4..]).Append("</text>\n");
        }

        page.Append("</g>\n");
        y += 92;
        foreach (string line in Advice.SelectMany((each, i) => Lines($"{i + 1}. {each}")))
        {
            page.Append(string.Create(CultureInfo.InvariantCulture,
                $"<text x=\"16\" y=\"{y}\" font-size=\"3.6\">{Safe(line)}</text>\n"));
            y += 5;
        }

        page.Append("</g>\n</svg>\n");
    }

    private static int Side => QrCode.Size + (2 * QrCode.Margin);

    private static ReadOnlySpan<char> Group(ReadOnlySpan<char> text, int group) =>
        text.Slice(text.Length - ((CustodianShare.TextGroups - group) * (GroupSize + 1)) + 1, GroupSize);

    // Runs of dark modules, row by row.
    private static void AppendPath(SecretText page, QrCode code)
    {
        for (int y = 0; y < QrCode.Size; y++)
        {
            for (int x = 0, run; x < QrCode.Size; x += run + 1)
            {
                for (run = 0; code[x + run, y] == 1; run++)
                {
                }

                if (run > 0) page.Append(string.Create(CultureInfo.InvariantCulture, $"M{x} {y}h{run}v1h-{run}z"));
            }
        }
    }

    /// <summary>Two rows of modules in a line of text: dark ink on a light ground.</summary>
    public static void AppendBlocks(SecretText text, QrCode code)
    {
        for (int y = -QrCode.Margin; y < QrCode.Size + QrCode.Margin; y += 2)
        {
            for (int x = -QrCode.Margin; x < QrCode.Size + QrCode.Margin; x++)
                text.Append(" ▄▀█".AsSpan((2 * code[x, y]) + code[x, y + 1], 1));
            text.Append("\n");
        }
    }

    private static IEnumerable<string> Lines(string text)
    {
        const int Width = 92;
        while (text.Length > Width)
        {
            int cut = text.LastIndexOf(' ', Width);
            yield return text[..cut];
            text = text[(cut + 1)..];
        }

        yield return text;
    }

    private static string Safe(string text) => HtmlEncoder.Default.Encode(Printable.Text(text));
}
