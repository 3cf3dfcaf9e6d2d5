using System.CommandLine;
using System.Globalization;
using System.Text;
using Qbitel.Discovery;
using Qbitel.Discovery.Sessions;
using Qbitel.KeyFiles;
using Qbitel.Printing;
using Qbitel.Sources;

namespace Qbitel.Commands;

/// <summary>What a person says of a protocol nobody documented, put into a session file edit by edit.</summary>
internal static class DiscoverSessionCommand
{
    public static Command Create(GlobalOptions global)
    {
        Command command = new("session",
            "Say what fields are: names, types, where they end; each edit is tried on the traffic first");
        command.Add(Show(global));
        command.Add(Place(global));
        command.Add(Name(global));
        command.Add(Type(global));
        command.Add(Mean(global));
        command.Add(Merge(global));
        command.Add(Split(global));
        command.Add(Undo(global));
        command.Add(Diff(global));
        return command;
    }

    private static Argument<FileInfo> SessionArgument() =>
        new("SESSION") { Description = "A session file that 'qbitel discover FILE --session SESSION' began" };

    private static Argument<string> Field() =>
        new("FIELD") { Description = "The field as 'session show' names it, e.g. options.value in a chain" };

    private static Option<string?> MessageType() => new("--type")
    {
        Description = "Only in this message type [default: all that have the field]",
        HelpName = "TYPE",
    };

    private static Verb Show(GlobalOptions global)
    {
        Argument<FileInfo> file = SessionArgument();
        Verb verb = new("show", "Show the protocol's fields as the session has them.",
            new Example("qbitel discover session show host.session.json", "the names to use in the other commands"))
        { file };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            (DiscoverySession session, SessionModel model) = await ReadAsync(line.GetRequiredValue(file), cancellation);
            output.Text(output.IsJson ? SessionJson.Write(session, model) : Words(session, model));
            return ExitCode.Done;
        });
    }

    private static Verb Place(GlobalOptions global)
    {
        Argument<FileInfo> file = SessionArgument();
        Argument<int> start = new("START")
        {
            Description = "Where it begins, in bytes from the beginning of the message",
            CustomParser = result => Number.Between(result, 0, 65_535),
        };
        Argument<string> name = new("NAME") { Description = "Small letters, digits and underscores" };
        Option<int?> length = new("--length")
        {
            Description = "Its bytes, whatever was inferred there [default: those of the field that begins there]",
            HelpName = "N",
            CustomParser = result => Number.Between(result, 1, 65_535),
        };
        Option<string?> encoding = new("--encoding") { Description = "How it is encoded", HelpName = "ENCODING" },
            meaning = new("--meaning") { Description = "What it means", HelpName = "MEANING" }, type = MessageType();
        Verb verb = new("field", "Say which bytes are a field.",
            new Example(
                "qbitel discover session field host.session.json 10 debtor_account --length 22 --encoding ascii",
                "bytes 10 to 31 are the debtor's account"))
        { file, start, name, length, encoding, meaning, type };
        return verb.Does(global, (line, output, cancellation) => AddAsync(line.GetRequiredValue(file),
            new SessionEdit(line.GetRequiredValue(name))
            {
                Start = line.GetRequiredValue(start),
                Length = line.GetValue(length),
                Encoding = line.GetValue(encoding),
                Semantic = line.GetValue(meaning),
                Type = line.GetValue(type),
            }, output, cancellation));
    }

    private static Verb Name(GlobalOptions global)
    {
        Argument<string> name = new("NAME") { Description = "Small letters, digits and underscores" };
        return Edit(global, new Verb("name", "Give a field a name.",
            new Example("qbitel discover session name host.session.json sequence_8 trace_number",
                "it is the trace number"),
            new Example("qbitel discover session name host.session.json chain_22.tag option",
                "of each item of a chain")),
            [name], [], (line, edit) => edit with { Name = line.GetRequiredValue(name) });
    }

    private static Verb Type(GlobalOptions global)
    {
        Argument<string> encoding = new("ENCODING")
        {
            Description = "E.g. bytes, ascii, ebcdic, uint16be, uint32le, digits, bcd, packed, zoned-ebcdic",
        };
        return Edit(global, new Verb("type", "Say how a field is encoded.",
            new Example("qbitel discover session type host.session.json f12 uint32le", "it is a number")),
            [encoding], [], (line, edit) => edit with { Encoding = line.GetRequiredValue(encoding) });
    }

    private static Verb Mean(GlobalOptions global)
    {
        Argument<string> meaning = new("MEANING") { Description = "E.g. amount, date, time, id, sequence, string" };
        return Edit(global, new Verb("mean", "Say what a field means.",
            new Example("qbitel discover session mean host.session.json f12 amount", "it is an amount")),
            [meaning], [], (line, edit) => edit with { Semantic = line.GetRequiredValue(meaning) });
    }

    private static Verb Merge(GlobalOptions global)
    {
        Argument<string> next = new("NEXT") { Description = "The field right after it" };
        Option<string?> name = new("--name") { Description = "What the whole is called", HelpName = "NAME" };
        return Edit(global, new Verb("merge", "Make two fields one.",
            new Example("qbitel discover session merge host.session.json f12 f16 --name account",
                "they are one account")),
            [next], [name], (line, edit) =>
                edit with { MergeWith = line.GetRequiredValue(next), Name = line.GetValue(name) });
    }

    private static Verb Split(GlobalOptions global)
    {
        Argument<int> at = new("BYTES")
        {
            Description = "Bytes of the first part",
            CustomParser = result => Number.Between(result, 1, 65_535),
        };
        Option<string?> name = new("--name") { Description = "What the second part is called", HelpName = "NAME" };
        return Edit(global, new Verb("split", "Make a field two.",
            new Example("qbitel discover session split host.session.json f12 2 --name branch",
                "the branch begins after 2 bytes")),
            [at], [name], (line, edit) =>
                edit with { SplitAt = line.GetRequiredValue(at), Name = line.GetValue(name) });
    }

    private static Verb Undo(GlobalOptions global)
    {
        Argument<FileInfo> file = SessionArgument();
        Verb verb = new("undo", "Take the last edit back.",
            new Example("qbitel discover session undo host.session.json", "as it was before"))
        { file };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            FileInfo place = line.GetRequiredValue(file);
            DiscoverySession session = await ParseAsync(place, cancellation);
            if (session.Edits.Count == 0)
                throw new RefusedException($"{place.Name} has no edits.", "There is nothing to take back.");
            SessionEdit last = session.Edits[^1];
            session = session with { Edits = [.. session.Edits.SkipLast(1)] };
            await WriteAsync(place, session, cancellation);
            output.Text(output.IsJson ? session.ToString().TrimEnd() : $"taken back: {Words(last)}");
            return ExitCode.Done;
        });
    }

    private static Verb Diff(GlobalOptions global)
    {
        Argument<FileInfo> file = SessionArgument(),
            traffic = new("TRAFFIC") { Description = "Traffic that came later" };
        Verb verb = new("diff", "Say where later traffic contradicts the model. Exit 1 when it does.",
            new Example("qbitel discover session diff host.session.json tuesday.pcapng",
                "what Monday's model does not read"))
        { file, traffic };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            (_, SessionModel model) = await ReadAsync(line.GetRequiredValue(file), cancellation);
            SessionDifference difference = model.Compare(await DiscoverInput.ReadAsync(line.GetRequiredValue(traffic),
                new DiscoveryConfig(), cancellation));
            output.Text(output.IsJson ? SessionJson.Write(difference) : Words(difference));
            return difference.Contradictions.Count > 0 ? ExitCode.Refused : ExitCode.Done;
        });
    }

    private static Verb Edit(GlobalOptions global, Verb verb, IReadOnlyList<Argument> arguments,
        IReadOnlyList<Option> options,
        Func<ParseResult, SessionEdit, SessionEdit> edited)
    {
        Argument<FileInfo> file = SessionArgument();
        Argument<string> field = Field();
        Option<string?> type = MessageType();
        verb.Add(file);
        verb.Add(field);
        foreach (Argument argument in arguments) verb.Add(argument);
        foreach (Option option in options) verb.Add(option);
        verb.Add(type);
        return verb.Does(global, (line, output, cancellation) => AddAsync(line.GetRequiredValue(file),
            edited(line, new SessionEdit(line.GetRequiredValue(field)) { Type = line.GetValue(type) }), output,
            cancellation));
    }

    private static async Task<ExitCode> AddAsync(
        FileInfo place, SessionEdit edit, Output output, CancellationToken cancellation)
    {
        DiscoverySession session = await ParseAsync(place, cancellation);
        session = session with { Edits = [.. session.Edits, edit] };
        SessionModel model = await ModelAsync(place, session, cancellation);
        await WriteAsync(place, session, cancellation);
        output.Text(output.IsJson ? SessionJson.Write(session, model) : Words(edit));
        return ExitCode.Done;
    }

    private static Task WriteAsync(FileInfo place, DiscoverySession session, CancellationToken cancellation) =>
        SafeFile.WriteAsync(place.FullName, Encoding.UTF8.GetBytes(session.ToString()), SafeFile.Ordinary,
            replace: true,
            cancellation);

    private static async Task<(DiscoverySession Session, SessionModel Model)> ReadAsync(FileInfo place,
        CancellationToken cancellation)
    {
        DiscoverySession session = await ParseAsync(place, cancellation);
        return (session, await ModelAsync(place, session, cancellation));
    }

    internal static async Task<DiscoverySession> ParseAsync(FileInfo place, CancellationToken cancellation)
    {
        try
        {
            return await SessionFile.FindAsync(place, cancellation) ?? throw new RefusedException(
                place.Exists ? $"{place.Name} is no session." : $"There is no file {place.Name}.",
                "'qbitel discover FILE --session SESSION' begins one.");
        }
        catch (FormatException error)
        {
            throw new RefusedException($"{place.Name}: {error.Message}", "Mend the session file, or begin another.",
                error);
        }
    }

    // The traffic is discovered anew each time: the model is what it says today, with the edits on top.
    private static async Task<SessionModel> ModelAsync(FileInfo place, DiscoverySession session,
        CancellationToken cancellation)
    {
        DiscoveryDocument document = await DiscoverInput.ReadAsync(
            new FileInfo(Path.Combine(place.DirectoryName!, session.Capture)), new DiscoveryConfig(), cancellation);
        return Model(place.Name, session, document);
    }

    internal static SessionModel Model(string file, DiscoverySession session, DiscoveryDocument document)
    {
        DiscoveredProtocol protocol = document.Protocols.FirstOrDefault(p => p.Name == session.Protocol)
            ?? throw new RefusedException($"There is no {session.Protocol} in the traffic.",
                "'qbitel discover FILE' says which protocols there are.");
        try
        {
            return new SessionModel(protocol, session);
        }
        catch (NotSupportedException error)
        {
            throw new RefusedException(error.Message, "A session is about an unknown protocol.", error);
        }
        catch (FormatException error)
        {
            throw new RefusedException($"{file}: {error.Message}; nothing was changed.",
                $"'qbitel discover session show {file}' names the fields.", error);
        }
    }

    private static string Words(DiscoverySession session, SessionModel model)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture,
            $"{session.Protocol} in {session.Capture}, {session.Edits.Count} edits");
        foreach (IGrouping<string, SessionField> type in model.Fields.GroupBy(f => f.Type, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\ntype {type.Key}");
            foreach (SessionField field in type)
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"\n  {field.Name,-24} {field.Size,-22} {field.Encoding,-10} {field.Semantic,-10} ")
                    .Append(field.IsSaid ? "said "
                        : string.Create(CultureInfo.InvariantCulture, $"{field.Confidence:0.00} "))
                    .Append(field.Rule.TrimEnd());
            }
        }

        return text.ToString();
    }

    private static string Words(SessionEdit edit)
    {
        string type = edit.Type is null ? "" : $" in type {edit.Type}";
        return edit switch
        {
            { Start: { } start, Length: { } length } => string.Create(CultureInfo.InvariantCulture,
                $"bytes {start} to {start + length - 1} are {edit.Field}"),
            { Start: { } start } => string.Create(CultureInfo.InvariantCulture,
                $"what begins at byte {start} is {edit.Field}"),
            { MergeWith: { } next } => $"{edit.Field} and {next} are one field"
                + (edit.Name is null ? "" : $", {edit.Name}"),
            { SplitAt: { } at } => string.Create(CultureInfo.InvariantCulture,
                $"{edit.Field} ends after {at} bytes, then comes {edit.Name ?? edit.Field + "_rest"}"),
            { Encoding: { } encoding } => $"{edit.Field} is {encoding}",
            { Semantic: { } meaning } => $"{edit.Field} means {meaning}",
            _ => $"{edit.Field} is called {edit.Name}",
        } + type;
    }

    private static string Words(SessionDifference difference)
    {
        StringBuilder text = new();
        int wrong = difference.Contradictions.Sum(c => c.Count);
        text.Append(CultureInfo.InvariantCulture,
            $"{difference.Judged - wrong} of {difference.Judged} messages read as the model says");
        foreach (SessionContradiction c in difference.Contradictions)
        {
            string type = c.Type.Length == 0 ? "" : $" of type {c.Type}";
            text.Append(CultureInfo.InvariantCulture, $"\n{c.Count} messages{type}, the first is {c.FirstMessage}: ")
                .Append(CultureInfo.InvariantCulture,
                    $"{c.Path} at offset {c.Offset} was expected to be {c.Expected}, found {c.Found} ({c.Code})");
        }

        foreach (string other in difference.Others)
            text.Append(CultureInfo.InvariantCulture, $"\n{other} is another protocol and was not judged");
        return text.ToString();
    }
}
