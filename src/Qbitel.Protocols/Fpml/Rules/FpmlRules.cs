using System.Collections.Frozen;
using System.Text;
using Qbitel.Protocols.Fpml.Schemas;
using Qbitel.Protocols.Fpml.Tree;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Fpml.Rules;

/// <summary>
/// Rules beyond the schema, each asked of the elements it is about. Numbers in findings such as <c>ird-14</c> are those
/// of the validation rules FpML publishes; where a finding has none, the rule is our own.
/// </summary>
internal static class FpmlRules
{
    // By the name of the element, as bytes read as Latin-1, so that none is decoded for it.
    private static readonly FrozenDictionary<string, Action<FpmlCase, int>[]> ByName = Collect();

    private static readonly FrozenDictionary<string, Action<FpmlCase, int>[]>.AlternateLookup<ReadOnlySpan<char>>
        Lookup = ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    public static void Check(FpmlElement root, FpmlReferences references, MxFindings findings)
    {
        MxText text = root.Text;
        FpmlCase asked = new(text, references, findings);
        Span<char> name = stackalloc char[MxLimits.Name];
        for (int node = root.Node; node < text.Nodes[root.Node].Next; node++)
        {
            // What the schema does not know was told already.
            if ((text.Nodes[node].Content & MxContent.Unknown) != MxContent.None) continue;

            int length = Encoding.Latin1.GetChars(text.Name(node), name);
            if (!Lookup.TryGetValue(name[..length], out Action<FpmlCase, int>[]? rules)) continue;
            foreach (Action<FpmlCase, int> rule in rules) rule(asked, node);
        }

        asked.Return();
    }

    private static FrozenDictionary<string, Action<FpmlCase, int>[]> Collect()
    {
        Dictionary<string, List<Action<FpmlCase, int>>> rules = new(StringComparer.Ordinal);
        void Add(Action<FpmlCase, int> rule, params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
            {
                if (!rules.TryGetValue(name, out List<Action<FpmlCase, int>>? of)) rules[name] = of = [];
                of.Add(rule);
            }
        }

        PartyRules.Add(Add);
        DateRules.Add(Add);
        StreamRules.Add(Add);
        AmountRules.Add(Add);
        CreditRules.Add(Add);
        FxRules.Add(Add);
        return rules.ToFrozenDictionary(rule => rule.Key, rule => rule.Value.ToArray(), StringComparer.Ordinal);
    }
}

/// <summary>Names the elements a rule is asked of.</summary>
internal delegate void FpmlRuleSink(Action<FpmlCase, int> rule, params ReadOnlySpan<string> names);
