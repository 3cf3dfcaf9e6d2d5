namespace Qbitel.Protocols.Swift.Xml;

/// <summary>Where the bytes of a message stand in the input that holds it.</summary>
/// <remarks>
/// FIN stands there as it is, some way in. A message in XML is written as FIN to be read, and each byte written knows
/// the bytes it was written for: a reference is several, a bracket of FIN is none.
/// </remarks>
internal sealed class SwiftPlaces
{
    private readonly int _at;
    private readonly int[]? _starts;
    private readonly int[]? _ends;

    /// <param name="at">Where the message begins, which stands in the input as it is.</param>
    public SwiftPlaces(int at) => _at = at;

    /// <param name="starts">For each byte of the message, and past its last one, where its source begins.</param>
    /// <param name="ends">Where its source ends.</param>
    public SwiftPlaces(int[] starts, int[] ends) => (_starts, _ends) = (starts, ends);

    /// <summary>Whether the input has other bytes than the message.</summary>
    public bool IsWritten => _starts is not null;

    public int Of(int offset) => _starts is null ? _at + offset : _starts[Math.Clamp(offset, 0, _starts.Length - 1)];

    /// <summary>The place of some bytes of the message, without what stands only in the input.</summary>
    public (int Offset, int Length) Of(int offset, int length)
    {
        int start = Of(offset);
        if (_ends is null || length == 0) return (start, length);
        return (start, Math.Max(0, _ends[Math.Clamp(offset + length - 1, 0, _ends.Length - 1)] - start));
    }

    /// <summary>A finding about the message, as one about the input.</summary>
    public Diagnostic Place(Diagnostic finding)
    {
        if (finding.Offset is not { } offset) return finding;
        if (finding.Length is not { } length) return finding with { Offset = Of((int)offset) };
        (int start, int span) = Of((int)offset, (int)length);
        return finding with { Offset = start, Length = span };
    }
}
