namespace Qbitel.Protocols.Fpml.Building;

/// <summary>A party as a document that is built names it.</summary>
/// <remarks>
/// <c>Identifier</c>: a legal entity identifier, unless the scheme says otherwise.
/// </remarks>
public sealed record PartyTerms(string Name, string Identifier,
    string Scheme = "http://www.fpml.org/coding-scheme/external/iso17442");

/// <summary>What every trade has. <see cref="Us"/> is the party whose trade identifier it is.</summary>
public sealed record TradeTerms(PartyTerms Us, PartyTerms Them, DateOnly TradeDate, string TradeId,
    string TradeIdScheme);

/// <summary>What a request for confirmation has around its trade.</summary>
public sealed record MessageTerms(string MessageId, string IdScheme, string SentBy, string SendTo,
    DateTimeOffset Created, string CorrelationId, int SequenceNumber = 1);

/// <summary>How dates move to business days.</summary>
public sealed record BusinessDays(string Convention, params IReadOnlyList<string> Centers);

/// <summary>The terms of a product that can be built.</summary>
public abstract record ProductTerms
{
    /// <summary>Sets the values of the product at <c>trade/…</c>.</summary>
    internal abstract void SetOn(FpmlDraft draft);

    /// <summary>Party 1 is ours, party 2 theirs.</summary>
    private protected static string Party(bool isUs) => isUs ? "party1" : "party2";

    private protected static void Adjust(FpmlDraft draft, string path, BusinessDays days)
    {
        draft.Set($"{path}/businessDayConvention", days.Convention);
        if (days.Convention is "NONE" or "NotApplicable") return;
        Centers(draft, path, days);
    }

    private protected static void Centers(FpmlDraft draft, string path, BusinessDays days)
    {
        for (int i = 0; i < days.Centers.Count; i++)
            draft.Set($"{path}/businessCenters/businessCenter[{i + 1}]", days.Centers[i]);
    }

    private protected static void Between(FpmlDraft draft, string path, string from, string to, bool isUsFirst)
    {
        draft.Set($"{path}{from}PartyReference/@href", Party(isUsFirst));
        draft.Set($"{path}{to}PartyReference/@href", Party(!isUsFirst));
    }

    /// <summary>A length of time such as <c>6M</c>.</summary>
    private protected static void Period(FpmlDraft draft, string path, string period)
    {
        if (period.Length < 2) throw new ArgumentException($"{period} is no length of time such as 6M", nameof(period));
        draft.Set($"{path}/periodMultiplier", period[..^1]).Set($"{path}/period", period[^1..]);
    }

    private protected static void Money(FpmlDraft draft, string path, decimal amount, string currency) =>
        draft.Set($"{path}/currency", currency).Set($"{path}/amount", amount);
}
