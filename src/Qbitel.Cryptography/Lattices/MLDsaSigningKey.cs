using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Lattices;

/// <summary>
/// The private half of an ML-DSA key, ready for use: s1 and, from the first signature on, s2 and t0 transformed.
/// </summary>
internal sealed class MLDsaSigningKey : IDisposable
{
    private const int N = MLDsaRing.N;
    private const int SeedSize = MLDsaParameters.SeedSize;
    private const int HashSize = MLDsaParameters.HashSize;
    private const int Header = (2 * SeedSize) + HashSize; // rho || K || tr
    private const int T0Top = 1 << (MLDsaParameters.D - 1);

    private readonly SecretMemory _secrets;
    private readonly Lock _transforming = new();
    private volatile bool _isTransformed; // s2 and t0, on the first signature: who only makes keys needs none

    private MLDsaSigningKey(MLDsaVerificationKey publicHalf, SecretMemory secrets, bool hasSeed)
    {
        PublicHalf = publicHalf;
        _secrets = secrets;
        HasSeed = hasSeed;
    }

    /// <summary>FIPS 204, Algorithm 6.</summary>
    /// <param name="parameters">The parameter set.</param>
    /// <param name="seed">xi.</param>
    /// <param name="keepMatrix">
    /// False for a new key, which may be meant for storage alone: its first signature then expands A once more.
    /// </param>
    public static MLDsaSigningKey Generate(MLDsaParameters parameters, ReadOnlySpan<byte> seed, bool keepMatrix)
    {
        int k = parameters.K, l = parameters.L;
        SecretMemory memory = Allocate(parameters);
        using SecretMemory.Lease lease = memory.Open();
        Layout secrets = new(parameters, lease.Bytes);
        Span<byte> expanded = stackalloc byte[SeedSize + HashSize + SeedSize];
        try
        {
            Fips202.Shake256(expanded, seed, [(byte)k, (byte)l]);
            ReadOnlySpan<byte> rho = expanded[..SeedSize];
            ReadOnlySpan<byte> rhoPrime = expanded.Slice(SeedSize, HashSize);
            ReadOnlySpan<byte> signingSeed = expanded[(SeedSize + HashSize)..];

            MLDsaSampling.ExpandSecret(secrets.S, parameters.Eta, rhoPrime);
            MLDsaEncoding.PackFrom(parameters.Eta, secrets.S, parameters.EtaBits, secrets.EncodedS);
            MLDsaVerificationKey publicHalf = Split(parameters, rho, secrets.S, secrets.T0, keepMatrix);
            MLDsaEncoding.PackFrom(T0Top, secrets.T0, MLDsaParameters.D, secrets.EncodedT0);
            rho.CopyTo(secrets.Encoded);
            signingSeed.CopyTo(secrets.Encoded[SeedSize..]);
            seed.CopyTo(secrets.Seed);
            return new MLDsaSigningKey(publicHalf, memory, hasSeed: true);
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

        SecretMemory memory = Allocate(parameters);
        using SecretMemory.Lease lease = memory.Open();
        Layout secrets = new(parameters, lease.Bytes);
        Span<int> t0Again = stackalloc int[parameters.K * N];
        string fault;
        try
        {
            source.CopyTo(secrets.Encoded);
            ReadOnlySpan<byte> rho = source[..SeedSize];
            ReadOnlySpan<byte> tr = source.Slice(2 * SeedSize, HashSize);
            MLDsaEncoding.UnpackFrom(parameters.Eta, secrets.EncodedS, parameters.EtaBits, secrets.S);
            MLDsaEncoding.UnpackFrom(T0Top, secrets.EncodedT0, MLDsaParameters.D, secrets.T0);
            if (!MLDsaRing.IsBelow(secrets.S, parameters.Eta + 1))
            {
                fault = "a coefficient of its secret vectors is out of range";
            }
            else
            {
                MLDsaVerificationKey publicHalf = Split(parameters, rho, secrets.S, t0Again, keepMatrix: true);
                if (!CryptographicOperations.FixedTimeEquals(
                        MemoryMarshal.AsBytes(secrets.T0), MemoryMarshal.AsBytes(t0Again)))
                {
                    fault = "its t0 is not the one that its secret vectors make";
                }
                else if (!CryptographicOperations.FixedTimeEquals(tr, publicHalf.Tr))
                {
                    fault = "its tr is not the hash of the public key that its secret vectors make";
                }
                else
                {
                    return new MLDsaSigningKey(publicHalf, memory, hasSeed: false);
                }
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(t0Again));
        }

        memory.Dispose();
        throw new CryptographicException($"The {parameters.Algorithm.Name} private key is not valid: {fault}.");
    }

    public MLDsaVerificationKey PublicHalf { get; }

    /// <summary>False where the key was given in expanded form.</summary>
    public bool HasSeed { get; }

    /// <summary>xi, of a key that has it.</summary>
    public void ExportSeed(Span<byte> destination)
    {
        using SecretMemory.Lease lease = _secrets.Open();
        new Layout(PublicHalf.Parameters, lease.Bytes).Seed.CopyTo(destination);
    }

    /// <summary>FIPS 204, Algorithm 24.</summary>
    public void ExportEncoded(Span<byte> destination)
    {
        using SecretMemory.Lease lease = _secrets.Open();
        new Layout(PublicHalf.Parameters, lease.Bytes).Encoded.CopyTo(destination);
        PublicHalf.Tr.CopyTo(destination[(2 * SeedSize)..]); // which key generation did not make
    }

    /// <summary>
    /// PKCS#8 with the seed or, without one, the expanded key; false if the destination is too small.
    /// </summary>
    public bool TryExportPkcs8(Span<byte> destination, out int bytesWritten)
    {
        using SecretMemory.Lease lease = _secrets.Open();
        Layout secrets = new(PublicHalf.Parameters, lease.Bytes);
        ReadOnlySpan<byte> key = HasSeed ? secrets.Seed : secrets.Encoded;
        return LatticePrivateKey.TryEncode(PublicHalf.Parameters.Oid, key, HasSeed, destination, out bytesWritten);
    }

    /// <summary>True if this is the expanded form of the key.</summary>
    public bool IsEncodedAs(ReadOnlySpan<byte> encoded)
    {
        Span<byte> own = stackalloc byte[PublicHalf.Parameters.PrivateKeySize];
        try
        {
            ExportEncoded(own);
            return CryptographicOperations.FixedTimeEquals(own, encoded);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(own);
        }
    }

    /// <summary>
    /// FIPS 204, Algorithm 7, from mu on, with the randomness given: 32 zero bytes make it deterministic.
    /// </summary>
    /// <remarks>
    /// How often it tries again depends on the mask, not on the key, and so does which polynomial ends an attempt; no
    /// test stops at the coefficient that fails it. The tests that end most attempts come first. Nothing is written to
    /// <paramref name="signature"/> before an attempt succeeds.
    /// </remarks>
    [SkipLocalsInit]
    public void Sign(ReadOnlySpan<byte> mu, ReadOnlySpan<byte> rnd, Span<byte> signature)
    {
        using SecretMemory.Lease lease = _secrets.Open();
        MLDsaParameters parameters = PublicHalf.Parameters;
        Layout key = new(parameters, lease.Bytes);
        TransformRest(key);
        int k = parameters.K, l = parameters.L;
        Span<int> c = stackalloc int[N];
        Span<byte> hints = stackalloc byte[k * N];
        Span<byte> challenge = stackalloc byte[parameters.ChallengeSize];

        // What is secret is zeroed at the end.
        Span<byte> maskSeed = stackalloc byte[HashSize];
        Span<int> secrets = stackalloc int[(l + 3 + l + k + k + 1) * N];
        Span<int> masks = secrets[..((l + 3) * N)];
        Span<int> z = secrets.Slice((l + 3) * N, l * N);
        Span<int> low = secrets.Slice((l + 3 + l) * N, k * N);
        Span<int> high = secrets.Slice((l + 3 + l + k) * N, k * N);
        Span<int> product = secrets[^N..];
        try
        {
            Fips202.Shake256(maskSeed, key.Encoded.Slice(SeedSize, SeedSize), rnd, mu);
            int ready = 0; // polynomials in masks: they are made four at a time, and used l at a time
            for (int kappa = 0; kappa + l <= 0x10000 - 4; kappa += l)
            {
                for (; ready < l; ready += 4)
                    MLDsaSampling.ExpandMask(masks[(ready * N)..], parameters, maskSeed, kappa + ready);

                Span<int> y = masks[..(l * N)];
                y.CopyTo(z);
                for (int i = 0; i < l; i++) MLDsaRing.Ntt(z.Slice(i * N, N));
                Commit(mu, z, low, high, challenge);

                MLDsaSampling.SampleInBall(c, parameters.Tau, 1, challenge);
                MLDsaRing.Ntt(c);
                if (TryRespond(key, c, y, z, low, high, product, hints))
                {
                    challenge.CopyTo(signature);
                    Span<byte> rest = signature[challenge.Length..];
                    MLDsaEncoding.PackZ(z, parameters, rest);
                    MLDsaEncoding.PackHints(hints, parameters, rest[(l * parameters.ZSize)..]);
                    return;
                }

                ready -= l;
                masks.Slice(l * N, ready * N).CopyTo(masks);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(secrets));
            CryptographicOperations.ZeroMemory(maskSeed);
        }

        // FIPS 204, appendix C: more than 814 attempts happen with a probability below 2^-256, and these were over
        // 9,000.
        throw new CryptographicException("Signing did not end: the random numbers or the machine cannot be trusted.");
    }

    public void Dispose() => _secrets.Dispose();

    private void TransformRest(Layout key)
    {
        if (_isTransformed) return;

        lock (_transforming)
        {
            if (_isTransformed) return;

            Span<int> rest = key.Vectors[(PublicHalf.Parameters.L * N)..]; // s1 was needed for t
            for (int i = 0; i < rest.Length; i += N) MLDsaRing.Ntt(rest.Slice(i, N));
            _isTransformed = true;
        }
    }

    // Lines 12 to 15 of FIPS 204, Algorithm 7: w = NTT^-1(A ∘ yHat), its high and low bits, and the challenge that
    // commits to the high ones.
    [SkipLocalsInit]
    private void Commit(
        ReadOnlySpan<byte> mu, ReadOnlySpan<int> yHat, Span<int> low, Span<int> high, Span<byte> challenge)
    {
        MLDsaParameters parameters = PublicHalf.Parameters;
        Span<byte> w1 = stackalloc byte[parameters.W1Size];
        Sponge sponge = Sponge.Shake256();
        sponge.Absorb(mu);
        for (int i = 0; i < parameters.K; i++)
        {
            Span<int> row = low.Slice(i * N, N), highRow = high.Slice(i * N, N);
            MLDsaRing.InnerProduct(row, PublicHalf.Row(i), yHat);
            MLDsaRing.InverseNtt(row);
            MLDsaRounding.Decompose(row, parameters.Gamma2, highRow);
            MLDsaEncoding.Pack(highRow, parameters.W1Bits, w1);
            sponge.Absorb(w1);
        }

        sponge.Squeeze(challenge);
        sponge.Clear();
        CryptographicOperations.ZeroMemory(w1);
    }

    // Lines 18 to 29 of FIPS 204, Algorithm 7: z and the hints, or false.
    private bool TryRespond(
        Layout key, ReadOnlySpan<int> c, ReadOnlySpan<int> y, Span<int> z, Span<int> low, ReadOnlySpan<int> high,
        Span<int> product, Span<byte> hints)
    {
        MLDsaParameters parameters = PublicHalf.Parameters;
        int k = parameters.K, l = parameters.L;
        ReadOnlySpan<int> s1 = key.S[..(l * N)], s2 = key.S[(l * N)..], t0 = key.T0;

        // r0 = LowBits(w - c s2). Where w0 - c s2 keeps below the bound it is r0, and the high bits are w1 still; where
        // it does not, r0 reaches the bound too, since |c s2| ≤ β: once around the interval leads at least as far.
        for (int i = 0; i < k; i++)
        {
            MultiplyBack(product, c, s2.Slice(i * N, N));
            if (!MLDsaRing.Subtract(low.Slice(i * N, N), product, parameters.Gamma2 - parameters.Beta)) return false;
        }

        // z = y + c s1
        for (int i = 0; i < l; i++)
        {
            Span<int> zi = z.Slice(i * N, N);
            MultiplyBack(zi, c, s1.Slice(i * N, N));
            if (!MLDsaRing.Add(zi, y.Slice(i * N, N), parameters.Gamma1 - parameters.Beta)) return false;
        }

        // h = MakeHint(-c t0, w - c s2 + c t0)
        int count = 0;
        for (int i = 0; i < k; i++)
        {
            Span<int> row = low.Slice(i * N, N);
            MultiplyBack(product, c, t0.Slice(i * N, N));
            MLDsaRing.Reduce(product);
            if (!MLDsaRing.IsBelow(product, parameters.Gamma2)) return false;

            MLDsaRing.Add(row, product);
            count += MLDsaRounding.MakeHints(high.Slice(i * N, N), row, parameters.Gamma2, hints.Slice(i * N, N));
        }

        return count <= parameters.Omega;
    }

    private static void MultiplyBack(Span<int> product, ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        MLDsaRing.Multiply(product, a, b);
        MLDsaRing.InverseNtt(product);
    }

    // FIPS 204, Algorithm 6, lines 3 to 8: t = A s1 + s2 = t1 · 2^d + t0, of which t1 is in the public half. It
    // transforms s1. Of a matrix that is not kept there is a row at a time, which stays in the cache.
    [SkipLocalsInit]
    private static MLDsaVerificationKey Split(
        MLDsaParameters parameters, ReadOnlySpan<byte> rho, Span<int> s, Span<int> t0, bool keepMatrix)
    {
        int k = parameters.K, l = parameters.L;
        byte[] encoded = GC.AllocateUninitializedArray<byte>(parameters.PublicKeySize);
        rho.CopyTo(encoded);
        Span<int> s1 = s[..(l * N)], scratch = stackalloc int[2 * N], matrix = stackalloc int[(l + 3) * N];
        Span<int> t = scratch[..N], t1 = scratch[N..];
        for (int i = 0; i < l; i++) MLDsaRing.Ntt(s1.Slice(i * N, N));
        int[]? rows = keepMatrix ? MLDsaVerificationKey.ExpandMatrix(parameters, rho) : null;
        int ready = 0, next = 0; // polynomials in matrix, made four at a time and used l at a time; the first to come
        for (int i = 0; i < k; i++)
        {
            if (rows is not null)
            {
                MLDsaRing.InnerProduct(t, rows.AsSpan(i * (l + 1) * N, l * N), s1);
            }
            else
            {
                for (; ready < l; ready += 4, next += 4)
                    MLDsaSampling.ExpandMatrix(matrix[(ready * N)..], k, l, rho, next);
                MLDsaRing.InnerProduct(t, matrix, s1);
                ready -= l;
                matrix.Slice(l * N, ready * N).CopyTo(matrix);
            }

            MLDsaRing.InverseNtt(t);
            MLDsaRing.Add(t, s.Slice((l + i) * N, N));
            MLDsaRing.Canonicalize(t);
            MLDsaRounding.Power2Round(t, t1, t0.Slice(i * N, N));
            MLDsaEncoding.Pack(t1, MLDsaParameters.T1Bits, MLDsaVerificationKey.EncodedT1(encoded, i));
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(scratch));
        return MLDsaVerificationKey.Create(parameters, encoded, rows);
    }

    private static SecretMemory Allocate(MLDsaParameters parameters) =>
        new(Layout.VectorsSize(parameters) + parameters.PrivateKeySize + SeedSize);

    // What the memory holds: s1, s2 and t0; rho || K || tr || s1 || s2 || t0 (FIPS 204, Algorithm 24); the seed.
    private readonly ref struct Layout(MLDsaParameters parameters, Span<byte> memory)
    {
        private readonly MLDsaParameters _parameters = parameters;
        private readonly Span<byte> _memory = memory;

        public static int VectorsSize(MLDsaParameters parameters) =>
            (parameters.L + (2 * parameters.K)) * N * sizeof(int);

        public Span<int> S => Vectors[..((_parameters.L + _parameters.K) * N)];

        public Span<int> T0 => Vectors[((_parameters.L + _parameters.K) * N)..];

        public Span<byte> Encoded => _memory[VectorsSize(_parameters)..^SeedSize];

        public Span<byte> EncodedS => Encoded[Header..];

        public Span<byte> EncodedT0 => EncodedS[((_parameters.L + _parameters.K) * _parameters.EtaSize)..];

        public Span<byte> Seed => _memory[^SeedSize..];

        public Span<int> Vectors => MemoryMarshal.Cast<byte, int>(_memory[..VectorsSize(_parameters)]);
    }
}
