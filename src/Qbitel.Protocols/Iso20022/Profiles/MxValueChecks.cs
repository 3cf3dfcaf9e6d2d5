using System.Globalization;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022.Profiles;

internal sealed class CodesCheck(IReadOnlyList<string> codes) : MxTextCheck
{
    private readonly string[] _codes = [.. codes];

    public override string Expected { get; } = codes.Count == 1 ? codes[0] : "one of " + string.Join(", ", codes);

    protected override bool Accepts(ReadOnlySpan<char> value)
    {
        foreach (string code in _codes)
            if (value.SequenceEqual(code)) return true;
        return false;
    }
}

internal sealed class PatternCheck(string pattern) : MxValueCheck
{
    private readonly MxPattern _pattern = new(pattern);

    public override string Expected { get; } = "the form " + pattern;

    protected override bool Accepts(ReadOnlySpan<byte> value) => _pattern.IsMatch(value);
}

internal sealed class LengthCheck(int least, int most) : MxTextCheck
{
    public override string Expected { get; } =
        string.Create(CultureInfo.InvariantCulture, $"{least} to {most} characters");

    protected override bool Accepts(ReadOnlySpan<char> value) => value.Length >= least && value.Length <= most;
}

internal sealed class CharactersCheck(MxCharacterSet set) : MxValueCheck
{
    public override string Expected => set.Description;

    protected override bool Accepts(ReadOnlySpan<byte> value) => set.Holds(value);
}

/// <summary>A reference that no system reads as a separator: no slash at its ends, no two in a row.</summary>
internal sealed class ReferenceCheck : MxTextCheck
{
    public override string Expected => "no slash at an end and no two in a row";

    protected override bool Accepts(ReadOnlySpan<char> value) => value.IsEmpty
        || (value[0] != '/' && value[^1] != '/' && !value.Contains("//", StringComparison.Ordinal));
}

/// <summary>What is no number is the schema's to refuse.</summary>
internal sealed class AmountCheck(decimal least, decimal most) : MxTextCheck
{
    public override string Expected { get; } = string.Create(CultureInfo.InvariantCulture, $"{least} to {most}");

    protected override bool Accepts(ReadOnlySpan<char> value) =>
        MxNumber.Of(value) is not { } amount || (amount >= least && amount <= most);
}

internal sealed class DecimalsCheck(int most) : MxTextCheck
{
    public override string Expected { get; } = string.Create(CultureInfo.InvariantCulture, $"at most {most} decimals");

    protected override bool Accepts(ReadOnlySpan<char> value) =>
        MxNumber.Of(value) is not { } amount || decimal.Round(amount, most) == amount;
}

/// <summary>A time says how far it is from UTC (ISO 8601: Z or hours and minutes).</summary>
internal sealed class OffsetCheck : MxTextCheck
{
    public override string Expected => "Z or an offset such as -05:00 at its end";

    protected override bool Accepts(ReadOnlySpan<char> value)
    {
        value = value.Trim();
        return value.EndsWith("Z", StringComparison.Ordinal)
            || (value.Length > 6 && value[^6] is '+' or '-' && value[^3] == ':' && value.Contains('T'));
    }
}

/// <summary>Nine digits are another rule's; here only their check.</summary>
internal sealed class RoutingNumberCheck : MxTextCheck
{
    public override string Expected => "a routing number with its check digit";

    protected override bool Accepts(ReadOnlySpan<char> value) =>
        value.Length != 9 || !Ascii.IsDigits(value) || AbaRoutingNumber.IsValid(value);
}

internal sealed class UetrCheck : MxTextCheck
{
    public override string Expected => "a version 4 UUID in lower case";

    protected override bool Accepts(ReadOnlySpan<char> value) => Uetr.IsValid(value);
}

internal static class MxNumber
{
    public static decimal? Of(ReadOnlySpan<char> text) =>
        decimal.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out decimal value) ? value : null;
}
