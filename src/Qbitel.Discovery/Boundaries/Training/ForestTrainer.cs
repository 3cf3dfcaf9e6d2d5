namespace Qbitel.Discovery.Boundaries.Training;

/// <summary>How a forest is grown.</summary>
internal sealed record ForestOptions
{
    public int Trees { get; init; } = 100;

    public int Leaves { get; init; } = 24;

    public double LearningRate { get; init; } = 0.1;

    /// <summary>Sum of row weights that a leaf must have at least, of a mean weight of one.</summary>
    public double MinLeaf { get; init; } = 50;

    public double L2 { get; init; } = 1;

    /// <summary>Share of the features that each tree may ask.</summary>
    public double FeatureShare { get; init; } = 0.25;

    /// <summary>Share of the rows that each tree is grown on.</summary>
    public double RowShare { get; init; } = 0.4;

    public ulong Seed { get; init; } = 1;
}

/// <summary>Gradient boosting over histograms with logistic loss. Trees grow where they gain most.</summary>
/// <remarks>Each feature's histogram is summed by one thread in the order of the rows, so the forest is the same however
/// many processors there are.</remarks>
internal sealed class ForestTrainer
{
    private const int Bins = 64;

    private readonly ForestOptions _options;
    private readonly BinnedRows _rows;
    private readonly float[] _gradients, _hessians, _scores;
    private readonly int[] _order, _spare;
    private readonly float[] _g, _h;

    private ForestTrainer(BinnedRows rows, ForestOptions options)
    {
        _rows = rows;
        _options = options;
        _gradients = new float[rows.Count];
        _hessians = new float[rows.Count];
        _scores = new float[rows.Count];
        _order = new int[rows.Count];
        _spare = new int[rows.Count];
        _g = new float[rows.Count];
        _h = new float[rows.Count];
    }

    public static Forest Train(BinnedRows rows, ForestOptions options) => new ForestTrainer(rows, options).Train();

    private Forest Train()
    {
        double yes = 0, all = 0;
        for (int i = 0; i < _rows.Count; i++)
        {
            all += _rows.Weights[i];
            if (_rows.Labels[i]) yes += _rows.Weights[i];
        }

        float bias = (float)Math.Log((yes + 1) / (all - yes + 1));
        Array.Fill(_scores, bias);
        SplitMix random = new(_options.Seed);
        List<Tree> trees = [];
        for (int t = 0; t < _options.Trees; t++)
        {
            for (int i = 0; i < _rows.Count; i++)
            {
                float p = 1 / (1 + MathF.Exp(-_scores[i]));
                float weight = _rows.Weights[i];
                _gradients[i] = weight * (p - (_rows.Labels[i] ? 1 : 0));
                _hessians[i] = weight * p * (1 - p);
            }

            int[] features = [.. Enumerable.Range(0, _rows.Features).Where(_ => random.Chance(_options.FeatureShare))];
            if (features.Length > 0) trees.Add(Grow(features, random));
        }

        return new Forest(bias, trees);
    }

    private Tree Grow(int[] features, SplitMix random)
    {
        // The rows of the tree first, the others behind them.
        int used = 0, left = _rows.Count;
        for (int i = 0; i < _rows.Count; i++)
        {
            if (random.Chance(_options.RowShare))
                _order[used++] = i;
            else
                _order[--left] = i;
        }

        Node root = new() { Start = 0, Count = used };
        Fill(root, features);
        FindSplit(root, features);
        List<Node> leaves = [root];
        while (leaves.Count < _options.Leaves)
        {
            Node? best = leaves.Where(l => l.Gain > 1e-6).MaxBy(l => l.Gain);
            if (best is null) break;
            Split(best, features);
            leaves.Remove(best);
            leaves.Add(best.Low!);
            leaves.Add(best.High!);
        }

        foreach (Node leaf in leaves)
        {
            leaf.Value = (float)(-_options.LearningRate * leaf.Gradient / (leaf.Hessian + _options.L2));
            for (int i = leaf.Start; i < leaf.Start + leaf.Count; i++) _scores[_order[i]] += leaf.Value;
        }

        for (int i = used; i < _rows.Count; i++)
        {
            int row = _order[i];
            Node node = root;
            while (node.Low is not null) node = _rows.Column(node.Feature)[row] <= node.Bin ? node.Low : node.High!;
            _scores[row] += node.Value;
        }

        return Flatten(root);
    }

    private void Fill(Node node, int[] features)
    {
        double gradient = 0, hessian = 0;
        for (int i = node.Start; i < node.Start + node.Count; i++)
        {
            int row = _order[i];
            _g[i] = _gradients[row];
            _h[i] = _hessians[row];
            gradient += _g[i];
            hessian += _h[i];
        }

        node.Gradient = gradient;
        node.Hessian = hessian;
        node.Histogram = new double[features.Length * Bins * 2];
        Parallel.For(0, features.Length, k => Histogram(node, features[k], node.Histogram.AsSpan(k * Bins * 2, Bins * 2)));
    }

    private void Histogram(Node node, int feature, Span<double> histogram)
    {
        unchecked
        {
            ReadOnlySpan<byte> bins = _rows.Column(feature);
            ReadOnlySpan<int> order = _order.AsSpan(node.Start, node.Count);
            ReadOnlySpan<float> g = _g.AsSpan(node.Start, node.Count), h = _h.AsSpan(node.Start, node.Count);
            for (int i = 0; i < order.Length; i++)
            {
                int bin = bins[order[i]] * 2;
                histogram[bin] += g[i];
                histogram[bin + 1] += h[i];
            }
        }
    }

    private void FindSplit(Node node, int[] features)
    {
        double[] gains = new double[features.Length];
        int[] bins = new int[features.Length];
        double parent = Score(node.Gradient, node.Hessian);
        // A hessian is at most a quarter of the weight.
        double minHessian = _options.MinLeaf * 0.05 * _options.RowShare;
        for (int k = 0; k < features.Length; k++)
        {
            double g = 0, h = 0;
            for (int bin = 0; bin < Bins - 1; bin++)
            {
                int at = ((k * Bins) + bin) * 2;
                g += node.Histogram![at];
                h += node.Histogram[at + 1];
                if (h < minHessian) continue;
                if (node.Hessian - h < minHessian) break;
                double gain = Score(g, h) + Score(node.Gradient - g, node.Hessian - h) - parent;
                if (gain > gains[k])
                {
                    gains[k] = gain;
                    bins[k] = bin;
                }
            }
        }

        int best = 0;
        for (int k = 1; k < features.Length; k++)
        {
            if (gains[k] > gains[best]) best = k;
        }

        (node.Gain, node.Feature, node.Bin) = (gains[best], features[best], bins[best]);
    }

    private double Score(double g, double h) => g * g / (h + _options.L2);

    private void Split(Node node, int[] features)
    {
        ReadOnlySpan<byte> bins = _rows.Column(node.Feature);
        int low = node.Start, high = 0;
        for (int i = node.Start; i < node.Start + node.Count; i++)
        {
            if (bins[_order[i]] <= node.Bin)
                _order[low++] = _order[i];
            else
                _spare[high++] = _order[i];
        }

        _spare.AsSpan(0, high).CopyTo(_order.AsSpan(low));
        node.Low = new Node { Start = node.Start, Count = low - node.Start };
        node.High = new Node { Start = low, Count = high };
        Node smaller = node.Low.Count <= node.High.Count ? node.Low : node.High;
        Node larger = smaller == node.Low ? node.High : node.Low;
        Fill(smaller, features);
        larger.Histogram = node.Histogram!;
        for (int i = 0; i < larger.Histogram.Length; i++) larger.Histogram[i] -= smaller.Histogram![i];
        larger.Gradient = node.Gradient - smaller.Gradient;
        larger.Hessian = node.Hessian - smaller.Hessian;
        node.Histogram = null;
        FindSplit(smaller, features);
        FindSplit(larger, features);
    }

    private Tree Flatten(Node root)
    {
        List<Node> nodes = [root];
        for (int i = 0; i < nodes.Count; i++)
        {
            nodes[i].Number = i;
            if (nodes[i].Low is { } low) nodes.AddRange([low, nodes[i].High!]);
        }

        return new Tree([.. nodes.Select(n => (short)(n.Low is null ? -1 : n.Feature))],
            [.. nodes.Select(n => n.Low is null ? n.Value : _rows.UpperEdge(n.Feature, n.Bin))],
            [.. nodes.Select(n => (short)(n.Low?.Number ?? 0))], [.. nodes.Select(n => (short)(n.High?.Number ?? 0))]);
    }

    private sealed class Node
    {
        public int Start, Count, Feature, Bin, Number;
        public double Gradient, Hessian, Gain;
        public float Value;
        public double[]? Histogram;
        public Node? Low, High;
    }
}
