using System.Globalization;
using System.Text.RegularExpressions;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Iso20022.Parties;
using Qbitel.Protocols.Iso20022.Xml;

namespace Qbitel.Protocols.Iso20022.Profiles;

/// <summary>What a rule asks of an element; stateless, so that a pack is shared.</summary>
internal abstract class MxTest
{
    /// <summary>What must be, in words.</summary>
    public abstract string Expected { get; }

    /// <summary>The element at fault; null where the test is passed.</summary>
    public abstract MxElement? Fault(MxElement at);

    /// <summary>What was found instead, masked.</summary>
    public virtual string Actual(MxElement fault) => fault.Value is { } value
        ? fault.Redaction.Mask(value) : "nothing";

    /// <summary>A glance at an element, for tests of every element there is.</summary>
    public virtual bool MayFail(MxText text, int node) => true;

    protected static decimal? Number(MxElement? element) =>
        decimal.TryParse((element?.Value).AsSpan().Trim(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out decimal value) ? value : null;
}

/// <summary>Of several sets of elements below, one must be there whole.</summary>
internal sealed class RequiredTest(IReadOnlyList<IReadOnlyList<MxPath>> alternatives) : MxTest
{
    public override string Expected { get; } =
        string.Join(" or ", alternatives.Select(paths => string.Join(" and ", paths)));

    public override MxElement? Fault(MxElement at)
    {
        foreach (IReadOnlyList<MxPath> paths in alternatives)
        {
            bool whole = true;
            foreach (MxPath path in paths) whole = whole && path.Exists(at);
            if (whole) return null;
        }

        return at;
    }

    public override string Actual(MxElement fault) => "none of them";
}

internal sealed class ForbiddenTest : MxTest
{
    public override string Expected => "no such element";

    public override MxElement? Fault(MxElement at) => at;

    public override string Actual(MxElement fault) => fault.Name;
}

internal sealed class ExclusiveTest(IReadOnlyList<MxPath> paths) : MxTest
{
    public override string Expected { get; } = "only one of " + string.Join(", ", paths);

    public override MxElement? Fault(MxElement at)
    {
        MxElement? first = null;
        foreach (MxPath path in paths)
        {
            if (path.Find(at) is not { } found) continue;
            if (first is not null) return found;
            first = found;
        }

        return null;
    }

    public override string Actual(MxElement fault) => "both";
}

internal sealed class TimesTest(string name, int least, int most) : MxTest
{
    public override string Expected { get; } = least == most
        ? string.Create(CultureInfo.InvariantCulture, $"{least} of {name}")
        : string.Create(CultureInfo.InvariantCulture, $"{least} to {most} of {name}");

    public override MxElement? Fault(MxElement at)
    {
        int count = 0;
        MxElement? last = null;
        foreach (MxElement child in at.Children)
        {
            if (child.Name != name) continue;
            last = child;
            if (++count > most) return last;
        }

        return count < least ? at : null;
    }

    public override string Actual(MxElement fault) => fault.Name == name ? "one more" : "fewer";
}

internal sealed class CodesTest(IReadOnlyList<string> codes) : MxTest
{
    public override string Expected { get; } = codes.Count == 1 ? codes[0] : "one of " + string.Join(", ", codes);

    public override MxElement? Fault(MxElement at) => at.Value is { } value && codes.Contains(value) ? null : at;
}

internal sealed class PatternTest(string pattern) : MxTest
{
    private readonly Regex _regex = new($"^(?:{pattern})\\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    public override string Expected { get; } = "the form " + pattern;

    public override MxElement? Fault(MxElement at) => at.Value is { } value && _regex.IsMatch(value) ? null : at;
}

internal sealed class LengthTest(int least, int most) : MxTest
{
    public override string Expected { get; } =
        string.Create(CultureInfo.InvariantCulture, $"{least} to {most} characters");

    public override MxElement? Fault(MxElement at) =>
        at.Value is { } value && (value.Length < least || value.Length > most) ? at : null;
}

internal sealed class CharactersTest(MxCharacterSet set) : MxTest
{
    public override string Expected => set.Description;

    public override MxElement? Fault(MxElement at) => at.Value is { } value && !set.Holds(value) ? at : null;
}

/// <summary>A reference that no system reads as a separator: no slash at its ends, no two in a row.</summary>
internal sealed class ReferenceTest : MxTest
{
    public override string Expected => "no slash at an end and no two in a row";

    public override MxElement? Fault(MxElement at) => at.Value is { } value
        && (value.StartsWith('/') || value.EndsWith('/') || value.Contains("//", StringComparison.Ordinal)) ? at : null;
}

internal sealed class CurrencyTest(IReadOnlyList<string> codes) : MxTest
{
    public override string Expected { get; } = "the currency " + string.Join(" or ", codes);

    public override MxElement? Fault(MxElement at) => at.Currency is { } code && !codes.Contains(code) ? at : null;

    public override string Actual(MxElement fault) => Redaction.None.Mask(fault.Currency);
}

internal sealed class AmountTest(decimal least, decimal most) : MxTest
{
    public override string Expected { get; } = string.Create(CultureInfo.InvariantCulture, $"{least} to {most}");

    // What is no number is the schema's to refuse.
    public override MxElement? Fault(MxElement at) =>
        Number(at) is { } amount && (amount < least || amount > most) ? at : null;
}

internal sealed class DecimalsTest(int most) : MxTest
{
    public override string Expected { get; } = string.Create(CultureInfo.InvariantCulture, $"at most {most} decimals");

    public override MxElement? Fault(MxElement at) =>
        Number(at) is { } amount && decimal.Round(amount, most) != amount ? at : null;
}

/// <summary>Two amounts below agree, in currency or in value too.</summary>
internal sealed class SameAmountTest(MxPath path, MxPath other, bool currencyOnly) : MxTest
{
    public override string Expected { get; } = currencyOnly ? $"the currency of {other}" : $"the amount of {other}";

    public override MxElement? Fault(MxElement at)
    {
        if (path.Find(at) is not { } one || other.Find(at) is not { } two) return null;
        if (currencyOnly) return one.Currency == two.Currency ? null : one;
        return one.Currency != two.Currency || Number(one) is not { } amount || Number(two) is not { } second
            || amount == second ? null : one;
    }

    public override string Actual(MxElement fault) => currencyOnly ? Redaction.None.Mask(fault.Currency) : "another";
}

/// <summary>A time says how far it is from UTC (ISO 8601: Z or hours and minutes).</summary>
internal sealed class OffsetTest : MxTest
{
    public override string Expected => "Z or an offset such as -05:00 at its end";

    public override MxElement? Fault(MxElement at)
    {
        ReadOnlySpan<char> text = at.Value.AsSpan().Trim();
        bool has = text.EndsWith("Z", StringComparison.Ordinal)
            || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':' && text.Contains('T'));
        return has ? null : at;
    }
}

internal sealed class RoutingNumberTest : MxTest
{
    public override string Expected => "a routing number with its check digit";

    // Nine digits are another rule's; here only their check.
    public override MxElement? Fault(MxElement at) =>
        at.Value is { Length: 9 } value && Ascii.IsDigits(value) && !AbaRoutingNumber.TryParse(value, out _)
            ? at : null;
}

internal sealed class UetrTest : MxTest
{
    public override string Expected => "a version 4 UUID in lower case";

    public override MxElement? Fault(MxElement at) => Uetr.TryParse(at.Value, out _) ? null : at;
}

internal sealed class NotEmptyTest : MxTest
{
    public override string Expected => "a value or elements";

    public override MxElement? Fault(MxElement at) => MayFail(at.Text, at.Node) ? at : null;

    // A reference or CDATA is something, whatever it stands for.
    public override bool MayFail(MxText text, int node) =>
        text.FirstChild(node) < 0 && (text.Nodes[node].Content & (MxContent.Text | MxContent.Markup)) == 0;

    public override string Actual(MxElement fault) => "nothing";
}

internal sealed class AddressFormTest(IReadOnlyList<AddressForm> refused) : MxTest
{
    public override string Expected { get; } = "an address that is not " + string.Join(" or ", refused)
        .ToLowerInvariant();

    public override MxElement? Fault(MxElement at) => refused.Contains(PostalAddress.FormOf(at)) ? at : null;

    public override string Actual(MxElement fault) => PostalAddress.FormOf(fault).ToString().ToLowerInvariant();
}

/// <summary>An address with elements of its own has the least of them, and no more free lines than allowed.</summary>
internal sealed class AddressPartsTest(AddressForm form) : MxTest
{
    public override string Expected { get; } = form == AddressForm.Hybrid
        ? $"TwnNm and Ctry, and at most {PostalAddress.HybridLines} AdrLine of {PostalAddress.LineLength}"
        : "TwnNm and Ctry";

    public override MxElement? Fault(MxElement at)
    {
        if (PostalAddress.FormOf(at) != form) return null;

        bool town = false, country = false;
        int lines = 0;
        foreach (MxElement child in at.Children)
        {
            switch (child.Name)
            {
                case "TwnNm": town = true; break;
                case "Ctry": country = true; break;
                case "AdrLine":
                    if (++lines > PostalAddress.HybridLines || child.Value?.Length > PostalAddress.LineLength)
                        return child;
                    break;
                default: break;
            }
        }

        return town && country ? null : at;
    }

    public override string Actual(MxElement fault) => fault.Name == "AdrLine"
        ? "a line too many or too long" : "one of them is missing";
}
