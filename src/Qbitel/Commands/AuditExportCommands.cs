using System.CommandLine;
using Qbitel.Automation;
using Qbitel.Automation.Engine;
using Qbitel.Governance;
using Qbitel.Governance.Audit;
using Qbitel.Governance.Profiles;
using Qbitel.Printing;
using Qbitel.Store.Audit;
using Qbitel.Views;

namespace Qbitel.Commands;

/// <summary>The log as files that anyone can check, and the check.</summary>
internal static class AuditExportCommands
{
    public static Verb Export(GlobalOptions global)
    {
        Argument<DirectoryInfo> target = new("DIR") { Description = "A folder that is absent or empty" };
        Verb verb = new("export", "Write the whole log, its signed checkpoint and the public keys into a folder.",
            new("qbitel audit export evidence", "the log up to now, signed"),
            new("qbitel audit export /mnt/auditor/2026-11 --data /var/lib/qbitel --json",
                "from another data folder, for a program"))
        {
            target,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            DirectoryInfo folder = line.GetRequiredValue(target);
            if (folder.Exists && folder.EnumerateFileSystemInfos().Any())
            {
                throw new RefusedException($"{folder.FullName} is not empty.",
                    "Name a folder that is absent or empty; nothing is overwritten.");
            }

            DataFolder data = global.Folder(line);
            if (!data.Exists)
            {
                throw new RefusedException($"There is no state in {data.Path}.",
                    "'qbitel up' makes it; --data DIR names another folder.");
            }

            await using AutomationPlatform platform = await AutomationPlatform.OpenAsync(
                data.Path, BankingPqcProfile.ForSubdomain(BankingSubdomain.WireTransfers), new AutomationConfig(),
                cancellationToken: cancellation);
            StoredCheckpoint? checkpoint = await platform.Engine.Audit.SealAsync(cancellation)
                ?? (await platform.Engine.Audit.Log.ReadStatusAsync(cancellation)).Latest
                ?? throw new RefusedException("The log has no checkpoint yet.", "Try again in a second.");

            LogKeys keys = await platform.Engine.Audit.KeysAsync(cancellation);
            await AuditExport.WriteAsync(platform.Engine.Audit.Log.ReadLeavesAsync(checkpoint.Size, cancellation),
                checkpoint.Note, new CheckpointPolicy(keys),
                (path, content, cancel) => WriteAsync(folder.FullName, path, content, cancel), cancellation);
            AuditExportView view = new(folder.FullName, checkpoint.Size,
                Convert.ToBase64String(checkpoint.Root.ToArray()), keys.Fingerprint.ToString());
            output.Document(view, ViewsJson.Default.AuditExportView, console =>
            {
                console.Line($"{view.Entries} entries in {view.Folder}");
                console.Line($"keys {view.KeysFingerprint}");
                console.Line("Give the auditor this fingerprint by another way than the folder.");
            });
            return ExitCode.Done;
        });
    }

    public static Verb Verify(GlobalOptions global)
    {
        Argument<DirectoryInfo> source = new("DIR") { Description = "A folder that 'qbitel audit export' wrote" };
        Option<string?> keys = new("--fingerprint")
        {
            Description = "Fingerprint of the log's keys, as the bank gave it by another way",
            HelpName = "SHA256",
        };
        Verb verb = new("verify",
            "Check an exported log without network or database. Exit 1, and the entry by name, when one byte "
            + "was changed.",
            new("qbitel audit verify evidence", "with the keys that lie in the folder"),
            new("qbitel audit verify evidence --fingerprint 3b0c…", "with keys you trust"),
            new("qbitel audit verify evidence --json", "what is wrong, for a program"))
        {
            source, keys,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            DirectoryInfo folder = line.GetRequiredValue(source);
            if (!folder.Exists) throw new DirectoryNotFoundException($"There is no folder {folder.FullName}.");

            AuditTrust trust = line.GetValue(keys) is not { } text ? AuditTrust.KeysInExport
                : Digest.TryParse(text, out Digest fingerprint) ? AuditTrust.InFingerprint(fingerprint)
                : throw new MisusedException(
                    $"'{text}' is no fingerprint: it is the 64 hexadecimal digits that 'qbitel audit export' printed.");

            string root = folder.FullName;
            IEnumerable<string> paths = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(root, path)).Order(StringComparer.Ordinal);
            AuditVerification result = await AuditVerifier.VerifyAsync(
                paths, async (path, cancel) =>
                    await File.ReadAllBytesAsync(Path.Combine(root, path), cancel), trust, cancellation);

            output.Document(View(result), ViewsJson.Default.AuditVerificationView,
                console => console.Line(result.ToString()));
            if (line.GetValue(keys) is null)
            {
                output.Note(
                    "The keys were taken from the folder itself: compare their fingerprint, or give it with "
                    + "--fingerprint.");
            }
            return result.IsIntact ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static AuditVerificationView View(AuditVerification result) => new(
        result.IsIntact, result.Checkpoint?.Origin, result.Checkpoint?.Size,
        result.Checkpoint is { } checkpoint ? Convert.ToBase64String(checkpoint.Root.ToArray()) : null,
        result.KeysFingerprint?.ToString(), result.IsPinned, result.FirstBadEntry,
        [.. result.Findings.Select(f => new AuditFindingRow(f.Path, f.Message, f.EntryIndex))]);

    private static async ValueTask WriteAsync(string folder, string path, ReadOnlyMemory<byte> content,
        CancellationToken cancellation)
    {
        string file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllBytesAsync(file, content.ToArray(), cancellation);
    }
}
