using Qbitel.Protocols.Iso8583.Coding;

namespace Qbitel.Protocols.Iso8583.Subfields;

/// <summary>One part of a field.</summary>
/// <param name="Tag">Its tag, its number in the bitmap, or its place counted from 1.</param>
/// <param name="Name">What the dialect calls it.</param>
/// <param name="Type">Its characters; text that is any byte where the dialect does not say.</param>
/// <param name="PrefixDigits">Digits of the length before a positional value; 0 for none.</param>
/// <param name="Length">The length of a fixed part, the greatest of a variable one; 0 where only its length says
/// it.</param>
/// <param name="Redaction">How much of it may be shown.</param>
internal sealed record SubfieldRule(
    string Tag, string Name, Iso8583Type? Type, int PrefixDigits, int Length, Redaction Redaction);
