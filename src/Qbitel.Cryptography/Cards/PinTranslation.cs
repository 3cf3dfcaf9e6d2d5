using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography.BlockCiphers;

namespace Qbitel.Cryptography.Cards;

/// <summary>An encrypted PIN block of one key and format, made one of another, for the same card.</summary>
/// <remarks>
/// ISO 9564-1 and PCI PIN: only between the formats that are bound to a card (0, 3 and 4), never to another card
/// number, and from AES to TDEA only where the caller says so. The PIN is in the clear only on this call's stack, which
/// is zeroed.
/// </remarks>
public static class PinTranslation
{
    /// <param name="source">Format and key of the block given: TDEA (16 or 24 bytes) for formats 0 and 3, AES for
    /// format 4.</param>
    /// <param name="block">8 bytes, or 16 of format 4.</param>
    /// <param name="target">Format and key of the block wanted.</param>
    /// <param name="pan">13 to 19 digits.</param>
    /// <param name="translated">Receives 8 bytes, or 16 of format 4; zeroed when the block is refused.</param>
    /// <param name="allowWeaker">Allows a block under an AES key to become one under TDEA.</param>
    /// <exception cref="CardException">The block holds no PIN for that card, or the translation is not
    /// allowed.</exception>
    public static void Translate(
        PinKey source, ReadOnlySpan<byte> block, PinKey target, ReadOnlySpan<char> pan, Span<byte> translated,
        bool allowWeaker = false)
    {
        translated.Clear();
        Require(source.Format);
        Require(target.Format);
        if (source.Format == PinBlockFormat.Iso4 && target.Format != PinBlockFormat.Iso4 && !allowWeaker)
        {
            throw new CardException(CardFault.UnsupportedOperation,
                "A PIN under AES is not translated to TDEA unless the policy allows it.");
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(translated.Length, target.BlockSize, nameof(translated));
        Span<char> pin = stackalloc char[PinBlock.MaxPin];
        try
        {
            int length = Open(source, block, pan, pin);
            Seal(target, pin[..length], pan, translated);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(pin));
        }
    }

    private static void Require(PinBlockFormat format)
    {
        if (format is PinBlockFormat.Iso0 or PinBlockFormat.Iso3 or PinBlockFormat.Iso4) return;

        throw new CardException(CardFault.UnsupportedOperation,
            $"PIN blocks of format {(int)format} are not bound to a card and are not translated.");
    }

    /// <summary>The PIN in an encrypted block, for the one who verifies it within a box.</summary>
    /// <param name="source">Format and key of the block.</param>
    /// <param name="block">8 bytes, or 16 of format 4.</param>
    /// <param name="pan">13 to 19 digits.</param>
    /// <param name="pin">Receives the PIN; room for 12 digits. The caller zeroes it.</param>
    /// <returns>How many digits the PIN has.</returns>
    /// <exception cref="CardException">The block holds no PIN for that card.</exception>
    public static int Open(PinKey source, ReadOnlySpan<byte> block, ReadOnlySpan<char> pan, Span<char> pin)
    {
        Require(source.Format);
        if (source.Format == PinBlockFormat.Iso4) return PinBlock4.Decrypt(source.Key, block, pan, pin);
        if (block.Length != PinBlock.Size)
        {
            throw new CardException(CardFault.InvalidInput,
                $"A PIN block has {PinBlock.Size} bytes, not {block.Length}.");
        }

        Digits.RequireKey(source.Key, "PIN key", 16, 24);
        TripleDes cipher = new(source.Key);
        Span<byte> clear = stackalloc byte[PinBlock.Size];
        try
        {
            BinaryPrimitives.WriteUInt64BigEndian(clear, cipher.Decrypt(BinaryPrimitives.ReadUInt64BigEndian(block)));
            return PinBlock.Decode(source.Format, clear, pan, pin);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
            cipher.Clear();
        }
    }

    private static void Seal(PinKey target, ReadOnlySpan<char> pin, ReadOnlySpan<char> pan, Span<byte> translated)
    {
        if (target.Format == PinBlockFormat.Iso4)
        {
            PinBlock4.Encrypt(target.Key, pin, pan, translated);
            return;
        }

        Digits.RequireKey(target.Key, "PIN key", 16, 24);
        TripleDes cipher = new(target.Key);
        Span<byte> clear = stackalloc byte[PinBlock.Size];
        try
        {
            PinBlock.Encode(target.Format, pin, pan, clear);
            BinaryPrimitives.WriteUInt64BigEndian(translated,
                cipher.Encrypt(BinaryPrimitives.ReadUInt64BigEndian(clear)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
            cipher.Clear();
        }
    }
}

/// <summary>A PIN encryption key and the format of the blocks under it.</summary>
public readonly ref struct PinKey(PinBlockFormat format, ReadOnlySpan<byte> key)
{
    public PinBlockFormat Format { get; } = format;

    public int BlockSize => Format == PinBlockFormat.Iso4 ? PinBlock4.Size : PinBlock.Size;

    internal ReadOnlySpan<byte> Key { get; } = key;

    public override string ToString() => "***";
}
