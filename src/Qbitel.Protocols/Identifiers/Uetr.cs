using System.Buffers;
using System.Security.Cryptography;

namespace Qbitel.Protocols.Identifiers;

/// <summary>A unique end-to-end transaction reference: an RFC 9562 version 4 UUID in lower case.</summary>
public sealed record Uetr
{
    private static readonly SearchValues<char> DigitsAndHyphen = SearchValues.Create("-0123456789abcdef");

    private Uetr(string value) => Value = value;

    public string Value { get; }

    /// <summary>A new reference, random as version 4 demands.</summary>
    public static Uetr Create()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Uetr(new Guid(bytes, bigEndian: true).ToString("D"));
    }

    public static bool TryParse(ReadOnlySpan<char> text, out Uetr uetr)
    {
        bool valid = IsValid(text);
        uetr = valid ? new Uetr(text.ToString()) : null!;
        return valid;
    }

    /// <summary>As <see cref="TryParse"/>, without making one.</summary>
    internal static bool IsValid(ReadOnlySpan<char> text)
    {
        // The four hyphens stand where they must, so that all else that is of the set is a digit.
        return text.Length == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-'
            && text[14] == '4' && text[19] is '8' or '9' or 'a' or 'b'
            && text.Count('-') == 4 && !text.ContainsAnyExcept(DigitsAndHyphen);
    }

    public override string ToString() => Value;
}
