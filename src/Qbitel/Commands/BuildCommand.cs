using System.CommandLine;
using Qbitel.KeyFiles;
using Qbitel.Messages;
using Qbitel.Printing;
using Qbitel.Protocols;
using Qbitel.Protocols.Identification;
using Spectre.Console;

namespace Qbitel.Commands;

internal static class BuildCommand
{
    public static Verb Create(GlobalOptions global)
    {
        Argument<string> format = new("FORMAT") { Description = "The protocol of the message" };
        format.AcceptOnlyFromAmong([.. MessageMaker.Protocols]);
        Option<string?> type = new("--type")
        {
            Description = "The message's type: D, 103, pacs.008.001.08, 0200, PPD, CTR "
                + "[default: \"type\" of the settings]",
            HelpName = "TYPE",
        };
        Option<string[]> set = new("--set")
        {
            Description = "A value, by the path of its field; \\n ends a line, [2] is the second of its name",
            HelpName = "PATH=VALUE",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> from = new("--from")
        {
            Description = "Values as a JSON object; - reads standard input; --set changes single ones",
            HelpName = "FILE",
        };
        ReadingOptions reading = new();
        Option<string?> target = new("--output", "-o")
        {
            Description = "Where the message goes; - is standard output [default: -]",
            HelpName = "FILE",
        };
        Option<bool> force = new("--force") { Description = "Replace a file that is there" };
        Option<bool> allow = new("--allow-invalid") { Description = "Write it though it breaks rules, which are told" };
        Option<bool> template = new("--template") { Description = "Print the settings a type needs, to be filled in" };
        Option<bool> fields = new("--help-fields") { Description = "Print all fields a type has" };

        Verb verb = new("build",
            "Make a message of single values and write it if it is valid. Exit 1 when it is not; each error names the "
            + "path that is wrong.",
            new("qbitel build fix --type D --template > order.json", "what an order needs"),
            new("qbitel build fix --from order.json -o order.fix", "the order"),
            new("qbitel build swift-mt --type 103 --help-fields", "the fields of an MT103"),
            new("qbitel build nacha --type PPD --template > payroll.json", "what an ACH file of one batch needs"),
            new("qbitel build iso8583 --type 0800 --set 7=1124093000 11=000042 70=301",
                "an echo test, on standard output"))
        {
            format, type, set, from, reading.Profile, reading.Strict, reading.AsOf, target, force, allow, template,
                fields,
        };
        verb.Validators.Add(result =>
        {
            foreach (string each in result.GetValue(set) ?? [])
            {
                if (each.IndexOf('=', StringComparison.Ordinal) < 1)
                    result.AddError($"'{each}' is no setting: write PATH=VALUE.");
            }
        });
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string protocol = line.GetRequiredValue(format);
            ParseOptions options = reading.Options(line);
            ReadingOptions.RequireProfile(protocol, options);
            List<MessageSetting> settings = line.GetValue(from) is { } file
                ? SettingsJson.Read(await Input.ReadAsync(file, cancellation), file) : [];
            string? kind = line.GetValue(type) ?? settings.Find(setting => setting.Path == "type")?.Value;
            settings.RemoveAll(setting => setting.Path == "type");
            if (kind is null) throw new MisusedException("Name the type of the message: --type TYPE.");
            if (line.GetValue(template) || line.GetValue(fields))
                return Help(protocol, kind, line.GetValue(template), output);

            foreach (string each in line.GetValue(set) ?? []) Set(settings, each);
            BuiltMessage built = MessageMaker.Build(protocol, kind, settings, TimeProvider.System.GetUtcNow(), options);
            bool isWritten = built.Bytes is not null && (built.IsValid || line.GetValue(allow));
            string place = line.GetValue(target) ?? Input.StandardInput;
            if (!isWritten || place == Input.StandardInput)
            {
                MadeMessage none = new(protocol, kind, null, null, built.Findings);
                if (!isWritten && output.IsJson) output.Text(none.ToJson());
                else Tell(built, isWritten, output);
                if (isWritten)
                {
                    await Output.RawAsync(built.Bytes!.Value, isSecret: false, IsText(built.Bytes.Value.Span),
                        cancellation);
                }

                return built.IsValid ? ExitCode.Done : ExitCode.Refused;
            }

            await SafeFile.WriteAsync(place, built.Bytes!.Value, SafeFile.Ordinary, line.GetValue(force), cancellation);
            MadeMessage made = new(protocol, kind, place, built.Bytes.Value.Length, built.Findings);
            output.Document(made.ToJson, console =>
            {
                console.Line(
                    $"{place}: {protocol} {kind}, {made.Bytes} bytes, {(built.IsValid ? "valid" : "not valid")}");
                foreach (Diagnostic finding in built.Findings) console.Line($"  {finding}");
            });
            return built.IsValid ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static void Tell(BuiltMessage built, bool isWritten, Output output)
    {
        foreach (Diagnostic finding in built.Findings.Where(finding => finding.Severity == Severity.Error))
            output.Failure(finding.ToString(), remedy: null);
        if (!isWritten)
        {
            output.Failure("Nothing was written.", built.Bytes is null ? "Put the settings right."
                : "Put the settings right, or write it as it is with --allow-invalid.");
        }
    }

    private static void Set(List<MessageSetting> settings, string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        MessageSetting setting = new(text[..equals],
            text[(equals + 1)..].Replace("\\n", "\n", StringComparison.Ordinal));
        int known = settings.FindIndex(each => each.Path == setting.Path);
        if (known < 0) settings.Add(setting);
        else settings[known] = setting;
    }

    private static ExitCode Help(string protocol, string type, bool isTemplate, Output output)
    {
        IReadOnlyList<MessageSlot> slots = MessageMaker.Slots(protocol, type);
        if (slots.Count == 0)
        {
            throw new RefusedException($"The fields of {protocol} {type} are not carried.",
                "Check how the type is written: D, 103, pacs.008.001.08, 0200, PPD, CTR.");
        }

        if (isTemplate || output.IsJson)
        {
            output.Text(SettingsJson.Template(slots));
            return ExitCode.Done;
        }

        output.Document(() => "", console =>
        {
            Table table = PeopleConsole.Table("Path", "Needed", "Name", "What it must be");
            foreach (MessageSlot slot in slots)
            {
                table.AddRow(PeopleConsole.Cell(slot.Path), PeopleConsole.Cell(slot.IsRequired ? "yes" : ""),
                    PeopleConsole.Cell(slot.Name ?? ""), PeopleConsole.Cell(slot.Form));
            }

            console.Write(table);
        });
        return ExitCode.Done;
    }

    private static bool IsText(ReadOnlySpan<byte> bytes) =>
        !bytes.ContainsAnyInRange((byte)0, (byte)8) || bytes.Contains((byte)'\n');
}
