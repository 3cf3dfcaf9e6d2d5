using System.Buffers.Binary;
using System.Security.Cryptography;
using Qbitel.Cryptography.BlockCiphers;

namespace Qbitel.Cryptography.Cards.Emv;

/// <summary>Application cryptograms (ARQC, TC, AAC) and the issuer's answers (ARPC): EMV Book 2, 8.1 and 8.2.</summary>
public static class EmvCryptogram
{
    public const int Size = 8;

    /// <summary>The size of an answer by method 2.</summary>
    public const int ShortAnswerSize = 4;

    /// <summary>The cryptogram over data that the card and the issuer agree on: ISO/IEC 9797-1 algorithm 3.</summary>
    /// <param name="sessionKey">16 bytes.</param>
    /// <param name="data">The values of the card's data object list, in its order, and what the card adds.</param>
    /// <param name="padding">Zeros for Visa CVN 10, a one and zeros for the others.</param>
    /// <param name="cryptogram">Receives 8 bytes.</param>
    /// <exception cref="CardException">An input is of another form.</exception>
    public static void Compute(ReadOnlySpan<byte> sessionKey, ReadOnlySpan<byte> data, MacPadding padding,
        Span<byte> cryptogram)
    {
        EmvKeys.RequireKey(sessionKey, isAes: false, "session key");
        RequireData(data);
        ArgumentOutOfRangeException.ThrowIfNotEqual(cryptogram.Length, Size, nameof(cryptogram));

        TripleDes cipher = new(sessionKey);
        BinaryPrimitives.WriteUInt64BigEndian(cryptogram, RetailMac.Compute(cipher, data, padding));
        cipher.Clear();
    }

    /// <summary>The cryptogram under an AES key: the leftmost half of the CMAC. No third-party vector has confirmed
    /// it.</summary>
    /// <param name="sessionKey">16, 24 or 32 bytes.</param>
    /// <param name="data">As for <see cref="Compute"/>.</param>
    /// <param name="cryptogram">Receives 8 bytes.</param>
    public static void ComputeAes(ReadOnlySpan<byte> sessionKey, ReadOnlySpan<byte> data, Span<byte> cryptogram)
    {
        EmvKeys.RequireKey(sessionKey, isAes: true, "session key");
        RequireData(data);
        ArgumentOutOfRangeException.ThrowIfNotEqual(cryptogram.Length, Size, nameof(cryptogram));

        Span<byte> mac = stackalloc byte[2 * Size];
        AesCipher cipher = new(sessionKey);
        Cmac.Compute(cipher, data, mac);
        cipher.Clear();
        mac[..Size].CopyTo(cryptogram);
        CryptographicOperations.ZeroMemory(mac);
    }

    /// <summary>Compares in constant time.</summary>
    /// <exception cref="CardException">An input is of another form, a short cryptogram included; a wrong one is
    /// false.</exception>
    public static bool Verify(ReadOnlySpan<byte> sessionKey, ReadOnlySpan<byte> data, MacPadding padding,
        ReadOnlySpan<byte> cryptogram)
    {
        EmvKeys.Require(cryptogram, Size, "cryptogram");
        Span<byte> expected = stackalloc byte[Size];
        Compute(sessionKey, data, padding, expected);
        return CryptographicOperations.FixedTimeEquals(expected, cryptogram);
    }

    /// <summary>Compares in constant time with the cryptogram under an AES key; see <see cref="ComputeAes"/>.</summary>
    /// <exception cref="CardException">An input is of another form; a wrong cryptogram is false.</exception>
    public static bool VerifyAes(
        ReadOnlySpan<byte> sessionKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> cryptogram)
    {
        EmvKeys.Require(cryptogram, Size, "cryptogram");
        Span<byte> expected = stackalloc byte[Size];
        ComputeAes(sessionKey, data, expected);
        return CryptographicOperations.FixedTimeEquals(expected, cryptogram);
    }

    /// <summary>The answer by method 1: the cryptogram and the response code, encrypted.</summary>
    /// <param name="key">16 bytes: the session key, or the card's master key for Visa CVN 10 and M/Chip's own session
    /// keys.</param>
    /// <param name="cryptogram">The card's ARQC, 8 bytes.</param>
    /// <param name="responseCode">The authorisation response code, 2 bytes.</param>
    /// <param name="answer">Receives 8 bytes.</param>
    public static void AnswerByMethod1(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> cryptogram, ReadOnlySpan<byte> responseCode, Span<byte> answer)
    {
        EmvKeys.RequireKey(key, isAes: false, "key");
        EmvKeys.Require(cryptogram, Size, "cryptogram");
        EmvKeys.Require(responseCode, 2, "response code");
        ArgumentOutOfRangeException.ThrowIfNotEqual(answer.Length, Size, nameof(answer));

        ulong code = BinaryPrimitives.ReadUInt16BigEndian(responseCode);
        ulong block = BinaryPrimitives.ReadUInt64BigEndian(cryptogram) ^ (code << 48);
        TripleDes cipher = new(key);
        BinaryPrimitives.WriteUInt64BigEndian(answer, cipher.Encrypt(block));
        cipher.Clear();
    }

    /// <summary>The answer by method 2: a MAC over the cryptogram, the card status update and what the issuer
    /// adds.</summary>
    /// <param name="key">16 bytes, as for method 1.</param>
    /// <param name="cryptogram">The card's ARQC, 8 bytes.</param>
    /// <param name="cardStatusUpdate">4 bytes.</param>
    /// <param name="proprietaryData">Up to 8 bytes.</param>
    /// <param name="answer">Receives 4 bytes; tag 91 carries them, the status update and the data.</param>
    public static void AnswerByMethod2(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> cryptogram, ReadOnlySpan<byte> cardStatusUpdate,
        ReadOnlySpan<byte> proprietaryData,
        Span<byte> answer)
    {
        EmvKeys.RequireKey(key, isAes: false, "key");
        EmvKeys.Require(cryptogram, Size, "cryptogram");
        EmvKeys.Require(cardStatusUpdate, 4, "card status update");
        if (proprietaryData.Length > 8)
        {
            throw new CardException(CardFault.InvalidInput,
                $"The proprietary data has {proprietaryData.Length} bytes; it has at most 8.");
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(answer.Length, ShortAnswerSize, nameof(answer));
        Span<byte> data = stackalloc byte[Size + 4 + proprietaryData.Length];
        cryptogram.CopyTo(data);
        cardStatusUpdate.CopyTo(data[Size..]);
        proprietaryData.CopyTo(data[(Size + 4)..]);
        TripleDes cipher = new(key);
        ulong mac = RetailMac.Compute(cipher, data, MacPadding.OneThenZeros);
        cipher.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(answer, (uint)(mac >> 32));
    }

    private static void RequireData(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) throw new CardException(CardFault.InvalidInput, "The transaction data is empty.");
    }
}
