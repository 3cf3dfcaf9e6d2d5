using Qbitel.Protocols.Fpml.Tree;

namespace Qbitel.Protocols.Fpml.Products;

/// <summary>What was traded. Parties are the identifiers references in the document use.</summary>
/// <param name="Kind">In words, such as <c>interest rate swap</c>.</param>
/// <param name="Element">All of it, for what the view does not name.</param>
public abstract record FpmlProduct(string Kind, FpmlElement Element)
{
    /// <summary>The codes of taxonomies the document gives.</summary>
    public IReadOnlyList<FpmlIdentifier> Types { get; } =
        [.. Element.All("productType").Select(type => new FpmlIdentifier(type.Value ?? "",
            type.Attribute("productTypeScheme")))];

    /// <summary>What and where it is only: records print all their values otherwise, names among them.</summary>
    public sealed override string ToString() => $"{Kind} at {Element.Path}";
}

/// <summary>A product without a view of its own: read it by its elements.</summary>
public sealed record OtherProduct(string Kind, FpmlElement Element) : FpmlProduct(Kind, Element);
