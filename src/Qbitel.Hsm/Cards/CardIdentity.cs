using Qbitel.Protocols.Emv;

namespace Qbitel.Hsm.Cards;

/// <summary>Which card it is.</summary>
/// <param name="Pan">8 to 19 digits.</param>
/// <param name="PanSequence">Two digits, 00 where the card has none.</param>
public readonly record struct CardIdentity(ReadOnlyMemory<char> Pan, ReadOnlyMemory<char> PanSequence)
{
    /// <summary>With the sequence number that the card sent.</summary>
    public static CardIdentity Of(string pan, EmvCryptogramData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new CardIdentity(pan.AsMemory(), (data.PanSequence ?? "").AsMemory());
    }

    public override string ToString() => MaskedPan.Of(Pan.Span);
}
