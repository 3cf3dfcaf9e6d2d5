using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Lattices;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>
/// FIPS 204, Algorithm 7, as it is written, one coefficient after the other and without a thought for speed or timing,
/// beside which the signer of the library is tested. It counts its attempts and takes another test of z in place of the
/// standard's, for signatures that must be refused.
/// </summary>
internal static class SpecSigner
{
    private const int N = MLDsaRing.N;
    private const int Q = MLDsaRing.Q;

    public static (byte[] Signature, int Attempts) Sign(
        ManagedMLDsa key, byte[] mu, byte[] rnd, Func<int, int, bool>? acceptNormOfZ = null)
    {
        MLDsaParameters p = MLDsaParameters.Of(key.Algorithm);
        acceptNormOfZ ??= (norm, bound) => norm < bound;
        byte[] encoded = key.ExportMLDsaPrivateKey();
        int[][] s1 = new int[p.L][], s2 = new int[p.K][], t0 = new int[p.K][];
        BitReader reader = new(encoded.AsSpan(128));
        foreach (int[][] vector in (int[][][])[s1, s2, t0])
        {
            (int top, int bits) = vector == t0 ? (4096, 13) : (p.Eta, p.EtaBits);
            for (int i = 0; i < vector.Length; i++) vector[i] = Unpack(ref reader, top, bits);
        }

        byte[] maskSeed = new byte[64];
        Fips202.Shake256(maskSeed, encoded.AsSpan(32, 32), rnd, mu);
        for (int attempts = 1; ; attempts++)
        {
            int[][] y = new int[p.L][], w = new int[p.K][];
            for (int i = 0; i < p.L; i++)
            {
                int nonce = ((attempts - 1) * p.L) + i;
                byte[] buffer = new byte[p.ZSize];
                Fips202.Shake256(buffer, maskSeed, [(byte)(nonce & 0xFF), (byte)(nonce >> 8)]);
                BitReader mask = new(buffer);
                y[i] = Unpack(ref mask, p.Gamma1, p.ZBits);
            }

            for (int i = 0; i < p.K; i++)
            {
                w[i] = new int[N];
                for (int j = 0; j < p.L; j++)
                {
                    int[] product = [.. y[j]];
                    MLDsaRingScalar.Ntt(product);
                    MLDsaRingScalar.InnerProduct(product, key.PublicHalf.Row(i).Slice(j * N, N), product);
                    MLDsaRingScalar.InverseNtt(product);
                    for (int x = 0; x < N; x++) w[i][x] = Mod(w[i][x] + product[x]);
                }
            }

            byte[] w1 = new byte[p.K * p.W1Size], challenge = new byte[p.ChallengeSize];
            BitWriter writer = new(w1);
            foreach (int r in w.SelectMany(row => row)) writer.Write((uint)Decompose(r, p.Gamma2).High, p.W1Bits);
            Fips202.Shake256(challenge, mu, w1);
            int[] c = new int[N];
            MLDsaSampling.SampleInBall(c, p.Tau, 1, challenge);

            int[][] cs2 = [.. s2.Select(s => Times(c, s))], ct0 = [.. t0.Select(t => Times(c, t))];
            int[] z = [.. y.Zip(s1, (a, s) => Sum(a, Times(c, s))).SelectMany(row => row).Select(Centred)];
            int[] r0 = [.. w.Zip(cs2, (a, b) => Sum(a, Negated(b))).SelectMany(row => row)
                .Select(r => Decompose(r, p.Gamma2).Low)];
            if (!acceptNormOfZ(Norm(z), p.Gamma1 - p.Beta) || Norm(r0) >= p.Gamma2 - p.Beta) continue;

            int[] before = [.. w.Zip(cs2, (a, b) => Sum(a, Negated(b))).SelectMany(row => row)];
            int[] after = Sum(before, [.. ct0.SelectMany(row => row)]);
            byte[] hints = [.. before.Zip(after, (a, b) =>
                Decompose(a, p.Gamma2).High == Decompose(b, p.Gamma2).High ? (byte)0 : (byte)1)];
            if (Norm(ct0.SelectMany(row => row).Select(Centred)) >= p.Gamma2 || hints.Count(h => h == 1) > p.Omega)
                continue;

            return (Encode(p, challenge, z, hints), attempts);
        }
    }

    private static byte[] Encode(MLDsaParameters p, byte[] challenge, int[] z, byte[] hints)
    {
        byte[] packedZ = new byte[p.L * p.ZSize], packedHints = new byte[p.Omega + p.K];
        BitWriter writer = new(packedZ);
        foreach (int a in z) writer.Write((uint)(p.Gamma1 - a), p.ZBits);
        int index = 0;
        for (int i = 0; i < hints.Length; i++)
        {
            if (hints[i] != 0) packedHints[index++] = (byte)(i % N);
            if (i % N == N - 1) packedHints[p.Omega + (i / N)] = (byte)index;
        }

        return [.. challenge, .. packedZ, .. packedHints];
    }

    // FIPS 204, Algorithm 36.
    private static (int High, int Low) Decompose(int r, int gamma2)
    {
        int low = r % (2 * gamma2);
        if (low > gamma2) low -= 2 * gamma2;
        return r - low == Q - 1 ? (0, low - 1) : ((r - low) / (2 * gamma2), low);
    }

    private static int[] Unpack(ref BitReader reader, int top, int bits)
    {
        int[] f = new int[N];
        for (int i = 0; i < N; i++) f[i] = top - (int)reader.Read(bits);
        return f;
    }

    private static int[] Times(int[] a, int[] b)
    {
        int[] x = [.. a], y = [.. b];
        MLDsaRingScalar.Ntt(x);
        MLDsaRingScalar.Ntt(y);
        MLDsaRingScalar.InnerProduct(x, x, y);
        MLDsaRingScalar.InverseNtt(x);
        return [.. x.Select(Mod)];
    }

    private static int[] Sum(int[] a, int[] b) => [.. a.Zip(b, (x, y) => Mod(x + y))];

    private static int[] Negated(int[] a) => [.. a.Select(x => -x)];

    private static int Norm(IEnumerable<int> f) => f.Max(Math.Abs);

    private static int Mod(int a) => ((a % Q) + Q) % Q;

    private static int Centred(int a) => Mod(a) > Q / 2 ? Mod(a) - Q : Mod(a);
}
