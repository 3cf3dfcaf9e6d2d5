using System.CommandLine;
using System.Globalization;
using System.Text;
using Qbitel.KeyFiles;
using Qbitel.Messages;
using Qbitel.Printing;
using Qbitel.Protocols;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Iso8583.Building;
using Qbitel.Protocols.Iso8583.Detection;
using Spectre.Console;

namespace Qbitel.Commands;

internal static class Iso8583Command
{
    public static Command Create(GlobalOptions global) =>
        new("iso8583", "Card messages: find out how they are written, and write profiles of a dialect.")
        {
            Detect(global),
            new Command("spec", "Profiles of a dialect: start one, check one.") { New(global), Check(global) },
        };

    private static Verb Detect(GlobalOptions global)
    {
        Argument<string> file = new("FILE")
        {
            Description = "A message as it is or in hexadecimal, or many: a line each, or after their lengths; - reads "
                + "standard input",
        };
        Option<string[]> with = new("--with")
        {
            Description = "Look for this profile's fields: a .json file, or one that comes with the program",
            HelpName = "FILE|NAME",
        };
        Verb verb = new("detect",
            "Find out encodings, bitmap, headers and lengths, with everything that competes and where it fails. Exit 1 "
            + "when no variant reads all of it.",
            new("qbitel iso8583 detect purchase.dat", "how it is written, and why not otherwise"),
            new("qbitel iso8583 detect traffic.hex --json", "of many messages in hexadecimal, for a program"),
            new("qbitel iso8583 detect traffic.bin --with house.json", "with the fields of a dialect"))
        {
            file, with,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            byte[] bytes = await ReadAsync(line.GetRequiredValue(file), cancellation);
            Iso8583Profile[] profiles = [.. (line.GetValue(with) ?? []).Select(Named)];
            var input = Iso8583Input.Read(bytes, profiles.Length > 0 ? profiles : null,
                out Iso8583Detection detection);
            output.Document(() => DetectionDocument.Json(input, detection),
                console => DetectionDocument.Print(input, detection, console));
            return detection.Winner is not null ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static Verb New(GlobalOptions global)
    {
        Option<string?> variant = new("--variant")
        {
            Description = "The profile to start from [default: 1987-ascii]",
            HelpName = "NAME",
        };
        variant.CompletionSources.Add(_ => Iso8583Profile.ShippedNames);
        Option<string?> from = new("--from")
        {
            Description = "Messages to find the variant out of",
            HelpName = "FILE",
        };
        Option<string> name = new("--name")
        {
            Description = "What the profile will be called",
            HelpName = "NAME",
            DefaultValueFactory = _ => "house",
        };
        Option<string?> target = new("--output", "-o")
        {
            Description = "Where the profile goes; - is standard output [default: -]",
            HelpName = "FILE",
        };
        Option<bool> force = new("--force") { Description = "Replace a file that is there" };
        Verb verb = new("new", "Write a profile to go on with, with a comment at every choice.",
            new("qbitel iso8583 spec new --variant 1987-bcd -o house.json", "of a variant"),
            new("qbitel iso8583 spec new --from traffic.bin -o house.json", "of the variant of messages"))
        {
            variant, from, name, target, force,
        };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(variant) is not null && result.GetValue(from) is not null)
                result.AddError("--variant names the variant, --from finds it out: give one of them.");
            if (result.GetValue(variant) is { } known && !IsShipped(known))
                result.AddError($"'{known}' is no variant. Known: {string.Join(", ", Iso8583Profile.ShippedNames)}.");
        });
        return verb.Does(global, async (line, output, cancellation) =>
        {
            var basis = Iso8583Profile.Shipped(line.GetValue(variant) ?? "1987-ascii");
            Iso8583Encoding? encoding = null;
            if (line.GetValue(from) is { } messages)
            {
                Iso8583Input.Read(await ReadAsync(messages, cancellation), null, out Iso8583Detection detection);
                string failure = detection.Failure?.ToString() ?? "nothing in it looks like a message";
                Iso8583Candidate winner = detection.Winner ?? throw new RefusedException(
                    $"No variant reads {messages}: {failure}",
                    $"'qbitel iso8583 detect {messages}' says what was tried.");
                (basis, encoding) = (winner.Profile, winner.Encoding);
            }

            string text = Iso8583ProfileText.Of(line.GetRequiredValue(name), basis, encoding);
            string place = line.GetValue(target) ?? Input.StandardInput;
            if (place == Input.StandardInput)
            {
                output.Text(text.TrimEnd('\n'));
                return ExitCode.Done;
            }

            await SafeFile.WriteAsync(place, Encoding.UTF8.GetBytes(text), SafeFile.Ordinary, line.GetValue(force),
                cancellation);
            output.Document(() => SpecCheck.Of(place, Encoding.UTF8.GetBytes(text)).ToJson(),
                console => console.Line($"{place}: a profile to go on with, from {basis.Name}"));
            return ExitCode.Done;
        });
    }

    private static Verb Check(GlobalOptions global)
    {
        Argument<string> file = new("FILE") { Description = "The profile" };
        Argument<string[]> messages = new("MESSAGES")
        {
            Description = "Messages to read by it, in any form that 'detect' takes",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Verb verb = new("check",
            "Say everything that is wrong with a profile, with line and column, and read messages by it. Exit 1 when "
            + "the profile or a message is not valid.",
            new("qbitel iso8583 spec check house.json", "the profile alone"),
            new("qbitel iso8583 spec check house.json traffic.bin", "and messages by it"))
        {
            file, messages,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string path = line.GetRequiredValue(file);
            var check = SpecCheck.Of(path, await ReadAsync(path, cancellation));
            foreach (string each in line.GetValue(messages) ?? [])
                check = check.With(each, await ReadAsync(each, cancellation));
            output.Document(check.ToJson, console => Print(check, console));
            return check.IsGood ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static void Print(SpecCheck check, IAnsiConsole console)
    {
        foreach (Diagnostic finding in check.Findings) console.Line($"{check.File}: {finding}");
        if (check.Profile is { } profile)
            console.Line($"{check.File}: the profile {profile.Name} of ISO 8583:{profile.Version} can be used");
        foreach (SpecSample sample in check.Samples)
        {
            console.Line(string.Create(CultureInfo.InvariantCulture, $"{sample.File}, message {sample.Number}: "
                + $"{(sample.MessageType is null ? "not read" : $"{sample.MessageType}, {sample.Fields} fields")}"
                + $"{(sample.IsValid ? "" : ", not valid")}"));
            foreach (Diagnostic finding in sample.Findings) console.Line($"  {finding}");
        }
    }

    private static Iso8583Profile Named(string name)
    {
        if (OwnProfile.IsFile(name))
        {
            return Iso8583Profile.TryLoad(OwnProfile.Read(name), out Iso8583Profile own, out _) ? own
                : throw new RefusedException($"{name} is no profile.", "'qbitel iso8583 spec check' says why.");
        }

        if (IsShipped(name)) return Iso8583Profile.Shipped(name);
        throw new MisusedException(
            $"'{name}' is no profile. Known: {string.Join(", ", Iso8583Profile.ShippedNames)}.");
    }

    private static bool IsShipped(string name) =>
        Iso8583Profile.ShippedNames.Contains(name, StringComparer.Ordinal);

    private static async Task<byte[]> ReadAsync(string file, CancellationToken cancellation)
    {
        string path = MessageFiles.Find([file], out bool isMany)[0];
        if (isMany) throw new MisusedException("Give one file.");
        await using Stream source = MessageFiles.Open(path);
        return await Input.ReadAsync(source, cancellation);
    }
}
