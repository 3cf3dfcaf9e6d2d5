namespace Qbitel.Protocols.Fpml.Explaining;

/// <summary>
/// A trade in words, as a table and along its days. Names are masked; parties are called as references call them.
/// </summary>
/// <param name="Path">Where in the document it is.</param>
/// <param name="Product">What was traded, in words.</param>
/// <param name="TradeIds">What the parties call it.</param>
/// <param name="Sentences">What was agreed, a sentence each.</param>
/// <param name="Lines">The same as a table.</param>
/// <param name="Days">What happens when, in the order of days.</param>
public sealed record ExplainedTrade(string Path, string Product, IReadOnlyList<string> TradeIds,
    IReadOnlyList<string> Sentences, IReadOnlyList<TradeLine> Lines, IReadOnlyList<TradeDay> Days);

/// <summary>One line of what is paid: who, to whom, how much of what, at which rate or price and how often.</summary>
public sealed record TradeLine(string What, string? Payer, string? Receiver, string? Amount, string? Rate,
    string? Period);

/// <summary>A date of a trade and what happens on it.</summary>
public sealed record TradeDay(DateOnly Date, string What);
