using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Lattices;

/// <summary>
/// The public half of an ML-DSA key, with what every operation needs of it made once: the matrix A, t1 · 2^d
/// transformed, and tr.
/// </summary>
internal sealed class MLDsaVerificationKey
{
    private const int N = MLDsaRing.N;

    // FIPS 204, Algorithms 2 and 4: the first byte of the message that is signed.
    private const byte PureDomain = 0;
    private const byte PreHashDomain = 1;

    // Row after row of A, each followed by its polynomial of t1, all transformed: with -c · 2^d behind z, A z - c t1 ·
    // 2^d is one inner product a row.
    private readonly int[] _rows;
    private readonly byte[] _encoded;
    private readonly byte[] _tr = new byte[MLDsaParameters.HashSize];
    private readonly Lock _transforming = new();
    private volatile bool _isT1Transformed; // on the first verification: who only signs, or makes keys, needs none

    private MLDsaVerificationKey(MLDsaParameters parameters, int[] rows, byte[] encoded)
    {
        Parameters = parameters;
        _rows = rows;
        _encoded = encoded;
        Fips202.Shake256(_tr, encoded);
    }

    /// <summary>
    /// The half of a new key (FIPS 204, Algorithm 22), with t1 in its rows as it is. It takes over the array.
    /// </summary>
    public static MLDsaVerificationKey Create(MLDsaParameters parameters, int[] rows, ReadOnlySpan<byte> rho)
    {
        byte[] encoded = new byte[parameters.PublicKeySize];
        rho.CopyTo(encoded);
        for (int i = 0; i < parameters.K; i++)
            MLDsaEncoding.Pack(T1(parameters, rows, i), MLDsaParameters.T1Bits, encoded.AsSpan(Offset(i)));

        return new MLDsaVerificationKey(parameters, rows, encoded);
    }

    /// <summary>FIPS 204, Algorithm 23: any bytes of the right length are a key.</summary>
    /// <exception cref="CryptographicException">The length is another.</exception>
    public static MLDsaVerificationKey Decode(MLDsaParameters parameters, ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length != parameters.PublicKeySize)
        {
            string name = parameters.Algorithm.Name;
            throw new CryptographicException(
                $"The {name} public key has {encoded.Length} bytes; it must have {parameters.PublicKeySize}.");
        }

        int[] rows = ExpandMatrix(parameters, encoded[..MLDsaParameters.SeedSize]);
        for (int i = 0; i < parameters.K; i++)
            MLDsaEncoding.Unpack(encoded[Offset(i)..], MLDsaParameters.T1Bits, T1(parameters, rows, i));

        return new MLDsaVerificationKey(parameters, rows, encoded.ToArray());
    }

    /// <summary>The place of a polynomial of t1 in the rows.</summary>
    public static Span<int> T1(MLDsaParameters parameters, int[] rows, int i) =>
        rows.AsSpan(((i + 1) * RowLength(parameters)) - N, N);

    /// <summary>The rows of A, each with room for its polynomial of t1.</summary>
    public static int[] ExpandMatrix(MLDsaParameters parameters, ReadOnlySpan<byte> rho)
    {
        int[] rows = GC.AllocateUninitializedArray<int>(parameters.K * RowLength(parameters));
        MLDsaSampling.ExpandMatrix(rows, parameters.K, parameters.L, parameters.L + 1, rho);
        return rows;
    }

    public MLDsaParameters Parameters { get; }

    public ReadOnlySpan<byte> Encoded => _encoded;

    /// <summary>The hash of the public key.</summary>
    public ReadOnlySpan<byte> Tr => _tr;

    /// <summary>Row i of A, and behind it polynomial i of t1.</summary>
    public ReadOnlySpan<int> Row(int i) => _rows.AsSpan(i * RowLength(Parameters), RowLength(Parameters));

    /// <summary>mu of a message with its context (FIPS 204, Algorithm 2, line 10, and Algorithm 7, line 6).</summary>
    public void HashData(ReadOnlySpan<byte> data, ReadOnlySpan<byte> context, Span<byte> mu) =>
        Hash(PureDomain, context, [], data, mu);

    /// <summary>The same of a message that is still to be absorbed; what is squeezed then is mu.</summary>
    public Sponge StartMu(ReadOnlySpan<byte> context) => Start(PureDomain, context);

    /// <summary>mu of a digest with its context (FIPS 204, Algorithm 4, line 23, and Algorithm 7, line 6).</summary>
    public void HashPreHash(
        ReadOnlySpan<byte> digest, string hashAlgorithmOid, ReadOnlySpan<byte> context, Span<byte> mu)
    {
        Hash(PreHashDomain, context, HashOid.Encode(hashAlgorithmOid), digest, mu);
    }

    /// <summary>
    /// mu of a message in the form that the internal algorithms take (FIPS 204, Algorithm 7, line 6).
    /// </summary>
    public void HashInternal(ReadOnlySpan<byte> message, Span<byte> mu) => Fips202.Shake256(mu, _tr, message);

    /// <summary>FIPS 204, Algorithm 8, from mu on: false for whatever is not a signature by this key.</summary>
    [SkipLocalsInit]
    public bool Verify(ReadOnlySpan<byte> mu, ReadOnlySpan<byte> signature)
    {
        MLDsaParameters parameters = Parameters;
        if (signature.Length != parameters.SignatureSize) return false;

        TransformT1();
        int k = parameters.K, l = parameters.L;
        ReadOnlySpan<byte> challenge = signature[..parameters.ChallengeSize];
        ReadOnlySpan<byte> encodedZ = signature.Slice(parameters.ChallengeSize, l * parameters.ZSize);
        ReadOnlySpan<byte> encodedHints = signature[(parameters.ChallengeSize + encodedZ.Length)..];
        Span<byte> hints = stackalloc byte[k * N];
        if (!MLDsaEncoding.TryUnpackHints(encodedHints, parameters, hints)) return false;

        Span<int> zAndC = stackalloc int[(l + 1) * N];
        Span<int> z = zAndC[..(l * N)], c = zAndC[(l * N)..];
        MLDsaEncoding.UnpackZ(encodedZ, parameters, z);
        if (!MLDsaRing.IsBelow(z, parameters.Gamma1 - parameters.Beta)) return false;

        MLDsaSampling.SampleInBall(c, parameters.Tau, -(1 << MLDsaParameters.D), challenge);
        for (int i = 0; i <= l; i++) MLDsaRing.Ntt(zAndC.Slice(i * N, N));

        Span<int> w = stackalloc int[N];
        Span<byte> w1 = stackalloc byte[parameters.W1Size];
        Sponge sponge = Sponge.Shake256();
        sponge.Absorb(mu);
        for (int i = 0; i < k; i++)
        {
            // w1 = UseHint(h, NTT^-1(A ∘ z - c ∘ t1 · 2^d))
            MLDsaRing.InnerProduct(w, Row(i), zAndC);
            MLDsaRing.InverseNtt(w);
            MLDsaRounding.UseHints(hints.Slice(i * N, N), w, parameters.Gamma2);
            MLDsaEncoding.Pack(w, parameters.W1Bits, w1);
            sponge.Absorb(w1);
        }

        Span<byte> again = stackalloc byte[parameters.ChallengeSize];
        sponge.Squeeze(again);
        return CryptographicOperations.FixedTimeEquals(challenge, again);
    }

    private void TransformT1()
    {
        if (_isT1Transformed) return;

        lock (_transforming)
        {
            if (_isT1Transformed) return;

            for (int i = 0; i < Parameters.K; i++) MLDsaRing.Ntt(T1(Parameters, _rows, i));
            _isT1Transformed = true;
        }
    }

    private static int RowLength(MLDsaParameters parameters) => (parameters.L + 1) * N;

    private static int Offset(int polynomial) => MLDsaParameters.SeedSize + (polynomial * MLDsaParameters.T1Size);

    private void Hash(
        byte domain, ReadOnlySpan<byte> context, ReadOnlySpan<byte> oid, ReadOnlySpan<byte> message, Span<byte> mu)
    {
        Sponge sponge = Start(domain, context);
        sponge.Absorb(oid);
        sponge.Absorb(message);
        sponge.Squeeze(mu);
        sponge.Clear();
    }

    private Sponge Start(byte domain, ReadOnlySpan<byte> context)
    {
        Sponge sponge = Sponge.Shake256();
        sponge.Absorb(_tr);
        sponge.Absorb(domain);
        sponge.Absorb(checked((byte)context.Length));
        sponge.Absorb(context);
        return sponge;
    }
}
