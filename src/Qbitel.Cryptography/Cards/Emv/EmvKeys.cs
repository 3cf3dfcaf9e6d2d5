using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Qbitel.Cryptography.BlockCiphers;

namespace Qbitel.Cryptography.Cards.Emv;

/// <summary>The keys of a chip card and of a transaction of it: EMV Book 2, Annex A1.</summary>
public static class EmvKeys
{
    /// <summary>A TDEA key; AES keys of option C have 16, 24 or 32 bytes.</summary>
    public const int TdeaKeySize = 16;

    /// <summary>The longest that is encrypted to derive a key.</summary>
    public const int MaxInputSize = 32;

    private const int AtcSize = 2;
    private const int MaxKeySize = 32;

    /// <summary>The card's master key.</summary>
    /// <param name="issuerMasterKey">16 bytes; for option C 16, 24 or 32.</param>
    /// <param name="pan">8 to 19 digits.</param>
    /// <param name="panSequence">Two digits; 00 where the card has none.</param>
    /// <param name="derivation">Option B is option A for card numbers of 16 digits and less.</param>
    /// <param name="masterKey">Receives as many bytes as the issuer's key has.</param>
    /// <exception cref="CardException">An input is of another form.</exception>
    public static void DeriveMasterKey(
        ReadOnlySpan<byte> issuerMasterKey, ReadOnlySpan<char> pan, ReadOnlySpan<char> panSequence,
        MasterKeyDerivation derivation,
        Span<byte> masterKey)
    {
        bool isAes = derivation == MasterKeyDerivation.OptionC;
        RequireKey(issuerMasterKey, isAes, "issuer master key");
        ArgumentOutOfRangeException.ThrowIfNotEqual(masterKey.Length, issuerMasterKey.Length, nameof(masterKey));
        Span<byte> input = stackalloc byte[MaxInputSize];
        WriteMasterKeyInput(pan, panSequence, derivation, input);
        if (isAes) DeriveAes(issuerMasterKey, input, masterKey);
        else DeriveTdea(issuerMasterKey, input, masterKey);
        input.Clear();
    }

    /// <summary>
    /// What is encrypted under an issuer's key to make a card's, for boxes that derive by encryption.
    /// </summary>
    /// <param name="pan">8 to 19 digits.</param>
    /// <param name="panSequence">Two digits; 00 where the card has none.</param>
    /// <param name="derivation">Which.</param>
    /// <param name="input">Receives two blocks: 16 bytes, or 32 of option C.</param>
    /// <exception cref="CardException">An input is of another form.</exception>
    public static void WriteMasterKeyInput(
        ReadOnlySpan<char> pan, ReadOnlySpan<char> panSequence, MasterKeyDerivation derivation, Span<byte> input)
    {
        Digits.RequirePan(pan);
        Digits.Require(panSequence, 2, 2, "card sequence number");
        int blockSize = derivation == MasterKeyDerivation.OptionC ? 16 : 8;
        ArgumentOutOfRangeException.ThrowIfLessThan(input.Length, 2 * blockSize, nameof(input));

        Span<char> number = stackalloc char[Digits.MaxPan + 2];
        number = number[..(pan.Length + 2)];
        pan.CopyTo(number);
        panSequence.CopyTo(number[pan.Length..]);
        switch (derivation)
        {
            case MasterKeyDerivation.OptionC:
                BinaryPrimitives.WriteUInt64BigEndian(input, number.Length > 16 ? Digits.Pack(number[..^16]) : 0);
                BinaryPrimitives.WriteUInt64BigEndian(input[8..], Digits.Pack(number[^Math.Min(16, number.Length)..]));
                break;
            case MasterKeyDerivation.OptionB when pan.Length > 16:
                BinaryPrimitives.WriteUInt64BigEndian(input, HashedNumber(number));
                break;
            default:
                BinaryPrimitives.WriteUInt64BigEndian(input, Digits.Pack(number[^Math.Min(16, number.Length)..]));
                break;
        }

        for (int i = 0; i < blockSize; i++) input[blockSize + i] = unchecked((byte)~input[i]);
        number.Clear();
    }

    /// <summary>The key of one transaction's cryptograms.</summary>
    /// <param name="masterKey">The card's: 16 bytes (TDEA), or AES where <paramref name="isAes"/>.</param>
    /// <param name="derivation">Which.</param>
    /// <param name="atc">The application transaction counter, 2 bytes.</param>
    /// <param name="unpredictableNumber">4 bytes for M/Chip; not looked at otherwise.</param>
    /// <param name="isAes">The master key is one of option C. No third-party vector has confirmed that
    /// derivation.</param>
    /// <param name="sessionKey">Receives as many bytes as the master key has.</param>
    /// <exception cref="CardException">An input is of another form.</exception>
    public static void DeriveSessionKey(
        ReadOnlySpan<byte> masterKey, SessionKeyDerivation derivation, ReadOnlySpan<byte> atc,
        ReadOnlySpan<byte> unpredictableNumber,
        bool isAes, Span<byte> sessionKey)
    {
        RequireKey(masterKey, isAes, "card master key");
        Require(atc, AtcSize, "transaction counter");
        ArgumentOutOfRangeException.ThrowIfNotEqual(sessionKey.Length, masterKey.Length, nameof(sessionKey));
        if (derivation == SessionKeyDerivation.None)
        {
            masterKey.CopyTo(sessionKey);
            return;
        }

        Span<byte> input = stackalloc byte[MaxInputSize];
        WriteSessionKeyInput(derivation, atc, unpredictableNumber, isAes, masterKey.Length, input);
        if (isAes) DeriveAes(masterKey, input, sessionKey);
        else DeriveTdea(masterKey, input, sessionKey);
    }

    /// <summary>
    /// What is encrypted under a card's key to make a transaction's, for boxes that derive by encryption.
    /// </summary>
    /// <param name="derivation">Any that derives.</param>
    /// <param name="atc">The application transaction counter, 2 bytes.</param>
    /// <param name="unpredictableNumber">4 bytes for M/Chip; not looked at otherwise.</param>
    /// <param name="isAes">The card's key is an AES key.</param>
    /// <param name="keySize">Its size.</param>
    /// <param name="input">Receives two blocks: 16 bytes, or 32 of AES.</param>
    /// <exception cref="CardException">An input is of another form.</exception>
    public static void WriteSessionKeyInput(
        SessionKeyDerivation derivation, ReadOnlySpan<byte> atc, ReadOnlySpan<byte> unpredictableNumber, bool isAes,
        int keySize, Span<byte> input)
    {
        Require(atc, AtcSize, "transaction counter");
        Span<byte> diversifier = stackalloc byte[isAes ? 16 : 8];
        diversifier.Clear();
        atc.CopyTo(diversifier);
        switch (derivation)
        {
            case SessionKeyDerivation.None:
                throw new ArgumentException("The master key itself is used; nothing is derived.", nameof(derivation));
            case SessionKeyDerivation.MChip:
                Require(unpredictableNumber, 4, "unpredictable number");
                if (isAes)
                {
                    throw new CardException(CardFault.UnsupportedOperation,
                        "M/Chip's session key is defined for TDEA only.");
                }

                unpredictableNumber.CopyTo(diversifier[4..]);
                break;
        }

        Write(diversifier, isWhole: isAes && keySize == 16, input);
    }

    /// <summary>What is encrypted under a card's key to make that of scripts from the application cryptogram.</summary>
    /// <param name="cryptogram">8 bytes.</param>
    /// <param name="input">Receives 16 bytes.</param>
    /// <exception cref="CardException">It is of another length.</exception>
    public static void WriteScriptKeyInput(ReadOnlySpan<byte> cryptogram, Span<byte> input)
    {
        Require(cryptogram, 8, "application cryptogram");
        Write(cryptogram, isWhole: false, input);
    }

    /// <summary>The key of a script to the card.</summary>
    /// <param name="masterKey">The card's for secure messaging, 16 bytes.</param>
    /// <param name="derivation">Which.</param>
    /// <param name="diversifier">The application cryptogram, 8 bytes, or the transaction counter, 2 bytes.</param>
    /// <param name="sessionKey">Receives 16 bytes.</param>
    /// <exception cref="CardException">An input is of another form.</exception>
    public static void DeriveScriptKey(
        ReadOnlySpan<byte> masterKey, ScriptKeyDerivation derivation, ReadOnlySpan<byte> diversifier,
        Span<byte> sessionKey)
    {
        RequireKey(masterKey, isAes: false, "card master key");
        ArgumentOutOfRangeException.ThrowIfNotEqual(sessionKey.Length, masterKey.Length, nameof(sessionKey));
        if (derivation == ScriptKeyDerivation.FromCryptogram)
        {
            Span<byte> input = stackalloc byte[MaxInputSize];
            WriteScriptKeyInput(diversifier, input);
            DeriveTdea(masterKey, input, sessionKey);
            return;
        }

        // The last two bytes of each half: the counter added to the left one, its inverse to the right one.
        Require(diversifier, AtcSize, "transaction counter");
        masterKey.CopyTo(sessionKey);
        for (int i = 0; i < AtcSize; i++)
        {
            sessionKey[6 + i] ^= diversifier[i];
            sessionKey[14 + i] ^= unchecked((byte)~diversifier[i]);
        }
    }

    internal static void Require(ReadOnlySpan<byte> value, int size, string what)
    {
        if (value.Length != size)
        {
            throw new CardException(CardFault.InvalidInput,
                $"The {what} has {value.Length} bytes; it must have {size}.");
        }
    }

    internal static void RequireKey(ReadOnlySpan<byte> key, bool isAes, string what)
    {
        if (isAes) Digits.RequireKey(key, what, 16, 24, 32);
        else Digits.RequireKey(key, what, TdeaKeySize);
    }

    // EMV Book 2, A1.3.1: the third byte is F0 for the left half and 0F for the right one; one AES block has neither.
    private static void Write(ReadOnlySpan<byte> diversifier, bool isWhole, Span<byte> input)
    {
        diversifier.CopyTo(input);
        diversifier.CopyTo(input[diversifier.Length..]);
        if (isWhole) return;

        input[2] = 0xF0;
        input[diversifier.Length + 2] = 0x0F;
    }

    // Both halves are one block encrypted; every byte then gets odd parity.
    private static void DeriveTdea(ReadOnlySpan<byte> key, ReadOnlySpan<byte> input, Span<byte> derived)
    {
        TripleDes cipher = new(key);
        (ulong left, ulong right) = cipher.EncryptPair(
            BinaryPrimitives.ReadUInt64BigEndian(input), BinaryPrimitives.ReadUInt64BigEndian(input[8..]));
        cipher.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(derived, left);
        BinaryPrimitives.WriteUInt64BigEndian(derived[8..], right);
        for (int i = 0; i < derived.Length; i++)
        {
            int bits = derived[i] & 0xFE;
            derived[i] = (byte)(bits | (~BitOperations.PopCount((uint)bits) & 1));
        }
    }

    private static void DeriveAes(ReadOnlySpan<byte> key, ReadOnlySpan<byte> input, Span<byte> derived)
    {
        Span<byte> blocks = stackalloc byte[MaxKeySize];
        AesCipher cipher = new(key);
        cipher.Encrypt(input[..MaxKeySize], blocks);
        cipher.Clear();
        blocks[..derived.Length].CopyTo(derived);
        CryptographicOperations.ZeroMemory(blocks);
    }

    // EMV Book 2, A1.4.2: the digits of the SHA-1 hash of the packed number, then its letters less ten.
    private static ulong HashedNumber(ReadOnlySpan<char> number)
    {
        Span<byte> packed = stackalloc byte[(number.Length + 1) / 2];
        packed.Clear();
        for (int i = 0; i < number.Length; i++)
        {
            int place = i + (number.Length & 1);
            packed[place / 2] |= (byte)((number[i] - '0') << (4 * (1 - (place & 1))));
        }

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(packed, hash);
        ulong digits = 0;
        int count = 0;
        foreach (int from in (ReadOnlySpan<int>)[0, 10])
        {
            for (int i = 0; i < 2 * hash.Length && count < Digits.NibblesPerBlock; i++)
            {
                int nibble = (hash[i / 2] >> (4 * (1 - (i & 1)))) & 0xF;
                if (nibble >= 10 != (from == 10)) continue;
                digits = (digits << 4) | (uint)(nibble - from);
                count++;
            }
        }

        return digits;
    }
}
