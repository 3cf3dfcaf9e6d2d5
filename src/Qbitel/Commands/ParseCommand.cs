using System.CommandLine;
using Qbitel.Printing;
using Qbitel.Protocols;
using Qbitel.Protocols.Identification;
using Spectre.Console;

namespace Qbitel.Commands;

internal static class ParseCommand
{
    public static Verb Create(GlobalOptions global)
    {
        Argument<string> file = new("FILE") { Description = "The message; - reads standard input" };
        Option<string?> protocol = new("--protocol")
        {
            Description = "Read it as this protocol, instead of finding out",
            HelpName = "NAME",
        };
        protocol.CompletionSources.Add(_ => MessageIdentifier.Protocols);
        protocol.Validators.Add(result =>
        {
            if (result.Tokens is [var name]
                && !MessageIdentifier.Protocols.Contains(name.Value, StringComparer.Ordinal))
            {
                result.AddError(
                    $"'{name.Value}' is no protocol known here. Known: "
                    + $"{string.Join(", ", MessageIdentifier.Protocols)}.");
            }
        });
        Option<string?> profile = new("--profile")
        {
            Description = "Judge it by this profile of its protocol",
            HelpName = "NAME",
        };
        Option<bool> strict = new("--strict") { Description = "Make errors of deviations that everyone tolerates" };

        Verb verb = new("parse",
            "Read a banking message to its end and say what it holds and what is wrong with it. Exit 1 when it is "
            + "not valid.",
            new("qbitel parse payment.txt", "what it is, and where it is wrong"),
            new("qbitel parse order.fix --protocol fix --strict --json", "for a program, by the letter"))
        {
            file, protocol, profile, strict,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            byte[] bytes = await Input.ReadAsync(line.GetRequiredValue(file), cancellation);
            ParseReport report = Parse(bytes, line.GetValue(protocol), new ParseOptions
            {
                Profile = line.GetValue(profile),
                Mode = line.GetValue(strict) ? ParseMode.Strict : ParseMode.Lenient,
            });
            output.Document(() => report.ToJson(), console => Print(report, console));
            return report.IsValid ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static ParseReport Parse(byte[] bytes, string? protocol, ParseOptions options)
    {
        try
        {
            return MessageParser.Parse(bytes, protocol, options);
        }
        catch (ArgumentException unknown)
        {
            throw new MisusedException(unknown.Message, unknown);
        }
    }

    private static void Print(ParseReport report, IAnsiConsole console)
    {
        string kind = string.Join(' ',
            new[] { report.Protocol ?? "unknown protocol", report.Version, report.MessageType }.OfType<string>());
        console.Line($"{kind}: {(report.IsValid ? "valid" : "not valid")}");
        foreach ((string name, string value) in report.Summary) console.Line($"  {name}: {value}");
        foreach (Diagnostic error in report.Errors) console.Line($"error    {error}");
        foreach (Diagnostic warning in report.Warnings)
            console.Line($"{(warning.Severity == Severity.Warning ? "warning" : "note"),-8} {warning}");
        if (report.Fields.Count == 0) return;

        console.Line();
        Table table = PeopleConsole.Table("Offset", "Tag", "Name", "Value");
        foreach (ReportField field in report.Fields)
        {
            table.AddRow(PeopleConsole.Cell($"{field.Offset}"), PeopleConsole.Cell(field.Tag),
                PeopleConsole.Cell(field.Path ?? field.Name),
                PeopleConsole.Cell(field.Value));
        }

        console.Write(table);
    }
}
