using System.Globalization;
using Qbitel.Protocols.Fpml.Tree;

namespace Qbitel.Protocols.Fpml.Products;

/// <summary>Values of elements as what they are.</summary>
internal static class FpmlValues
{
    /// <summary>A date without its time zone.</summary>
    public static DateOnly? DateAt(this FpmlElement element, string path) => element.Find(path) is { Value: { } text }
        && text.Length >= 10 && DateOnly.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture,
            DateTimeStyles.None, out DateOnly date) ? date : null;

    /// <summary>A date that is adjusted, or may be adjusted, or is relative to another that says when.</summary>
    public static DateOnly? DateOf(this FpmlElement element, string path) =>
        element.DateAt($"{path}/unadjustedDate") ?? element.DateAt($"{path}/adjustableDate/unadjustedDate")
        ?? element.DateAt($"{path}/adjustedDate") ?? element.DateAt($"{path}/relativeDate/adjustedDate")
        ?? element.DateAt(path);

    public static decimal? NumberAt(this FpmlElement element, string path) => element.Find(path) is { Value: { } text }
        && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out decimal number) ? number : null;

    /// <summary>An element of <c>currency</c> and <c>amount</c>.</summary>
    public static FpmlAmount? AmountAt(this FpmlElement element, string path) => element.Find(path) is { } money
        && money.NumberAt("amount") is { } amount && money.ValueAt("currency") is { } currency
            ? new FpmlAmount(amount, currency) : null;

    /// <summary>What a reference refers to.</summary>
    public static string? ReferenceAt(this FpmlElement element, string path) => element.Find(path)?.Attribute("href");

    /// <summary>Such as <c>3M</c>, or <c>1T</c> for the whole term.</summary>
    public static string? PeriodAt(this FpmlElement element, string path) => element.Find(path) is { } period
        && period.ValueAt("periodMultiplier") is { } number && period.ValueAt("period") is { } unit ? number + unit
            : null;
}
