using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards.Emv;

namespace Qbitel.Hsm;

/// <summary>What a box needs of a chip card's transaction to make the card's keys and check its cryptogram.</summary>
/// <remarks>The memory is the caller's and is only read. It prints as stars: it holds a card number.</remarks>
public sealed class CardTransaction
{
    /// <summary>8 to 19 digits.</summary>
    public required ReadOnlyMemory<char> Pan { get; init; }

    /// <summary>Two digits, 00 where the card has none.</summary>
    public required ReadOnlyMemory<char> PanSequence { get; init; }

    public required MasterKeyDerivation MasterKey { get; init; }

    public required SessionKeyDerivation SessionKey { get; init; }

    /// <summary>Of the cryptogram; an AES cryptogram has none.</summary>
    public MacPadding Padding { get; init; } = MacPadding.OneThenZeros;

    /// <summary>The answer is made under the card's master key and not under the transaction's session key.</summary>
    public bool AnswersUnderMasterKey { get; init; }

    /// <summary>The application transaction counter, 2 bytes.</summary>
    public required ReadOnlyMemory<byte> Atc { get; init; }

    /// <summary>4 bytes where M/Chip's session key is made from it.</summary>
    public ReadOnlyMemory<byte> UnpredictableNumber { get; init; }

    /// <summary>The card's ARQC, 8 bytes.</summary>
    public required ReadOnlyMemory<byte> Cryptogram { get; init; }

    public override string ToString() => "***";
}

/// <summary>What a card verification value is over.</summary>
/// <param name="Pan">12 to 19 digits.</param>
/// <param name="Expiry">Four digits, in the scheme's order.</param>
/// <param name="ServiceCode">Three digits.</param>
public readonly record struct CardValueData(
    ReadOnlyMemory<char> Pan, ReadOnlyMemory<char> Expiry, ReadOnlyMemory<char> ServiceCode)
{
    public override string ToString() => "***";
}

/// <summary>The card and the transaction that a script's key is made for.</summary>
/// <param name="Pan">8 to 19 digits.</param>
/// <param name="PanSequence">Two digits.</param>
/// <param name="MasterKey">How the card's key is made from the issuer's.</param>
/// <param name="SessionKey">How the transaction's key is made from the card's.</param>
/// <param name="Diversifier">The application cryptogram, 8 bytes, or the transaction counter, 2 bytes.</param>
public readonly record struct ScriptSession(
    ReadOnlyMemory<char> Pan, ReadOnlyMemory<char> PanSequence, MasterKeyDerivation MasterKey,
    ScriptKeyDerivation SessionKey, ReadOnlyMemory<byte> Diversifier)
{
    public override string ToString() => "***";
}
