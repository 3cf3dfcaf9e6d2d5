using Qbitel.Protocols.Fpml.Tree;

namespace Qbitel.Protocols.Fpml.Products;

/// <summary>A party of a document.</summary>
/// <remarks>
/// <c>Id</c>: what references in the document call it. <c>Name</c>: null where it is only identified.
/// <c>Identifiers</c>: what others call it, each with whose identifier it is.
/// </remarks>
public sealed record FpmlParty(string? Id, string? Name, IReadOnlyList<FpmlIdentifier> Identifiers, FpmlElement Element)
{
    /// <summary>Of the first identifier that is one; null for none.</summary>
    public string? LegalEntityIdentifier => Identifiers
        .FirstOrDefault(each => each.Scheme?.EndsWith("/iso17442", StringComparison.Ordinal) == true)?.Value;

    internal static FpmlParty Of(FpmlElement party) => new(party.Attribute("id"), party.ValueAt("partyName"),
        [.. party.All("partyId").Select(id => new FpmlIdentifier(id.Value ?? "", id.Attribute("partyIdScheme")))],
            party);

    /// <summary>Masked as a name is.</summary>
    public override string ToString() => Redaction.Name.Mask(Name ?? Id ?? "");
}

/// <summary>An identifier and the list it is of.</summary>
public sealed record FpmlIdentifier(string Value, string? Scheme);

/// <summary>What one party calls a trade.</summary>
/// <remarks>
/// <c>Party</c>: the reference to it; null for an identifier of nobody in particular. <c>Issuer</c>: who issued it,
/// of a unique trade identifier.
/// </remarks>
public sealed record FpmlTradeId(string? Party, string? Issuer, string Value, string? Scheme)
{
    internal static IEnumerable<FpmlTradeId> Of(FpmlElement header)
    {
        foreach (FpmlElement block in header.Children)
        {
            if (block.Name is "partyTradeIdentifier")
            {
                string? party = block.Find("partyReference")?.Attribute("href"), issuer = block.ValueAt("issuer");
                foreach (FpmlElement id in block.All("tradeId").Concat(block.All("versionedTradeId/tradeId")))
                    yield return new FpmlTradeId(party, issuer, id.Value ?? "", id.Attribute("tradeIdScheme"));
            }
            else if (block.Name.EndsWith("Identifier", StringComparison.Ordinal) || block.Name is "tradeIdentifier")
            {
                foreach (FpmlElement id in block.All("tradeId"))
                {
                    yield return new FpmlTradeId(null, block.ValueAt("issuer"), id.Value ?? "",
                        id.Attribute("tradeIdScheme"));
                }
            }
        }
    }
}
