using System.Globalization;

namespace Qbitel.Protocols.Emv.Words;

/// <summary>Issuer application data (9F10) in words, by the layout and the cryptogram version that they show.</summary>
/// <remarks>
/// Layouts as publicly described; the schemes' manuals are licensed and were not compared. What an issuer keeps in
/// discretionary parts is not read.
/// </remarks>
internal static class IssuerData
{
    /// <summary>The words of it; none where the layout is not known.</summary>
    public static void Read(ReadOnlySpan<byte> value, EmvScheme scheme, List<EmvWord> words)
    {
        switch (scheme)
        {
            case EmvScheme.Visa or EmvScheme.Unknown when value is [0x06, _, _, 0x03, _, _, _, ..]:
                Head(words, "Visa", 3, value[2], 2, value[1], VisaVersion(value[2]));
                words.Add(new EmvWord(4, 0, $"card verification results {Convert.ToHexString(value.Slice(3, 4))}"));
                BitTable.Read("CVR-VISA", [0, .. value.Slice(4, 3)], words, from: 3);
                Rest(value, 7, words);
                return;

            case EmvScheme.Visa or EmvScheme.Unknown when value is [0x1F, _, ..] && value.Length == 32:
                Head(words, "Visa, format 2", 2, value[1], 3, value[2], VisaVersion(value[1]));
                words.Add(new EmvWord(4, 0, $"card verification results {Convert.ToHexString(value.Slice(3, 5))}"));
                return;

            case not EmvScheme.Visa when value is [0x0F, _, ..] && value.Length == 32 && value[16] == 0x0F:
                Head(words, "Common Core Definitions", 2, value[1], 3, value[2], CommonCoreVersion(value[1]));
                words.Add(new EmvWord(4, 0, $"card verification results {Convert.ToHexString(value.Slice(3, 5))}"));
                BitTable.Read("CVR-CCD", value.Slice(3, 5), words, from: 3);
                words.Add(new EmvWord(9, 0, $"counters {Convert.ToHexString(value.Slice(8, 8))}"));
                words.Add(new EmvWord(18, 0, "15 bytes of the issuer's own"));
                return;

            case EmvScheme.Mastercard or EmvScheme.Unknown
                when value.Length is 18 or 20 or 26 or 28 && value[1] >> 4 == 1:
                Head(words, "M/Chip", 2, value[1], 1, value[0], MChipVersion(value[1]));
                words.Add(new EmvWord(3, 0, $"card verification results {Convert.ToHexString(value.Slice(2, 6))}"));
                BitTable.Read("CVR-MCHIP", value.Slice(2, 6), words, from: 2);
                words.Add(new EmvWord(9, 0,
                    $"data authentication code, or end of the card's number {Convert.ToHexString(value.Slice(8, 2))}"));
                words.Add(new EmvWord(11, 0, $"counters {Convert.ToHexString(value[10..])}"));
                return;

            default:
                words.Add(new EmvWord(0, 0, "of a layout that is not carried here"));
                return;
        }
    }

    private static void Head(List<EmvWord> words, string layout, int versionAt, byte version, int indexAt, byte index,
        string? meaning)
    {
        words.Add(new EmvWord(0, 0, $"layout: {layout}"));
        string shown = string.Create(CultureInfo.InvariantCulture, $"cryptogram version {version} ({version:X2})");
        words.Add(new EmvWord(versionAt, 0, meaning is null ? shown : $"{shown}: {meaning}"));
        words.Add(new EmvWord(indexAt, 0, string.Create(CultureInfo.InvariantCulture, $"key index {index}")));
    }

    private static void Rest(ReadOnlySpan<byte> value, int at, List<EmvWord> words)
    {
        if (value.Length > at)
        {
            words.Add(new EmvWord(at + 1, 0, string.Create(CultureInfo.InvariantCulture,
                $"{value.Length - at} bytes of the issuer's own")));
        }
    }

    private static string? VisaVersion(byte version) => version switch
    {
        0x0A => "under the card's key, filled up with zeros",
        0x11 => "under the card's key, over fewer data",
        0x12 or 0x22 => "under a key of the session (EMV common session key)",
        _ => null,
    };

    // Bits 3 and 2: how the key of the session is made; bit 1: whether counters are part of what is signed.
    private static string? MChipVersion(byte version)
    {
        string? key = (version & 0x0E) switch
        {
            0x00 => "under Mastercard's key of the session",
            0x04 => "under a key of the session (EMV common session key)",
            _ => null,
        };
        return key is null ? null : key + ((version & 1) != 0 ? ", counters included" : ", counters not included");
    }

    private static string? CommonCoreVersion(byte version) => version switch
    {
        0xA5 => "format A, under a key of the session, TDES",
        0xA6 => "format A, under a key of the session, AES",
        _ => null,
    };
}
