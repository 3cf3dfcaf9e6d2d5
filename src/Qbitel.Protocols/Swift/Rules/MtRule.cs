namespace Qbitel.Protocols.Swift.Rules;

/// <summary>A rule between fields: where all of one side hold, one alternative of the other side must.</summary>
internal sealed class MtRule
{
    private MtRule(MtTerm[] when, MtTerm[][] then, string code, string message)
    {
        When = when;
        Then = then;
        Numbers = when.Where(term => term is { Kind: MtTermKind.Stands, IsNegated: false, IsOuter: false })
            .Aggregate(UInt128.Zero, (numbers, term) => numbers | (UInt128.One << term.Tags[0].Number));
        Code = code;
        Message = message;
    }

    public MtTerm[] When { get; }

    /// <summary>The numbers of the fields without which the rule says nothing, as bits.</summary>
    public UInt128 Numbers { get; }

    /// <summary>Alternatives, each of terms that must all hold.</summary>
    public MtTerm[][] Then { get; }

    public string Code { get; }

    public string Message { get; }

    public string Expected => string.Join(" or ", Then.Select(terms =>
        string.Join(" and ", terms.Select(term => term.IsNegated ? "no " + term.Shown : term.Shown))));

    /// <summary>Reads <c>a &amp; !b -> c &amp; d / e|Code|message</c>.</summary>
    public static MtRule Read(string line)
    {
        string[] parts = line.Split('|');
        string[] sides = parts[0].Split("->");
        return new MtRule(Terms(sides[0]), [.. sides[1].Split(" / ").Select(Terms)], "Mt." + parts[1].Trim(),
            parts[2].Trim());
    }

    private static MtTerm[] Terms(string text) => [.. text.Split('&').Select(MtTerm.Read)];
}
