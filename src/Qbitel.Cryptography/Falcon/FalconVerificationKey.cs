using System.Security.Cryptography;

namespace Qbitel.Cryptography.Falcon;

/// <summary>The public half of a Falcon-512 key: h, transformed once. Integers only.</summary>
internal sealed class FalconVerificationKey
{
    // floor(β²) with β = 1.1 · 165.7366171829776 · sqrt(1024): Falcon specification, round 3, Table 3.3.
    private const int NormBound = 34034726;

    private const int N = FalconRing.N;

    private readonly byte[] _encoded;
    private readonly uint[] _h; // transformed, times R

    private FalconVerificationKey(byte[] encoded, uint[] h)
    {
        _encoded = encoded;
        _h = h;
        FalconRing.Transform(_h);
        FalconRing.ToMontgomery(_h);
    }

    public ReadOnlySpan<byte> Encoded => _encoded;

    public static FalconVerificationKey Create(ReadOnlySpan<uint> h)
    {
        byte[] encoded = new byte[FalconEncoding.PublicKeySize];
        FalconEncoding.EncodePublicKey(h, encoded);
        return new FalconVerificationKey(encoded, h.ToArray());
    }

    /// <exception cref="CryptographicException">The encoding is malformed, or a coefficient is q or more.</exception>
    public static FalconVerificationKey Decode(ReadOnlySpan<byte> encoded)
    {
        uint[] h = new uint[N];
        return FalconEncoding.TryDecodePublicKey(encoded, h)
            ? new FalconVerificationKey(encoded.ToArray(), h)
            : throw new CryptographicException(
                "The Falcon-512 public key is invalid: expected 897 bytes, the first 09, coefficients below 12289.");
    }

    /// <summary>Verify (Algorithm 16) of a signature without padding, of one exact length.</summary>
    public bool VerifyCompressed(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length <= FalconEncoding.MaxCompressedSignatureSize && Verify(message, signature, padded: false);

    /// <summary>Verify (Algorithm 16) of a signature padded with zeros to 666 bytes.</summary>
    public bool VerifyPadded(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == FalconEncoding.PaddedSignatureSize && Verify(message, signature, padded: true);

    /// <summary>True if s1² + s2² is within the bound.</summary>
    public static bool IsShort(ReadOnlySpan<short> s1, ReadOnlySpan<short> s2)
    {
        unchecked
        {
            // 1024 squares of at most 2^26 stay far below 2^63.
            long norm = 0;
            for (int i = 0; i < N; i++) norm += ((long)s1[i] * s1[i]) + ((long)s2[i] * s2[i]);
            return norm <= NormBound;
        }
    }

    private bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, bool padded)
    {
        if (signature.Length <= FalconEncoding.SignaturePrefixSize) return false;
        if (signature[0] != FalconEncoding.SignatureHeader) return false;

        ReadOnlySpan<byte> nonce = signature.Slice(1, FalconEncoding.NonceSize);
        ReadOnlySpan<byte> body = signature[FalconEncoding.SignaturePrefixSize..];
        Span<short> s2 = stackalloc short[N];
        int length = FalconEncoding.Decompress(body, s2);
        if (length == 0) return false;
        if (padded ? body[length..].ContainsAnyExcept((byte)0) : length != body.Length) return false;

        // s1 = c - s2 h mod q, centred
        Span<ushort> point = stackalloc ushort[N];
        Span<uint> product = stackalloc uint[N];
        Span<short> s1 = stackalloc short[N];
        FalconHash.ToPoint(nonce, message, point);
        for (int i = 0; i < N; i++) product[i] = FalconRing.FromSigned(s2[i]);
        FalconRing.Transform(product);
        FalconRing.Multiply(product, _h);
        FalconRing.Inverse(product);
        for (int i = 0; i < N; i++)
            s1[i] = (short)FalconRing.ToSigned(FalconRing.FromSigned(point[i] - (int)product[i]));
        return IsShort(s1, s2);
    }
}
