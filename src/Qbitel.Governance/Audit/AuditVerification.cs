using System.Globalization;
using System.Text;

namespace Qbitel.Governance.Audit;

/// <summary>One thing that is wrong in an export.</summary>
/// <param name="Path">The file.</param>
/// <param name="Message">What is wrong there, with its line or byte.</param>
/// <param name="EntryIndex">The entry that is not the one that was signed, or is missing.</param>
public sealed record AuditFinding(string Path, string Message, long? EntryIndex = null)
{
    public override string ToString() => EntryIndex is { } index
        ? string.Create(CultureInfo.InvariantCulture, $"entry {index} ({Path}): {Message}")
        : $"{Path}: {Message}";
}

/// <summary>The outcome of checking an export.</summary>
/// <param name="Checkpoint">What was signed; null where the checkpoint itself is not believed.</param>
/// <param name="KeysFingerprint">SHA-256 of the keys that were used; null where none could be read.</param>
/// <param name="IsPinned">Whether the keys were known from elsewhere. If not, the export is at best whole, whosever it
/// is.</param>
/// <param name="Findings">What is wrong, in the order of the files, at most twenty.</param>
public sealed record AuditVerification(
    Checkpoint? Checkpoint, Digest? KeysFingerprint, bool IsPinned, IReadOnlyList<AuditFinding> Findings)
{
    /// <summary>Every byte is what was signed.</summary>
    public bool IsIntact => Findings.Count == 0;

    /// <summary>The index of the first entry that was changed or is missing.</summary>
    public long? FirstBadEntry => Findings.Min(finding => finding.EntryIndex);

    public override string ToString()
    {
        StringBuilder text = new();
        if (IsIntact && Checkpoint is not null)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{Checkpoint.Origin}: {Checkpoint.Size} entries, root {Checkpoint.Root}: intact");
        }

        foreach (AuditFinding finding in Findings) text.AppendLine(finding.ToString());
        return text.ToString().TrimEnd();
    }
}
