using Qbitel.Discovery.Grammars;

namespace Qbitel.Discovery.Tests.Grammars;

public sealed class GrammarTests
{
    [Fact]
    public void A_grammar_says_how_often_types_come_and_how_long_chains_get()
    {
        DiscoveredGrammar grammar = ProtocolGrammar.Learn(MadeProtocols.Make("tlv", 600)).Describe();

        GrammarRule start = grammar.Rules.Single(r => r.Symbol == grammar.Start);
        Assert.Equal(4, start.Alternatives.Count);
        Assert.All(start.Alternatives, a => Assert.InRange(a.Probability, 0.18, 0.32));
        GrammarRule chain = grammar.Rules.First(r => r.Symbol.EndsWith("items", StringComparison.Ordinal));
        // Two and a half items on average: five times out of seven another one follows.
        Assert.InRange(chain.Alternatives.Single(a => a.Symbols.Count > 0).Probability, 0.66, 0.77);
        Assert.Contains(grammar.Attributes, a => a.Kind == "checksum");
        Assert.Contains(grammar.Attributes, a => a.Kind == "count");
        Assert.Contains(grammar.Attributes, a => a.Kind == "length");
        Assert.All(grammar.Rules, r => Assert.Equal(1, r.Alternatives.Sum(a => a.Probability), 9));
    }

    [Fact]
    public void What_types_share_is_one_symbol()
    {
        DiscoveredGrammar grammar = ProtocolGrammar.Learn(MadeProtocols.Make("tlv", 600)).Describe();

        Assert.Contains(grammar.Rules,
            r => r.Symbol == "header" || r.Alternatives.Any(a => a.Symbols.Contains("flags")));
        Assert.Single(grammar.Rules, r => r.Symbol.EndsWith("items", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_derivations_of_a_message_share_its_weight()
    {
        RuleBook book = new();
        int one = book["s", "a"], other = book["s", "b"], third = book["s", "c"];
        ForestNode Both()
        {
            ForestNode root = new();
            root.Edges.Add((one, []));
            root.Edges.Add((other, []));
            return root;
        }

        ForestNode only = new();
        only.Edges.Add((third, []));

        book.Estimate([Both(), Both(), only, only]);

        Assert.Equal(book.Probability[one], book.Probability[other], 6);
        Assert.Equal(1, book.Probability.Sum(), 9);
        Assert.Equal(2.5 / 5.5, book.Probability[third], 6);
    }
}
