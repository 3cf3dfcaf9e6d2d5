using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Cards;

/// <summary>The clear PIN blocks of eight bytes: formats 0 to 3 of ISO 9564-1. Format 4 is
/// <see cref="PinBlock4"/>.</summary>
/// <remarks>A clear block is as secret as the PIN. Whatever is wrong with one is a single error, so that it cannot be
/// used to guess.</remarks>
public static class PinBlock
{
    public const int Size = 8;
    public const int MinPin = 4, MaxPin = 12;

    private const int FillNibbles = 14;

    /// <param name="format">One of the formats of eight bytes.</param>
    /// <param name="pin">4 to 12 digits.</param>
    /// <param name="pan">13 to 19 digits for formats 0 and 3; not looked at for the others.</param>
    /// <param name="block">Receives 8 bytes.</param>
    /// <exception cref="CardException">An input is of another form.</exception>
    public static void Encode(PinBlockFormat format, ReadOnlySpan<char> pin, ReadOnlySpan<char> pan, Span<byte> block)
    {
        Span<byte> random = stackalloc byte[FillNibbles];
        if (format is PinBlockFormat.Iso1 or PinBlockFormat.Iso3) RandomNumberGenerator.Fill(random);
        // Format 3 takes each of six nibbles; 252 is the greatest multiple of six in a byte.
        for (int i = 0; i < random.Length; i++)
        {
            while (format == PinBlockFormat.Iso3 && random[i] >= 252) RandomNumberGenerator.Fill(random.Slice(i, 1));
            random[i] = (byte)(format == PinBlockFormat.Iso3 ? 10 + (random[i] % 6) : random[i] & 0xF);
        }

        Encode(format, pin, pan, random, block);
    }

    /// <param name="format">One of the formats of eight bytes.</param>
    /// <param name="pin">4 to 12 digits.</param>
    /// <param name="pan">13 to 19 digits for formats 0 and 3; not looked at for the others.</param>
    /// <param name="fill">For formats 1 and 3 at least as many nibbles, one a byte, as follow the PIN; never used
    /// twice.</param>
    /// <param name="block">Receives 8 bytes.</param>
    internal static void Encode(
        PinBlockFormat format, ReadOnlySpan<char> pin, ReadOnlySpan<char> pan, ReadOnlySpan<byte> fill,
        Span<byte> block)
    {
        Digits.Require(pin, MinPin, MaxPin, "PIN");
        ArgumentOutOfRangeException.ThrowIfNotEqual(block.Length, Size, nameof(block));
        ulong panField = PanField(format, pan);

        ulong pinField = ((ulong)format << 4) | (uint)pin.Length;
        foreach (char digit in pin) pinField = (pinField << 4) | (uint)(digit - '0');
        for (int i = 0; i < FillNibbles - pin.Length; i++)
        {
            int nibble = format is PinBlockFormat.Iso0 or PinBlockFormat.Iso2 ? 0xF : FillAt(format, fill, i);
            pinField = (pinField << 4) | (uint)nibble;
        }

        BinaryPrimitives.WriteUInt64BigEndian(block, pinField ^ panField);
    }

    /// <summary>Reads the PIN out of a clear block.</summary>
    /// <param name="format">One of the formats of eight bytes.</param>
    /// <param name="block">8 bytes.</param>
    /// <param name="pan">13 to 19 digits for formats 0 and 3; not looked at for the others.</param>
    /// <param name="pin">Receives the PIN; room for 12 digits. Zeroed when the block is refused.</param>
    /// <returns>How many digits the PIN has.</returns>
    /// <exception cref="CardException">The block holds no PIN of that format for that card.</exception>
    public static int Decode(PinBlockFormat format, ReadOnlySpan<byte> block, ReadOnlySpan<char> pan, Span<char> pin)
    {
        if (block.Length != Size)
            throw new CardException(CardFault.InvalidInput, $"A PIN block has {Size} bytes, not {block.Length}.");

        ulong pinField = BinaryPrimitives.ReadUInt64BigEndian(block) ^ PanField(format, pan);
        return DecodeField(pinField, format, pin);
    }

    /// <summary>The eight bytes with control nibble, length, PIN and fill, as every format has them.</summary>
    internal static int DecodeField(ulong pinField, PinBlockFormat format, Span<char> pin)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pin.Length, MaxPin, nameof(pin));

        int length = Digits.NibbleAt(pinField, 1);
        bool isValid = (Digits.NibbleAt(pinField, 0) == (int)format) & (length >= MinPin) & (length <= MaxPin);
        for (int i = 0; i < FillNibbles; i++)
        {
            int nibble = Digits.NibbleAt(pinField, 2 + i);
            bool isDigit = nibble <= 9, isFill = format switch
            {
                PinBlockFormat.Iso1 => true,
                PinBlockFormat.Iso3 => nibble >= 10,
                PinBlockFormat.Iso4 => nibble == 0xA,
                _ => nibble == 0xF,
            };
            isValid &= i < length ? isDigit : isFill;
            if (i < MaxPin) pin[i] = (char)('0' + nibble);
        }

        if (!isValid)
        {
            pin.Clear();
            throw new CardException(CardFault.PinBlock, "The PIN block does not hold a PIN for this card.");
        }

        pin[length..].Clear();
        return length;
    }

    private static ulong PanField(PinBlockFormat format, ReadOnlySpan<char> pan)
    {
        switch (format)
        {
            case PinBlockFormat.Iso0 or PinBlockFormat.Iso3:
                Digits.RequirePan(pan, min: 13);
                return Digits.Pack(pan[^13..^1]);
            case PinBlockFormat.Iso1 or PinBlockFormat.Iso2:
                return 0;
            default:
                throw new CardException(CardFault.InvalidInput,
                    $"Format {(int)format} is not a PIN block of {Size} bytes.");
        }
    }

    private static int FillAt(PinBlockFormat format, ReadOnlySpan<byte> fill, int i)
    {
        int nibble = i < fill.Length ? fill[i] : -1;
        bool isLegal = nibble <= 15 && nibble >= (format == PinBlockFormat.Iso3 ? 10 : 0);
        return isLegal
            ? nibble
            : throw new CardException(
                CardFault.InvalidInput, "The fill is too short or holds a nibble that the format does not allow.");
    }
}
