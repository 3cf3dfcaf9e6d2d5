using System.Text;
using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift;

/// <summary>
/// One field of a block: <c>:32A:…</c> in a text, <c>{108:…}</c> in a header or trailer. Its text is made when it is
/// asked for.
/// </summary>
public sealed class SwiftField
{
    private readonly byte[] _message;
    private string? _tag;
    private string? _value;

    internal SwiftField(byte[] message, FieldSlot slot)
    {
        _message = message;
        Slot = slot;
    }

    /// <summary>The number and option letter.</summary>
    public string Tag => _tag ??= Slot.TagText(_message);

    /// <summary>Its text; line ends are LF here whatever they are in the message.</summary>
    public string Value => _value ??= Decode(Slot.Value(_message));

    /// <summary>Where the field begins, in bytes from the start of the message.</summary>
    public int Offset => Slot.Offset(_message);

    /// <summary>Where its value begins.</summary>
    public int ValueOffset => Slot.ValueOffset;

    /// <summary>Bytes of the value in the message.</summary>
    public int ValueLength => Slot.ValueLength;

    /// <summary>The two digits without the option letter.</summary>
    public string Number => Tag.Length > 2 && char.IsAsciiLetter(Tag[^1]) ? Tag[..^1] : Tag;

    internal FieldSlot Slot { get; }

    internal int End => Slot.End;

    /// <summary>The tag and the length: never the value.</summary>
    public override string ToString() => $"{Tag} ({ValueLength} bytes)";

    internal static string Decode(ReadOnlySpan<byte> value)
    {
        string text = Encoding.Latin1.GetString(value);
        return text.Contains('\r', StringComparison.Ordinal)
            ? text.Replace("\r\n", "\n", StringComparison.Ordinal) : text;
    }
}
