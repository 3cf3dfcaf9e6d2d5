using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Keys;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Encodings;

/// <summary>Reads a key in whatever way it is written, and writes keys as PEM.</summary>
public static class KeyFile
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int MaxSize = 1 << 20;

    /// <summary>Finds out the format, PEM or not, and reads the one key there is.</summary>
    /// <param name="file">The caller zeroes it where it is secret.</param>
    /// <param name="password">For an encrypted key.</param>
    /// <exception cref="CryptographicException">
    /// No key in a known format, more than one, an invalid one, or the password is wrong.
    /// </exception>
    public static StoredKey Read(ReadOnlySpan<byte> file, ReadOnlySpan<char> password = default)
    {
        if (file.Length > MaxSize)
        {
            throw new CryptographicException(
                $"Not a key file: {file.Length} bytes, where keys have at most {MaxSize}.");
        }

        ReadOnlySpan<byte> text = file.TrimStart(" \t\r\n\uFEFF"u8);
        if (text.IndexOf("-----BEGIN "u8) >= 0 && !LooksBinary(file)) return ReadPem(file, password);

        return text.IsEmpty ? throw new CryptographicException("Not a key file: it is empty.")
            : text[0] == (byte)'{' ? new StoredKey(JsonWebKey.Decode(text)) { Format = KeyFileFormat.Jwk }
            : file[0] >> 5 == 5 ? new StoredKey(CoseKey.Decode(file)) { Format = KeyFileFormat.CoseKey }
            : ReadDer(file, FormatOf(file), password);
    }

    /// <summary>The PEM of a private key. The caller zeroes it.</summary>
    /// <param name="key">Any key with a private half.</param>
    /// <param name="password">Encrypts the key; without one it is in the clear.</param>
    /// <param name="form">For ML-DSA and ML-KEM.</param>
    /// <inheritdoc cref="Pkcs8.Encode(SignatureKey, PrivateKeyForm)" path="/exception"/>
    public static char[] WritePrivatePem(
        StoredKey key, ReadOnlySpan<char> password = default, PrivateKeyForm form = PrivateKeyForm.Shortest) =>
        Armour(Pkcs8.Encode(key, form), password);

    /// <inheritdoc cref="WritePrivatePem(StoredKey, ReadOnlySpan{char}, PrivateKeyForm)"/>
    public static char[] WritePrivatePem(
        SignatureKey key, ReadOnlySpan<char> password = default, PrivateKeyForm form = PrivateKeyForm.Shortest) =>
        Armour(Pkcs8.Encode(key, form), password);

    /// <inheritdoc cref="WritePrivatePem(StoredKey, ReadOnlySpan{char}, PrivateKeyForm)"/>
    public static char[] WritePrivatePem(
        KemKey key, ReadOnlySpan<char> password = default, PrivateKeyForm form = PrivateKeyForm.Shortest) =>
        Armour(Pkcs8.Encode(key, form), password);

    /// <summary>The PEM of a public key.</summary>
    /// <exception cref="ArgumentException">No standard gives the algorithm an identifier.</exception>
    public static string WritePublicPem(SubjectPublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return PemEncoding.WriteString("PUBLIC KEY", key.Encode()) + "\n";
    }

    private static char[] Armour(byte[] pkcs8, ReadOnlySpan<char> password)
    {
        try
        {
            char[] pem = password.IsEmpty
                ? PemEncoding.Write("PRIVATE KEY", pkcs8)
                : PemEncoding.Write("ENCRYPTED PRIVATE KEY", EncryptedPkcs8.Encrypt(pkcs8, password));
            char[] line = [.. pem, '\n'];
            Array.Clear(pem);
            return line;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private static bool LooksBinary(ReadOnlySpan<byte> file) => file.ContainsAnyInRange((byte)0, (byte)8);

    private static StoredKey ReadPem(ReadOnlySpan<byte> file, ReadOnlySpan<char> password)
    {
        char[] text = new char[file.Length];
        byte[] der = [];
        try
        {
            Encoding.Latin1.GetChars(file, text);
            ReadOnlySpan<char> rest = text, data = default;
            KeyFileFormat? found = null;
            while (PemEncoding.TryFind(rest, out PemFields fields))
            {
                KeyFileFormat? format = Labelled(rest[fields.Label]);
                if (format is not null)
                {
                    if (found is not null)
                        throw new CryptographicException("The PEM text holds two keys or more: give one at a time.");

                    found = format;
                    data = rest[fields.Base64Data];
                }

                rest = rest[fields.Location.End..];
            }

            if (found is null)
            {
                throw new CryptographicException(
                    "The PEM text holds no key: expected a label that says PRIVATE KEY, ENCRYPTED PRIVATE KEY, "
                    + "PUBLIC KEY, EC PRIVATE KEY or CERTIFICATE.");
            }

            der = GC.AllocateUninitializedArray<byte>(data.Length, pinned: true);
            if (!Convert.TryFromBase64Chars(data, der, out int size))
                throw new CryptographicException("The key in the PEM text is not base64.");

            StoredKey key = ReadDer(der.AsSpan(0, size), found.Value, password);
            key.IsPem = true;
            return key;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
            Array.Clear(text);
        }
    }

    // The labels of RFC 7468, and that of RFC 5915.
    private static KeyFileFormat? Labelled(ReadOnlySpan<char> label) => label switch
    {
        "PRIVATE KEY" => KeyFileFormat.Pkcs8,
        "ENCRYPTED PRIVATE KEY" => KeyFileFormat.EncryptedPkcs8,
        "PUBLIC KEY" => KeyFileFormat.SubjectPublicKeyInfo,
        "EC PRIVATE KEY" => KeyFileFormat.Sec1,
        "CERTIFICATE" => KeyFileFormat.Certificate,
        _ => null,
    };

    // By what the outer sequence begins with; the decoder of that format checks the rest.
    private static KeyFileFormat FormatOf(ReadOnlySpan<byte> der)
    {
        try
        {
            DerReader outer = new(der);
            DerReader reader = outer.ReadSequence();
            if (reader.NextIs(Asn1Tag.Integer))
            {
                reader.Skip();
                return reader.NextIs(Asn1Tag.PrimitiveOctetString) ? KeyFileFormat.Sec1 : KeyFileFormat.Pkcs8;
            }

            reader.ReadSequence();
            return reader.NextIs(Asn1Tag.PrimitiveOctetString) ? KeyFileFormat.EncryptedPkcs8
                : reader.NextIs(Asn1Tag.PrimitiveBitString) ? KeyFileFormat.SubjectPublicKeyInfo
                : KeyFileFormat.Certificate;
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException(
                "Not a key file: expected PEM, the DER of PKCS#8, of a public key or of a certificate, a JSON Web Key "
                + "or a COSE_Key.", e);
        }
    }

    private static StoredKey ReadDer(ReadOnlySpan<byte> der, KeyFileFormat format, ReadOnlySpan<char> password)
    {
        switch (format)
        {
            case KeyFileFormat.Pkcs8:
                return Pkcs8.Decode(der);
            case KeyFileFormat.EncryptedPkcs8:
                if (password.IsEmpty) throw new CryptographicException("The key is encrypted: it needs its password.");

                byte[] pkcs8 = EncryptedPkcs8.Decrypt(der, password);
                try
                {
                    return Pkcs8.Decode(pkcs8).As(format);
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(pkcs8);
                }

            case KeyFileFormat.SubjectPublicKeyInfo:
                return StoredKey.Public(SubjectPublicKey.Decode(der), format);
            case KeyFileFormat.Certificate:
                return StoredKey.Public(CertificateFields.Decode(der).PublicKey, format);
            default:
                return new StoredKey(ReadSec1(der)) { Format = KeyFileFormat.Sec1 };
        }
    }

    private static SignatureKey ReadSec1(ReadOnlySpan<byte> der)
    {
        string? curve = Sec1.CurveOf(der);
        SignatureAlgorithm algorithm = SignatureAlgorithm.All.FirstOrDefault(
            known => curve is not null && Pkcs8.CurveOf(known) == curve)
            ?? throw new CryptographicException(
                $"EC private key: expected the curve P-256 or P-384, named in the key; found {curve ?? "none"}.");
        return SignatureKeys.ImportPrivate(algorithm, der);
    }
}
