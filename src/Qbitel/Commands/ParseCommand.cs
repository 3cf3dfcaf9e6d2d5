using System.CommandLine;
using System.Text;
using System.Text.Json;
using Qbitel.KeyFiles;
using Qbitel.Messages;
using Qbitel.Printing;
using Qbitel.Protocols;
using Qbitel.Protocols.Identification;
using Spectre.Console;

namespace Qbitel.Commands;

internal static class ParseCommand
{
    public static Verb Create(GlobalOptions global)
    {
        Argument<string[]> files = new("FILE")
        {
            Description =
                "Messages: files, folders with all that is in them, or quoted patterns such as 'in/**/*.xml'; "
                + "- reads standard input",
            Arity = ArgumentArity.ZeroOrMore,
        };
        ReadingOptions reading = new();
        Option<bool> table = new("--table") { Description = "Print a table of fields, also of several files" };
        Option<bool> explain = new("--explain")
        {
            Description = "Print the bytes beside what they mean, with every fault under its place",
        };
        Option<string?> html = new("--html")
        {
            Description = "Write the explanation as a page of its own into FILE",
            HelpName = "FILE",
        };
        Option<bool> summary = new("--summary")
        {
            Description = "Count what archives of any size hold, gzip, tar and zip included",
        };
        Option<string?> layout = new("--layout")
        {
            Description =
                "Read each file as one message of what this layout describes, which 'qbitel adapter generate' "
                + "wrote as *.layout.json",
            HelpName = "FILE",
        };
        Option<bool> list = new("--list-profiles") { Description = "Print the protocols and their profiles" };
        Option<bool> force = new("--force") { Description = "Replace the page that is there" };

        Verb verb = new("parse",
            "Read banking messages to their end and say what they hold and what is wrong with them. Exit 1 when one is "
            + "not valid.",
            new("qbitel parse payment.txt", "what it is, and where it is wrong"),
            new("qbitel parse payment.txt --explain", "every byte beside its meaning"),
            new("qbitel parse payment.xml --html payment.html", "the same as a page, for a browser or a printer"),
            new("qbitel parse order.fix --protocol fix --strict --json", "for a program, by the letter"),
            new("qbitel parse inbox/ 'old/*.mt' --archive", "a line for each file, by the rules of its day"),
            new("qbitel parse 2026.tar.gz --summary", "what an archive holds, whatever its size"),
            new("qbitel parse message.bin --layout ledger.layout.json",
                "a protocol of your own, learnt from its traffic"),
            new("qbitel parse --list-profiles", "the rules a message can be judged by"))
        {
            files, reading.Protocol, reading.Profile, reading.Strict, reading.Archive, reading.AsOf, table, explain,
                html,
            summary, layout, list, force,
        };
        verb.Validators.Add(result =>
        {
            bool isJson = result.GetValue(global.Json), isExplained = result.GetValue(explain);
            bool isSummary = result.GetValue(summary), isTable = result.GetValue(table);
            if (result.GetValue(files) is not { Length: > 0 } && !result.GetValue(list))
                result.AddError("Name a file, a folder or a pattern; - reads standard input.");
            if (isExplained && isJson) result.AddError("--explain is for people, --json for programs.");
            if (isTable && (isJson || isExplained))
                result.AddError("--table is one form, --json and --explain are others.");
            if (isSummary && (isExplained || isTable || result.GetValue(html) is not null))
                result.AddError("--summary counts messages; the other forms show them one by one.");
            if (result.GetValue(layout) is not null && (isSummary || result.GetValue(reading.Protocol) is not null
                || result.GetValue(reading.Profile) is not null))
            {
                result.AddError("--layout is a protocol of its own, of one message a file.");
            }
        });
        return verb.Does(global, async (line, output, cancellation) =>
        {
            if (line.GetValue(list)) return ListProfiles(output);

            IReadOnlyList<string> found = MessageFiles.Find(line.GetRequiredValue(files), out bool isMany);
            ParseOptions options = reading.Options(line);
            if (line.GetValue(layout) is { } path) options = options with { Layout = ReadingOptions.ReadLayout(path) };
            string? protocol = reading.ProtocolOf(line, options);
            ReadingOptions.RequireProfile(protocol, options);
            if (line.GetValue(summary)) return await SummariseAsync(found, protocol, options, output, cancellation);
            if (isMany)
            {
                if (line.GetValue(html) is not null) throw new MisusedException("A page explains one file.");
                return await ManyReports.WriteAsync(found, protocol, options,
                    line.GetValue(explain) ? ReportForm.Explained
                        : line.GetValue(table) ? ReportForm.Table : ReportForm.Line, output, cancellation);
            }

            byte[] bytes = await ReadAsync(found[0], cancellation);
            ParseReport report = ReadingOptions.Parse(bytes, protocol, options);
            string name = found[0] == MessageFiles.StandardInput ? "standard input" : Path.GetFileName(found[0]);
            if (line.GetValue(html) is { } page)
            {
                string text = ExplainedPage.Of(ExplainedMessage.Of(name, bytes, report, options));
                await SafeFile.WriteAsync(page, Encoding.UTF8.GetBytes(text), SafeFile.Ordinary, line.GetValue(force),
                    cancellation);
            }

            output.Document(() => report.ToJson(), console =>
            {
                if (line.GetValue(explain))
                    ExplainedText.Write(ExplainedMessage.Of(name, bytes, report, options), console);
                else ReportText.Write(report, console);
            });
            return report.IsValid ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static async Task<byte[]> ReadAsync(string file, CancellationToken cancellation)
    {
        await using Stream source = MessageFiles.Open(file);
        return await Input.ReadAsync(source, cancellation);
    }

    private static async Task<ExitCode> SummariseAsync(IReadOnlyList<string> files, string? protocol,
        ParseOptions options, Output output, CancellationToken cancellation)
    {
        long? size = files.Contains(MessageFiles.StandardInput, StringComparer.Ordinal) ? null
            : files.Sum(file => File.Exists(file) ? new FileInfo(file).Length : 0);
        ArchiveSummary summary = await output.TransferAsync("Reading", size > 0 ? size : null,
            read => new ArchiveReading(protocol, options, read).ReadAsync(files, cancellation));
        output.Document(() => Json(writer => ArchiveDocument.Write(summary, writer)),
            console => ArchiveDocument.Print(summary, console));
        return summary.IsValid ? ExitCode.Done : ExitCode.Refused;
    }

    private static ExitCode ListProfiles(Output output)
    {
        output.Document(() => Json(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("protocols");
            foreach (string protocol in MessageIdentifier.Protocols)
            {
                writer.WriteStartObject();
                writer.WriteString("protocol", protocol);
                writer.WriteStartArray("profiles");
                foreach (MessageProfile profile in MessageParser.Profiles(protocol))
                {
                    writer.WriteStartObject();
                    writer.WriteString("name", profile.Name);
                    writer.WriteString("description", profile.Description);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }), console =>
        {
            Table table = PeopleConsole.Table("Protocol", "Profile", "What it is");
            foreach (string protocol in MessageIdentifier.Protocols)
            {
                table.AddRow(PeopleConsole.Cell(protocol), PeopleConsole.Cell(null),
                    PeopleConsole.Cell("its general rules"));
                foreach (MessageProfile profile in MessageParser.Profiles(protocol))
                {
                    table.AddRow(PeopleConsole.Cell(""), PeopleConsole.Cell(profile.Name),
                        PeopleConsole.Cell(profile.Description));
                }
            }

            console.Write(table);
        });
        return ExitCode.Done;
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using MemoryStream bytes = new();
        JsonWriterOptions options = new() { Indented = true, NewLine = "\n" };
        using (Utf8JsonWriter writer = new(bytes, options)) write(writer);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
