using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Iso8583;

/// <summary>What stands before the message type.</summary>
public enum Iso8583Header
{
    None,

    /// <summary>The length of what follows in two bytes, the greater first.</summary>
    TwoByteLength,

    /// <summary>The length of what follows in four ASCII digits.</summary>
    FourDigitLength,
}

/// <summary>How the bitmap, and with it binary fields, are written.</summary>
public enum Iso8583Bitmap
{
    /// <summary>Two hexadecimal digits a byte.</summary>
    Hex,

    /// <summary>As they are.</summary>
    Binary,
}

/// <summary>The choices of a dialect that its field table does not make.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Iso8583Encoding(Iso8583Header Header, Iso8583Bitmap Bitmap)
{
    internal static readonly Iso8583Encoding[] All =
    [
        new(Iso8583Header.None, Iso8583Bitmap.Hex),
        new(Iso8583Header.TwoByteLength, Iso8583Bitmap.Hex),
        new(Iso8583Header.FourDigitLength, Iso8583Bitmap.Hex),
        new(Iso8583Header.None, Iso8583Bitmap.Binary),
        new(Iso8583Header.TwoByteLength, Iso8583Bitmap.Binary),
        new(Iso8583Header.FourDigitLength, Iso8583Bitmap.Binary),
    ];

    internal int HeaderLength =>
        Header switch { Iso8583Header.TwoByteLength => 2, Iso8583Header.FourDigitLength => 4, _ => 0 };

    /// <summary>Characters of a bitmap of 64 bits.</summary>
    internal int BitmapLength => Bitmap == Iso8583Bitmap.Hex ? 16 : 8;

    /// <summary>
    /// The encodings in which a message type follows the header. A bitmap of hexadecimal digits is never taken for a
    /// binary one:
    /// its eight first characters would announce fields that digits happen to fill.
    /// </summary>
    internal static List<Iso8583Encoding> Candidates(ReadOnlySpan<byte> bytes, Iso8583Profile profile)
    {
        List<Iso8583Encoding> candidates = [];
        foreach (Iso8583Header header in (ReadOnlySpan<Iso8583Header>)[Iso8583Header.None, Iso8583Header.TwoByteLength,
            Iso8583Header.FourDigitLength])
        {
            Iso8583Encoding candidate = new(header, Iso8583Bitmap.Hex);
            ReadOnlySpan<byte> message = bytes[Math.Min(bytes.Length, candidate.HeaderLength)..];
            if (message.Length < 4 || !Mti.TryParse(message[..4], out Mti mti) || mti.Version != profile.VersionDigit)
            {
                continue;
            }

            bool isHex = true;
            foreach (byte b in message[4..Math.Min(message.Length, 12)]) isHex &= char.IsAsciiHexDigit((char)b);
            candidates.Add(isHex ? candidate : candidate with { Bitmap = Iso8583Bitmap.Binary });
        }

        if (candidates.Count == 0) candidates.Add(default);
        return candidates;
    }

    public override string ToString() => $"{Header} header, {Bitmap} bitmap";
}
