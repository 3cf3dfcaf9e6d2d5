using System.Globalization;
using System.Text;
using Qbitel.Protocols.Iso20022.Parties;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022.Profiles;

/// <summary>Of several sets of elements below, one must be there whole.</summary>
internal sealed class RequiredCheck(MxPath[][] alternatives) : MxCheck
{
    public override string Expected { get; } =
        string.Join(" or ", alternatives.Select(paths => string.Join<MxPath>(" and ", paths)));

    public override int Fault(MxText text, int node)
    {
        foreach (MxPath[] paths in alternatives)
        {
            bool whole = true;
            for (int i = 0; whole && i < paths.Length; i++) whole = paths[i].Find(text, node) >= 0;
            if (whole) return -1;
        }

        return node;
    }

    public override string Actual(MxElement fault) => "none of them";
}

internal sealed class ForbiddenCheck : MxCheck
{
    public override string Expected => "no such element";

    public override int Fault(MxText text, int node) => node;

    public override string Actual(MxElement fault) => fault.Name;
}

internal sealed class ExclusiveCheck(IReadOnlyList<MxPath> paths) : MxCheck
{
    public override string Expected { get; } = "only one of " + string.Join(", ", paths);

    public override int Fault(MxText text, int node)
    {
        bool found = false;
        foreach (MxPath path in paths)
        {
            int at = path.Find(text, node);
            if (at >= 0 && found) return at;
            found |= at >= 0;
        }

        return -1;
    }

    public override string Actual(MxElement fault) => "both";
}

internal sealed class TimesCheck(string name, int least, int most) : MxCheck
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name);

    public override string Expected { get; } = least == most
        ? string.Create(CultureInfo.InvariantCulture, $"{least} of {name}")
        : string.Create(CultureInfo.InvariantCulture, $"{least} to {most} of {name}");

    public override int Fault(MxText text, int node)
    {
        int count = 0;
        for (int child = text.FirstChild(node); child >= 0; child = text.NextSibling(child))
            if (text.Name(child).SequenceEqual(_name) && ++count > most) return child;
        return count < least ? node : -1;
    }

    public override string Actual(MxElement fault) => fault.Name == name ? "one more" : "fewer";
}

internal sealed class CurrencyCheck(IReadOnlyList<string> codes) : MxCheck
{
    private readonly byte[][] _codes = [.. codes.Select(Encoding.UTF8.GetBytes)];

    public override string Expected { get; } = "the currency " + string.Join(" or ", codes);

    // An amount without a currency is the schema's to refuse.
    public override int Fault(MxText text, int node)
    {
        int at = text.Attribute(node, "Ccy"u8);
        if (at < 0) return -1;

        ReadOnlySpan<byte> value = text.Span.Slice(text.Attributes[at].ValueStart, text.Attributes[at].ValueLength);
        foreach (byte[] code in _codes)
            if (value.SequenceEqual(code)) return -1;
        return node;
    }

    public override string Actual(MxElement fault) => Redaction.None.Mask(fault.Currency);
}

/// <summary>Two amounts below agree, in currency or in value too.</summary>
internal sealed class SameAmountCheck(MxPath path, MxPath other, bool currencyOnly) : MxCheck
{
    public override string Expected { get; } = currencyOnly ? $"the currency of {other}" : $"the amount of {other}";

    public override int Fault(MxText text, int node)
    {
        int one = path.Find(text, node), two = other.Find(text, node);
        if (one < 0 || two < 0) return -1;

        bool sameCurrency = text.AttributeText(one, "Ccy"u8) == text.AttributeText(two, "Ccy"u8);
        if (currencyOnly || !sameCurrency) return sameCurrency || !currencyOnly ? -1 : one;
        return MxNumber.Of(text.ValueText(one)) is not { } amount
            || MxNumber.Of(text.ValueText(two)) is not { } second || amount == second ? -1 : one;
    }

    public override string Actual(MxElement fault) => currencyOnly ? Redaction.None.Mask(fault.Currency) : "another";
}

internal sealed class NotEmptyCheck : MxCheck
{
    public override string Expected => "a value or elements";

    // A reference or CDATA is something, whatever it stands for.
    public override int Fault(MxText text, int node) => text.FirstChild(node) < 0
        && (text.Nodes[node].Content & (MxContent.Text | MxContent.Markup)) == MxContent.None ? node : -1;

    public override string Actual(MxElement fault) => "nothing";
}

internal sealed class AddressFormCheck(IReadOnlyList<AddressForm> refused) : MxCheck
{
    public override string Expected { get; } = "an address that is not " + string.Join(" or ", refused)
        .ToLowerInvariant();

    public override int Fault(MxText text, int node) => refused.Contains(PostalAddress.FormOf(text, node)) ? node : -1;

    public override string Actual(MxElement fault) => PostalAddress.FormOf(fault).ToString().ToLowerInvariant();
}

/// <summary>An address with elements of its own has the least of them, and no more free lines than allowed.</summary>
internal sealed class AddressPartsCheck(AddressForm form) : MxCheck
{
    public override string Expected { get; } = form == AddressForm.Hybrid
        ? $"TwnNm and Ctry, and at most {PostalAddress.HybridLines} AdrLine of {PostalAddress.LineLength}"
        : "TwnNm and Ctry";

    public override int Fault(MxText text, int node)
    {
        if (PostalAddress.FormOf(text, node) != form) return -1;

        int lines = 0;
        for (int child = text.FirstChild(node); child >= 0; child = text.NextSibling(child))
        {
            if (!text.Name(child).SequenceEqual("AdrLine"u8)) continue;
            if (++lines > PostalAddress.HybridLines || text.ValueText(child).Length > PostalAddress.LineLength)
                return child;
        }

        return text.Child(node, "TwnNm"u8) >= 0 && text.Child(node, "Ctry"u8) >= 0 ? -1 : node;
    }

    public override string Actual(MxElement fault) => fault.Name == "AdrLine"
        ? "a line too many or too long" : "one of them is missing";
}
