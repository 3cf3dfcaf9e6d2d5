using System.Security.Cryptography;

namespace Qbitel.Protocols.Identifiers;

/// <summary>A unique end-to-end transaction reference: an RFC 9562 version 4 UUID in lower case.</summary>
public sealed record Uetr
{
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
        bool valid = IsWellFormed(text);
        uetr = valid ? new Uetr(text.ToString()) : null!;
        return valid;
    }

    public override string ToString() => Value;

    internal static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        bool valid = text.Length == 36 && text[14] == '4' && text[19] is '8' or '9' or 'a' or 'b';
        for (int i = 0; valid && i < text.Length; i++)
        {
            valid = i is 8 or 13 or 18 or 23 ? text[i] == '-' : char.IsAsciiHexDigitLower(text[i]);
        }

        return valid;
    }
}
