using System.CommandLine;
using Qbitel.Cryptography;
using Qbitel.Governance;
using Qbitel.Hsm;
using Qbitel.Machine;
using Qbitel.Printing;
using Spectre.Console;

namespace Qbitel.Commands;

internal static class HsmCommand
{
    public static Command Create(GlobalOptions global) =>
        new("hsm", "Hardware security modules: what the configured ones can do, and the keys in them.")
        {
            Doctor(global), List(global), Generate(global), HsmDestroyCommand.Create(global),
            HsmApproveCommand.Create(global), HsmBenchCommand.Create(global), HsmMigrateCommand.Create(global),
            HsmWrapCommands.Wrap(global), HsmWrapCommands.Unwrap(global), HsmBackupCommands.Backup(global),
            HsmBackupCommands.Restore(global),
        };

    private static Verb Doctor(GlobalOptions global)
    {
        Argument<string?> name = Named(isRequired: false);
        Option<string?> file = Configuration();
        return new Verb("doctor",
            "Open every configured HSM and pool, and say what it can do, what it cannot and what to fix. Exit 1 when "
            + "one fails.",
            new("qbitel hsm doctor", "all of them"),
            new("qbitel hsm doctor vault --json", "one, for a program"))
        {
            name, file,
        }
        .Does(global, async (line, output, cancellation) =>
        {
            HsmReport report = await HsmInspection.ReportAsync(
                Read(global, line, file), line.GetValue(name), TimeProvider.System, cancellation);
            output.Document(report, HsmJson.Default.HsmReport, console => Print(report, console));
            return report.Works ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static Verb List(GlobalOptions global)
    {
        Argument<string?> name = Named(isRequired: false);
        Option<string?> file = Configuration();
        return new Verb("list",
            "The keys Qbitel made in the configured HSMs; never their material. Exit 1 when one does not open.",
            new("qbitel hsm list", "of all of them"),
            new("qbitel hsm list vault --json", "of one, with the public keys"))
        {
            name, file,
        }
        .Does(global, async (line, output, cancellation) =>
        {
            HsmConfiguration all = Read(global, line, file);
            HsmKeys keys = line.GetValue(name) is { } one
                ? new HsmKeys(await HsmInspection.KeysAsync(all, one, cancellation), [])
                : await HsmInspection.KeysAsync(all, cancellation);
            output.Document(keys, HsmJson.Default.HsmKeys, console => Print(keys, console));
            return keys.NotListed.Count == 0 ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static Verb Generate(GlobalOptions global)
    {
        Argument<string?> name = Named(isRequired: true);
        Argument<string> algorithm = new("ALGORITHM")
        {
            Description = "For example ECDSA-P256, ML-DSA-65, ML-KEM-768, AES-256",
        };
        Option<Guid?> key = new("--key")
        {
            Description = "The key's name, a UUID; the same name and version find the same key [default: a new one]",
            HelpName = "UUID",
        };
        Option<int> version = new("--version")
        {
            Description = "The version of the key",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };
        Option<string?> file = Configuration();
        return new Verb("generate", "Make a key in an HSM, non-extractable, or find the one that has the name.",
            new("qbitel hsm generate vault ML-DSA-65", "a new key"),
            new("qbitel hsm generate vault ML-DSA-65 --key 01998f00-0000-7000-8000-000000000001 --version 2",
                "the second version of a known one"))
        {
            name, algorithm, key, version, file,
        }
        .Does(global, async (line, output, cancellation) =>
        {
            string hsmName = line.GetValue(name)!;
            string wanted = line.GetRequiredValue(algorithm);
            if (!KeyAlgorithm.TryParse(wanted, out KeyAlgorithm? known))
            {
                throw new MisusedException($"'{wanted}' is no algorithm. Known: "
                    + $"{string.Join(", ", KeyAlgorithm.All.Select(a => a.Name))}.");
            }

            if (line.GetValue(version) < 1) throw new MisusedException("Versions begin at 1.");
            Guid of = line.GetValue(key) ?? Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
            await using HsmProvider hsm = await Read(global, line, file).OpenAsync(hsmName, cancellation);
            if (hsm.WhyNot(HsmOperation.GenerateKey, known) is { } why)
            {
                throw new RefusedException($"{hsmName} makes no {known} keys: {why}.",
                    $"'qbitel hsm doctor {hsmName}' says what it makes.");
            }

            HsmKey made = await hsm.GenerateKeyAsync(
                TokenKeyId.Derive(new KeyId(of), line.GetValue(version)), known, cancellation);
            HsmKeyRow row = HsmInspection.Row(hsmName, made);
            output.Document(row, HsmJson.Default.HsmKeyRow, console =>
            {
                console.Line($"{row.Algorithm} key {row.Id} in {row.Hsm}");
                console.Line($"name:        {of}, version {line.GetValue(version)}");
                console.Line($"check value: {row.CheckValue}");
            });
            return ExitCode.Done;
        });
    }

    internal static Argument<string?> Named(bool isRequired) => new("NAME")
    {
        Description = isRequired ? "The HSM or pool, as hsm.json names it"
            : "Only this HSM or pool, as hsm.json names it",
        Arity = isRequired ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne,
    };

    internal static Option<Guid?> Approval() => new("--approval")
    {
        Description = "The request with the approvals, where hsm.json puts the operation under dual control",
        HelpName = "ID",
    };

    internal static Option<bool> AskApproval() => new("--ask-approval")
    {
        Description = "Do nothing but ask others for their approval",
    };

    internal static Option<string?> Configuration() => new("--config")
    {
        Description = "The file of the HSMs [default: hsm.json in the data folder]",
        HelpName = "FILE",
    };

    internal static HsmConfiguration Read(GlobalOptions global, ParseResult line, Option<string?> file) =>
        HsmConfiguration.Read(line.GetValue(file) ?? Path.Combine(global.Folder(line).Path, "hsm.json"));

    private static void Print(HsmReport report, IAnsiConsole console)
    {
        if (report.Devices.Count == 0) console.Line("No HSM is configured.");
        foreach (HsmDevice device in report.Devices)
        {
            console.Line($"{device.Name} ({device.Provider}): {(device.Works ? "works" : "DOES NOT WORK")}");
            if (device.Problem is not null) console.Line($"  problem:  {device.Problem}");
            if (device.Remedy is not null) console.Line($"  remedy:   {device.Remedy}");
            if (device.Token is not null) console.Line($"  token:    {device.Token}");
            if (device.Interface is not null) console.Line($"  speaks:   {device.Interface}");
            if (device.Pool is not null) Print(device.Pool, console);
            if (device.Works)
            {
                console.Line(device.KeepsInHardware ? "  hardware: yes, as the device or service says"
                    : "  hardware: no; a policy that requires an HSM is not met by it");
                console.Line($"  can:      {string.Join(", ", device.Can)}");
            }

            foreach (HsmLack lack in device.Cannot) console.Line($"  cannot:   {lack.What}: {lack.Why}");
            if (device.Tested is not null) console.Line($"  tested:   this provider was tested with {device.Tested}");
        }
    }

    private static void Print(HsmPoolReport pool, IAnsiConsole console)
    {
        int count = pool.Members.Count;
        console.Line(
            $"  pool:     {pool.Mode}, {pool.Routing}; a key is made once {pool.Quorum} of {count} members say that "
            + $"they have none of its name; it protects while {pool.MinimumToProtect} or more active members are well");
        foreach (HsmPoolMemberRow member in pool.Members)
        {
            string probe = member.ProbeMilliseconds is { } ms
                ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $", probe {ms:0.0} ms") : "";
            console.Line($"  member:   {member.Name} ({member.Provider}, {member.Role}): {member.State}{probe}");
        }

        foreach (HsmPoolKeyRow key in pool.Keys)
        {
            string holders = string.Join(", ", key.Holders);
            console.Line($"  key:      {key.Id} {key.Algorithm}: " + (key.Others.Count > 0
                ? $"in {holders}, and ANOTHER KEY of that name in {string.Join(", ", key.Others)}"
                : key.Holders.Count > 1 ? $"the same in {holders} ({key.Holders.Count} of {count})"
                : $"in {holders} only (1 of {count}): no other member can take its place"));
        }
    }

    private static void Print(HsmKeys keys, IAnsiConsole console)
    {
        foreach (HsmNotListed each in keys.NotListed)
        {
            console.Line($"{each.Hsm}: NOT LISTED");
            console.Line($"  problem:  {each.Problem}");
            console.Line($"  remedy:   {each.Remedy}");
        }

        Table table = PeopleConsole.Table("HSM", "Key", "Algorithm", "Check value", "Made at");
        foreach (HsmKeyRow row in keys.Keys)
        {
            table.AddRow([
                PeopleConsole.Cell(row.Hsm), PeopleConsole.Cell(row.Id), PeopleConsole.Cell(row.Algorithm),
                PeopleConsole.Cell(row.CheckValue.Length > 16 ? row.CheckValue[..16] : row.CheckValue),
                PeopleConsole.Cell(row.MadeAt.ToString("yyyy-MM-dd HH:mm'Z'",
                    System.Globalization.CultureInfo.InvariantCulture))]);
        }

        if (keys.Keys.Count > 0) console.Write(table);
        else console.Line(keys.NotListed.Count == 0 ? "There are no keys." : "No other HSM has keys.");
    }
}
