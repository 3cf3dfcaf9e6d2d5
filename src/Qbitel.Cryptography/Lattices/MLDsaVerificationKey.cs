using System.Formats.Asn1;
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

    private readonly int[] _matrix; // A, row after row, transformed
    private readonly int[] _t1; // t1 · 2^d, transformed
    private readonly byte[] _encoded;
    private readonly byte[] _tr = new byte[MLDsaParameters.HashSize];

    private MLDsaVerificationKey(MLDsaParameters parameters, int[] matrix, int[] t1, byte[] encoded)
    {
        Parameters = parameters;
        _matrix = matrix;
        _t1 = t1;
        _encoded = encoded;
        Fips202.Shake256(_tr, encoded);

        for (int i = 0; i < t1.Length; i++) t1[i] <<= MLDsaParameters.D;
        for (int i = 0; i < t1.Length; i += N) MLDsaRing.Ntt(t1.AsSpan(i, N));
    }

    /// <summary>The half of a new key (FIPS 204, Algorithm 22). It takes over its arrays.</summary>
    public static MLDsaVerificationKey Create(
        MLDsaParameters parameters, int[] matrix, int[] t1, ReadOnlySpan<byte> rho)
    {
        byte[] encoded = new byte[parameters.PublicKeySize];
        rho.CopyTo(encoded);
        for (int i = 0; i < parameters.K; i++)
            MLDsaEncoding.Pack(t1.AsSpan(i * N, N), MLDsaParameters.T1Bits, encoded.AsSpan(Offset(i)));
        return new MLDsaVerificationKey(parameters, matrix, t1, encoded);
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

        int[] t1 = new int[parameters.K * N];
        for (int i = 0; i < parameters.K; i++)
            MLDsaEncoding.Unpack(encoded[Offset(i)..], MLDsaParameters.T1Bits, t1.AsSpan(i * N, N));

        int[] matrix = MLDsaSampling.ExpandMatrix(parameters.K, parameters.L, encoded[..MLDsaParameters.SeedSize]);
        return new MLDsaVerificationKey(parameters, matrix, t1, encoded.ToArray());
    }

    public MLDsaParameters Parameters { get; }

    public ReadOnlySpan<byte> Encoded => _encoded;

    /// <summary>The hash of the public key.</summary>
    public ReadOnlySpan<byte> Tr => _tr;

    public ReadOnlySpan<int> MatrixRow(int i) => _matrix.AsSpan(i * Parameters.L * N, Parameters.L * N);

    /// <summary>mu of a message with its context (FIPS 204, Algorithm 2, line 10, and Algorithm 7, line 6).</summary>
    public void HashData(ReadOnlySpan<byte> data, ReadOnlySpan<byte> context, Span<byte> mu) =>
        Hash(PureDomain, context, [], data, mu);

    /// <summary>mu of a digest with its context (FIPS 204, Algorithm 4, line 23, and Algorithm 7, line 6).</summary>
    public void HashPreHash(
        ReadOnlySpan<byte> digest, string hashAlgorithmOid, ReadOnlySpan<byte> context, Span<byte> mu)
    {
        AsnWriter oid = new(AsnEncodingRules.DER);
        oid.WriteObjectIdentifier(hashAlgorithmOid);
        Hash(PreHashDomain, context, oid.Encode(), digest, mu);
    }

    /// <summary>
    /// mu of a message in the form that the internal algorithms take (FIPS 204, Algorithm 7, line 6).
    /// </summary>
    public void HashInternal(ReadOnlySpan<byte> message, Span<byte> mu) => Fips202.Shake256(mu, _tr, message);

    /// <summary>FIPS 204, Algorithm 8, from mu on: false for whatever is not a signature by this key.</summary>
    public bool Verify(ReadOnlySpan<byte> mu, ReadOnlySpan<byte> signature)
    {
        MLDsaParameters parameters = Parameters;
        if (signature.Length != parameters.SignatureSize) return false;

        ReadOnlySpan<byte> challenge = signature[..parameters.ChallengeSize];
        ReadOnlySpan<byte> encodedZ = signature.Slice(parameters.ChallengeSize, parameters.L * parameters.ZSize);
        ReadOnlySpan<byte> encodedHints = signature[(parameters.ChallengeSize + encodedZ.Length)..];
        Span<byte> hints = stackalloc byte[parameters.K * N];
        if (!MLDsaEncoding.TryUnpackHints(encodedHints, parameters, hints)) return false;

        Span<int> z = stackalloc int[parameters.L * N];
        for (int i = 0; i < parameters.L; i++)
            MLDsaEncoding.UnpackZ(encodedZ[(i * parameters.ZSize)..], parameters, z.Slice(i * N, N));
        if (!MLDsaRing.IsBelow(z, parameters.Gamma1 - parameters.Beta)) return false;

        Span<int> c = stackalloc int[N];
        Span<int> w = stackalloc int[N];
        Span<int> product = stackalloc int[N];
        Span<byte> w1 = stackalloc byte[parameters.W1Size];
        MLDsaSampling.SampleInBall(c, parameters.Tau, challenge);
        MLDsaRing.Ntt(c);
        for (int i = 0; i < parameters.L; i++) MLDsaRing.Ntt(z.Slice(i * N, N));

        Sponge sponge = Sponge.Shake256();
        sponge.Absorb(mu);
        for (int i = 0; i < parameters.K; i++)
        {
            // w1 = UseHint(h, NTT^-1(A ∘ z - c ∘ t1 · 2^d))
            MLDsaRing.InnerProduct(w, MatrixRow(i), z);
            MLDsaRing.Multiply(product, c, _t1.AsSpan(i * N, N));
            MLDsaRing.Subtract(w, product);
            MLDsaRing.Reduce(w);
            MLDsaRing.InverseNtt(w);
            MLDsaRing.Canonicalize(w);
            for (int j = 0; j < N; j++) w[j] = MLDsaRounding.UseHint(hints[(i * N) + j], w[j], parameters.Gamma2);
            MLDsaEncoding.Pack(w, parameters.W1Bits, w1);
            sponge.Absorb(w1);
        }

        Span<byte> again = stackalloc byte[parameters.ChallengeSize];
        sponge.Squeeze(again);
        return CryptographicOperations.FixedTimeEquals(challenge, again);
    }

    private static int Offset(int polynomial) => MLDsaParameters.SeedSize + (polynomial * MLDsaParameters.T1Size);

    private void Hash(
        byte domain, ReadOnlySpan<byte> context, ReadOnlySpan<byte> oid, ReadOnlySpan<byte> message, Span<byte> mu)
    {
        Sponge sponge = Sponge.Shake256();
        sponge.Absorb(_tr);
        sponge.Absorb(domain);
        sponge.Absorb(checked((byte)context.Length));
        sponge.Absorb(context);
        sponge.Absorb(oid);
        sponge.Absorb(message);
        sponge.Squeeze(mu);
        sponge.Clear();
    }
}
