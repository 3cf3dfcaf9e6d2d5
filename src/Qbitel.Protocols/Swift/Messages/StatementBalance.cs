using System.Globalization;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift.Messages;

/// <summary>A balance of a statement: fields 60, 62, 64 and 65.</summary>
/// <param name="Date">Of the day it is of.</param>
/// <param name="Amount">In its currency; never below zero.</param>
/// <param name="IsCredit">Whether it stands to the account owner's credit.</param>
/// <param name="IsIntermediate">Option M: of one page of several.</param>
public sealed record StatementBalance(DateOnly Date, Money Amount, bool IsCredit, bool IsIntermediate)
{
    /// <summary>The amount, below zero where the account is in debit.</summary>
    public decimal NetAmount => IsCredit ? Amount.Amount : -Amount.Amount;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Date:yyyy-MM-dd} {Amount} {(IsCredit ? "credit" : "debit")}");

    internal static StatementBalance? Read(SwiftField? field) =>
        field is { Value: { Length: > 10 } value } && SwiftValue.TryReadDate(value.AsSpan(1, 6), out DateOnly date)
        && SwiftValue.TryReadMoney(value.AsSpan(7), out Money amount)
            ? new StatementBalance(date, amount, value[0] == 'C', field.Tag.EndsWith('M')) : null;
}
