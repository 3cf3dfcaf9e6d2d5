namespace Qbitel.Protocols.Swift;

/// <summary>One field of a block: <c>:32A:…</c> in a text, <c>{108:…}</c> in a header or trailer.</summary>
/// <param name="Tag">The number and option letter.</param>
/// <param name="Value">Its text; line ends are LF here whatever they are in the message.</param>
/// <param name="Offset">Where the field begins, in bytes from the start of the message.</param>
/// <param name="ValueOffset">Where its value begins.</param>
/// <param name="ValueLength">Bytes of the value in the message.</param>
public sealed record SwiftField(string Tag, string Value, int Offset, int ValueOffset, int ValueLength)
{
    /// <summary>The two digits without the option letter.</summary>
    public string Number => Tag.Length > 2 && char.IsAsciiLetter(Tag[^1]) ? Tag[..^1] : Tag;

    internal int End => ValueOffset + ValueLength;

    /// <summary>The tag and the length: never the value.</summary>
    public override string ToString() => $"{Tag} ({Value.Length} characters)";
}
