using System.Runtime.CompilerServices;
using System.Text;
using Qbitel.Protocols.Iso20022.Xml;

namespace Qbitel.Protocols.Iso20022.Profiles;

/// <summary>
/// The rules of one message, laid out so that one walk over the elements asks each of them only where it looks.
/// </summary>
internal sealed class MxRuleTree
{
    private readonly Branch _root = new([]);
    private readonly Dictionary<ulong, List<Anywhere>> _anywhere = [];
    private readonly List<MxRule> _everywhere = [];

    public MxRuleTree(IEnumerable<MxRule> rules)
    {
        foreach (MxRule rule in rules)
            foreach (string place in rule.Places) Add(rule, place);
    }

    /// <param name="message">The message's element, or the header's.</param>
    /// <param name="judge">Told every rule and the element it looks at.</param>
    public void Walk(MxElement message, MxJudge judge) => Walk(message.Text, message.Node, _root, message, judge);

    private void Add(MxRule rule, string place)
    {
        if (place == "**")
        {
            _everywhere.Add(rule);
            return;
        }

        if (place.StartsWith("**/", StringComparison.Ordinal))
        {
            byte[][] names = [.. place[3..].Split('/').Select(Encoding.UTF8.GetBytes)];
            ulong key = Key(names[^1]);
            if (!_anywhere.TryGetValue(key, out List<Anywhere>? there)) _anywhere[key] = there = [];
            there.Add(new Anywhere(names, rule));
            return;
        }

        Branch at = _root;
        if (place != ".")
            foreach (string name in place.Split('/')) at = at.Grow(Encoding.UTF8.GetBytes(name));
        at.Rules.Add(rule);
    }

    private void Walk(MxText text, int node, Branch? branch, MxElement message, MxJudge judge)
    {
        if (branch is not null)
            foreach (MxRule rule in branch.Rules) judge.Judge(rule, node, message);
        foreach (MxRule rule in _everywhere) judge.Judge(rule, node, message);
        if (_anywhere.TryGetValue(Key(text.Name(node)), out List<Anywhere>? there))
        {
            foreach (Anywhere rule in there)
                if (rule.Fits(text, node)) judge.Judge(rule.Rule, node, message);
        }

        for (int child = text.FirstChild(node); child >= 0; child = text.NextSibling(child))
            Walk(text, child, branch?.Find(text.Name(child)), message, judge);
    }

    // Eight bytes and the length tell most names apart; the rest is compared.
    private static ulong Key(ReadOnlySpan<byte> name)
    {
        ulong key = (ulong)name.Length;
        foreach (byte b in name[..Math.Min(name.Length, 7)]) key = (key << 8) | b;
        return key;
    }

    private sealed class Branch(byte[] name)
    {
        private readonly List<Branch> _children = [];

        public List<MxRule> Rules { get; } = [];

        public Branch Grow(byte[] child)
        {
            if (Find(child) is { } known) return known;

            Branch grown = new(child);
            _children.Add(grown);
            return grown;
        }

        public Branch? Find(ReadOnlySpan<byte> child)
        {
            foreach (Branch each in _children)
                if (each.Is(child)) return each;
            return null;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private bool Is(ReadOnlySpan<byte> other) => other.SequenceEqual(name);
    }

    private sealed record Anywhere(byte[][] Names, MxRule Rule)
    {
        public bool Fits(MxText text, int node)
        {
            for (int i = Names.Length - 1; i >= 0; i--)
            {
                if (node < 0 || !text.Name(node).SequenceEqual(Names[i])) return false;
                node = text.Nodes[node].Parent;
            }

            return true;
        }
    }
}
