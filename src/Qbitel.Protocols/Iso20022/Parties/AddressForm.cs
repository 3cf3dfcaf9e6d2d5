namespace Qbitel.Protocols.Iso20022.Parties;

/// <summary>How much of a postal address is in elements of its own.</summary>
public enum AddressForm
{
    /// <summary>Nothing is in it.</summary>
    Empty,

    /// <summary>Free lines, with no other element than a country.</summary>
    Unstructured,

    /// <summary>Free lines beside elements such as town and country.</summary>
    Hybrid,

    /// <summary>Elements only.</summary>
    Structured,
}
