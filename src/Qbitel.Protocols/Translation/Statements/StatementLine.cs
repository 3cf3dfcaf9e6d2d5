using System.Globalization;

namespace Qbitel.Protocols.Translation.Statements;

/// <summary>Field 61 taken apart: dates, mark, amount, type, references.</summary>
/// <param name="ValueDate">Six digits at the start.</param>
/// <param name="EntryDay">Four digits that may follow: month and day.</param>
/// <param name="Mark">C, D, RC, RD, EC or ED.</param>
/// <param name="Amount">In the currency of the balances.</param>
/// <param name="Type">A letter and three characters, such as NTRF.</param>
/// <param name="Reference">Of the account's owner.</param>
/// <param name="BankReference">Of the bank that keeps the account; null for none.</param>
internal sealed record StatementLine(DateOnly ValueDate, string? EntryDay, string Mark, decimal Amount, string Type,
    string Reference, string? BankReference)
{
    public bool IsCredit => Mark is "C" or "RD" or "EC";

    public bool IsReversal => Mark[0] == 'R';

    /// <summary>The entry's day: the one of that month and day nearest to the value date.</summary>
    public DateOnly? EntryDate
    {
        get
        {
            if (EntryDay is null) return null;
            int month = Ascii.TwoDigits(EntryDay, 0), day = Ascii.TwoDigits(EntryDay, 2);
            DateOnly? nearest = null;
            for (int year = ValueDate.Year - 1; year <= ValueDate.Year + 1; year++)
            {
                if (month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) continue;
                DateOnly candidate = new(year, month, day);
                if (nearest is null || Math.Abs(candidate.DayNumber - ValueDate.DayNumber)
                    < Math.Abs(nearest.Value.DayNumber - ValueDate.DayNumber))
                {
                    nearest = candidate;
                }
            }

            return nearest;
        }
    }

    /// <summary>Reads the field's first line; null where it does not have its form.</summary>
    public static StatementLine? Read(string line)
    {
        if (!Swift.Fields.SwiftValue.TryReadDate(line.AsSpan(0, Math.Min(6, line.Length)),
            out DateOnly value))
        {
            return null;
        }

        int at = 6;
        string? entry = line.Length >= at + 4 && Ascii.IsDigits(line.AsSpan(at, 4)) ? line.Substring(at, 4) : null;
        if (entry is not null) at += 4;
        int mark = at;
        if (at < line.Length && line[at] is 'R' or 'E') at++;
        if (at >= line.Length || line[at] is not ('C' or 'D')) return null;
        string marked = line[mark..++at];
        if (at < line.Length && char.IsAsciiLetter(line[at])) at++; // the third letter of the currency
        int amount = at;
        while (at < line.Length && (char.IsAsciiDigit(line[at]) || line[at] == ',')) at++;
        if (at + 4 > line.Length || !decimal.TryParse(line[amount..at].Replace(',', '.'),
            NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal money))
        {
            return null;
        }

        string type = line.Substring(at, 4), rest = line[(at + 4)..];
        int slashes = rest.IndexOf("//", StringComparison.Ordinal);
        return new StatementLine(value, entry, marked, money, type, slashes < 0 ? rest : rest[..slashes],
            slashes < 0 ? null : rest[(slashes + 2)..]);
    }
}
