namespace Qbitel.Pki;

/// <summary>What speaks against a certificate, a request or a path: the rule by name, and what was found.</summary>
/// <param name="Rule">Stable, for programs: a field path of the standard, or a name such as
/// <c>allowed-domains</c>.</param>
/// <param name="Detail">One sentence for people.</param>
public sealed record Objection(string Rule, string Detail)
{
    public override string ToString() => $"{Rule}: {Detail}";
}
