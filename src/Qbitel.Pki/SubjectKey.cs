using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Pki;

/// <summary>
/// A public key that can be certified: one of our signature algorithms, or RSA for endpoints that are not ready for
/// more.
/// </summary>
public sealed class SubjectKey
{
    /// <summary>In bits; a smaller RSA key is refused.</summary>
    public const int MinRsaSize = 2048;

    /// <summary>In bits; a larger RSA key costs too much to check.</summary>
    public const int MaxRsaSize = 8192;

    private SubjectKey(
        ReadOnlyMemory<byte> encoded, ReadOnlyMemory<byte> bits, SignatureAlgorithm? algorithm, int rsaSize)
    {
        Encoded = encoded;
        Bits = bits;
        Algorithm = algorithm;
        RsaSize = rsaSize;
    }

    /// <summary>The DER of the SubjectPublicKeyInfo.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>Null for RSA.</summary>
    public SignatureAlgorithm? Algorithm { get; }

    /// <summary>In bits; 0 for all others.</summary>
    public int RsaSize { get; }

    public bool IsQuantumSafe => Algorithm?.IsQuantumSafe == true;

    /// <summary>The key itself, without its algorithm.</summary>
    internal ReadOnlyMemory<byte> Bits { get; }

    public static SubjectKey Of(SignatureAlgorithm algorithm, ReadOnlySpan<byte> publicKey) =>
        Decode(new SubjectPublicKey(algorithm, publicKey).Encode());

    public static SubjectKey Of(Signer signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return Of(signer.Algorithm, signer.PublicKey.Span);
    }

    public static SubjectKey Of(AsymmetricAlgorithm key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Decode(key.ExportSubjectPublicKeyInfo());
    }

    /// <exception cref="CryptographicException">
    /// Not a public key that can be certified; the message says why.
    /// </exception>
    public static SubjectKey Decode(ReadOnlyMemory<byte> subjectPublicKeyInfo) =>
        TryDecode(subjectPublicKeyInfo, out SubjectKey? key, out Objection? objection)
        ? key
        : throw new CryptographicException(objection.ToString());

    public static bool TryDecode(
        ReadOnlyMemory<byte> subjectPublicKeyInfo, [NotNullWhen(true)] out SubjectKey? key,
        [NotNullWhen(false)] out Objection? objection)
    {
        (key, objection) = (null, null);
        string oid;
        ReadOnlyMemory<byte> bits;
        try
        {
            AsnReader outer = new(subjectPublicKeyInfo, AsnEncodingRules.DER);
            AsnReader reader = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            oid = reader.ReadSequence().ReadObjectIdentifier();
            if (!reader.TryReadPrimitiveBitString(out int unused, out bits) || unused != 0)
                throw new AsnContentException("The key is not made of whole bytes.");
            reader.ThrowIfNotEmpty();
        }
        catch (AsnContentException e)
        {
            objection = new Objection("subjectPublicKeyInfo", e.Message);
            return false;
        }

        if (oid == Oids.RsaEncryption) return TryDecodeRsa(subjectPublicKeyInfo, bits, out key, out objection);
        if (!SubjectPublicKey.TryDecode(
            subjectPublicKeyInfo.Span,
            out SubjectPublicKey? known) || known.Algorithm is not SignatureAlgorithm algorithm)
        {
            objection = new Objection(
                "subjectPublicKeyInfo", $"keys of {oid} are not certified here, or this one is malformed");
            return false;
        }

        try
        {
            // the point is on the curve, the coefficients in range
            SignatureKeys.ImportPublic(algorithm, known.Key.Span).Dispose();
        }
        catch (CryptographicException e)
        {
            objection = new Objection("subjectPublicKeyInfo", e.Message);
            return false;
        }

        key = new SubjectKey(subjectPublicKeyInfo, bits, algorithm, 0);
        return true;
    }

    public override string ToString() => Algorithm?.Name ?? $"RSA-{RsaSize}";

    private static bool TryDecodeRsa(
        ReadOnlyMemory<byte> encoded, ReadOnlyMemory<byte> bits, [NotNullWhen(true)] out SubjectKey? key,
        [NotNullWhen(false)] out Objection? objection)
    {
        (key, objection) = (null, null);
        try
        {
            // Looked at before the platform gets to compute with it.
            AsnReader reader = new(bits, AsnEncodingRules.DER);
            AsnReader numbers = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            System.Numerics.BigInteger modulus = numbers.ReadInteger();
            System.Numerics.BigInteger exponent = numbers.ReadInteger();
            numbers.ThrowIfNotEmpty();
            long size = modulus.Sign > 0 ? modulus.GetBitLength() : 0;
            if (size is < MinRsaSize or > MaxRsaSize)
            {
                objection = new Objection(
                    "rsa-size", $"the RSA key has {size} bits, allowed are {MinRsaSize} to {MaxRsaSize}");
            }
            else if (modulus.IsEven || exponent.IsEven || exponent < 65_537 || exponent.GetBitLength() > 64)
            {
                objection = new Objection(
                    "rsa-key", "the RSA modulus is even, or the exponent is even, below 65537 or above 64 bits");
            }

            if (objection is not null) return false;

            using RSA rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(encoded.Span, out int read);
            if (read != encoded.Length) throw new CryptographicException("bytes follow the key");
            key = new SubjectKey(encoded, bits, null, (int)size);
            return true;
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            objection = new Objection("subjectPublicKeyInfo", e.Message);
            return false;
        }
    }
}
