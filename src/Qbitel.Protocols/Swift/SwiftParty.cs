using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Swift;

/// <summary>A customer or an institution as a field of number 50 to 59 names it. It prints masked.</summary>
public sealed class SwiftParty
{
    private SwiftParty(string option, string? account, Bic? bic, IReadOnlyList<string> nameAndAddress)
    {
        Option = option;
        Account = account;
        Bic = bic;
        NameAndAddress = nameAndAddress;
    }

    /// <summary>The option letter; empty for none.</summary>
    public string Option { get; }

    /// <summary>The account or clearing line, without its slash.</summary>
    public string? Account { get; }

    /// <summary>Of option A.</summary>
    public Bic? Bic { get; }

    /// <summary>Lines as they stand; in option F each begins with its number and a slash.</summary>
    public IReadOnlyList<string> NameAndAddress { get; }

    /// <summary>The account as an IBAN, where it is one.</summary>
    public Iban? Iban => Account is not null && Identifiers.Iban.TryParse(Account, out Iban iban) ? iban : null;

    /// <summary>A customer with a name and address of one to four lines, and an account where there is one.</summary>
    public static SwiftParty Customer(string? account, params IReadOnlyList<string> nameAndAddress) =>
        new("K", account, null, nameAndAddress);

    /// <summary>An institution, or a customer that has a BIC.</summary>
    public static SwiftParty Institution(Bic bic, string? account = null) => new("A", account, bic, []);

    public override string ToString() =>
        Bic?.Code ?? (NameAndAddress.Count > 0
            ? Redaction.Name.Mask(NameAndAddress[0]) : Redaction.Account.Mask(Account));

    internal static SwiftParty Read(SwiftField field)
    {
        string[] lines = field.Value.Split('\n');
        string option = field.Tag.Length > 2 ? field.Tag[2..] : "";
        // The first line of 50F is an account or an identifier of another kind; either way it is not part of the name.
        bool hasAccount = lines[0].StartsWith('/') || field.Tag == "50F";
        string? account = hasAccount ? lines[0].TrimStart('/') : null;
        string[] rest = hasAccount ? lines[1..] : lines;
        Bic? bic = option == "A" && rest.Length > 0 && Bic.TryParse(rest[^1], out Bic read) ? read : null;
        return new SwiftParty(option, account, bic, bic is null ? rest : []);
    }

    internal string Write() =>
        string.Join('\n', ((string?[])[Account is null
            ? null : "/" + Account, Bic?.Code]).OfType<string>().Concat(NameAndAddress));
}
