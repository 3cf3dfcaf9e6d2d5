namespace Qbitel.Cryptography.Cards;

/// <summary>The PIN block formats of ISO 9564-1.</summary>
public enum PinBlockFormat
{
    /// <summary>PIN and fill F, bound to the card number by XOR.</summary>
    Iso0 = 0,

    /// <summary>PIN and random fill, not bound to a card.</summary>
    Iso1 = 1,

    /// <summary>PIN and fill F in the clear, to a chip card offline only.</summary>
    Iso2 = 2,

    /// <summary>As format 0 with random fill A to F.</summary>
    Iso3 = 3,

    /// <summary>Two AES blocks with 64 random bits, bound to the card number by encryption.</summary>
    Iso4 = 4,
}
