namespace Qbitel.Protocols.EmvQr;

/// <summary>One data object of a code.</summary>
/// <param name="Path">Its number or tag, after those of what holds it: <c>62/05</c>; one that comes again is
/// <c>61[2]</c>.</param>
/// <param name="Offset">Of the object's first byte in the payload.</param>
/// <param name="ValueOffset">Of its value's first byte in the payload.</param>
/// <param name="ValueLength">Bytes of its value.</param>
/// <param name="IsTemplate">Whether its value is other objects, which follow it.</param>
public sealed record EmvQrObject(string Path, int Offset, int ValueOffset, int ValueLength, bool IsTemplate)
{
    /// <summary>The number or tag alone.</summary>
    public string Id
    {
        get
        {
            ReadOnlySpan<char> last = Path.AsSpan(Path.LastIndexOf('/') + 1);
            int bracket = last.IndexOf('[');
            return (bracket < 0 ? last : last[..bracket]).ToString();
        }
    }

    /// <summary>What the object is called; null where it is not known.</summary>
    public string? Name { get; init; }

    /// <summary>How much of the value may be shown.</summary>
    public Redaction Redaction { get; init; }

    internal int End => ValueOffset + ValueLength;
}
