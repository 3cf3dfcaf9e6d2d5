using System.Runtime.InteropServices;

namespace Qbitel.Cryptography.Cards.Emv;

/// <summary>How issuer application data (tag 9F10) is laid out.</summary>
public enum IssuerApplicationDataLayout
{
    /// <summary>Visa's formats 0, 1 and 3: 06, key index, version, verification results of 4 bytes.</summary>
    Visa,

    /// <summary>Visa's format 2: 1F, version, key index, verification results of 5 bytes; 32 bytes in all.</summary>
    VisaFormat2,

    /// <summary>M/Chip: key index, version, verification results of 6 bytes, a code of 2, and counters.</summary>
    MChip,

    /// <summary>Common Core Definitions: 0F, version, key index, verification results of 5 bytes; 32 bytes.</summary>
    CommonCore,
}

/// <summary>Where the parts of issuer application data lie: what the card says of how its cryptogram is made.</summary>
/// <remarks>
/// Layouts as publicly described; what stands in discretionary parts is the scheme's and the issuer's. Offsets are into
/// the value of tag 9F10.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct IssuerApplicationData
{
    private IssuerApplicationData(
        IssuerApplicationDataLayout layout, byte keyIndex, byte version, int resultsOffset, int resultsSize,
        int countersOffset, int countersSize)
    {
        Layout = layout;
        KeyIndex = keyIndex;
        Version = version;
        ResultsOffset = resultsOffset;
        ResultsSize = resultsSize;
        CountersOffset = countersOffset;
        CountersSize = countersSize;
    }

    public IssuerApplicationDataLayout Layout { get; }

    /// <summary>Which of the issuer's master keys the card has.</summary>
    public byte KeyIndex { get; }

    /// <summary>The cryptogram version number (CVN).</summary>
    public byte Version { get; }

    /// <summary>Of the card verification results (CVR).</summary>
    public int ResultsOffset { get; }

    public int ResultsSize { get; }

    /// <summary>Of M/Chip's counters.</summary>
    public int CountersOffset { get; }

    /// <summary>8 or 16 where M/Chip's card sends counters; else 0.</summary>
    public int CountersSize { get; }

    /// <summary>Reads the layout that the scheme has; false where the bytes are of no layout of it.</summary>
    public static bool TryParse(CardScheme scheme, ReadOnlySpan<byte> value, out IssuerApplicationData data)
    {
        data = default;
        switch (scheme)
        {
            // The results begin with their own length, of which the first byte is part of the four.
            case CardScheme.Visa when value is [0x06, _, _, 0x03, _, _, _, ..] && value.Length <= 32:
                data = new(IssuerApplicationDataLayout.Visa, value[1], value[2], 3, 4, 0, 0);
                return true;
            case CardScheme.Visa when value is [0x1F, _, ..] && value.Length == 32:
                data = new(IssuerApplicationDataLayout.VisaFormat2, value[2], value[1], 3, 5, 0, 0);
                return true;
            case CardScheme.Mastercard when value.Length is 18 or 20 or 26 or 28:
                int counters = value.Length switch { 18 or 20 => 8, _ => 16 };
                data = new(IssuerApplicationDataLayout.MChip, value[0], value[1], 2, 6, 10, counters);
                return true;
            case not CardScheme.Visa when value is [0x0F, _, ..] && value.Length == 32 && value[16] == 0x0F:
                data = new(IssuerApplicationDataLayout.CommonCore, value[2], value[1], 3, 5, 0, 0);
                return true;
            default:
                return false;
        }
    }

    public override string ToString() => $"{Layout}, version {Version:X2}, key index {KeyIndex:X2}";
}
