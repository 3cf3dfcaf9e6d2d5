namespace Qbitel.Protocols;

/// <summary>
/// Reads messages of one protocol from a stream of any length in constant memory: give it the bytes in pieces, cut
/// anywhere, then ask what was there.
/// </summary>
/// <remarks>Not thread-safe. Findings beyond a limit are counted, not kept.</remarks>
public abstract class MessageScan
{
    public abstract void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Ends the input; nothing may be appended after it.</summary>
    public abstract ScanSummary Complete();
}
