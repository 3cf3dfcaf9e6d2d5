using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022.Profiles;

/// <summary>
/// The rules of one message, laid out so that one walk over the elements asks each of them only where it looks.
/// </summary>
internal sealed class MxRuleTree
{
    private readonly Branch _root = new(MxNames.None);
    private MxRule[] _everywhere = [];

    // By the number of the element's name: the rules that look at it wherever it is, and whether a place ends or goes
    // on with it. Of most names a message has, no rule says anything.
    private Anywhere[]?[] _anywhere = [];
    private bool[] _isStep = [];

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
            _everywhere = [.. _everywhere, rule];
            return;
        }

        if (place.StartsWith("**/", StringComparison.Ordinal))
        {
            int[] names = [.. place[3..].Split('/').Select(MxNames.Of)];
            if (names[^1] >= _anywhere.Length) Array.Resize(ref _anywhere, names[^1] + 1);
            _anywhere[names[^1]] = [.. _anywhere[names[^1]] ?? [], new Anywhere(names, rule)];
            return;
        }

        Branch at = _root;
        if (place != ".")
        {
            foreach (string name in place.Split('/'))
            {
                int step = MxNames.Of(name);
                if (step >= _isStep.Length) Array.Resize(ref _isStep, step + 1);
                _isStep[step] = true;
                at = at.Grow(step);
            }
        }

        at.Rules = [.. at.Rules, rule];
    }

    private void Walk(MxText text, int node, Branch branch, MxElement message, MxJudge judge)
    {
        foreach (MxRule rule in branch.Rules) judge.Judge(rule, node, message);
        Anyplace(text, node, node + 1, message, judge);
        int end = text.Nodes[node].Next;
        for (int child = node + 1; child < end; child = text.Nodes[child].Next)
        {
            int name = text.NameNumber(child);
            if (name < _isStep.Length && _isStep[name] && branch.Find(name) is { } grown)
                Walk(text, child, grown, message, judge);
            else Anyplace(text, child, text.Nodes[child].Next, message, judge);
        }
    }

    // Elements of which no rule names the place.
    private void Anyplace(MxText text, int node, int end, MxElement message, MxJudge judge)
    {
        Anywhere[]?[] anywhere = _anywhere;
        for (; node < end; node++)
        {
            foreach (MxRule rule in _everywhere) judge.Judge(rule, node, message);
            int name = text.NameNumber(node);
            if (name >= anywhere.Length || anywhere[name] is not { } there) continue;

            foreach (Anywhere rule in there)
                if (rule.Fits(text, node)) judge.Judge(rule.Rule, node, message);
        }
    }

    private sealed class Branch(int name)
    {
        private Branch[] _children = [];

        public MxRule[] Rules { get; set; } = [];

        public Branch Grow(int child)
        {
            if (Find(child) is { } known) return known;

            Branch grown = new(child);
            _children = [.. _children, grown];
            return grown;
        }

        public Branch? Find(int child)
        {
            foreach (Branch each in _children)
                if (each.Name == child) return each;
            return null;
        }

        private int Name { get; } = name;
    }

    private sealed record Anywhere(int[] Names, MxRule Rule)
    {
        public bool Fits(MxText text, int node)
        {
            for (int i = Names.Length - 1; i >= 0; i--)
            {
                if (node < 0 || text.NameNumber(node) != Names[i]) return false;
                node = text.Nodes[node].Parent;
            }

            return true;
        }
    }
}
