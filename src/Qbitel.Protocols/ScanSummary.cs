namespace Qbitel.Protocols;

/// <summary>What a stream of messages held.</summary>
/// <param name="Bytes">Bytes read.</param>
/// <param name="Messages">Messages, or files of records, seen whole.</param>
/// <param name="Invalid">Messages that break a rule, and places where no message could be read.</param>
/// <param name="Records">Records inside them, such as the entries of an ACH file; messages where there are
/// none.</param>
/// <param name="MessageTypes">How many of each type, by its name.</param>
/// <param name="Totals">What adds up, as a person reads it: amounts by currency, debits and credits.</param>
/// <param name="Codes">How often each finding was made, by its code.</param>
/// <param name="Findings">The first findings, located from the start of the stream.</param>
public sealed record ScanSummary(
    long Bytes,
    long Messages,
    long Invalid,
    long Records,
    IReadOnlyDictionary<string, long> MessageTypes,
    IReadOnlyList<KeyValuePair<string, string>> Totals,
    IReadOnlyDictionary<string, long> Codes,
    IReadOnlyList<Diagnostic> Findings)
{
    /// <summary>Of <see cref="Invalid"/>, the places where no message could be read.</summary>
    public long Unread { get; init; }

    /// <summary>Messages that break no rule.</summary>
    public long Valid => Messages - (Invalid - Unread);
}
