using Qbitel.Cryptography.Falcon.Ntru;

namespace Qbitel.Cryptography.Falcon;

/// <summary>
/// The Falcon tree (Falcon specification, round 3, Algorithms 8, 9 and 11): the LDL* decomposition of a key's Gram
/// matrix, level by level.
/// </summary>
/// <remarks>
/// A tree for degree n holds n values of L, the tree of the first diagonal element and that of the second, each for
/// n/2; a tree for degree 1 is a leaf: sqrt(d) / σ, one over the deviation to sample with. The order of operations is
/// that of the reference's signing without a stored tree, with which its known answers were made.
/// </remarks>
internal static class FalconTree
{
    private const double InverseSigma = 0.0060336696681577241031668062510953022; // 1 / 165.7366171829776

    public static int Size(int degree) => (System.Numerics.BitOperations.Log2((uint)degree) + 1) * degree;

    /// <summary>Builds the tree of [[g00, g01], [g01*, g11]], which it overwrites.</summary>
    public static void Build(
        Span<double> tree, Span<double> g00, Span<double> g01, Span<double> g11, Span<double> scratch)
    {
        int n = g00.Length, half = n >> 1;
        if (n == 1)
        {
            tree[0] = Math.Sqrt(g00[0]) * InverseSigma;
            return;
        }

        Decompose(g00, g01, g11);
        g01.CopyTo(tree);

        // The halves of each diagonal element are the first row of the next matrix, whose diagonal is constant.
        Halve(g00, scratch);
        Halve(g11, scratch);
        g00[..half].CopyTo(g01);
        g11[..half].CopyTo(g01[half..]);
        int childSize = Size(half);
        Build(tree.Slice(n, childSize), g00[..half], g00[half..], g01[..half], scratch);
        Build(tree.Slice(n + childSize, childSize), g11[..half], g11[half..], g01[half..], scratch);
    }

    /// <summary>True if every leaf is a deviation that the sampler can sample with.</summary>
    public static bool HasLeavesInRange(ReadOnlySpan<double> tree, int degree)
    {
        if (degree == 1) return tree[0] > 1 / 1.8205 && tree[0] * GaussianSampler.SigmaMin < 1;

        int childSize = Size(degree >> 1);
        return HasLeavesInRange(tree.Slice(degree, childSize), degree >> 1)
            & HasLeavesInRange(tree.Slice(degree + childSize, childSize), degree >> 1);
    }

    // LDL* (Algorithm 8): g00 stays, g01 becomes L10, g11 becomes D11.
    private static void Decompose(ReadOnlySpan<double> g00, Span<double> g01, Span<double> g11)
    {
        int half = g00.Length >> 1;
        for (int i = 0; i < half; i++)
        {
            double bRe = g00[i], bIm = g00[i + half], aRe = g01[i], aIm = g01[i + half];
            double m = 1.0 / ((bRe * bRe) + (bIm * bIm));
            bRe *= m;
            bIm = -bIm * m;
            double muRe = (aRe * bRe) - (aIm * bIm), muIm = (aRe * bIm) + (aIm * bRe);
            g11[i] -= (muRe * aRe) - (muIm * -aIm);
            g11[i + half] -= (muRe * -aIm) + (muIm * aRe);
            g01[i] = muRe;
            g01[i + half] = -muIm;
        }
    }

    private static void Halve(Span<double> f, Span<double> scratch)
    {
        int half = f.Length >> 1;
        FourierRing.Split(f, scratch[..half], scratch.Slice(half, half));
        scratch[..f.Length].CopyTo(f);
    }
}
