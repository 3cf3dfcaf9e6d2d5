using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Lattices;

/// <summary>
/// The public half of an ML-DSA key, with what operations need of it made at the first of them: tr, and the matrix A
/// with t1 · 2^d transformed.
/// </summary>
/// <remarks>A new or public key that is only stored or shown never has them.</remarks>
internal sealed class MLDsaVerificationKey
{
    private const int N = MLDsaRing.N;

    // FIPS 204, Algorithms 2 and 4: the first byte of the message that is signed.
    private const byte PureDomain = 0;
    private const byte PreHashDomain = 1;

    private readonly byte[] _encoded;
    private readonly Lock _expanding = new();
    private byte[]? _tr;

    // Row after row of A, each followed by its polynomial of t1, all transformed: with -c · 2^d behind z, A z - c t1 ·
    // 2^d is one inner product a row.
    private int[]? _rows;

    private MLDsaVerificationKey(MLDsaParameters parameters, byte[] encoded)
    {
        Parameters = parameters;
        _encoded = encoded;
    }

    /// <summary>
    /// The half of a key from rho and t1, encoded (FIPS 204, Algorithm 22), with the rows of A where the caller had to
    /// make them. It takes over the arrays.
    /// </summary>
    public static MLDsaVerificationKey Create(MLDsaParameters parameters, byte[] encoded, int[]? rows)
    {
        MLDsaVerificationKey key = new(parameters, encoded) { _rows = rows };
        if (rows is not null) key.TransformT1(rows);
        return key;
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

        return new MLDsaVerificationKey(parameters, encoded.ToArray());
    }

    /// <summary>The rows of A, each with room for its polynomial of t1.</summary>
    public static int[] ExpandMatrix(MLDsaParameters parameters, ReadOnlySpan<byte> rho)
    {
        int[] rows = GC.AllocateUninitializedArray<int>(parameters.K * (parameters.L + 1) * N);
        MLDsaSampling.ExpandMatrix(rows, parameters.K, parameters.L, parameters.L + 1, rho);
        return rows;
    }

    /// <summary>The place of a polynomial of t1 in a public key.</summary>
    public static Span<byte> EncodedT1(Span<byte> encoded, int i) =>
        encoded.Slice(Offset(i), MLDsaParameters.T1Size);

    public MLDsaParameters Parameters { get; }

    public ReadOnlySpan<byte> Encoded => _encoded;

    /// <summary>The hash of the public key.</summary>
    public ReadOnlySpan<byte> Tr => Volatile.Read(ref _tr) ?? MakeTr();

    /// <summary>Row i of A, and behind it polynomial i of t1.</summary>
    public ReadOnlySpan<int> Row(int i) =>
        (Volatile.Read(ref _rows) ?? MakeRows()).AsSpan(i * RowLength, RowLength);

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
    public void HashInternal(ReadOnlySpan<byte> message, Span<byte> mu) => Fips202.Shake256(mu, Tr, message);

    /// <summary>FIPS 204, Algorithm 8, from mu on: false for whatever is not a signature by this key.</summary>
    [SkipLocalsInit]
    public bool Verify(ReadOnlySpan<byte> mu, ReadOnlySpan<byte> signature)
    {
        MLDsaParameters parameters = Parameters;
        if (signature.Length != parameters.SignatureSize) return false;

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

    private int RowLength => (Parameters.L + 1) * N;

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
        sponge.Absorb(Tr);
        sponge.Absorb(domain);
        sponge.Absorb(checked((byte)context.Length));
        sponge.Absorb(context);
        return sponge;
    }

    // Who comes at the same time makes the same bytes.
    private byte[] MakeTr()
    {
        byte[] tr = new byte[MLDsaParameters.HashSize];
        Fips202.Shake256(tr, _encoded);
        Volatile.Write(ref _tr, tr);
        return tr;
    }

    // Once: it is tens of kilobytes. They are published when they are whole.
    private int[] MakeRows()
    {
        lock (_expanding)
        {
            if (_rows is { } made) return made;

            int[] rows = ExpandMatrix(Parameters, _encoded.AsSpan(0, MLDsaParameters.SeedSize));
            TransformT1(rows);
            Volatile.Write(ref _rows, rows);
            return rows;
        }
    }

    private void TransformT1(int[] rows)
    {
        for (int i = 0; i < Parameters.K; i++)
        {
            Span<int> t1 = rows.AsSpan(((i + 1) * RowLength) - N, N);
            MLDsaEncoding.Unpack(EncodedT1(_encoded, i), MLDsaParameters.T1Bits, t1);
            MLDsaRing.Ntt(t1);
        }
    }
}
