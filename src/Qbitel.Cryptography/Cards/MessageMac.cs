using System.Buffers.Binary;
using Qbitel.Cryptography.BlockCiphers;

namespace Qbitel.Cryptography.Cards;

/// <summary>MACs of messages between terminals and hosts: retail MAC and CMAC, cut to what both have agreed.</summary>
public static class MessageMac
{
    public const int MinSize = 4;

    /// <summary>ISO/IEC 9797-1 algorithm 3, which is ANSI X9.19.</summary>
    /// <param name="key">TDEA, 16 bytes.</param>
    /// <param name="data">What is authenticated.</param>
    /// <param name="padding">As agreed.</param>
    /// <param name="mac">Receives the leftmost 4 to 8 bytes.</param>
    /// <exception cref="CardException">An input is of another form.</exception>
    public static void ComputeRetail(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, MacPadding padding, Span<byte> mac)
    {
        Digits.RequireKey(key, "MAC key", 16);
        RequireSize(mac.Length, RetailMac.Size);
        Span<byte> whole = stackalloc byte[RetailMac.Size];
        TripleDes cipher = new(key);
        BinaryPrimitives.WriteUInt64BigEndian(whole, RetailMac.Compute(cipher, data, padding));
        cipher.Clear();
        whole[..mac.Length].CopyTo(mac);
    }

    /// <summary>CMAC of NIST SP 800-38B.</summary>
    /// <param name="key">AES of 16, 24 or 32 bytes, or TDEA of 16 or 24.</param>
    /// <param name="isAes">Which of them it is.</param>
    /// <param name="data">What is authenticated.</param>
    /// <param name="mac">Receives the leftmost 4 to 8 bytes, with AES up to 16.</param>
    /// <exception cref="CardException">An input is of another form.</exception>
    public static void ComputeCmac(ReadOnlySpan<byte> key, bool isAes, ReadOnlySpan<byte> data, Span<byte> mac)
    {
        RequireSize(mac.Length, isAes ? 16 : 8);
        Span<byte> whole = stackalloc byte[16];
        if (isAes)
        {
            Digits.RequireKey(key, "MAC key", 16, 24, 32);
            AesCipher cipher = new(key);
            Cmac.Compute(cipher, data, whole);
            cipher.Clear();
        }
        else
        {
            Digits.RequireKey(key, "MAC key", 16, 24);
            TripleDes cipher = new(key);
            BinaryPrimitives.WriteUInt64BigEndian(whole, Cmac.Compute(cipher, data));
            cipher.Clear();
        }

        whole[..mac.Length].CopyTo(mac);
    }

    private static void RequireSize(int size, int most)
    {
        if (size < MinSize || size > most)
            throw new CardException(CardFault.InvalidInput, $"The MAC has {MinSize} to {most} bytes, not {size}.");
    }
}
