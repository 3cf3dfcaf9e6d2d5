using System.Globalization;
using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift.Messages;

/// <summary>One entry of a statement: field 61, and the field 86 that belongs to it.</summary>
public sealed record StatementLine
{
    private StatementLine()
    {
    }

    public required DateOnly ValueDate { get; init; }

    /// <summary>The day it was booked, where that is said; its year is the one nearest to the value date's.</summary>
    public DateOnly? EntryDate { get; init; }

    /// <summary>C, D, RC, RD, and EC or ED where entries are expected.</summary>
    public required string Mark { get; init; }

    /// <summary>Whether it adds to the account: a credit, or a debit taken back.</summary>
    public bool IsCredit => Mark is "C" or "RD" or "EC";

    /// <summary>The third letter of the currency, where it is given.</summary>
    public char? FundsCode { get; init; }

    /// <summary>In the currency of the statement; never below zero.</summary>
    public required decimal Amount { get; init; }

    /// <summary>The amount, below zero where it takes from the account.</summary>
    public decimal NetAmount => IsCredit ? Amount : -Amount;

    /// <summary>S with a message type, N or F with a code, such as NTRF.</summary>
    public required string TransactionType { get; init; }

    /// <summary>The account owner's reference.</summary>
    public required string Reference { get; init; }

    /// <summary>The account servicing institution's reference.</summary>
    public string? InstitutionReference { get; init; }

    /// <summary>The second line of the field.</summary>
    public string? SupplementaryDetails { get; init; }

    /// <summary>Field 86 after the line; its lines end with LF.</summary>
    public string? Information { get; init; }

    /// <summary>Dates, mark, amount and type: never a reference or a text.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{ValueDate:yyyy-MM-dd} {Mark} {Amount} {TransactionType}");

    /// <summary>Reads a field 61; null where it does not have its form.</summary>
    internal static StatementLine? Read(string value, string? information)
    {
        if (value.Length < 6 || !SwiftValue.TryReadDate(value.AsSpan(0, 6), out DateOnly valueDate)) return null;

        int at = 6;
        DateOnly? entryDate = null;
        if (value.Length >= 10 && Ascii.IsDigits(value.AsSpan(6, 4)))
        {
            entryDate = EntryDateOf(valueDate, Ascii.TwoDigits(value, 6), Ascii.TwoDigits(value, 8));
            at = 10;
        }

        int mark = at;
        if (at < value.Length && value[at] is 'R' or 'E') at++;
        if (at >= value.Length || value[at] is not ('C' or 'D')) return null;
        at++;
        string marks = value[mark..at];
        char? funds = at < value.Length && char.IsAsciiLetterUpper(value[at]) ? value[at++] : null;

        int amount = at;
        while (at < value.Length && (char.IsAsciiDigit(value[at]) || value[at] == ',')) at++;
        if (!SwiftValue.TryReadNumber(value.AsSpan(amount, at - amount), out decimal number)) return null;
        if (value.Length - at < 5) return null;

        string type = value.Substring(at, 4);
        string[] lines = value[(at + 4)..].Split('\n');
        int slashes = lines[0].IndexOf("//", StringComparison.Ordinal);
        return new StatementLine
        {
            ValueDate = valueDate,
            EntryDate = entryDate,
            Mark = marks,
            FundsCode = funds,
            Amount = number,
            TransactionType = type,
            Reference = slashes < 0 ? lines[0] : lines[0][..slashes],
            InstitutionReference = slashes < 0 ? null : lines[0][(slashes + 2)..],
            SupplementaryDetails = lines.Length > 1 ? string.Join('\n', lines[1..]) : null,
            Information = information,
        };
    }

    // A value date in January may be booked in December, and the other way about.
    private static DateOnly? EntryDateOf(DateOnly valueDate, int month, int day)
    {
        int year = valueDate.Year + (month - valueDate.Month) switch { > 6 => -1, < -6 => 1, _ => 0 };
        return month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new DateOnly(year, month, day) : null;
    }
}
