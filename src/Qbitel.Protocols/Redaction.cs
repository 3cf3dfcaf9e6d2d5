namespace Qbitel.Protocols;

/// <summary>What kind of person's or bank's secret a field holds, and so how much of it may be shown.</summary>
public enum Redaction
{
    /// <summary>Shown, except for a card number that has strayed into it.</summary>
    None,

    /// <summary>A card number: the first six and last four digits are shown.</summary>
    Pan,

    /// <summary>An account number: the last four characters are shown.</summary>
    Account,

    /// <summary>A person's or company's name: the first letter is shown.</summary>
    Name,

    /// <summary>
    /// Free text that may name people, such as addresses and remittance lines: only its length is shown.
    /// </summary>
    Text,

    /// <summary>PIN blocks, track data, passwords, keys: nothing is shown.</summary>
    Secret,
}
