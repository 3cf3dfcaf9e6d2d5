using Qbitel.Cryptography.Falcon;
using Qbitel.Cryptography.Falcon.Ntru;

namespace Qbitel.Cryptography.Tests.Falcon.Ntru;

public sealed class NtruEquationTests
{
    private const int N = 512;

    [Fact]
    public void The_solution_solves_the_equation_over_the_integers()
    {
        (sbyte[] f, sbyte[] g) = ShortPair();
        sbyte[] bigF = new sbyte[N], bigG = new sbyte[N];
        Assert.True(NtruEquation.TrySolve(f, g, bigF, bigG));
        int[] left = Product(f, bigG), right = Product(g, bigF);
        for (int i = 0; i < N; i++) Assert.Equal(i == 0 ? 12289 : 0, left[i] - right[i]);

        Assert.True(NtruEquation.IsSolved(f, g, bigF, bigG));
        foreach (sbyte[] part in (sbyte[][])[f, g, bigF, bigG])
        {
            part[7]++;
            Assert.False(NtruEquation.IsSolved(f, g, bigF, bigG));
            part[7]--;
        }
    }

    [Fact]
    public void A_pair_without_a_solution_is_refused()
    {
        (sbyte[] f, sbyte[] g) = ShortPair();
        sbyte[] bigF = new sbyte[N], bigG = new sbyte[N];
        Assert.False(NtruEquation.TrySolve(f, f, bigF, bigG)); // a common factor
        g[0]++;
        Assert.False(NtruEquation.TrySolve(f, g, bigF, bigG)); // an even resultant
        Assert.False(NtruEquation.TrySolve(new sbyte[N], new sbyte[N], bigF, bigG));
    }

    private static (sbyte[] F, sbyte[] G) ShortPair()
    {
        using FalconSigningKey key = FalconKeyGenerator.Generate([1, 2, 3]);
        sbyte[] f = new sbyte[N], g = new sbyte[N];
        Assert.True(FalconEncoding.TryDecodePrivateKey(key.Encoded, f, g, new sbyte[N]));
        return (f, g);
    }

    private static int[] Product(sbyte[] a, sbyte[] b)
    {
        int[] product = new int[N];
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) product[(i + j) % N] += i + j < N ? a[i] * b[j] : -a[i] * b[j];
        return product;
    }
}
