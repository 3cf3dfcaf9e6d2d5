using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography.BlockCiphers;

namespace Qbitel.Cryptography.Cards;

/// <summary>The Visa PIN verification value (PVV).</summary>
public static class PinVerificationValue
{
    public const int Size = 4;

    private const int PanDigits = 11;

    /// <param name="key">The PVK pair, 16 bytes.</param>
    /// <param name="keyIndex">The PVKI, one digit.</param>
    /// <param name="pan">12 to 19 digits.</param>
    /// <param name="pin">4 to 12 digits, of which the first four count.</param>
    /// <param name="value">Receives four digits.</param>
    /// <exception cref="CardException">An input is of another form.</exception>
    public static void Compute(
        ReadOnlySpan<byte> key, ReadOnlySpan<char> keyIndex, ReadOnlySpan<char> pan, ReadOnlySpan<char> pin,
        Span<char> value)
    {
        Digits.RequireKey(key, "PIN verification key", 16);
        Digits.Require(keyIndex, 1, 1, "key index");
        Digits.RequirePan(pan, min: PanDigits + 1);
        Digits.Require(pin, 4, 12, "PIN");
        ArgumentOutOfRangeException.ThrowIfNotEqual(value.Length, Size, nameof(value));

        ulong number = Digits.Pack(pan[^(PanDigits + 1)..^1]);
        ulong block = (number << 20) | (Digits.Pack(keyIndex) << 16) | Digits.Pack(pin[..4]);
        TripleDes cipher = new(key);
        Digits.Decimalise(cipher.Encrypt(block), value);
        cipher.Clear();
    }

    /// <summary>Compares in constant time; a wrong PIN or value is false.</summary>
    public static bool Verify(
        ReadOnlySpan<byte> key, ReadOnlySpan<char> keyIndex, ReadOnlySpan<char> pan, ReadOnlySpan<char> pin,
        ReadOnlySpan<char> value)
    {
        Digits.Require(value, Size, Size, "PIN verification value");
        Span<char> expected = stackalloc char[Size];
        Compute(key, keyIndex, pan, pin, expected);
        return CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(expected), MemoryMarshal.AsBytes(value));
    }
}
