using System.CommandLine;
using Qbitel.KeyFiles;
using Qbitel.Messages;
using Qbitel.Printing;
using Qbitel.Protocols;

namespace Qbitel.Commands;

internal static class RedactCommand
{
    public static Verb Create(GlobalOptions global)
    {
        Argument<string[]> files = new("FILE")
        {
            Description = "Messages: files, folders with all that is in them, or quoted patterns; - reads standard "
                + "input",
            Arity = ArgumentArity.OneOrMore,
        };
        ReadingOptions reading = new();
        Option<string?> target = new("--output", "-o")
        {
            Description = "Where one file goes; - is standard output [default: -]",
            HelpName = "FILE",
        };
        Option<string?> into = new("--into")
        {
            Description = "Where several files go, each under its own name",
            HelpName = "DIR",
        };
        Option<bool> force = new("--force") { Description = "Replace files that are there" };

        Verb verb = new("redact",
            "Cover names, accounts, card numbers and free text in messages, in place: each has as many bytes as before "
                + "and "
            + "still reads. Exit 1 when bytes read as no message; they are covered whole.",
            new("qbitel redact payment.txt -o payment.covered.txt", "to send to somebody who helps"),
            new("qbitel redact 'inbox/**' --into covered", "every file under its own name in another folder"),
            new("qbitel redact - < session.log | qbitel parse - --summary", "in a pipe, in constant memory"))
        {
            files, reading.Protocol, target, into, force,
        };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(target) is not null && result.GetValue(into) is not null)
                result.AddError("--output names one file, --into a folder: give one of them.");
        });
        return verb.Does(global, async (line, output, cancellation) =>
        {
            IReadOnlyList<string> found = MessageFiles.Find(line.GetRequiredValue(files), out bool isMany);
            string? protocol = line.GetValue(reading.Protocol), folder = line.GetValue(into);
            if (isMany && folder is null) throw new MisusedException("Several files go to a folder: --into DIR.");

            ParseOptions options = reading.Options(line);
            string single = line.GetValue(target) ?? MessageFiles.StandardInput;
            bool isPiped = folder is null && single == MessageFiles.StandardInput, replaces = line.GetValue(force);
            string above = folder is null ? "" : Above(found);
            (string File, string Target)[] work = [.. found.Select(file => (file, folder is null ? single
                : Path.Combine(folder, Path.GetRelativePath(above, Path.GetFullPath(file)))))];
            if (!isPiped) foreach ((_, string place) in work) SafeFile.Require(place, replaces);

            List<RedactedFile> done = [];
            foreach ((string file, string place) in work)
            {
                done.Add(await output.TransferAsync($"Covering {file}", Size(file), async read =>
                {
                    await using Stream source = MessageFiles.Open(file);
                    RedactedFile? one = null;
                    async Task Cover(Stream stream) => one = await RedactedFile.CoverAsync(file, place, source, stream,
                        protocol, options, read, cancellation);
                    if (isPiped)
                    {
                        await using Stream stream = Output.RawStream();
                        await Cover(stream);
                    }
                    else
                    {
                        if (Path.GetDirectoryName(place) is { Length: > 0 } parent) Directory.CreateDirectory(parent);
                        await SafeFile.WriteAsync(place, Cover, SafeFile.Ordinary, replaces);
                    }

                    return one!;
                }));
                if (done[^1].Remark is { } remark) output.Note(remark);
            }

            if (!isPiped)
            {
                output.Document(new RedactedFiles(done), MessagesJson.Default.RedactedFiles, console =>
                {
                    foreach (RedactedFile each in done)
                        console.Line($"{each.Output}: {each.Messages} messages, {each.Fields} fields covered");
                });
            }

            return done.TrueForAll(each => each.IsRead) ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static long? Size(string file) => File.Exists(file) && new FileInfo(file).Length is > 0 and var size
        ? size : null;

    // The deepest folder that all files are in: below it their paths tell them apart.
    private static string Above(IReadOnlyList<string> files)
    {
        string[] above = Path.GetDirectoryName(Path.GetFullPath(files[0]))!.Split('/');
        foreach (string file in files)
        {
            string[] own = Path.GetDirectoryName(Path.GetFullPath(file))!.Split('/');
            int equal = 0;
            while (equal < Math.Min(above.Length, own.Length) && above[equal] == own[equal]) equal++;
            above = above[..equal];
        }

        return "/" + string.Join('/', above);
    }
}
