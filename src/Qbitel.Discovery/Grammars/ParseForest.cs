namespace Qbitel.Discovery.Grammars;

/// <summary>All derivations of one message: each node is a symbol with the rules it may have come from.</summary>
internal sealed class ForestNode
{
    /// <summary>The alternatives: a rule, the nodes it needs, and what its terminals cost as a probability.</summary>
    public List<(int Rule, IReadOnlyList<ForestNode> Children)> Edges { get; } = [];

    public double Inside { get; set; }

    public double Outside { get; set; }
}

/// <summary>Inside and outside probabilities over a forest; rules by their numbers.</summary>
internal static class ParseForest
{
    /// <summary>Adds the expected use of each rule to <paramref name="expected"/>; gives the message's log
    /// probability.</summary>
    public static double Expect(ForestNode root, double[] probability, double[] expected)
    {
        List<ForestNode> order = [];
        Order(root, [], order);
        foreach (ForestNode node in order)
        {
            node.Outside = 0;
            node.Inside = node.Edges.Count == 0 ? 1
                : node.Edges.Sum(edge => probability[edge.Rule]
                    * edge.Children.Aggregate(1.0, (p, child) => p * child.Inside));
        }

        if (root.Inside <= 0) return double.NegativeInfinity;
        root.Outside = 1;
        for (int i = order.Count - 1; i >= 0; i--)
        {
            ForestNode node = order[i];
            foreach ((int rule, IReadOnlyList<ForestNode> children) in node.Edges)
            {
                double inside = children.Aggregate(1.0, (p, child) => p * child.Inside);
                double use = node.Outside * probability[rule] * inside;
                expected[rule] += use / root.Inside;
                foreach (ForestNode child in children)
                    if (child.Inside > 0) child.Outside += use / child.Inside;
            }
        }

        return Math.Log(root.Inside);
    }

    // Children before parents, without recursion: chains are long.
    private static void Order(ForestNode root, HashSet<ForestNode> seen, List<ForestNode> order)
    {
        Stack<(ForestNode Node, bool IsLeft)> open = new();
        open.Push((root, false));
        while (open.TryPop(out (ForestNode Node, bool IsLeft) top))
        {
            if (top.IsLeft)
            {
                order.Add(top.Node);
                continue;
            }

            if (!seen.Add(top.Node)) continue;
            open.Push((top.Node, true));
            foreach ((_, IReadOnlyList<ForestNode> children) in top.Node.Edges)
                foreach (ForestNode child in children) open.Push((child, false));
        }
    }
}
