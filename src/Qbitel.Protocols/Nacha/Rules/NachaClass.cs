using System.Collections.Frozen;
using System.Globalization;

namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>What batches of one standard entry class may hold, from <c>Nacha/Rules/classes.txt</c>.</summary>
internal sealed class NachaClass
{
    private static readonly FrozenDictionary<string, NachaClass> ByCode = DataTable.Lines("Nacha/Rules/classes.txt")
        .Select(line => new NachaClass(line.Split(' ', 10)))
        .ToFrozenDictionary(each => each.Code, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, NachaClass>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        ByCode.GetAlternateLookup<ReadOnlySpan<char>>();

    public static readonly NachaClass Iat = ByCode["IAT"];

    private NachaClass(string[] parts)
    {
        Code = parts[0];
        Entry = NachaLayout.Of(parts[1]);
        Direction = parts[2][0];
        AddendaType = parts[3] == "-" ? -1 : int.Parse(parts[3], CultureInfo.InvariantCulture);
        MinimumAddenda = int.Parse(parts[4], CultureInfo.InvariantCulture);
        MaximumAddenda = int.Parse(parts[5], CultureInfo.InvariantCulture);
        Limit = parts[6] == "-" ? long.MaxValue : long.Parse(parts[6], CultureInfo.InvariantCulture);
        TransactionCodes = parts[7] == "*" ? null : parts[7].Split(',')
            .Select(code => int.Parse(code, CultureInfo.InvariantCulture)).ToFrozenSet();
        string[] flags = parts[8].Split(',');
        IsZeroAmount = flags.Contains("zero");
        MayBeZero = IsZeroAmount || flags.Contains("any");
        CountsAddenda = flags.Contains("count");
        Needed = flags.FirstOrDefault(flag => flag is "name" or "identification");
        Description = flags.FirstOrDefault(flag => flag is "REDEPCHECK" or "AUTOENROLL");
        Title = parts[9];
        AddendaExpected = IsIat ? "each of the addenda 10 to 16, and 17, 18 or 99"
            : AddendaType < 0 ? "no addenda, or 99" : IsChange ? "addenda 98"
            : $"{MinimumAddenda} to {MaximumAddenda} addenda {AddendaType:D2}, or 99";
    }

    public static IEnumerable<NachaClass> All => ByCode.Values;

    public string Code { get; }

    public string Title { get; }

    public NachaLayout Entry { get; }

    /// <summary>D for debits only, C for credits only, * for both.</summary>
    public char Direction { get; }

    /// <summary>The type of addenda of forward entries; -1 where they have none.</summary>
    public int AddendaType { get; }

    public int MinimumAddenda { get; }

    public int MaximumAddenda { get; }

    /// <summary>The addenda of the class in words.</summary>
    public string AddendaExpected { get; }

    /// <summary>In cents.</summary>
    public long Limit { get; }

    /// <summary>Those of forward entries, where they are not those of every class.</summary>
    public FrozenSet<int>? TransactionCodes { get; }

    public bool IsZeroAmount { get; }

    public bool MayBeZero { get; }

    public bool CountsAddenda { get; }

    /// <summary>A field that forward entries must fill.</summary>
    public string? Needed { get; }

    /// <summary>What the entry description must say.</summary>
    public string? Description { get; }

    public bool IsAdv => Code == "ADV";

    public bool IsIat => Code == "IAT";

    public bool IsChange => Code == "COR";

    public static NachaClass? Find(ReadOnlySpan<byte> code)
    {
        Span<char> text = stackalloc char[3];
        for (int i = 0; i < text.Length; i++) text[i] = (char)code[i];
        return Lookup.TryGetValue(text, out NachaClass? found) ? found : null;
    }

    public static NachaClass? Find(string code) => ByCode.GetValueOrDefault(code);
}
