using System.Diagnostics.CodeAnalysis;

namespace Qbitel.Protocols.Iso8583.Detection;

/// <summary>Puts together what two messages tell of one variant.</summary>
internal static class VariantMerge
{
    /// <summary>False where both tell of a choice and differ, or one tells nothing new.</summary>
    public static bool TryMerge(VariantReading one, VariantReading other, [NotNullWhen(true)] out VariantReading? both)
    {
        both = null;
        Iso8583Encoding a = one.Encoding, b = other.Encoding;
        if (one.Profile != other.Profile || a.Header != b.Header || a.Routing != b.Routing || a.Mti != b.Mti
            || a.Bitmap != b.Bitmap)
        {
            return false;
        }

        VariantDimensions common = one.Told & other.Told;
        Iso8583Encoding merged = Take(a, b, other.Told & ~one.Told);
        if (Take(a, b, common) != a || merged == a || merged == b) return false;
        both = one with { Encoding = merged, Told = one.Told | other.Told, Bits = Math.Max(one.Bits, other.Bits) };
        return true;
    }

    private static Iso8583Encoding Take(Iso8583Encoding into, Iso8583Encoding from, VariantDimensions dimensions)
    {
        if (dimensions.HasFlag(VariantDimensions.Numbers)) into = into with { Numbers = from.Numbers };
        if (dimensions.HasFlag(VariantDimensions.Text)) into = into with { Text = from.Text };
        if (dimensions.HasFlag(VariantDimensions.Bytes)) into = into with { Bytes = from.Bytes };
        if (dimensions.HasFlag(VariantDimensions.Prefix)) into = into with { Prefix = from.Prefix };
        if (dimensions.HasFlag(VariantDimensions.Unit)) into = into with { Unit = from.Unit };
        if (dimensions.HasFlag(VariantDimensions.Padding)) into = into with { Padding = from.Padding };
        if (dimensions.HasFlag(VariantDimensions.Sign)) into = into with { IsSignCounted = from.IsSignCounted };
        return into;
    }
}
