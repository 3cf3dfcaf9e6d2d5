using System.Globalization;
using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Encodings;

namespace Qbitel.KeyFiles;

/// <summary>What may be said of a key aloud; never any of its secret.</summary>
/// <remarks>Sizes in bytes. The category is NIST's, 0 where a quantum computer breaks the algorithm.</remarks>
internal sealed record KeyDescription(
    string Algorithm, string Use, string Half, string Format, string? Oid, int SecurityCategory, bool QuantumSafe,
    int PublicKeySize, int? PrivateKeySize, string OutputName, int OutputSize, string? Fingerprint,
    IReadOnlyList<string> Warnings)
{
    // Object identifiers of drafts: composite ML-DSA and ML-KEM (id-alg of PKIX), and X-Wing.
    private static readonly string[] Drafts = ["1.3.6.1.5.5.7.6.", "1.3.6.1.4.1.62253.25722"];

    public static KeyDescription Of(StoredKey key, string? path)
    {
        KeyAlgorithm? algorithm = key.Algorithm;
        (string use, string output, int size) = algorithm switch
        {
            SignatureAlgorithm signature => ("sign and verify", "signature", signature.SignatureSize),
            KemAlgorithm kem => ("encrypt and decrypt", "ciphertext", kem.CiphertextSize),
            _ => ("agree on a secret", "secret", 32),
        };
        return new(key.AlgorithmName, use, key.HasPrivateKey ? "private" : "public", FormatName(key), algorithm?.Oid,
            algorithm?.SecurityCategory ?? 0, algorithm?.IsQuantumSafe ?? false, key.ExportPublicKey().Length,
            key.HasPrivateKey && HasSeed(key) ? algorithm?.PrivateKeySize : null, output, size,
                key.Fingerprint?.ToString(),
            [.. Notices(key, path)]);
    }

    /// <summary>The same facts, in the order and the words people read them.</summary>
    public IEnumerable<(string Name, string Value)> Lines()
    {
        yield return ("Algorithm", QuantumSafe
            ? string.Create(CultureInfo.InvariantCulture, $"{Algorithm}, NIST category {SecurityCategory}")
            : $"{Algorithm}, broken by a quantum computer");
        yield return ("For", Use);
        yield return ("Holds", Half == "private" ? "private and public key" : "public key");
        yield return ("Format", Format);
        if (Oid is not null) yield return ("Identifier", Oid);
        yield return ("Sizes", string.Create(CultureInfo.InvariantCulture, $"public key {PublicKeySize}, ")
            + (PrivateKeySize is { } size ? string.Create(CultureInfo.InvariantCulture, $"private key {size}, ") : "")
            + string.Create(CultureInfo.InvariantCulture, $"{OutputName} {OutputSize} bytes"));
        if (Fingerprint is not null) yield return ("Fingerprint", $"sha256:{Fingerprint}");
        foreach (string warning in Warnings) yield return ("Warning", warning);
    }

    private static string FormatName(StoredKey key)
    {
        string name = key.Format switch
        {
            KeyFileFormat.Pkcs8 => "PKCS#8",
            KeyFileFormat.EncryptedPkcs8 => "PKCS#8, encrypted",
            KeyFileFormat.SubjectPublicKeyInfo => "SubjectPublicKeyInfo",
            KeyFileFormat.Sec1 => "ECPrivateKey",
            KeyFileFormat.Certificate => "certificate",
            KeyFileFormat.Jwk => "JSON Web Key",
            _ => "COSE_Key",
        };
        return key.IsPem ? $"{name}, PEM" : name;
    }

    private static IEnumerable<string> Notices(StoredKey key, string? path)
    {
        if (key.Algorithm is not { IsQuantumSafe: true })
        {
            yield return "classical: what it signs or protects today can be forged or read once a quantum computer "
                + "exists";
        }

        if (key.Algorithm?.Oid is { } oid && Drafts.Any(draft => oid.StartsWith(draft, StringComparison.Ordinal)))
            yield return "the encoding is that of a draft: keep the means to make the key again";
        if (!key.HasPrivateKey) yield break;

        if (!HasSeed(key)) yield return "it came in expanded form: its seed cannot be had back";
        if (key.Format != KeyFileFormat.EncryptedPkcs8)
            yield return "the private key is in the clear: 'qbitel key convert' can encrypt it";
        if (path is not null && (
            File.GetUnixFileMode(path) & ~SafeFile.OwnerOnly) is not UnixFileMode.None and var others)
        {
            yield return $"others may use the file ({others}): chmod 600 '{path}'";
        }
    }

    private static bool HasSeed(StoredKey key)
    {
        try
        {
            byte[] shortest = key.Signature?.ExportPrivateKey() ?? key.Kem?.ExportPrivateKey() ?? [];
            CryptographicOperations.ZeroMemory(shortest);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
