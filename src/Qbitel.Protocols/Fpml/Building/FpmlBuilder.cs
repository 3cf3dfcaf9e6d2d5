using System.Globalization;

namespace Qbitel.Protocols.Fpml.Building;

/// <summary>Builds documents of the core products, valid or not at all.</summary>
public static class FpmlBuilder
{
    /// <param name="trade">Who trades when.</param>
    /// <param name="product">What is traded.</param>
    /// <param name="message">A request for confirmation around it; null for a document of the trade alone.</param>
    /// <exception cref="MessageFormatException">The terms make no valid document: the error says where.</exception>
    /// <exception cref="ArgumentException">A text is none of XML, or no length of time.</exception>
    public static FpmlDocument Build(TradeTerms trade, ProductTerms product, MessageTerms? message = null)
    {
        ArgumentNullException.ThrowIfNull(trade);
        ArgumentNullException.ThrowIfNull(product);
        FpmlDraft draft = new(message is null ? "dataDocument" : "requestConfirmation");
        if (message is not null) Set(draft, message);
        Set(draft, trade);
        product.SetOn(draft);
        FpmlDocument document = FpmlDocument.Parse(draft.ToBytes());
        return document.Findings.FirstError() is { } error ? throw new MessageFormatException(new ParseError(error))
            : document;
    }

    internal static void Set(FpmlDraft draft, TradeTerms trade)
    {
        const string Id = "trade/tradeHeader/partyTradeIdentifier/";
        draft.Set(Id + "partyReference/@href", "party1").Set(Id + "tradeId", trade.TradeId)
            .Set(Id + "tradeId/@tradeIdScheme", trade.TradeIdScheme)
            .Set("trade/tradeHeader/tradeDate", trade.TradeDate);
        PartyTerms[] parties = [trade.Us, trade.Them];
        for (int i = 1; i <= parties.Length; i++)
        {
            draft.Set($"party[{i}]/@id", $"party{i}").Set($"party[{i}]/partyId", parties[i - 1].Identifier)
                .Set($"party[{i}]/partyId/@partyIdScheme", parties[i - 1].Scheme)
                .Set($"party[{i}]/partyName", parties[i - 1].Name);
        }
    }

    internal static void Set(FpmlDraft draft, MessageTerms message) => draft
        .Set("header/messageId", message.MessageId).Set("header/messageId/@messageIdScheme", message.IdScheme)
        .Set("header/sentBy", message.SentBy).Set("header/sendTo", message.SendTo)
        .Set("header/creationTimestamp",
            message.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))
        .Set("isCorrection", "false").Set("correlationId", message.CorrelationId)
        .Set("correlationId/@correlationIdScheme", message.IdScheme)
        .Set("sequenceNumber", (decimal)message.SequenceNumber);
}
