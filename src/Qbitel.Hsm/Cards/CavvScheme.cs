using Qbitel.Cryptography.Cards;

namespace Qbitel.Hsm.Cards;

/// <summary>One method by which authentication values are made, behind which a scheme's manual can be put.</summary>
/// <remarks>
/// Built in is the CVV method. The layout and the MACs of Visa's usage 3 version 7 and of Mastercard's SPA2 stand in
/// the schemes' manuals: whoever holds one adds a subclass.
/// </remarks>
public abstract class CavvScheme
{
    /// <summary>What the method is called, e.g. <c>SPA2</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The CVV method: three digits over card number, unpredictable number and result codes.</summary>
    public static CavvScheme CvvMethod { get; } = new CvvCavv();

    /// <summary>Whether this method makes the value of that authentication.</summary>
    public abstract bool Covers(ThreeDSData data);

    /// <summary>True only for the value that the key makes.</summary>
    /// <exception cref="HsmException">The box failed, or has no mechanism for it.</exception>
    /// <exception cref="CardException">The value is malformed.</exception>
    public abstract ValueTask<bool> VerifyAsync(
        HsmProvider hsm, HsmKey key, ThreeDSData data, CancellationToken cancellationToken);

    private sealed class CvvCavv : CavvScheme
    {
        public override string Name => "CVV method";

        public override bool Covers(ThreeDSData data) => data.Parts is not null;

        public override ValueTask<bool> VerifyAsync(
            HsmProvider hsm, HsmKey key, ThreeDSData data, CancellationToken cancellationToken)
        {
            CavvParts parts = data.Parts!;
            if (parts.ResultCode.Length != 1 || parts.SecondFactorCode.Length != 2)
            {
                throw new CardException(CardFault.InvalidInput,
                    "A result code has one digit, and a second factor code two.");
            }

            CardValueData under = new(data.Pan.AsMemory(), parts.UnpredictableNumber.AsMemory(),
                (parts.ResultCode + parts.SecondFactorCode).AsMemory());
            return hsm.Cards.VerifyCardValueAsync(key, under, parts.Value.AsMemory(), cancellationToken);
        }
    }
}
