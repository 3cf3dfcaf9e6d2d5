using Qbitel.Cryptography.Cards.Emv;

namespace Qbitel.Hsm.Cards;

/// <summary>What a merchant's authorisation says of a 3-D Secure authentication.</summary>
public sealed record ThreeDSData
{
    /// <summary>The authentication value has 20 bytes, which are 28 characters of Base64 on the wire.</summary>
    public const int ValueSize = 20;

    /// <summary>12 to 19 digits.</summary>
    public required string Pan { get; init; }

    public required CardScheme Scheme { get; init; }

    /// <summary>Two digits, as the scheme gives them.</summary>
    public required string Eci { get; init; }

    /// <summary>20 bytes.</summary>
    public required ReadOnlyMemory<byte> AuthenticationValue { get; init; }

    /// <summary>The parts of the value that a method needs, where somebody who has the scheme's manual took them
    /// out.</summary>
    public CavvParts? Parts { get; init; }

    /// <summary>The authentication value of Base64, as messages carry it.</summary>
    public static bool TryReadValue(string text, out byte[] value)
    {
        ArgumentNullException.ThrowIfNull(text);
        value = new byte[ValueSize + 2];
        bool isRead = text.Length == 28 && Convert.TryFromBase64String(text, value, out int size) && size == ValueSize;
        value = isRead ? value[..ValueSize] : [];
        return isRead;
    }

    public override string ToString() => $"{MaskedPan.Of(Pan)} {Scheme} ECI {Eci}";
}

/// <summary>The parts of a CAVV that is made by the CVV method.</summary>
/// <param name="Value">Three digits.</param>
/// <param name="UnpredictableNumber">Four digits.</param>
/// <param name="ResultCode">One digit.</param>
/// <param name="SecondFactorCode">Two digits.</param>
public sealed record CavvParts(string Value, string UnpredictableNumber, string ResultCode, string SecondFactorCode)
{
    public override string ToString() => "***";
}
