using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Lattices;

/// <summary>The private half of an ML-DSA key, ready for use: s1, s2 and t0 transformed.</summary>
/// <remarks>Its arrays are pinned, so that the collector leaves no copies behind, and zeroed on disposal.</remarks>
internal sealed class MLDsaSigningKey : IDisposable
{
    private const int N = MLDsaRing.N;
    private const int SeedSize = MLDsaParameters.SeedSize;
    private const int HashSize = MLDsaParameters.HashSize;
    private const int T0Top = 1 << (MLDsaParameters.D - 1);

    private readonly byte[] _encoded; // FIPS 204, Algorithm 24: rho || K || tr || s1 || s2 || t0
    private readonly int[] _s1; // these three transformed
    private readonly int[] _s2;
    private readonly int[] _t0;

    private MLDsaSigningKey(MLDsaVerificationKey publicHalf, byte[] encoded, int[] s1, int[] s2, int[] t0)
    {
        PublicHalf = publicHalf;
        _encoded = encoded;
        _s1 = s1;
        _s2 = s2;
        _t0 = t0;
        foreach (int[] vector in (ReadOnlySpan<int[]>)[s1, s2, t0])
        {
            for (int i = 0; i < vector.Length; i += N) MLDsaRing.Ntt(vector.AsSpan(i, N));
        }
    }

    /// <summary>FIPS 204, Algorithm 6.</summary>
    public static MLDsaSigningKey Generate(MLDsaParameters parameters, ReadOnlySpan<byte> seed)
    {
        int k = parameters.K, l = parameters.L;
        int[] s1 = Secret<int>(l * N), s2 = Secret<int>(k * N), t0 = Secret<int>(k * N);
        Span<byte> expanded = stackalloc byte[SeedSize + HashSize + SeedSize];
        try
        {
            Fips202.Shake256(expanded, seed, [(byte)k, (byte)l]);
            ReadOnlySpan<byte> rho = expanded[..SeedSize];
            ReadOnlySpan<byte> rhoPrime = expanded.Slice(SeedSize, HashSize);
            ReadOnlySpan<byte> signingSeed = expanded[(SeedSize + HashSize)..];

            int[] matrix = MLDsaSampling.ExpandMatrix(k, l, rho);
            MLDsaSampling.ExpandSecret(s1, parameters.Eta, rhoPrime, 0);
            MLDsaSampling.ExpandSecret(s2, parameters.Eta, rhoPrime, l);
            int[] t1 = new int[k * N];
            Split(parameters, matrix, s1, s2, t1, t0);

            MLDsaVerificationKey publicHalf = MLDsaVerificationKey.Create(parameters, matrix, t1, rho);
            byte[] encoded = Secret<byte>(parameters.PrivateKeySize);
            Encode(publicHalf, signingSeed, s1, s2, t0, encoded);
            return new MLDsaSigningKey(publicHalf, encoded, s1, s2, t0);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(expanded);
        }
    }

    /// <summary>
    /// FIPS 204, Algorithm 25, with the range check its note asks for, and that t0 and tr are those that rho, s1 and s2
    /// make.
    /// </summary>
    /// <exception cref="CryptographicException">A check fails; the message says which.</exception>
    public static MLDsaSigningKey Decode(MLDsaParameters parameters, ReadOnlySpan<byte> source)
    {
        if (source.Length != parameters.PrivateKeySize)
        {
            string name = parameters.Algorithm.Name;
            throw new CryptographicException(
                $"The {name} private key has {source.Length} bytes; it must have {parameters.PrivateKeySize}.");
        }

        int k = parameters.K, l = parameters.L;
        int[] s1 = Secret<int>(l * N), s2 = Secret<int>(k * N), t0 = Secret<int>(k * N), t0Again = Secret<int>(k * N);
        byte[] encoded = Secret<byte>(source.Length);
        source.CopyTo(encoded);
        string? fault = null;
        try
        {
            ReadOnlySpan<byte> rho = source[..SeedSize];
            ReadOnlySpan<byte> tr = source.Slice(2 * SeedSize, HashSize);
            ReadOnlySpan<byte> rest = source[((2 * SeedSize) + HashSize)..];
            rest = Unpack(rest, parameters.Eta, parameters.EtaBits, s1);
            rest = Unpack(rest, parameters.Eta, parameters.EtaBits, s2);
            Unpack(rest, T0Top, MLDsaParameters.D, t0);

            if (!(MLDsaRing.IsBelow(s1, parameters.Eta + 1) & MLDsaRing.IsBelow(s2, parameters.Eta + 1)))
            {
                fault = "a coefficient of its secret vectors is out of range";
            }
            else
            {
                int[] matrix = MLDsaSampling.ExpandMatrix(k, l, rho);
                int[] t1 = new int[k * N];
                Split(parameters, matrix, s1, s2, t1, t0Again);
                MLDsaVerificationKey publicHalf = MLDsaVerificationKey.Create(parameters, matrix, t1, rho);
                if (!CryptographicOperations.FixedTimeEquals(
                        MemoryMarshal.AsBytes<int>(t0), MemoryMarshal.AsBytes<int>(t0Again)))
                {
                    fault = "its t0 is not the one that its secret vectors make";
                }
                else if (!CryptographicOperations.FixedTimeEquals(tr, publicHalf.Tr))
                {
                    fault = "its tr is not the hash of the public key that its secret vectors make";
                }
                else
                {
                    return new MLDsaSigningKey(publicHalf, encoded, s1, s2, t0);
                }
            }
        }
        finally
        {
            Zero(t0Again);
            if (fault is not null)
            {
                Zero(s1);
                Zero(s2);
                Zero(t0);
                CryptographicOperations.ZeroMemory(encoded);
            }
        }

        throw new CryptographicException($"The {parameters.Algorithm.Name} private key is not valid: {fault}.");
    }

    public MLDsaVerificationKey PublicHalf { get; }

    public ReadOnlySpan<byte> Encoded => _encoded;

    /// <summary>
    /// FIPS 204, Algorithm 7, from mu on, with the randomness given: 32 zero bytes make it deterministic.
    /// </summary>
    /// <remarks>
    /// How often it tries again depends on the mask, not on the key. A rejected attempt is rejected as a whole: no test
    /// stops at the coefficient that fails it. Nothing is written to <paramref name="signature"/> before an attempt
    /// succeeds.
    /// </remarks>
    public void Sign(ReadOnlySpan<byte> mu, ReadOnlySpan<byte> rnd, Span<byte> signature)
    {
        MLDsaParameters parameters = PublicHalf.Parameters;
        int k = parameters.K, l = parameters.L;
        Span<int> scratch = stackalloc int[((2 * (k + l)) + 2) * N];
        Span<byte> maskSeed = stackalloc byte[HashSize];
        Span<byte> challenge = stackalloc byte[parameters.ChallengeSize];
        Span<byte> hints = stackalloc byte[k * N];
        try
        {
            Span<int> y = scratch[..(l * N)];
            Span<int> z = scratch.Slice(l * N, l * N);
            Span<int> w = scratch.Slice(2 * l * N, k * N);
            Span<int> high = scratch.Slice(((2 * l) + k) * N, k * N);
            Span<int> c = scratch[^(2 * N)..^N];
            Span<int> product = scratch[^N..];

            Fips202.Shake256(maskSeed, _encoded.AsSpan(SeedSize, SeedSize), rnd, mu);
            for (int kappa = 0; kappa + l <= 0x10000; kappa += l)
            {
                MLDsaSampling.ExpandMask(y, parameters, maskSeed, kappa);
                y.CopyTo(z);
                for (int i = 0; i < l; i++) MLDsaRing.Ntt(z.Slice(i * N, N));
                Commit(mu, z, w, high, product, challenge);

                MLDsaSampling.SampleInBall(c, parameters.Tau, challenge);
                MLDsaRing.Ntt(c);

                // z = y + c s1
                for (int i = 0; i < l; i++) MultiplyBack(z.Slice(i * N, N), c, _s1.AsSpan(i * N, N));
                MLDsaRing.Add(z, y);
                MLDsaRing.Reduce(z);
                if (!MLDsaRing.IsBelow(z, parameters.Gamma1 - parameters.Beta)) continue;

                // w = w - c s2; r0 = LowBits(w)
                bool accepted = true;
                for (int i = 0; i < k; i++)
                {
                    Span<int> row = w.Slice(i * N, N);
                    MultiplyBack(product, c, _s2.AsSpan(i * N, N));
                    MLDsaRing.Subtract(row, product);
                    MLDsaRing.Canonicalize(row);
                    MLDsaRounding.Decompose(row, parameters.Gamma2, high.Slice(i * N, N), product);
                    accepted &= MLDsaRing.IsBelow(product, parameters.Gamma2 - parameters.Beta);
                }

                if (!accepted) continue;

                // h = MakeHint(-c t0, w + c t0): FIPS 204, Algorithm 39
                int count = 0;
                for (int i = 0; i < k; i++)
                {
                    Span<int> row = w.Slice(i * N, N);
                    MultiplyBack(product, c, _t0.AsSpan(i * N, N));
                    MLDsaRing.Reduce(product);
                    accepted &= MLDsaRing.IsBelow(product, parameters.Gamma2);
                    MLDsaRing.Add(row, product);
                    MLDsaRing.Canonicalize(row);
                    for (int j = 0; j < N; j++)
                    {
                        int difference = MLDsaRounding.Decompose(row[j], parameters.Gamma2, out _) ^ high[(i * N) + j];
                        int hint = unchecked(-difference >> 31) & 1;
                        hints[(i * N) + j] = unchecked((byte)hint);
                        count += hint;
                    }
                }

                if (!accepted || count > parameters.Omega) continue;

                challenge.CopyTo(signature);
                Span<byte> rest = signature[challenge.Length..];
                for (int i = 0; i < l; i++, rest = rest[parameters.ZSize..])
                    MLDsaEncoding.PackZ(z.Slice(i * N, N), parameters, rest);
                MLDsaEncoding.PackHints(hints, parameters, rest);
                return;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(scratch));
            CryptographicOperations.ZeroMemory(maskSeed);
            CryptographicOperations.ZeroMemory(challenge);
            CryptographicOperations.ZeroMemory(hints);
        }

        // FIPS 204, appendix C: more than 814 attempts happen with a probability below 2^-256, and these were over
        // 9,000.
        throw new CryptographicException("Signing did not end: the random numbers or the machine cannot be trusted.");
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_encoded);
        Zero(_s1);
        Zero(_s2);
        Zero(_t0);
    }

    // Lines 12 to 15 of FIPS 204, Algorithm 7: w = NTT^-1(A ∘ yHat), its high bits, and the challenge that commits to
    // them.
    private void Commit(
        ReadOnlySpan<byte> mu, ReadOnlySpan<int> yHat, Span<int> w, Span<int> high, Span<int> low, Span<byte> challenge)
    {
        MLDsaParameters parameters = PublicHalf.Parameters;
        Span<byte> w1 = stackalloc byte[parameters.W1Size];
        Sponge sponge = Sponge.Shake256();
        sponge.Absorb(mu);
        for (int i = 0; i < parameters.K; i++)
        {
            Span<int> row = w.Slice(i * N, N);
            MLDsaRing.InnerProduct(row, PublicHalf.MatrixRow(i), yHat);
            MLDsaRing.InverseNtt(row);
            MLDsaRing.Canonicalize(row);
            MLDsaRounding.Decompose(row, parameters.Gamma2, high.Slice(i * N, N), low);
            MLDsaEncoding.Pack(high.Slice(i * N, N), parameters.W1Bits, w1);
            sponge.Absorb(w1);
        }

        sponge.Squeeze(challenge);
        sponge.Clear();
        CryptographicOperations.ZeroMemory(w1);
    }

    private static void MultiplyBack(Span<int> product, ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        MLDsaRing.Multiply(product, a, b);
        MLDsaRing.InverseNtt(product);
    }

    // FIPS 204, Algorithm 6, lines 5 and 6: t = A s1 + s2 = t1 · 2^d + t0.
    private static void Split(MLDsaParameters parameters, int[] matrix, int[] s1, int[] s2, int[] t1, int[] t0)
    {
        int k = parameters.K, l = parameters.L;
        Span<int> s1Hat = stackalloc int[l * N];
        Span<int> t = stackalloc int[N];
        s1.CopyTo(s1Hat);
        for (int i = 0; i < l; i++) MLDsaRing.Ntt(s1Hat.Slice(i * N, N));
        for (int i = 0; i < k; i++)
        {
            MLDsaRing.InnerProduct(t, matrix.AsSpan(i * l * N, l * N), s1Hat);
            MLDsaRing.InverseNtt(t);
            MLDsaRing.Add(t, s2.AsSpan(i * N, N));
            MLDsaRing.Canonicalize(t);
            MLDsaRounding.Power2Round(t, t1.AsSpan(i * N, N), t0.AsSpan(i * N, N));
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(s1Hat));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(t));
    }

    private static void Encode(
        MLDsaVerificationKey publicHalf, ReadOnlySpan<byte> signingSeed,
        int[] s1, int[] s2, int[] t0, Span<byte> destination)
    {
        MLDsaParameters parameters = publicHalf.Parameters;
        publicHalf.Encoded[..SeedSize].CopyTo(destination);
        signingSeed.CopyTo(destination[SeedSize..]);
        publicHalf.Tr.CopyTo(destination[(2 * SeedSize)..]);
        Span<byte> rest = destination[((2 * SeedSize) + HashSize)..];
        rest = Pack(s1, parameters.Eta, parameters.EtaBits, rest);
        rest = Pack(s2, parameters.Eta, parameters.EtaBits, rest);
        Pack(t0, T0Top, MLDsaParameters.D, rest);
    }

    private static Span<byte> Pack(ReadOnlySpan<int> vector, int top, int bits, Span<byte> destination)
    {
        for (int i = 0; i < vector.Length; i += N, destination = destination[(32 * bits)..])
            MLDsaEncoding.PackFrom(top, vector.Slice(i, N), bits, destination);
        return destination;
    }

    private static ReadOnlySpan<byte> Unpack(ReadOnlySpan<byte> source, int top, int bits, Span<int> vector)
    {
        for (int i = 0; i < vector.Length; i += N, source = source[(32 * bits)..])
            MLDsaEncoding.UnpackFrom(top, source, bits, vector.Slice(i, N));
        return source;
    }

    private static T[] Secret<T>(int length) => GC.AllocateArray<T>(length, pinned: true);

    private static void Zero(int[] values) =>
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(values.AsSpan()));
}
