namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>
/// What the two digits of a transaction code say: the second one tells credit from debit and how it is meant, except in
/// accounting advices, where odd is credit.
/// </summary>
internal static class NachaTransaction
{
    private static readonly bool[] Known = [.. Enumerable.Range(0, 100)
        .Select(code => NachaCodes.Transactions.Contains(code.ToString("D2", null)))];

    public static bool IsKnown(int code) => code is >= 0 and < 100 && Known[code];

    public static bool IsAccounting(int code) => code is >= 81 and <= 88;

    public static bool IsCredit(int code) => IsAccounting(code) ? code % 2 == 1 : code % 10 < 5 || code == 0;

    // Loan debits (55) exist to reverse; in every other account debits begin at 6.
    public static bool IsDebit(int code) => !IsCredit(code);

    /// <summary>Of a return, a notification of change, or one of those dishonored, contested or refused.</summary>
    public static bool IsReturn(int code) => !IsAccounting(code) && code % 10 is 1 or 6;

    public static bool IsPrenote(int code) => !IsAccounting(code) && code % 10 is 3 or 8;

    public static bool IsZeroDollar(int code) => !IsAccounting(code) && code % 10 is 4 or 9;

    /// <summary>The code under which an entry is returned or changed.</summary>
    public static int ReturnOf(int code) => ((code / 10) * 10) + (IsCredit(code) ? 1 : 6);

    /// <summary>The code that undoes an entry: credits by debits and the other way round; loan credits by 55.</summary>
    public static int ReversalOf(int code) => code switch
    {
        52 => 55,
        55 => 52,
        _ => IsCredit(code) ? code + 5 : code - 5,
    };
}
