using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography.BlockCiphers;

namespace Qbitel.Cryptography.Cards;

/// <summary>The CVV algorithm: CVV and CVC, CVV2, iCVV, and the check of a 3-D Secure CAVV by the same
/// method.</summary>
/// <remarks>Three digits can be guessed: a caller limits how often a card may be tried.</remarks>
public static class CardVerificationValue
{
    /// <summary>The service code that makes a CVV2 or CVC2.</summary>
    public const string Cvv2ServiceCode = "000";

    /// <summary>The service code that makes an iCVV or Chip CVC.</summary>
    public const string ChipServiceCode = "999";

    /// <summary>The two blocks that a value is over.</summary>
    public const int InputSize = 16;

    private const int KeySize = 16;
    private const int MaxValueSize = 5;

    /// <param name="key">The CVK pair, 16 bytes.</param>
    /// <param name="pan">12 to 19 digits.</param>
    /// <param name="expiry">Four digits, taken as they are: whether they are YYMM or MMYY is the scheme's rule.</param>
    /// <param name="serviceCode">Three digits.</param>
    /// <param name="value">Receives 3 to 5 digits.</param>
    /// <exception cref="CardException">An input is of another form.</exception>
    public static void Compute(
        ReadOnlySpan<byte> key, ReadOnlySpan<char> pan, ReadOnlySpan<char> expiry, ReadOnlySpan<char> serviceCode,
        Span<char> value)
    {
        Digits.RequireKey(key, "card verification key", KeySize);
        RequireSize(value);
        Span<byte> input = stackalloc byte[InputSize];
        WriteInput(pan, expiry, serviceCode, input);
        TripleDes cipher = new(key);
        ulong block = cipher.EncryptFirst(BinaryPrimitives.ReadUInt64BigEndian(input));
        block = cipher.EncryptFirst(block ^ BinaryPrimitives.ReadUInt64BigEndian(input[8..]));
        Digits.Decimalise(cipher.DecryptSecondEncryptFirst(block), value);
        cipher.Clear();
        input.Clear();
    }

    /// <summary>The two blocks of digits that a value is over, for boxes that encrypt them themselves.</summary>
    /// <param name="pan">12 to 19 digits.</param>
    /// <param name="expiry">Four digits.</param>
    /// <param name="serviceCode">Three digits.</param>
    /// <param name="input">Receives 16 bytes.</param>
    /// <exception cref="CardException">An input is of another form.</exception>
    public static void WriteInput(
        ReadOnlySpan<char> pan, ReadOnlySpan<char> expiry, ReadOnlySpan<char> serviceCode, Span<byte> input)
    {
        Digits.RequirePan(pan, min: 12);
        Digits.Require(expiry, 4, 4, "expiry date");
        Digits.Require(serviceCode, 3, 3, "service code");
        ArgumentOutOfRangeException.ThrowIfLessThan(input.Length, InputSize, nameof(input));
        Span<char> data = stackalloc char[2 * Digits.NibblesPerBlock];
        data.Fill('0');
        pan.CopyTo(data);
        expiry.CopyTo(data[pan.Length..]);
        serviceCode.CopyTo(data[(pan.Length + expiry.Length)..]);
        BinaryPrimitives.WriteUInt64BigEndian(input, Digits.Pack(data[..Digits.NibblesPerBlock]));
        BinaryPrimitives.WriteUInt64BigEndian(input[8..], Digits.Pack(data[Digits.NibblesPerBlock..]));
        data.Clear();
    }

    /// <summary>The value's digits in the last block of the encryption.</summary>
    /// <exception cref="CardException">They are not 3 to 5.</exception>
    public static void Decimalise(ulong block, Span<char> value)
    {
        RequireSize(value);
        Digits.Decimalise(block, value);
    }

    private static void RequireSize(ReadOnlySpan<char> value)
    {
        if (value.Length is < 3 or > MaxValueSize)
        {
            throw new CardException(CardFault.InvalidInput,
                $"A card verification value has 3 to {MaxValueSize} digits, not {value.Length}.");
        }
    }

    /// <summary>Compares in constant time.</summary>
    /// <exception cref="CardException">An input is of another form; a wrong value is false.</exception>
    public static bool Verify(
        ReadOnlySpan<byte> key, ReadOnlySpan<char> pan, ReadOnlySpan<char> expiry, ReadOnlySpan<char> serviceCode,
        ReadOnlySpan<char> value)
    {
        Digits.Require(value, 3, MaxValueSize, "card verification value");
        Span<char> expected = stackalloc char[value.Length];
        Compute(key, pan, expiry, serviceCode, expected);
        return CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(expected), MemoryMarshal.AsBytes(value));
    }

    /// <summary>
    /// The three digits in a CAVV made by the CVV method: the CVV algorithm over the unpredictable number in place of
    /// the expiry date and the two result codes in place of the service code.
    /// </summary>
    /// <param name="key">16 bytes.</param>
    /// <param name="pan">12 to 19 digits.</param>
    /// <param name="unpredictableNumber">Four digits.</param>
    /// <param name="authenticationResultCode">One digit.</param>
    /// <param name="secondFactorCode">Two digits.</param>
    /// <param name="value">Receives three digits.</param>
    public static void ComputeCavv(
        ReadOnlySpan<byte> key, ReadOnlySpan<char> pan, ReadOnlySpan<char> unpredictableNumber,
        ReadOnlySpan<char> authenticationResultCode, ReadOnlySpan<char> secondFactorCode, Span<char> value)
    {
        Digits.Require(unpredictableNumber, 4, 4, "unpredictable number");
        Digits.Require(authenticationResultCode, 1, 1, "authentication result code");
        Digits.Require(secondFactorCode, 2, 2, "second factor code");
        ArgumentOutOfRangeException.ThrowIfNotEqual(value.Length, 3, nameof(value));
        Span<char> codes = stackalloc char[3];
        authenticationResultCode.CopyTo(codes);
        secondFactorCode.CopyTo(codes[1..]);
        Compute(key, pan, unpredictableNumber, codes, value);
    }
}
