using System.Buffers.Binary;
using Qbitel.Cryptography.BlockCiphers;

namespace Qbitel.Cryptography.Cards.Emv;

/// <summary>Secure messaging of an issuer's commands to its card: EMV Book 2, clause 9, for TDEA cards.</summary>
public static class IssuerScript
{
    private const int MinMacSize = 4, MaxMacSize = 8, BlockSize = 8, MaxDataSize = 255;

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

    /// <summary>A command's data, enciphered under TDEA.</summary>
    /// <param name="sessionKey">16 bytes.</param>
    /// <param name="data">The clear data; at most 255 bytes where its length stands before it.</param>
    /// <param name="padding">As the card's specification has it.</param>
    /// <returns>Whole blocks of 8 bytes.</returns>
    /// <exception cref="CardException">An input is of another form.</exception>
    public static byte[] Encrypt(
        ReadOnlySpan<byte> sessionKey, ReadOnlySpan<byte> data, ScriptPadding padding = ScriptPadding.Always)
    {
        EmvKeys.RequireKey(sessionKey, isAes: false, "session key");
        byte[] blocks = Pad(data, padding);
        TripleDes cipher = new(sessionKey);
        ulong state = 0;
        for (int i = 0; i < blocks.Length; i += BlockSize)
        {
            ulong block = BinaryPrimitives.ReadUInt64BigEndian(blocks.AsSpan(i));
            ulong result = cipher.Encrypt(state ^ block);
            BinaryPrimitives.WriteUInt64BigEndian(blocks.AsSpan(i), result);
            if (padding != ScriptPadding.LengthFirst) state = result;
        }

        cipher.Clear();
        return blocks;
    }

    /// <summary>A command's data filled up to whole blocks, for boxes that encipher them themselves.</summary>
    /// <returns>As secret as the data.</returns>
    /// <exception cref="CardException">It is empty where it must not be, or too long.</exception>
    public static byte[] Pad(ReadOnlySpan<byte> data, ScriptPadding padding)
    {
        int before = padding == ScriptPadding.LengthFirst ? 1 : 0, size = before + data.Length;
        if (size > MaxDataSize + before || (data.IsEmpty && padding == ScriptPadding.WhereNeeded))
        {
            throw new CardException(CardFault.InvalidInput,
                $"A script's data has 1 to {MaxDataSize} bytes, not {data.Length}.");
        }

        bool isFull = padding == ScriptPadding.WhereNeeded && size % BlockSize == 0;
        byte[] blocks = new byte[isFull ? size : (size / BlockSize * BlockSize) + BlockSize];
        if (before == 1) blocks[0] = (byte)data.Length;
        data.CopyTo(blocks.AsSpan(before));
        if (!isFull) blocks[size] = 0x80;
        return blocks;
    }

    /// <summary>
    /// The clear block of a PIN for Visa's card: its length and digits, a part of the card's master key for cryptograms
    /// added, and the current PIN where the card has to know it.
    /// </summary>
    /// <param name="masterKey">The card's master key for cryptograms, 16 bytes.</param>
    /// <param name="pin">4 to 12 digits.</param>
    /// <param name="currentPin">4 to 12 digits, or none.</param>
    /// <param name="block">Receives 8 bytes, as secret as the PIN.</param>
    /// <exception cref="CardException">An input is of another form.</exception>
    public static void WriteVisaPinBlock(
        ReadOnlySpan<byte> masterKey, ReadOnlySpan<char> pin, ReadOnlySpan<char> currentPin, Span<byte> block)
    {
        EmvKeys.RequireKey(masterKey, isAes: false, "card master key");
        Digits.Require(pin, PinBlock.MinPin, PinBlock.MaxPin, "PIN");
        if (!currentPin.IsEmpty) Digits.Require(currentPin, PinBlock.MinPin, PinBlock.MaxPin, "PIN");
        ArgumentOutOfRangeException.ThrowIfNotEqual(block.Length, BlockSize, nameof(block));

        ulong field = (uint)pin.Length;
        foreach (char digit in pin) field = (field << 4) | (uint)(digit - '0');
        for (int i = pin.Length; i < 14; i++) field = (field << 4) | 0xF;
        field ^= BinaryPrimitives.ReadUInt32BigEndian(masterKey[4..]);
        if (!currentPin.IsEmpty) field ^= Digits.Pack(currentPin) << (4 * (16 - currentPin.Length));
        BinaryPrimitives.WriteUInt64BigEndian(block, field);
    }
}
