using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Fpml.Rules;

/// <summary>Who pays, buys and is named.</summary>
internal static class PartyRules
{
    public static void Add(FpmlRuleSink add)
    {
        add(Payer, "payerPartyReference");
        add(Buyer, "buyerPartyReference");
        add(PartyId, "partyId", "entityId");
        add(InstrumentId, "instrumentId");
        add(Trade, "trade");
        add(CalculationAgents, "calculationAgent");
        add(Address, "header");
    }

    private static void Trade(FpmlCase asked, int node) =>
        asked.TradeDate = asked.Date(node, "tradeHeader/tradeDate"u8);

    // One party may pay itself between two of its accounts.
    private static void Payer(FpmlCase asked, int node) => Different(asked, node, "receiverPartyReference"u8,
        "payerAccountReference"u8, "receiverAccountReference"u8, "Fpml.SameParty", "ird-8, shared-5");

    private static void Buyer(FpmlCase asked, int node) => Different(asked, node, "sellerPartyReference"u8,
        "buyerAccountReference"u8, "sellerAccountReference"u8, "Fpml.SameParty", "cd-6");

    private static void Different(FpmlCase asked, int node, ReadOnlySpan<byte> other, ReadOnlySpan<byte> account,
        ReadOnlySpan<byte> otherAccount, string code, string rule)
    {
        int around = asked.Text.Nodes[node].Parent, second = around < 0 ? -1 : asked.Find(around, other);
        if (second < 0 || asked.Attribute(node, "href"u8) is not { } one) return;
        if (asked.Attribute(second, "href"u8) != one) return;

        string? from = asked.Attribute(asked.Find(around, account), "href"u8);
        string? to = asked.Attribute(asked.Find(around, otherAccount), "href"u8);
        if (from is not null && to is not null && from != to) return;
        asked.Error(code, second, $"both sides are the same party ({rule})", "another party", one);
    }

    private static void CalculationAgents(FpmlCase asked, int node)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (int agent in asked.Each(node, "calculationAgentPartyReference"))
        {
            if (asked.Attribute(agent, "href"u8) is { } id && !seen.Add(id))
                asked.Error("Fpml.Repeated", agent, "the party is named twice (shared-10)", "each party once", id);
        }
    }

    private static void Address(FpmlCase asked, int node)
    {
        if (asked.Value(node, "sentBy"u8) is not { } sender) return;
        foreach (int receiver in asked.Each(node, "sendTo"))
        {
            if (asked.Value(receiver) == sender && Scheme(asked, receiver) == Scheme(asked,
                asked.Find(node, "sentBy"u8)))
            {
                asked.Warn("Fpml.SameAddress", receiver, "the message is sent to its sender", "another address");
            }
        }
    }

    private static string? Scheme(FpmlCase asked, int node) => asked.Attribute(node, "messageAddressScheme"u8);

    private static void PartyId(FpmlCase asked, int node)
    {
        string? scheme = asked.Attribute(node, "partyIdScheme"u8) ?? asked.Attribute(node, "entityIdScheme"u8);
        if (scheme is null || asked.Value(node) is not { } value) return;
        if (scheme.EndsWith("/iso17442", StringComparison.Ordinal) && !Lei.TryParse(value, out _))
        {
            asked.Warn("Fpml.Lei", node, "the identifier is no legal entity identifier",
                "20 characters with check digits");
        }

        if (scheme.EndsWith("/iso9362", StringComparison.Ordinal) && !Bic.TryParse(value, out _))
        {
            asked.Warn("Fpml.Bic", node, "the identifier is no business identifier code",
                "8 or 11 characters, a country in them");
        }
    }

    private static void InstrumentId(FpmlCase asked, int node)
    {
        if (asked.Attribute(node, "instrumentIdScheme"u8) is not { } scheme) return;
        if (asked.Value(node) is not { } value) return;

        if (scheme.Contains("instrument-id-ISIN", StringComparison.OrdinalIgnoreCase) && !Isin.TryParse(value, out _))
            asked.Warn("Fpml.Isin", node, "the identifier is no ISIN", "12 characters, the last a check digit");
        if (scheme.Contains("instrument-id-CUSIP", StringComparison.OrdinalIgnoreCase) && !Cusip.TryParse(value, out _))
            asked.Warn("Fpml.Cusip", node, "the identifier is no CUSIP", "9 characters, the last a check digit");
        if (scheme.Contains("instrument-id-SEDOL", StringComparison.OrdinalIgnoreCase) && !Sedol.TryParse(value, out _))
            asked.Warn("Fpml.Sedol", node, "the identifier is no SEDOL", "7 characters, the last a check digit");
    }
}
