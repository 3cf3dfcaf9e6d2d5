using System.CommandLine;
using Qbitel.KeyFiles;
using Qbitel.Messages;
using Qbitel.Printing;
using Qbitel.Protocols;
using Qbitel.Protocols.Translation;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Commands;

internal static class TranslateCommand
{
    public static Verb Create(GlobalOptions global)
    {
        Argument<string> file = new("FILE") { Description = "The message; - reads standard input" };
        Option<string?> to = new("--to")
        {
            Description = "mx, mt, or a type: " + string.Join(", ",
                Translator.Supported.Select(pair => pair.Target).Distinct(StringComparer.Ordinal)),
            HelpName = "NAME",
        };
        to.CompletionSources.Add(_ => ["mx", "mt", .. Translator.Supported.Select(pair => pair.Target)
            .Distinct(StringComparer.Ordinal)]);
        Option<string?> target = new("--output", "-o")
        {
            Description = "Where the message goes; - is standard output [default: -]",
            HelpName = "FILE",
        };
        Option<string?> report = new("--report")
        {
            Description = "Write what became of every value into FILE, as JSON",
            HelpName = "FILE",
        };
        Option<bool> lossless = new("--lossless") { Description = "Refuse where a value would be lost or cut" };
        Option<bool> force = new("--force") { Description = "Replace files that are there" };

        Verb verb = new("translate",
            "Write a message in another format and account for every value of it: carried, cut, dropped or added. "
            + "Exit 1 when it cannot be.",
            new("qbitel translate payment.mt --to mx -o payment.xml", "an MT103 as pacs.008"),
            new("qbitel translate payment.mt --to mx -o payment.xml --report losses.json",
                "with the account in a file"),
            new("qbitel translate payment.xml --to mt", "a pacs.008 as MT103, on standard output"),
            new("qbitel translate payment.mt --to mx --lossless -o payment.xml", "only if nothing is lost"))
        {
            file, to, target, report, lossless, force,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string place = line.GetValue(target) ?? Input.StandardInput;
            bool isPiped = place == Input.StandardInput, replaces = line.GetValue(force);
            if (!isPiped) SafeFile.Require(place, replaces);
            if (line.GetValue(report) is { } account) SafeFile.Require(account, replaces);

            string source = MessageFiles.Find([line.GetRequiredValue(file)], out bool isMany)[0];
            if (isMany) throw new MisusedException("One message is translated at a time.");
            await using Stream content = MessageFiles.Open(source);
            byte[] bytes = await Input.ReadAsync(content, cancellation);
            TranslationOptions options = new() { CreatedAt = TimeProvider.System.GetUtcNow() };
            if (!Translator.TryTranslate(bytes, line.GetValue(to), options, out TranslatedMessage translated,
                out ParseError error))
            {
                throw new RefusedException($"{source} cannot be translated: {error}",
                    "'qbitel parse FILE --explain' shows the message; nothing was written.");
            }

            LossReport losses = translated.Report;
            if (line.GetValue(report) is { } path)
            {
                await SafeFile.WriteAsync(path, System.Text.Encoding.UTF8.GetBytes(losses.ToJson() + "\n"),
                    SafeFile.Ordinary, replaces, cancellation);
            }

            if (line.GetValue(lossless) && !losses.IsLossless)
            {
                throw new RefusedException($"{source} would lose values as {translated.TargetType}: "
                    + string.Join("; ", losses.Fields.Where(field => field.Outcome
                        is FieldOutcome.Truncated or FieldOutcome.Dropped).Select(field => field.Source)),
                    "Without --lossless it is translated, and --report FILE accounts for them.");
            }

            if (isPiped)
            {
                await Output.RawAsync(translated.ToBytes(), isSecret: false, isText: true, cancellation);
                return ExitCode.Done;
            }

            await SafeFile.WriteAsync(place, translated.ToBytes(), SafeFile.Ordinary, replaces, cancellation);
            output.Document(() => losses.ToJson(), console => console.Line($"{place}: {losses}".TrimEnd()));
            return ExitCode.Done;
        });
    }
}
