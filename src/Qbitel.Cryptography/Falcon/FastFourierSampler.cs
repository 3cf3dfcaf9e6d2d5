using System.Runtime.Intrinsics;
using Qbitel.Cryptography.Falcon.Ntru;

namespace Qbitel.Cryptography.Falcon;

/// <summary>
/// ffSampling (Falcon specification, round 3, Algorithm 11): a lattice vector near a target, along a Falcon tree.
/// </summary>
internal static class FastFourierSampler
{
    // The twiddle factor of degree 4, exp(i π/4): both parts are the double nearest to sqrt(1/2).
    private const double SqrtHalf = 0.70710678118654752440;

    /// <summary>Samples integers near (t0, t1), transformed, in place.</summary>
    /// <param name="random">Where the random bits come from.</param>
    /// <param name="tree">The tree of the degree of t0 and t1.</param>
    /// <param name="t0">The first half of the target.</param>
    /// <param name="t1">The second half of the target.</param>
    /// <param name="scratch">Room for two polynomials.</param>
    public static void Sample(
        ref FalconRandom random, ReadOnlySpan<double> tree, Span<double> t0, Span<double> t1, Span<double> scratch)
    {
        int n = t0.Length, half = n >> 1;
        if (n == 4)
        {
            SampleFour(ref random, tree, t0, t1);
            return;
        }

        int childSize = FalconTree.Size(half);
        ReadOnlySpan<double> left = tree.Slice(n, childSize), right = tree.Slice(n + childSize, childSize);
        Span<double> halves = scratch[..n], z1 = scratch.Slice(n, n);

        FourierRing.Split(t1, halves[..half], halves[half..]);
        Sample(ref random, right, halves[..half], halves[half..], scratch[n..]);
        FourierRing.Merge(z1, halves[..half], halves[half..]);

        AddCorrection(t0, t1, z1, tree[..n]);
        z1.CopyTo(t1);

        FourierRing.Split(t0, halves[..half], halves[half..]);
        Sample(ref random, left, halves[..half], halves[half..], scratch[n..]);
        FourierRing.Merge(t0, halves[..half], halves[half..]);
    }

    // t0 + (t1 - z1) ∘ L10
    private static void AddCorrection(
        Span<double> t0, ReadOnlySpan<double> t1, ReadOnlySpan<double> z1, ReadOnlySpan<double> l10)
    {
        int half = t0.Length >> 1;
        for (int i = 0; i < half; i += 4)
        {
            Vector256<double> dRe = Vector256.Create(t1[i..]) - Vector256.Create(z1[i..]);
            Vector256<double> dIm = Vector256.Create(t1[(i + half)..]) - Vector256.Create(z1[(i + half)..]);
            Vector256<double> lRe = Vector256.Create(l10[i..]), lIm = Vector256.Create(l10[(i + half)..]);
            Vector256<double> re = (lRe * dRe) - (lIm * dIm), im = (lRe * dIm) + (lIm * dRe);
            (Vector256.Create<double>(t0[i..]) + re).CopyTo(t0[i..]);
            (Vector256.Create<double>(t0[(i + half)..]) + im).CopyTo(t0[(i + half)..]);
        }
    }

    // The last levels without calls: two complex numbers.
    private static void SampleFour(
        ref FalconRandom random, ReadOnlySpan<double> tree, Span<double> t0, Span<double> t1)
    {
        (double Re0, double Re1, double Im0, double Im1) z =
            SampleHalves(ref random, tree.Slice(8, 4), t1[0], t1[1], t1[2], t1[3]);
        double dRe0 = t1[0] - z.Re0, dRe1 = t1[1] - z.Re1, dIm0 = t1[2] - z.Im0, dIm1 = t1[3] - z.Im1;
        (t1[0], t1[1], t1[2], t1[3]) = z;

        double re0 = t0[0] + ((tree[0] * dRe0) - (tree[2] * dIm0)), im0 = t0[2] + ((tree[0] * dIm0) + (tree[2] * dRe0));
        double re1 = t0[1] + ((tree[1] * dRe1) - (tree[3] * dIm1)), im1 = t0[3] + ((tree[1] * dIm1) + (tree[3] * dRe1));
        (t0[0], t0[1], t0[2], t0[3]) = SampleHalves(ref random, tree.Slice(4, 4), re0, re1, im0, im1);
    }

    // Splits, samples at degree 2 and merges.
    private static (double Re0, double Re1, double Im0, double Im1) SampleHalves(
        ref FalconRandom random, ReadOnlySpan<double> tree, double re0, double re1, double im0, double im1)
    {
        double evenRe = (re0 + re1) * 0.5, evenIm = (im0 + im1) * 0.5;
        double cRe = re0 - re1, cIm = im0 - im1;
        double oddRe = ((cRe * SqrtHalf) + (cIm * SqrtHalf)) * 0.5, oddIm = ((cIm * SqrtHalf) - (cRe * SqrtHalf)) * 0.5;

        // Degree 2: the second half of the target is the odd part, a single complex number, split in its two parts.
        double z1Re = GaussianSampler.Sample(ref random, oddRe, tree[3]);
        double z1Im = GaussianSampler.Sample(ref random, oddIm, tree[3]);
        double dRe = oddRe - z1Re, dIm = oddIm - z1Im;
        evenRe += (tree[0] * dRe) - (tree[1] * dIm);
        evenIm += (tree[0] * dIm) + (tree[1] * dRe);
        double z0Re = GaussianSampler.Sample(ref random, evenRe, tree[2]);
        double z0Im = GaussianSampler.Sample(ref random, evenIm, tree[2]);

        double bRe = (z1Re * SqrtHalf) - (z1Im * SqrtHalf), bIm = (z1Re * SqrtHalf) + (z1Im * SqrtHalf);
        return (z0Re + bRe, z0Re - bRe, z0Im + bIm, z0Im - bIm);
    }
}
