using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Iso20022.Parties;

/// <summary>A party of a payment with its account. It prints masked.</summary>
public sealed record MxParty
{
    public required string Name { get; init; }

    public PostalAddress? Address { get; init; }

    /// <summary>The account's number where it is no IBAN.</summary>
    public string? Account { get; init; }

    public Iban? Iban { get; init; }

    public override string ToString() => Redaction.Name.Mask(Name);

    /// <summary>Sets a party and its account in a draft.</summary>
    /// <param name="draft">The message in the making.</param>
    /// <param name="path">Where the party is.</param>
    /// <param name="accountPath">Where its account is; null where the message has none.</param>
    internal void WriteTo(MxDraft draft, string path, string? accountPath)
    {
        draft.Set(path + "/Nm", Name);
        Address?.WriteTo(draft, path + "/PstlAdr");
        if (accountPath is null) return;

        draft.Set(accountPath + "/Id/IBAN", Iban?.Value);
        if (Iban is null) draft.Set(accountPath + "/Id/Othr/Id", Account);
    }

    /// <summary>Reads a party and its account; null where there is no name.</summary>
    internal static MxParty? Of(MxElement? party, MxElement? account)
    {
        if (party?.ValueAt("Nm") is not { } name) return null;

        return new MxParty
        {
            Name = name,
            Address = party.Find("PstlAdr") is { } address ? PostalAddress.Of(address) : null,
            Account = account?.ValueAt("Id/Othr/Id"),
            Iban = Iban.TryParse(account?.ValueAt("Id/IBAN"), out Iban iban) ? iban : null,
        };
    }
}
