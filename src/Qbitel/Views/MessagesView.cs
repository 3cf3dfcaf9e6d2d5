namespace Qbitel.Views;

/// <summary>Messages that were signed, sealed and put into the archive; their text is not here.</summary>
public sealed record MessagesView(DateTimeOffset At, IReadOnlyList<MessageRow> Messages);

public sealed record MessageRow(
    Guid Id,
    string Reference,
    string Kind,
    string SignatureAlgorithm,
    string EncryptionAlgorithm,
    string Sha256,
    DateTimeOffset ArchivedAt,
    DateTimeOffset? RetainUntil);
