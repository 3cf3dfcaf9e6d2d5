using System.Collections.Frozen;

namespace Qbitel.Protocols.ThreeDS;

/// <summary>The electronic commerce indicators of the schemes, as they are publicly used.</summary>
public static class EciTable
{
    private static readonly FrozenDictionary<(ThreeDSScheme Scheme, string Eci),
        (EciMeaning Meaning, string Words)> All =
        DataTable.Lines("ThreeDS/eci.txt").Select(line => line.Split('|')).ToFrozenDictionary(
            parts => (Enum.Parse<ThreeDSScheme>(parts[0]), parts[1]),
            parts => (Enum.Parse<EciMeaning>(parts[2]), parts[3]));

    /// <summary>Null where the indicator is not one of the scheme.</summary>
    public static EciMeaning? MeaningOf(ThreeDSScheme scheme, string eci) =>
        All.TryGetValue((scheme, eci), out (EciMeaning Meaning, string Words) known) ? known.Meaning : null;

    /// <summary>What the indicator says, in a sentence; null where it is not one of the scheme.</summary>
    public static string? Describe(ThreeDSScheme scheme, string eci) =>
        All.TryGetValue((scheme, eci), out (EciMeaning Meaning, string Words) known) ? known.Words : null;

    /// <summary>What the schemes mean that have such an indicator, all of which mean the same by it; null where none
    /// has.</summary>
    public static EciMeaning? MeaningOf(string eci)
    {
        foreach (ThreeDSScheme scheme in Enum.GetValues<ThreeDSScheme>())
            if (MeaningOf(scheme, eci) is { } meaning) return meaning;

        return null;
    }

    /// <summary>The scheme of a card number, by the ranges that schemes publish; null where it is of none here.
    /// </summary>
    public static ThreeDSScheme? OfPan(ReadOnlySpan<char> pan)
    {
        if (pan.Length < 6 || !int.TryParse(pan[..6], System.Globalization.NumberStyles.None, null, out int first))
            return null;

        return first switch
        {
            >= 400000 and <= 499999 => ThreeDSScheme.Visa,
            >= 510000 and <= 559999 or >= 222100 and <= 272099 => ThreeDSScheme.Mastercard,
            >= 340000 and <= 349999 or >= 370000 and <= 379999 => ThreeDSScheme.AmericanExpress,
            >= 352800 and <= 358999 => ThreeDSScheme.Jcb,
            >= 601100 and <= 601199 or >= 644000 and <= 659999 => ThreeDSScheme.Discover,
            >= 620000 and <= 629999 => ThreeDSScheme.UnionPay,
            _ => null,
        };
    }
}
