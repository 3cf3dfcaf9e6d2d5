using System.Text;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022.Profiles;

/// <summary>
/// The rules of one message, laid out so that one walk over the elements asks each of them only where it looks.
/// </summary>
internal sealed class MxRuleTree
{
    // Names fall into so many groups by their ends and length: nearly all a message has are alone in theirs.
    private const int Marks = 256;

    private readonly Branch _root = new([]);
    private readonly List<Anywhere>?[] _anywhere = new List<Anywhere>?[Marks];
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
            (_anywhere[Mark(names[^1])] ??= []).Add(new Anywhere(names, rule));
            return;
        }

        Branch at = _root;
        if (place != ".")
            foreach (string name in place.Split('/')) at = at.Grow(Encoding.UTF8.GetBytes(name));
        at.Rules.Add(rule);
    }

    private void Walk(MxText text, int node, Branch branch, MxElement message, MxJudge judge)
    {
        foreach (MxRule rule in branch.Rules) judge.Judge(rule, node, message);
        Anyplace(text, node, node + 1, message, judge);
        int end = text.Nodes[node].Next;
        for (int child = node + 1; child < end; child = text.Nodes[child].Next)
        {
            if (branch.Find(text.Name(child)) is { } grown) Walk(text, child, grown, message, judge);
            else Anyplace(text, child, text.Nodes[child].Next, message, judge);
        }
    }

    // Elements of which no rule names the place.
    private void Anyplace(MxText text, int node, int end, MxElement message, MxJudge judge)
    {
        ReadOnlySpan<byte> bytes = text.Span;
        for (; node < end; node++)
        {
            foreach (MxRule rule in _everywhere) judge.Judge(rule, node, message);
            ref readonly MxNode at = ref text.Nodes[node];
            if (_anywhere[Mark(bytes.Slice(at.NameStart, at.NameLength))] is not { } there) continue;

            foreach (Anywhere rule in there)
                if (rule.Fits(text, node)) judge.Judge(rule.Rule, node, message);
        }
    }

    private static int Mark(ReadOnlySpan<byte> name) =>
        name.IsEmpty ? 0 : (name[0] + (5 * name[^1]) + (23 * name.Length)) % Marks;

    private sealed class Branch(byte[] name)
    {
        private readonly List<Branch> _children = [];
        private readonly byte[] _name = name;

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
                if (child.SequenceEqual(each._name)) return each;
            return null;
        }
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
