using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Lattices;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>
/// Signatures made by a signer of the tests that leaves out a rule of FIPS 204: the equation of verification holds for
/// them, so that only the check of the rule itself can refuse them.
/// </summary>
public sealed class MLDsaForgeryTests
{
    private const int N = MLDsaRing.N;

    [Fact]
    public void Verify_accepts_a_signature_whose_z_is_just_below_its_bound()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        byte[] mu = RandomNumberGenerator.GetBytes(64);
        byte[] signature = Sign(key, mu, (norm, bound) => norm == bound - 1);
        Assert.True(key.VerifyMu(mu, signature));
    }

    [Fact]
    public void Verify_refuses_a_signature_whose_z_reaches_its_bound()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        byte[] mu = RandomNumberGenerator.GetBytes(64);
        byte[] signature = Sign(key, mu, (norm, bound) => norm == bound);
        Assert.False(key.VerifyMu(mu, signature));
    }

    // FIPS 204, Algorithm 7, for ML-DSA-44, with a test of our choice on the norm of z.
    private static byte[] Sign(ManagedMLDsa key, byte[] mu, Func<int, int, bool> accept)
    {
        MLDsaParameters parameters = MLDsaParameters.MLDsa44;
        int k = parameters.K, l = parameters.L;
        byte[] encoded = key.ExportMLDsaPrivateKey();
        int[][] secrets = new int[l + k + k][];
        for (int i = 0, offset = 128; i < secrets.Length; i++)
        {
            int bits = i < l + k ? parameters.EtaBits : MLDsaParameters.D;
            secrets[i] = new int[N];
            MLDsaEncoding.UnpackFrom(i < l + k ? parameters.Eta : 4096, encoded.AsSpan(offset), bits, secrets[i]);
            MLDsaRing.Ntt(secrets[i]);
            offset += 32 * bits;
        }

        for (int kappa = 0; ; kappa += l)
        {
            int[] y = new int[4 * N], yHat = new int[l * N], c = new int[N], low = new int[N];
            MLDsaSampling.ExpandMask(y, parameters, mu, kappa);
            y.CopyTo(yHat, 0);
            for (int i = 0; i < l; i++) MLDsaRing.Ntt(yHat.AsSpan(i * N, N));

            int[][] w = new int[k][], high = new int[k][];
            byte[] challenge = new byte[parameters.ChallengeSize], w1 = new byte[parameters.W1Size];
            Sponge sponge = Sponge.Shake256();
            sponge.Absorb(mu);
            for (int i = 0; i < k; i++)
            {
                (w[i], high[i]) = (new int[N], new int[N]);
                MLDsaRing.InnerProduct(w[i], key.PublicHalf.Row(i), yHat);
                MLDsaRing.InverseNtt(w[i]);
                w[i].CopyTo(low, 0);
                MLDsaRounding.Decompose(low, parameters.Gamma2, high[i]);
                MLDsaEncoding.Pack(high[i], parameters.W1Bits, w1);
                sponge.Absorb(w1);
            }

            sponge.Squeeze(challenge);
            MLDsaSampling.SampleInBall(c, parameters.Tau, 1, challenge);
            MLDsaRing.Ntt(c);

            int[] z = [.. Enumerable.Range(0, l).SelectMany(i => Times(c, secrets[i]))];
            MLDsaRing.Add(z, y);
            MLDsaRing.Reduce(z);
            if (!accept(z.Max(Math.Abs), parameters.Gamma1 - parameters.Beta) || !MLDsaRing.IsBelow(z, parameters.Gamma1)) continue;

            byte[] hints = new byte[k * N];
            bool fits = true;
            for (int i = 0; i < k; i++)
            {
                MLDsaRing.Subtract(w[i], Times(c, secrets[l + i]), bound: 0);
                w[i].CopyTo(low, 0);
                MLDsaRounding.Decompose(low, parameters.Gamma2, high[i]);
                fits &= MLDsaRing.IsBelow(low, parameters.Gamma2 - parameters.Beta);
                MLDsaRing.Add(w[i], Times(c, secrets[l + k + i]));
                MLDsaRing.Canonicalize(w[i]);
                for (int j = 0; j < N; j++)
                {
                    bool same = MLDsaRounding.Decompose(w[i][j], parameters.Gamma2, out _) == high[i][j];
                    hints[(i * N) + j] = same ? (byte)0 : (byte)1;
                }
            }

            if (!fits || hints.Count(h => h == 1) > parameters.Omega) continue;

            byte[] signature = new byte[parameters.SignatureSize];
            challenge.CopyTo(signature, 0);
            for (int i = 0, offset = challenge.Length; i < l; i++, offset += parameters.ZSize)
                MLDsaEncoding.PackZ(z.AsSpan(i * N, N), parameters, signature.AsSpan(offset));
            MLDsaEncoding.PackHints(hints, parameters, signature.AsSpan(challenge.Length + (l * parameters.ZSize)));
            return signature;
        }
    }

    private static int[] Times(int[] a, int[] b)
    {
        int[] product = new int[N];
        MLDsaRing.Multiply(product, a, b);
        MLDsaRing.InverseNtt(product);
        MLDsaRing.Reduce(product);
        return product;
    }
}
