using System.Globalization;
using System.Text.Json;
using Qbitel.Protocols.Fpml.Products;

namespace Qbitel.Protocols.Fpml.Explaining;

/// <summary>A document for people: who is in it, what was traded, and when what happens.</summary>
public sealed class FpmlExplanation
{
    private FpmlExplanation(FpmlDocument document)
    {
        Title = $"{ProductReader.InWords(document.MessageType)}, FpML {document.Version ?? "of no version"}, "
            + $"{document.View.ToString().ToLowerInvariant()} view";
        Header = document.Header is { } header ? HeaderOf(header) : [];
        Parties = [.. document.Parties.Select(PartyOf)];
        Trades = [.. document.Trades.Select(TradeWords.Of)];
    }

    public string Title { get; }

    /// <summary>What is said of the message around the trades, name and value.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Header { get; }

    /// <summary>What each party is called in the document, and by whom else how.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Parties { get; }

    public IReadOnlyList<ExplainedTrade> Trades { get; }

    public static FpmlExplanation Of(FpmlDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return new FpmlExplanation(document);
    }

    /// <summary>The members of the explanation, for an object that has others as well.</summary>
    public void WriteMembersTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteString("title", Title);
        WritePairs(writer, "header", Header);
        WritePairs(writer, "parties", Parties);
        writer.WriteStartArray("trades");
        foreach (ExplainedTrade trade in Trades)
        {
            writer.WriteStartObject();
            writer.WriteString("path", trade.Path);
            writer.WriteString("product", trade.Product);
            WriteStrings(writer, "tradeIds", trade.TradeIds);
            WriteStrings(writer, "sentences", trade.Sentences);
            writer.WriteStartArray("lines");
            foreach (TradeLine line in trade.Lines)
            {
                writer.WriteStartObject();
                writer.WriteString("what", line.What);
                writer.WriteString("payer", line.Payer);
                writer.WriteString("receiver", line.Receiver);
                writer.WriteString("amount", line.Amount);
                writer.WriteString("rate", line.Rate);
                writer.WriteString("period", line.Period);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("days");
            foreach (TradeDay day in trade.Days)
            {
                writer.WriteStartObject();
                writer.WriteString("date", TradeWords.Day(day.Date));
                writer.WriteString("what", day.What);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WritePairs(Utf8JsonWriter writer, string name, IReadOnlyList<KeyValuePair<string,
        string>> pairs)
    {
        writer.WriteStartObject(name);
        foreach ((string key, string value) in pairs.DistinctBy(pair => pair.Key)) writer.WriteString(key, value);
        writer.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    private static List<KeyValuePair<string, string>> HeaderOf(FpmlHeader header)
    {
        List<KeyValuePair<string, string>> said = [];
        void Add(string name, string? value)
        {
            if (value is not null) said.Add(new(name, Redaction.None.Mask(value)));
        }

        Add("message", header.MessageId);
        Add("in reply to", header.InReplyTo);
        Add("from", header.SentBy);
        Add("to", header.SendTo.Count == 0 ? null : string.Join(", ", header.SendTo));
        Add("created", header.Created);
        Add("conversation", header.CorrelationId);
        Add("part of", header.ParentCorrelationId);
        Add("number", header.SequenceNumber?.ToString(CultureInfo.InvariantCulture));
        Add("correction", header.IsCorrection is { } isCorrection ? isCorrection ? "yes" : "no" : null);
        return said;
    }

    private static KeyValuePair<string, string> PartyOf(FpmlParty party)
    {
        IEnumerable<string> called = party.Identifiers.Select(id => Redaction.None.Mask(id.Value));
        if (party.Name is { } name) called = called.Prepend(Redaction.Name.Mask(name));
        return new(Redaction.None.Mask(party.Id ?? "without identifier"), string.Join(", ", called));
    }
}
