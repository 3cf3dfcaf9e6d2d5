namespace Qbitel.Views;

/// <summary>What was written into a folder for an auditor.</summary>
public sealed record AuditExportView(string Folder, long Entries, string Root, string KeysFingerprint);

/// <summary>What the check of such a folder says; without a checkpoint that is believed it says nothing of the
/// rest.</summary>
/// <remarks>Pinned: the keys were known from elsewhere. Otherwise the export is at best whole, whosever it
/// is.</remarks>
public sealed record AuditVerificationView(
    bool Intact, string? Origin, long? Entries, string? Root, string? KeysFingerprint, bool Pinned, long? FirstBadEntry,
    IReadOnlyList<AuditFindingRow> Findings);

/// <summary>One thing that is wrong: in which file, where in it, and in which entry.</summary>
public sealed record AuditFindingRow(string Path, string Message, long? Entry);
