using System.Buffers.Binary;
using Qbitel.Cryptography.BlockCiphers;

namespace Qbitel.Cryptography.Cards.Emv;

/// <summary>Secure messaging of an issuer's commands to its card: EMV Book 2, clause 9, for TDEA cards.</summary>
public static class IssuerScript
{
    private const int MinMacSize = 4, MaxMacSize = 8, BlockSize = 8;

    /// <summary>The MAC of a command.</summary>
    /// <param name="sessionKey">16 bytes; see <see cref="EmvKeys.DeriveScriptKey"/>.</param>
    /// <param name="message">What the card's format puts under the MAC, in its order.</param>
    /// <param name="mac">Receives 4 to 8 bytes, the leftmost ones.</param>
    public static void ComputeMac(ReadOnlySpan<byte> sessionKey, ReadOnlySpan<byte> message, Span<byte> mac)
    {
        EmvKeys.RequireKey(sessionKey, isAes: false, "session key");
        if (mac.Length is < MinMacSize or > MaxMacSize)
        {
            throw new CardException(CardFault.InvalidInput,
                $"A script's MAC has {MinMacSize} to {MaxMacSize} bytes, not {mac.Length}.");
        }

        Span<byte> whole = stackalloc byte[BlockSize];
        TripleDes cipher = new(sessionKey);
        BinaryPrimitives.WriteUInt64BigEndian(whole, RetailMac.Compute(cipher, message, MacPadding.OneThenZeros));
        cipher.Clear();
        whole[..mac.Length].CopyTo(mac);
    }

    /// <summary>A command's data, encrypted: TDEA-CBC from a block of zeros, padded with 80 and zeros.</summary>
    /// <param name="sessionKey">16 bytes.</param>
    /// <param name="data">The clear data.</param>
    /// <returns>Whole blocks of 8 bytes, one more than the data fills.</returns>
    public static byte[] Encrypt(ReadOnlySpan<byte> sessionKey, ReadOnlySpan<byte> data)
    {
        EmvKeys.RequireKey(sessionKey, isAes: false, "session key");
        byte[] blocks = new byte[(data.Length / BlockSize * BlockSize) + BlockSize];
        data.CopyTo(blocks);
        blocks[data.Length] = 0x80;

        TripleDes cipher = new(sessionKey);
        ulong state = 0;
        for (int i = 0; i < blocks.Length; i += BlockSize)
        {
            state = cipher.Encrypt(state ^ BinaryPrimitives.ReadUInt64BigEndian(blocks.AsSpan(i)));
            BinaryPrimitives.WriteUInt64BigEndian(blocks.AsSpan(i), state);
        }

        cipher.Clear();
        return blocks;
    }
}
