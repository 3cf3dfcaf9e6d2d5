using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Encodings;

/// <summary>
/// A PKCS#8 private key under a password: PBES2 with PBKDF2 and AES-CBC (RFC 8018), as OpenSSL reads it.
/// </summary>
/// <remarks>
/// Written with HMAC-SHA-256 and AES-256. Read with any HMAC-SHA and AES; the older schemes (PBES1, DES, RC2), and
/// scrypt, are refused. There is no integrity in the format: a wrong password and a damaged file are one error.
/// </remarks>
public static class EncryptedPkcs8
{
    /// <summary>What OWASP asks of PBKDF2-HMAC-SHA256 (2023).</summary>
    public const int DefaultIterations = 600_000;

    private const int MaxIterations = 10_000_000; // a few seconds; more is an attack on whoever reads it
    private const int SaltSize = 16;
    private const int MaxSaltSize = 1024;
    private const int IvSize = 16;

    private const string Pbes2 = "1.2.840.113549.1.5.13";
    private const string Pbkdf2 = "1.2.840.113549.1.5.12";
    private const string Scrypt = "1.3.6.1.4.1.11591.4.11";
    private const string HmacSha256 = "1.2.840.113549.2.9";
    private const string Aes256Cbc = "2.16.840.1.101.3.4.1.42";

    /// <summary>The DER of the EncryptedPrivateKeyInfo.</summary>
    /// <param name="pkcs8">The caller zeroes it.</param>
    /// <param name="password">Taken as UTF-8.</param>
    /// <param name="iterations">From <see cref="DefaultIterations"/> up.</param>
    /// <exception cref="ArgumentException">The password is empty.</exception>
    public static byte[] Encrypt(
        ReadOnlySpan<byte> pkcs8, ReadOnlySpan<char> password, int iterations = DefaultIterations)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, DefaultIterations);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(iterations, MaxIterations);
        return EncryptWith(pkcs8, password, iterations);
    }

    /// <summary>The PKCS#8 inside. The caller zeroes it.</summary>
    /// <exception cref="CryptographicException">
    /// Not such a structure, encrypted in another way, or the password is wrong or the file damaged.
    /// </exception>
    public static byte[] Decrypt(ReadOnlySpan<byte> encrypted, ReadOnlySpan<char> password) =>
        Decrypt(encrypted, password, MaxIterations);

    internal static byte[] EncryptWith(ReadOnlySpan<byte> pkcs8, ReadOnlySpan<char> password, int iterations)
    {
        if (password.IsEmpty) throw new ArgumentException("The password is empty.", nameof(password));

        byte[] salt = RandomNumberGenerator.GetBytes(SaltSize), iv = RandomNumberGenerator.GetBytes(IvSize);
        byte[] key = DeriveKey(password, salt, iterations, HashAlgorithmName.SHA256, size: 32);
        using Aes aes = Aes.Create();
        aes.SetKey(key);
        CryptographicOperations.ZeroMemory(key);

        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Pbes2);
                using (writer.PushSequence())
                {
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(Pbkdf2);
                        using (writer.PushSequence())
                        {
                            writer.WriteOctetString(salt);
                            writer.WriteInteger(iterations);
                            using (writer.PushSequence())
                            {
                                writer.WriteObjectIdentifier(HmacSha256);
                                writer.WriteNull();
                            }
                        }
                    }

                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(Aes256Cbc);
                        writer.WriteOctetString(iv);
                    }
                }
            }

            writer.WriteOctetString(aes.EncryptCbc(pkcs8, iv));
        }

        return writer.Encode();
    }

    internal static byte[] Decrypt(ReadOnlySpan<byte> encrypted, ReadOnlySpan<char> password, int maxIterations)
    {
        try
        {
            DerReader outer = new(encrypted);
            DerReader reader = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            DerReader scheme = reader.ReadSequence();
            Require(scheme.ReadObjectIdentifier(), Pbes2, "PBES2");
            DerReader parameters = scheme.ReadSequence();
            scheme.ThrowIfNotEmpty();
            ReadOnlySpan<byte> ciphertext = reader.ReadOctetString();
            reader.ThrowIfNotEmpty();

            DerReader derivation = parameters.ReadSequence();
            string kdf = derivation.ReadObjectIdentifier();
            if (kdf == Scrypt)
            {
                throw new CryptographicException(
                    "The key is encrypted with scrypt, which is not read here: convert it with PBKDF2 "
                    + "(openssl pkcs8 -topk8 -v2 aes-256-cbc).");
            }

            Require(kdf, Pbkdf2, "PBKDF2");
            DerReader pbkdf2 = derivation.ReadSequence();
            derivation.ThrowIfNotEmpty();
            DerReader cipher = parameters.ReadSequence();
            parameters.ThrowIfNotEmpty();
            string cipherOid = cipher.ReadObjectIdentifier();
            int keySize = cipherOid switch
            {
                "2.16.840.1.101.3.4.1.2" => 16,
                "2.16.840.1.101.3.4.1.22" => 24,
                Aes256Cbc => 32,
                _ => throw new CryptographicException(
                    $"The key is encrypted with cipher {cipherOid}; expected AES-CBC. Convert it with "
                    + "openssl pkcs8 -topk8 -v2 aes-256-cbc."),
            };
            ReadOnlySpan<byte> iv = cipher.ReadOctetString();
            cipher.ThrowIfNotEmpty();

            ReadOnlySpan<byte> salt = pbkdf2.ReadOctetString();
            int iterations = pbkdf2.ReadInt32();
            if (pbkdf2.NextIs(Asn1Tag.Integer) && pbkdf2.ReadInt32() != keySize)
                throw new AsnContentException("The length of the key is not that of the cipher.");

            HashAlgorithmName hash = HashAlgorithmName.SHA1; // the default of RFC 8018, appendix A.2
            if (!pbkdf2.IsEmpty)
            {
                DerReader prf = pbkdf2.ReadSequence();
                hash = HashOf(prf.ReadObjectIdentifier());
                if (!prf.IsEmpty) prf.ReadNull();
                prf.ThrowIfNotEmpty();
            }

            pbkdf2.ThrowIfNotEmpty();
            if (iterations < 1 || salt.Length > MaxSaltSize || iv.Length != IvSize)
                throw new AsnContentException("A parameter of the encryption is out of range.");

            if (iterations > maxIterations)
            {
                throw new CryptographicException(
                    $"The key asks for {iterations} iterations of PBKDF2; at most {maxIterations} are done.");
            }

            return Decrypt(password, salt, iterations, hash, keySize, iv, ciphertext);
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("Not the DER of an encrypted PKCS#8 private key.", e);
        }
    }

    private static byte[] Decrypt(
        ReadOnlySpan<char> password, ReadOnlySpan<byte> salt, int iterations, HashAlgorithmName hash, int keySize,
        ReadOnlySpan<byte> iv, ReadOnlySpan<byte> ciphertext)
    {
        byte[] key = DeriveKey(password, salt, iterations, hash, keySize);
        using Aes aes = Aes.Create();
        aes.SetKey(key);
        CryptographicOperations.ZeroMemory(key);
        byte[] padded = [];
        try
        {
            padded = aes.DecryptCbc(ciphertext, iv, PaddingMode.None);

            // By hand, so that bad padding and good padding over rubbish are the same error.
            int padding = padded.Length == 0 ? 0 : padded[^1];
            bool fits = padding is >= 1 and <= 16 && !padded.AsSpan(^padding..).ContainsAnyExcept((byte)padding);
            byte[] pkcs8 = fits ? padded[..^padding] : [];
            if (LooksLikeDer(pkcs8)) return pkcs8;

            CryptographicOperations.ZeroMemory(pkcs8);
            throw new CryptographicException("The password is wrong, or the file is damaged.");
        }
        catch (CryptographicException e)
        {
            throw new CryptographicException("The password is wrong, or the file is damaged.", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(padded);
        }
    }

    private static bool LooksLikeDer(ReadOnlySpan<byte> bytes)
    {
        try
        {
            DerReader reader = new(bytes);
            reader.ReadSequence();
            return reader.IsEmpty;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static byte[] DeriveKey(
        ReadOnlySpan<char> password, ReadOnlySpan<byte> salt, int iterations, HashAlgorithmName hash, int size)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(password)];
        try
        {
            Encoding.UTF8.GetBytes(password, bytes);
            return Rfc2898DeriveBytes.Pbkdf2(bytes, salt, iterations, hash, size);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    // RFC 8018, appendix B.1.2.
    private static HashAlgorithmName HashOf(string oid) => oid switch
    {
        "1.2.840.113549.2.7" => HashAlgorithmName.SHA1,
        HmacSha256 => HashAlgorithmName.SHA256,
        "1.2.840.113549.2.10" => HashAlgorithmName.SHA384,
        "1.2.840.113549.2.11" => HashAlgorithmName.SHA512,
        _ => throw new CryptographicException(
            $"The key is encrypted with PRF {oid}; expected HMAC with SHA-1, SHA-256, SHA-384 or SHA-512."),
    };

    private static void Require(string found, string expected, string name)
    {
        if (found != expected)
        {
            throw new CryptographicException(
                $"The key is encrypted with scheme {found}; expected {name}. Convert it with "
                + "openssl pkcs8 -topk8 -v2 aes-256-cbc.");
        }
    }
}
