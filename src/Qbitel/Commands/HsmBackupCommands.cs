using System.CommandLine;
using System.Security.Cryptography;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance.Audit;
using Qbitel.Hsm;
using Qbitel.Hsm.Approvals;
using Qbitel.Hsm.Custody;
using Qbitel.KeyFiles;
using Qbitel.Machine;
using Qbitel.Printing;
using Qbitel.Printing.Shares;
using Qbitel.Sources;
using Qbitel.Store;

namespace Qbitel.Commands;

/// <summary>Backups of HSM keys that open when enough custodians meet.</summary>
internal static class HsmBackupCommands
{
    public static Verb Backup(GlobalOptions global)
    {
        Argument<string?> name = HsmCommand.Named(isRequired: true);
        Option<string[]> custodians = new("--custodian")
        {
            Description = "A custodian's name; once for each",
            HelpName = "NAME",
            Required = true,
        };
        Option<int> needed = new("--needed")
        {
            Description = "How many custodians bring the keys back",
            HelpName = "M",
            Required = true,
            CustomParser = result => Number.Between(result, 2, 255),
        };
        Option<string> target = HsmWrapCommands.Target("Where the backup goes");
        Option<string> shares = new("--shares")
        {
            Description = "A new folder for the shares, one file a custodian: hand them out and destroy them",
            HelpName = "DIR",
            Required = true,
        };
        Option<string> print = new("--print")
        {
            Description =
                "The files of the shares: text, html (a page to print, with a QR code) or svg (the same page)",
            HelpName = "FORM",
            DefaultValueFactory = _ => "text",
        };
        print.AcceptOnlyFromAmong("text", "html", "svg");
        Option<bool> codes = new("--qr")
        {
            Description = "Show each custodian the QR code of their share on this terminal, one after the other",
        };
        (Option<string> signing, Option<string?> transcript, PassphraseOptions passphrase) = Ceremony();
        Option<Guid?> approval = HsmCommand.Approval();
        Option<bool> ask = HsmCommand.AskApproval();
        Option<string?> file = HsmCommand.Configuration();
        Verb verb = new("backup",
            "Wrap every extractable key of an HSM for a KEM key that only enough custodians together have, and "
                + "say which "
            + "keys are not in the backup.",
            new("qbitel hsm backup vault --custodian Ada --custodian Ben --custodian Cleo --needed 2 "
                + "--signing-key officer.key --shares shares -o vault.backup",
                    "2 of 3 custodians; a signed transcript"),
            new("qbitel hsm backup vault --custodian Ada --custodian Ben --needed 2 --signing-key officer.key "
                + "--shares shares --print html -o vault.backup", "a page to print for each of them"),
            new("qbitel hsm backup vault --custodian Ada --custodian Ben --needed 2 --signing-key officer.key "
                + "--shares shares -o vault.backup --json", "for a program"))
        {
            name, custodians, needed, target, shares, print, codes, signing, transcript, approval, ask, file,
        };
        foreach (Option option in passphrase.All) verb.Add(option);
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string hsm = line.GetValue(name)!, path = line.GetRequiredValue(target),
                folder = line.GetRequiredValue(shares);
            string[] people = line.GetRequiredValue(custodians);
            int threshold = line.GetRequiredValue(needed);
            if (people.Length < threshold || people.Distinct(StringComparer.Ordinal).Count() != people.Length)
                throw new MisusedException($"Name {threshold} custodians or more, each once.");
            SafeFile.Require(path, replace: false);
            if (Directory.Exists(folder) || File.Exists(folder))
                throw new RefusedException($"{folder} is there already.", "Name a new folder for the shares.");
            ShareScreen? screen = line.GetValue(codes) ? ShareScreen.OfConsole() : null;

            using StoredKey signer = Officer(line, signing, passphrase);
            string notes = line.GetValue(transcript) ?? path + ".transcript";
            HsmConfiguration all = HsmCommand.Read(global, line, file);
            await using HsmProvider provider = await all.OpenAsync(hsm, cancellation);
            ControlledOperation export = new()
            {
                Operation = "key.export",
                Target = hsm,
                Parameters = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["keys"] = "all that may leave",
                    ["custodians"] = string.Join(", ", people),
                    ["needed"] = $"{threshold}",
                },
            };
            using MadeBackup? made = await HsmApprovals.ControlledAsync(all, global.Folder(line), export,
                line.GetValue(approval), line.GetValue(ask) ? row => HsmApproveCommand.Write(output, row) : null,
                async cancel =>
                {
                    using CeremonyTranscript steps = CeremonyTranscript.Create(
                        notes, new LocalSigner(signer.Signature!), TimeProvider.System);
                    return await BackupCeremony.BackUpAsync(
                        HsmTransfer.Port(provider, hsm), people, threshold, steps, TimeProvider.System, cancel);
                }, cancellation);
            if (made is null) return ExitCode.Done;

            await using (StateStore store = await PlatformStore.OpenAsync(
                global.Folder(line), TimeProvider.System, cancellation))
            {
                await HsmTransfer.AuditAsync(store, "key.backup", $"hsm:{hsm}", AuditOutcome.Done, cancellation,
                    new("backup", $"{made.Backup.Id:D}"), new("keys", $"{made.Backup.Keys.Count}"),
                    new("left-out", $"{made.Backup.LeftOut.Count}"),
                    new("custodians", $"{threshold} of {people.Length}"));
            }

            await SafeFile.WriteAsync(path, made.Backup.ToJson(), SafeFile.Ordinary, replace: false, cancellation);
            Directory.CreateDirectory(folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            List<string> written = [];
            foreach (CustodianShare share in made.Shares)
            {
                ShareSheet sheet = new(made.Backup, share, people[share.Number - 1]);
                written.Add(await ShareFile.WriteAsync(folder, sheet, share.Number, Form(line, print), cancellation));
            }

            if (screen is not null) await screen.ShowAsync(made.Shares.Zip(people), cancellation);

            BackupFiles document = new(path, made.Backup.Id, made.Backup.Keys.Count, made.Backup.LeftOut, threshold,
                written, notes);
            output.Document(document, HsmTransferJson.Default.BackupFiles, console =>
            {
                console.Line(
                    $"{path}: {made.Backup.Keys.Count} keys of {hsm}; {threshold} of {people.Length} custodians "
                    + "bring them back.");
                foreach (LeftOutKey left in made.Backup.LeftOut)
                    console.Line($"NOT in the backup: {left.Key}: {left.Reason}");
                console.Line($"Shares in {folder}: give each custodian theirs, then destroy the files. "
                    + $"The transcript is {notes}.");
            });
            return ExitCode.Done;
        });
    }

    public static Verb Restore(GlobalOptions global)
    {
        Argument<string?> name = HsmCommand.Named(isRequired: true);
        Argument<string> source = new("FILE") { Description = "The backup" };
        Option<string[]> shares = new("--share")
        {
            Description = "A file with a custodian's share, as scanned from its code, or typed; once for each",
            HelpName = "FILE",
        };
        Option<bool> extractable = new("--extractable") { Description = "The keys may leave again, e.g. for a backup" };
        (Option<string> signing, Option<string?> transcript, PassphraseOptions passphrase) = Ceremony();
        Option<Guid?> approval = HsmCommand.Approval();
        Option<bool> ask = HsmCommand.AskApproval();
        Option<string?> file = HsmCommand.Configuration();
        Verb verb = new("restore",
            "Bring the keys of a backup into an HSM with the shares of enough custodians. Keys that are there "
                + "are compared "
            + "and stay. Exit 1 when one is not there afterwards.",
            new("qbitel hsm restore vault vault.backup --share ada.txt --share cleo.txt --signing-key officer.key",
                "with two shares"),
            new("qbitel hsm restore vault vault.backup --share ada.txt --share cleo.txt --signing-key officer.key "
                + "--json",
                "for a program"))
        {
            name, source, shares, extractable, signing, transcript, approval, ask, file,
        };
        foreach (Option option in passphrase.All) verb.Add(option);
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string hsm = line.GetValue(name)!, path = line.GetRequiredValue(source);

            // Shares stay in their envelopes until others have approved.
            string[] from = line.GetValue(shares) ?? [];
            if (from.Length == 0 && !line.GetValue(ask)) throw new MisusedException("Name the shares with --share.");
            if (!KeyBackup.TryParse(await ReadAsync(path, KeyBackup.MaxSize, cancellation), out KeyBackup? backup,
                out string? error))
            {
                throw new RefusedException($"{path} is no backup: {error}.", "'qbitel hsm backup' makes one.");
            }

            using StoredKey signer = Officer(line, signing, passphrase);
            List<CustodianShare> given = [];
            try
            {
                foreach (string share in from) given.Add(await ShareFile.ReadAsync(share, cancellation));
                string notes = line.GetValue(transcript)
                    ?? $"{path}.restored-{TimeProvider.System.GetUtcNow():yyyyMMddHHmmss}";
                HsmConfiguration all = HsmCommand.Read(global, line, file);
                await using HsmProvider provider = await all.OpenAsync(hsm, cancellation);
                IReadOnlyList<RestoredKey>? keys = await HsmApprovals.ControlledAsync(all, global.Folder(line),
                    new ControlledOperation
                    {
                        Operation = "key.restore",
                        Target = hsm,
                        Parameters = new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            ["backup"] = $"{backup!.Id:D}",
                            ["backup_sha256"] = Convert.ToHexStringLower(SHA256.HashData(backup.ToJson())),
                            ["extractable"] = line.GetValue(extractable) ? "yes" : "no",
                        },
                    }, line.GetValue(approval), line.GetValue(ask) ? row => HsmApproveCommand.Write(output, row) : null,
                    async cancel =>
                    {
                        using CeremonyTranscript steps = CeremonyTranscript.Create(
                            notes, new LocalSigner(signer.Signature!), TimeProvider.System);
                        return await BackupCeremony.RestoreAsync(backup!, given, HsmTransfer.Port(provider, hsm),
                            line.GetValue(extractable), steps, cancel);
                    }, cancellation);
                if (keys is null) return ExitCode.Done;

                int failed = keys.Count(key => key.Problem is not null);
                await using (StateStore store = await PlatformStore.OpenAsync(
                    global.Folder(line), TimeProvider.System, cancellation))
                {
                    await HsmTransfer.AuditAsync(store, "key.restore", $"hsm:{hsm}",
                        failed == 0 ? AuditOutcome.Done : AuditOutcome.Failed, cancellation,
                        new("backup", $"{backup!.Id:D}"), new("keys", $"{keys.Count - failed}"),
                        new("failed", $"{failed}"));
                }

                output.Document(new RestoredKeys(hsm, backup.Id, keys), HsmTransferJson.Default.RestoredKeys, console =>
                {
                    foreach (RestoredKey key in keys)
                    {
                        console.Line($"{key.Key}: {key.Problem ?? key.Proof}{(key.WasThere ? " (it was there)" : "")}");
                        if (key.Boundary is not null) console.Line($"  boundary: {key.Boundary}");
                    }

                    console.Line(
                        $"{keys.Count - failed} of {keys.Count} keys are in {hsm}. The transcript is {notes}.");
                });
                return failed == 0 ? ExitCode.Done : ExitCode.Refused;
            }
            finally
            {
                foreach (CustodianShare share in given) share.Dispose();
            }
        });
    }

    internal static async Task<byte[]> ReadAsync(string path, int limit, CancellationToken cancellation)
    {
        if (new FileInfo(path) is { Exists: true } info && info.Length > limit)
            throw new RefusedException($"{path} is larger than {limit} bytes.", "Check the path.");
        return await File.ReadAllBytesAsync(path, cancellation);
    }

    private static (Option<string> Signing, Option<string?> Transcript, PassphraseOptions Passphrase) Ceremony() => (
        new("--signing-key")
        {
            Description = "The private key that signs the transcript",
            HelpName = "FILE",
            Required = true,
        },
        new("--transcript")
        {
            Description = "Where the transcript goes [default: beside the backup]",
            HelpName = "FILE",
        },
        new PassphraseOptions(isNew: false));

    private static ShareForm Form(ParseResult line, Option<string> print) => line.GetValue(print) switch
    {
        "html" => ShareForm.Html,
        "svg" => ShareForm.Svg,
        _ => ShareForm.Text,
    };

    private static StoredKey Officer(ParseResult line, Option<string> signing, PassphraseOptions passphrase)
    {
        string path = line.GetRequiredValue(signing);
        StoredKey stored = KeyReader.Read(path, passphrase.Of(line, path));
        if (stored.Signature is { HasPrivateKey: true }) return stored;

        stored.Dispose();
        throw new RefusedException($"{path} holds no private key that signs.",
            "'qbitel key generate ML-DSA-65' makes one.");
    }
}
