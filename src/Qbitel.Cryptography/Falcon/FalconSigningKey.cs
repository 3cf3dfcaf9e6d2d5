using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography.Falcon.Ntru;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.Falcon;

/// <summary>
/// The private half of a Falcon-512 key, with the transformed basis and the Falcon tree that every signature needs:
/// 57 KB that do not change.
/// </summary>
internal sealed class FalconSigningKey : IDisposable
{
    public const int SeedSize = 48;

    /// <summary>What <see cref="Sign"/> takes: nonce and seed.</summary>
    public const int RandomSize = FalconEncoding.NonceSize + SeedSize;

    private const int HedgeSize = 32;
    private const int MaxAttempts = 1000;
    private const int N = FalconRing.N;
    private const double InverseQ = 1.0 / 12289.0;
    private const double MaxShortNorm = 16822.4121; // (1.17)² q

    private readonly byte[] _encoded = GC.AllocateArray<byte>(FalconEncoding.PrivateKeySize, pinned: true);
    private readonly double[] _basis = GC.AllocateArray<double>(4 * N, pinned: true); // g, -f, G, -F, transformed
    private readonly double[] _tree = GC.AllocateArray<double>(FalconTree.Size(N), pinned: true);
    private readonly byte[] _hedge = GC.AllocateArray<byte>(HedgeSize, pinned: true);

    private FalconSigningKey(
        ReadOnlySpan<sbyte> f, ReadOnlySpan<sbyte> g, ReadOnlySpan<sbyte> bigF, ReadOnlySpan<sbyte> bigG,
        FalconVerificationKey publicHalf)
    {
        PublicHalf = publicHalf;
        FalconEncoding.EncodePrivateKey(f, g, bigF, _encoded);
        Fips202.Shake256(_hedge, _encoded);
        Load(g, Basis(0));
        Load(f, Basis(1));
        Load(bigG, Basis(2));
        Load(bigF, Basis(3));
        FourierRing.Negate(Basis(1));
        FourierRing.Negate(Basis(3));
        BuildTree();
    }

    public FalconVerificationKey PublicHalf { get; }

    public ReadOnlySpan<byte> Encoded => _encoded;

    /// <summary>The key of a solution of the NTRU equation, without further checks.</summary>
    public static FalconSigningKey Create(
        ReadOnlySpan<sbyte> f, ReadOnlySpan<sbyte> g, ReadOnlySpan<sbyte> bigF, ReadOnlySpan<sbyte> bigG,
        ReadOnlySpan<uint> h) => new(f, g, bigF, bigG, FalconVerificationKey.Create(h));

    /// <exception cref="CryptographicException">
    /// The encoding is malformed, or f, g and F are not a private key whose signatures are safe.
    /// </exception>
    public static FalconSigningKey Decode(ReadOnlySpan<byte> encoded)
    {
        Span<sbyte> small = stackalloc sbyte[4 * N];
        Span<uint> h = stackalloc uint[N];
        FalconSigningKey? key = null;
        try
        {
            Span<sbyte> f = small[..N], g = small.Slice(N, N), bigF = small.Slice(2 * N, N), bigG = small[(3 * N)..];
            if (!FalconEncoding.TryDecodePrivateKey(encoded, f, g, bigF))
                throw Malformed("expected 1281 bytes, the first 59, and coefficients in their range");
            if (!IsShort(f, g) || !TryPublic(f, g, h) || !TryComplete(f, g, bigF, bigG)
                || !NtruEquation.IsSolved(f, g, bigF, bigG))
            {
                throw Malformed("f, g and F do not solve the NTRU equation with the norms of the specification");
            }

            key = Create(f, g, bigF, bigG, h);
            if (!FalconTree.HasLeavesInRange(key._tree, N))
                throw Malformed("a deviation of its Falcon tree is out of range");
            (FalconSigningKey result, key) = (key, null);
            return result;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(small));
            key?.Dispose();
        }

        static CryptographicException Malformed(string fault) =>
            new($"The Falcon-512 private key is invalid: {fault}.");
    }

    /// <summary>
    /// True if (g, -f) and the last vector of its Gram-Schmidt basis are both as short as a key must have them.
    /// </summary>
    public static bool IsShort(ReadOnlySpan<sbyte> f, ReadOnlySpan<sbyte> g)
    {
        int norm = 0;
        for (int i = 0; i < N; i++) norm = unchecked(norm + (f[i] * f[i]) + (g[i] * g[i]));
        if (norm > MaxShortNorm) return false;

        Span<double> values = stackalloc double[(2 * N) + (N / 2)];
        try
        {
            // q f* / (f f* + g g*) and q g* / (f f* + g g*)
            Span<double> a = values[..N], b = values.Slice(N, N), inverseNorm = values[(2 * N)..];
            Load(f, a);
            Load(g, b);
            FourierRing.InverseNorm(inverseNorm, a, b);
            FourierRing.Adjoin(a);
            FourierRing.Adjoin(b);
            FourierRing.Scale(a, NtruEquation.Q);
            FourierRing.Scale(b, NtruEquation.Q);
            FourierRing.MultiplyReal(a, inverseNorm);
            FourierRing.MultiplyReal(b, inverseNorm);
            FourierRing.Inverse(a);
            FourierRing.Inverse(b);
            double sum = 0;
            for (int i = 0; i < N; i++)
            {
                sum += a[i] * a[i];
                sum += b[i] * b[i];
            }

            return sum < MaxShortNorm;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(values));
        }
    }

    /// <summary>h = g / f mod q.</summary>
    /// <returns>False if f has no inverse.</returns>
    public static bool TryPublic(ReadOnlySpan<sbyte> f, ReadOnlySpan<sbyte> g, Span<uint> h) => TryDivide(g, [], f, h);

    /// <summary>
    /// Sign (Algorithm 10): header, nonce and s2, which is padded with zeros to the end of the destination.
    /// </summary>
    /// <remarks>
    /// The sampler's seed is hashed with a secret of the key and the point. Should the random numbers ever repeat, two
    /// messages still meet two seeds, where the reference would give the key away.
    /// </remarks>
    /// <param name="message">What is signed.</param>
    /// <param name="random">The nonce and 48 bytes, never used before.</param>
    /// <param name="signature">Untouched until the signature is made.</param>
    /// <returns>The bytes of the signature without the padding.</returns>
    public int Sign(ReadOnlySpan<byte> message, ReadOnlySpan<byte> random, Span<byte> signature)
    {
        Span<ushort> point = stackalloc ushort[N];
        Span<byte> seed = stackalloc byte[SeedSize];
        try
        {
            ReadOnlySpan<byte> nonce = random[..FalconEncoding.NonceSize];
            FalconHash.ToPoint(nonce, message, point);
            Fips202.Shake256(seed, random[FalconEncoding.NonceSize..], _hedge, MemoryMarshal.AsBytes(point));
            int size = SignPoint(point, seed, signature[FalconEncoding.SignaturePrefixSize..]);
            signature[0] = FalconEncoding.SignatureHeader;
            nonce.CopyTo(signature[1..]);
            return FalconEncoding.SignaturePrefixSize + size;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>Signs a hashed message as the reference does (Algorithm 10, from line 3 on).</summary>
    /// <param name="point">The hash of nonce and message.</param>
    /// <param name="seed">48 random bytes that are never used for another point.</param>
    /// <param name="s2">Receives the compressed s2, padded with zeros; untouched until it fits.</param>
    /// <returns>The bytes of s2 without the padding.</returns>
    public int SignPoint(ReadOnlySpan<ushort> point, ReadOnlySpan<byte> seed, Span<byte> s2)
    {
        Span<double> doubles = stackalloc double[6 * N];
        Span<short> shorts = stackalloc short[2 * N];
        Span<byte> generator = stackalloc byte[FalconRandom.MemorySize];
        Span<byte> compressed = stackalloc byte[s2.Length];
        Sponge sponge = Sponge.Shake256();
        try
        {
            sponge.Absorb(seed);
            Span<short> s2Values = shorts[N..];
            for (int attempt = 0; attempt < MaxAttempts; attempt++)
            {
                sponge.Squeeze(FalconRandom.SeedOf(generator));
                FalconRandom random = new(generator);
                SampleSignature(ref random, point, doubles, shorts[..N], s2Values);
                if (!FalconVerificationKey.IsShort(shorts[..N], s2Values)) continue;

                int length = FalconEncoding.Compress(s2Values, compressed);
                if (length == 0) continue;

                compressed.CopyTo(s2);
                return length;
            }
        }
        finally
        {
            sponge.Clear();
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(doubles));
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(shorts));
            CryptographicOperations.ZeroMemory(generator);
            CryptographicOperations.ZeroMemory(compressed);
        }

        // Hardly one attempt in a hundred fails.
        throw new CryptographicException("Signing did not end: the random numbers or the machine cannot be trusted.");
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_encoded);
        CryptographicOperations.ZeroMemory(_hedge);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_basis.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_tree.AsSpan()));
    }

    // G = g F / f mod q, which is G itself, because it is small.
    private static bool TryComplete(
        ReadOnlySpan<sbyte> f, ReadOnlySpan<sbyte> g, ReadOnlySpan<sbyte> bigF, Span<sbyte> bigG)
    {
        Span<uint> quotient = stackalloc uint[N];
        bool invertible = TryDivide(g, bigF, f, quotient);
        int excess = 0;
        for (int i = 0; i < N; i++)
        {
            int value = FalconRing.ToSigned(quotient[i]);
            excess |= unchecked((127 - value) | (127 + value));
            bigG[i] = unchecked((sbyte)value);
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(quotient));
        return invertible && excess >= 0;
    }

    // a b / divisor mod q, or a / divisor without b.
    private static bool TryDivide(
        ReadOnlySpan<sbyte> a, ReadOnlySpan<sbyte> b, ReadOnlySpan<sbyte> divisor, Span<uint> quotient)
    {
        Span<uint> other = stackalloc uint[N];
        try
        {
            LoadModulo(divisor, other);
            bool invertible = FalconRing.TryInvert(other);
            FalconRing.ToMontgomery(other);
            LoadModulo(a, quotient);
            FalconRing.Multiply(quotient, other);
            if (!b.IsEmpty)
            {
                LoadModulo(b, other);
                FalconRing.ToMontgomery(other);
                FalconRing.Multiply(quotient, other);
            }

            FalconRing.Inverse(quotient);
            return invertible;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(other));
        }
    }

    private static void LoadModulo(ReadOnlySpan<sbyte> small, Span<uint> values)
    {
        for (int i = 0; i < N; i++) values[i] = FalconRing.FromSigned(small[i]);
        FalconRing.Transform(values);
    }

    private static void Load(ReadOnlySpan<sbyte> small, Span<double> values)
    {
        for (int i = 0; i < N; i++) values[i] = small[i];
        FourierRing.Transform(values);
    }

    private Span<double> Basis(int index) => _basis.AsSpan(index * N, N);

    private void BuildTree()
    {
        Span<double> values = stackalloc double[4 * N];
        Span<double> g00 = values[..N], g01 = values.Slice(N, N);
        Span<double> g11 = values.Slice(2 * N, N), other = values[(3 * N)..];

        // The Gram matrix of B = [[g, -f], [G, -F]]: B B*, without its lower left corner
        Basis(0).CopyTo(g00);
        FourierRing.Square(g00);
        Basis(1).CopyTo(other);
        FourierRing.Square(other);
        FourierRing.Add(g00, other);

        Basis(1).CopyTo(g01);
        FourierRing.MultiplyAdjoint(g01, Basis(3));
        Basis(0).CopyTo(other);
        FourierRing.MultiplyAdjoint(other, Basis(2));
        FourierRing.Add(g01, other);

        Basis(2).CopyTo(g11);
        FourierRing.Square(g11);
        Basis(3).CopyTo(other);
        FourierRing.Square(other);
        FourierRing.Add(g11, other);

        FalconTree.Build(_tree, g00, g01, g11, other);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(values));
    }

    // One attempt: (s1, s2) near (point, 0) modulo the lattice.
    private void SampleSignature(
        ref FalconRandom random, ReadOnlySpan<ushort> point, Span<double> doubles, Span<short> s1, Span<short> s2)
    {
        Span<double> t0 = doubles[..N], t1 = doubles.Slice(N, N);
        Span<double> x = doubles.Slice(2 * N, N), y = doubles.Slice(3 * N, N);

        // t = (c, 0) B^-1, and B^-1 = [[-F, f], [-G, g]] / q
        for (int i = 0; i < N; i++) t0[i] = point[i];
        FourierRing.Transform(t0);
        t0.CopyTo(t1);
        FourierRing.Multiply(t1, Basis(1));
        FourierRing.Scale(t1, -InverseQ);
        FourierRing.Multiply(t0, Basis(3));
        FourierRing.Scale(t0, InverseQ);

        FastFourierSampler.Sample(ref random, _tree, t0, t1, doubles.Slice(4 * N, 2 * N));

        // z B
        t0.CopyTo(x);
        FourierRing.Multiply(x, Basis(0));
        t1.CopyTo(y);
        FourierRing.Multiply(y, Basis(2));
        FourierRing.Add(x, y);
        FourierRing.Multiply(t0, Basis(1));
        FourierRing.Multiply(t1, Basis(3));
        FourierRing.Add(t1, t0);
        FourierRing.Inverse(x);
        FourierRing.Inverse(t1);

        unchecked
        {
            for (int i = 0; i < N; i++)
            {
                s1[i] = (short)(point[i] - double.ConvertToIntegerNative<int>(Math.Round(x[i])));
                s2[i] = (short)-double.ConvertToIntegerNative<int>(Math.Round(t1[i]));
            }
        }
    }
}
