namespace Qbitel.Protocols.Iso20022.Profiles;

/// <summary>
/// The rules of one message, laid out so that one walk over the elements asks each of them only where it looks.
/// </summary>
internal sealed class MxRuleTree
{
    private readonly Node _root = new();
    private readonly Dictionary<string, List<(string[] Above, MxRule Rule)>> _anywhere = new(StringComparer.Ordinal);
    private readonly List<MxRule> _everywhere = [];

    public MxRuleTree(IEnumerable<MxRule> rules)
    {
        foreach (MxRule rule in rules)
            foreach (string place in rule.Places) Add(rule, place);
    }

    /// <param name="message">The message's element, or the header's.</param>
    /// <param name="judge">Told every rule and the element it looks at.</param>
    public void Walk(MxElement message, MxJudge judge) => Walk(message, _root, judge, new Stack<string>(16));

    private void Add(MxRule rule, string place)
    {
        if (place == "**")
        {
            _everywhere.Add(rule);
            return;
        }

        if (place.StartsWith("**/", StringComparison.Ordinal))
        {
            string[] names = place[3..].Split('/');
            if (!_anywhere.TryGetValue(names[^1], out List<(string[], MxRule)>? there))
                _anywhere[names[^1]] = there = [];
            there.Add(([.. names[..^1].Reverse()], rule));
            return;
        }

        Node at = _root;
        foreach (string name in new MxPath(place).Names)
        {
            if (!at.Children.TryGetValue(name, out Node? next)) at.Children[name] = next = new Node();
            at = next;
        }

        at.Rules.Add(rule);
    }

    private void Walk(MxElement element, Node? node, MxJudge judge, Stack<string> above)
    {
        if (node is not null)
            foreach (MxRule rule in node.Rules) judge.Judge(rule, element);
        foreach (MxRule rule in _everywhere) judge.Judge(rule, element);
        string name = element.Name;
        if (_anywhere.TryGetValue(name, out List<(string[] Above, MxRule Rule)>? there))
        {
            foreach ((string[] parents, MxRule rule) in there)
                if (EndsWith(above, parents)) judge.Judge(rule, element);
        }

        IReadOnlyList<MxElement> children = element.Children;
        if (children.Count == 0) return;

        above.Push(name);
        for (int i = 0; i < children.Count; i++)
        {
            Node? next = null;
            node?.Children.TryGetValue(children[i].Name, out next);
            Walk(children[i], next, judge, above);
        }

        above.Pop();
    }

    private static bool EndsWith(Stack<string> above, string[] parents)
    {
        if (above.Count < parents.Length) return false;

        int i = 0;
        foreach (string name in above)
        {
            if (i == parents.Length) break;
            if (parents[i++] != name) return false;
        }

        return true;
    }

    private sealed class Node
    {
        public Dictionary<string, Node> Children { get; } = new(StringComparer.Ordinal);

        public List<MxRule> Rules { get; } = [];
    }
}
