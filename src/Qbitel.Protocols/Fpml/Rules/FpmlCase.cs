using System.Buffers;
using System.Globalization;
using System.Text;
using Qbitel.Protocols.Fpml.Schemas;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Fpml.Rules;

/// <summary>What rules ask of a document, and where they put what they find.</summary>
internal sealed class FpmlCase(MxText text, FpmlReferences references, MxFindings findings)
{
    private byte[]? _rented;

    public MxText Text { get; } = text;

    /// <summary>Of the trade that is looked at.</summary>
    public DateOnly? TradeDate { get; set; }

    public int Find(int node, ReadOnlySpan<byte> path) => Text.Find(node, path);

    public bool Has(int node, ReadOnlySpan<byte> path) => Text.Find(node, path) >= 0;

    /// <summary>The children of a name.</summary>
    public IEnumerable<int> Each(int node, string name)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(name);
        for (int child = Text.FirstChild(node); child >= 0; child = Text.NextSibling(child))
            if (Text.Name(child).SequenceEqual(bytes)) yield return child;
    }

    public string? Value(int node) => node < 0 || !Text.IsLeaf(node) ? null : Text.ValueText(node).Trim();

    public string? Value(int node, ReadOnlySpan<byte> path) => Value(Text.Find(node, path));

    public bool Is(int node, ReadOnlySpan<byte> path, ReadOnlySpan<byte> value)
    {
        int found = Text.Find(node, path);
        return found >= 0 && Text.IsLeaf(found) && Bytes(found).SequenceEqual(value);
    }

    /// <summary>A date without its time zone; null where there is none.</summary>
    public DateOnly? Date(int node)
    {
        if (node < 0 || !Text.IsLeaf(node)) return null;
        ReadOnlySpan<byte> value = Bytes(node);
        if (value.Length < 10 || !MxCalendar.IsDate(value)) return null;
        return new DateOnly(Number(value[..4]), Number(value[5..7]), Number(value[8..10]));
    }

    public DateOnly? Date(int node, ReadOnlySpan<byte> path) => Date(Text.Find(node, path));

    public decimal? Amount(int node) => node >= 0 && Text.IsLeaf(node)
        && decimal.TryParse(Bytes(node), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out decimal value) ? value : null;

    public decimal? Amount(int node, ReadOnlySpan<byte> path) => Amount(Text.Find(node, path));

    public FpmlPeriod? Period(int node) => node < 0 ? null
        : FpmlPeriod.Of(Amount(node, "periodMultiplier"u8), Value(node, "period"u8));

    public string? Attribute(int node, ReadOnlySpan<byte> name) =>
        node < 0 ? null : Text.AttributeText(node, name)?.Trim();

    /// <summary>The element that one of the children refers to, or -1.</summary>
    public int Target(int node, ReadOnlySpan<byte> path) =>
        Attribute(Text.Find(node, path), "href"u8) is { } id ? references.Find(id) : -1;

    public void Error(string code, int node, string message, string expected, string? actual = null) =>
        findings.Add(code, node, message, expected, Redaction.None.Mask(actual ?? Value(node) ?? "another"));

    public void Warn(string code, int node, string message, string expected, string? actual = null) =>
        findings.Add(code, node, message, expected, Redaction.None.Mask(actual ?? Value(node) ?? "another"),
            severity: Severity.Warning);

    /// <summary>One date must come before another, both being there.</summary>
    public void InOrder(string code, int earlier, int later, string rule, bool mayBeSame = false)
    {
        if (Date(earlier) is not { } first || Date(later) is not { } second) return;
        if (first < second || (mayBeSame && first == second)) return;
        Error(code, later, $"the date is not after the one it must follow ({rule})",
            $"a date {(mayBeSame ? "from" : "after")} {Shown(first)}{(mayBeSame ? " on" : "")}", Shown(second));
    }

    public static string Shown(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public void Return()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
    }

    private ReadOnlySpan<byte> Bytes(int node) => Text.Value(node, ref _rented).Trim(" \t\r\n"u8);

    private static int Number(ReadOnlySpan<byte> digits) => Ascii.TryReadNumber(digits, 4, out int value) ? value : 0;
}
