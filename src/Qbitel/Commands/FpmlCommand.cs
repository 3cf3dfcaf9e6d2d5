using System.CommandLine;
using System.Text;
using Qbitel.KeyFiles;
using Qbitel.Messages;
using Qbitel.Messages.Trades;
using Qbitel.Printing;
using Qbitel.Protocols;
using Qbitel.Protocols.Fpml;
using Qbitel.Protocols.Fpml.Explaining;

namespace Qbitel.Commands;

internal static class FpmlCommand
{
    public static Command Create(GlobalOptions global) =>
        new("fpml", "Derivatives in FpML: what was traded, in words.") { Explain(global) };

    private static Verb Explain(GlobalOptions global)
    {
        Argument<string> file = new("FILE") { Description = "The document; - reads standard input" };
        Option<string?> html = new("--html")
        {
            Description = "Write the explanation as a page of its own into FILE",
            HelpName = "FILE"
        };
        Option<bool> force = new("--force") { Description = "Replace the page that is there" };
        Verb verb = new("explain",
            "Say what a document of FpML agrees: who pays what to whom, and what happens on which day. Names are "
            + "covered. Exit 1 when it is not valid.",
            new("qbitel fpml explain trade.xml", "the trade in words, as a table and along its days"),
            new("qbitel fpml explain trade.xml --json", "the same for a program"),
            new("qbitel fpml explain trade.xml --html trade.html", "and as a page"))
        {
            file, html, force,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string source = MessageFiles.Find([line.GetRequiredValue(file)], out bool isMany)[0];
            if (isMany) throw new MisusedException("One document is explained at a time.");
            await using Stream content = MessageFiles.Open(source);
            byte[] bytes = await Input.ReadAsync(content, cancellation);
            if (!FpmlDocument.TryParse(bytes, out FpmlDocument document, out ParseError error))
            {
                throw new RefusedException($"{source} is no document of FpML: {error}",
                    "'qbitel parse FILE --explain' shows what it is.");
            }

            FpmlExplanation explained = FpmlExplanation.Of(document);
            if (line.GetValue(html) is { } page)
            {
                string name = source == MessageFiles.StandardInput ? "standard input" : Path.GetFileName(source);
                await SafeFile.WriteAsync(page, Encoding.UTF8.GetBytes(TradePage.Of(name, explained,
                    document.Findings)),
                    SafeFile.Ordinary, line.GetValue(force), cancellation);
            }

            output.Document(() => Json(document, explained), console =>
                TradeText.Write(explained, document.Findings, console));
            return document.IsValid ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static string Json(FpmlDocument document, FpmlExplanation explained)
    {
        return IndentedJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("version", document.Version);
            writer.WriteString("messageType", document.MessageType);
            writer.WriteBoolean("valid", document.IsValid);
            explained.WriteMembersTo(writer);
            writer.WriteStartArray("findings");
            foreach (Diagnostic finding in document.Findings) finding.WriteTo(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }
}
