using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Qbitel.Cryptography.BlockCiphers;

namespace Qbitel.Cryptography.Cards;

/// <summary>ISO 9564-1 format 4: the PIN block for AES keys, bound to the card number by the encryption
/// itself.</summary>
public static class PinBlock4
{
    public const int Size = 16;
    public const int RandomSize = 8;

    /// <param name="key">The AES PIN key, 16, 24 or 32 bytes.</param>
    /// <param name="pin">4 to 12 digits.</param>
    /// <param name="pan">8 to 19 digits.</param>
    /// <param name="block">Receives the encrypted block, 16 bytes.</param>
    /// <exception cref="CardException">An input is of another form.</exception>
    public static void Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<char> pin, ReadOnlySpan<char> pan, Span<byte> block)
    {
        Span<byte> random = stackalloc byte[RandomSize];
        RandomNumberGenerator.Fill(random);
        Encrypt(key, pin, pan, random, block);
        CryptographicOperations.ZeroMemory(random);
    }

    internal static void Encrypt(
        ReadOnlySpan<byte> key, ReadOnlySpan<char> pin, ReadOnlySpan<char> pan, ReadOnlySpan<byte> random,
        Span<byte> block)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(block.Length, Size, nameof(block));
        Span<byte> pinField = stackalloc byte[Size];
        Span<byte> panField = stackalloc byte[Size];
        try
        {
            WritePinField(pin, random, pinField);
            WritePanField(pan, panField);
            Digits.RequireKey(key, "PIN key", 16, 24, 32);
            AesCipher cipher = new(key);
            Vector128<byte> first = cipher.Encrypt(Vector128.Create<byte>(pinField));
            cipher.Encrypt(first ^ Vector128.Create<byte>(panField)).CopyTo(block);
            cipher.Clear();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pinField);
            CryptographicOperations.ZeroMemory(panField);
        }
    }

    /// <param name="key">The AES PIN key, 16, 24 or 32 bytes.</param>
    /// <param name="block">The encrypted block, 16 bytes.</param>
    /// <param name="pan">8 to 19 digits.</param>
    /// <param name="pin">Receives the PIN; room for 12 digits. Zeroed when the block is refused.</param>
    /// <returns>How many digits the PIN has.</returns>
    /// <exception cref="CardException">The block holds no PIN for that card under that key.</exception>
    public static int Decrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> block, ReadOnlySpan<char> pan, Span<char> pin)
    {
        if (block.Length != Size)
        {
            throw new CardException(CardFault.InvalidInput,
                $"A PIN block of format 4 has {Size} bytes, not {block.Length}.");
        }

        Span<byte> state = stackalloc byte[Size];
        Span<byte> panField = stackalloc byte[Size];
        try
        {
            WritePanField(pan, panField);
            Digits.RequireKey(key, "PIN key", 16, 24, 32);
            AesCipher cipher = new(key);
            Vector128<byte> last = cipher.Decrypt(Vector128.Create(block));
            cipher.Decrypt(last ^ Vector128.Create<byte>(panField)).CopyTo(state);
            cipher.Clear();
            return PinBlock.DecodeField(BinaryPrimitives.ReadUInt64BigEndian(state), PinBlockFormat.Iso4, pin);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(state);
        }
    }

    /// <summary>4, the length, the PIN, A up to half of the field, then the random half.</summary>
    internal static void WritePinField(ReadOnlySpan<char> pin, ReadOnlySpan<byte> random, Span<byte> field)
    {
        Digits.Require(pin, PinBlock.MinPin, PinBlock.MaxPin, "PIN");
        if (random.Length != RandomSize)
        {
            throw new CardException(CardFault.InvalidInput,
                $"The random part has {RandomSize} bytes, not {random.Length}.");
        }

        ulong half = ((ulong)PinBlockFormat.Iso4 << 4) | (uint)pin.Length;
        foreach (char digit in pin) half = (half << 4) | (uint)(digit - '0');
        for (int i = pin.Length; i < Digits.NibblesPerBlock - 2; i++) half = (half << 4) | 0xA;
        BinaryPrimitives.WriteUInt64BigEndian(field, half);
        random.CopyTo(field[8..]);
    }

    /// <summary>How many digits over twelve, the card number padded in front with zeros to twelve, then
    /// zeros.</summary>
    internal static void WritePanField(ReadOnlySpan<char> pan, Span<byte> field)
    {
        Digits.RequirePan(pan);
        Span<char> nibbles = stackalloc char[2 * Digits.NibblesPerBlock];
        nibbles.Fill('0');
        nibbles[0] = (char)('0' + Math.Max(pan.Length - 12, 0));
        pan.CopyTo(nibbles[(1 + Math.Max(12 - pan.Length, 0))..]);
        BinaryPrimitives.WriteUInt64BigEndian(field, Digits.Pack(nibbles[..16]));
        BinaryPrimitives.WriteUInt64BigEndian(field[8..], Digits.Pack(nibbles[16..]));
        nibbles.Clear();
    }
}
