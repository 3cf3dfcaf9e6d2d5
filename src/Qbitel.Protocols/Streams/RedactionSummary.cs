namespace Qbitel.Protocols.Streams;

/// <summary>What was covered in a stream of messages.</summary>
/// <param name="Bytes">Bytes read, and as many written.</param>
/// <param name="Messages">Messages read.</param>
/// <param name="Fields">Fields covered in them.</param>
/// <param name="UnreadBytes">Bytes that read as no message and were covered whole.</param>
/// <param name="NoLongerValid">Messages that were valid and are not after it, as where a rule asks more of a covered
/// value than its form.</param>
/// <param name="IsTooLarge">Whether a message was too large to be read whole, and so was covered whole.</param>
public sealed record RedactionSummary(
    long Bytes, long Messages, long Fields, long UnreadBytes, long NoLongerValid, bool IsTooLarge);
