using System.Collections.Frozen;
using System.Globalization;

namespace Qbitel.Protocols.Identifiers;

/// <summary>A currency of ISO 4217. Those withdrawn in the last fifteen years are here too, for archives.</summary>
public sealed class Currency
{
    private static readonly FrozenDictionary<string, Currency> ByCode = DataTable.Lines("Identifiers/currencies.txt")
        .Select(Read).ToFrozenDictionary(currency => currency.Code, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Currency>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        ByCode.GetAlternateLookup<ReadOnlySpan<char>>();

    // Numbers are used again; the code in use owns its number.
    private static readonly FrozenDictionary<int,
        Currency> ByNumber = ByCode.Values.OrderBy(currency => currency.WithdrawnOn is not null)
        .DistinctBy(currency => currency.NumericCode).ToFrozenDictionary(currency => currency.NumericCode);

    private Currency(string code, int numericCode, int? exponent, DateOnly? withdrawnOn)
    {
        Code = code;
        NumericCode = numericCode;
        Exponent = exponent;
        WithdrawnOn = withdrawnOn;
    }

    /// <summary>Every one there is, in no order.</summary>
    public static IReadOnlyCollection<Currency> All => ByCode.Values;

    public string Code { get; }

    public int NumericCode { get; }

    /// <summary>Decimals of the minor unit; absent for metals, funds and test codes, which have none.</summary>
    public int? Exponent { get; }

    /// <summary>The first day on which the code was no longer in use.</summary>
    public DateOnly? WithdrawnOn { get; }

    public static bool TryParse(ReadOnlySpan<char> code, out Currency currency) =>
        Lookup.TryGetValue(code, out currency!);

    public static bool TryFind(int numericCode, out Currency currency) =>
        ByNumber.TryGetValue(numericCode, out currency!);

    public override string ToString() => Code;

    private static Currency Read(string line)
    {
        string[] parts = line.Split(' ');
        return new Currency(
            parts[0],
            int.Parse(parts[1], CultureInfo.InvariantCulture),
            parts[2] == "-" ? null : int.Parse(parts[2], CultureInfo.InvariantCulture),
            parts.Length > 3 ? DateOnly.Parse(parts[3], CultureInfo.InvariantCulture) : null);
    }
}
