using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Qbitel.Cryptography;
using Qbitel.Hsm.Pkcs11.Interop;

namespace Qbitel.Hsm.Wrapping;

/// <summary>What a key that moves is made of, whoever made it: cipher, size, curve or parameter set.</summary>
/// <remarks>The set is closed: compare by reference, or by name.</remarks>
public sealed class TransferKind
{
    private const string CurveP256 = "1.2.840.10045.3.1.7", CurveP384 = "1.3.132.0.34", CurveP521 = "1.3.132.0.35";
    private const string CurveEd25519 = "1.3.101.112";

    private TransferKind(string name, Ckk type, int size, bool isPair, string? curve = null, ulong? set = null)
    {
        Name = name;
        Type = type;
        Size = size;
        IsPair = isPair;
        Curve = curve;
        ParameterSet = set;
    }

    public static IReadOnlyList<TransferKind> All { get; } =
    [
        Secret("AES-128", Ckk.Aes, 16), Secret("AES-192", Ckk.Aes, 24), Secret("AES-256", Ckk.Aes, 32),
        Secret("TDEA-2KEY", Ckk.Des2, 16), Secret("TDEA-3KEY", Ckk.Des3, 24),
        Secret("SECRET-128", Ckk.GenericSecret, 16), Secret("SECRET-160", Ckk.GenericSecret, 20),
        Secret("SECRET-256", Ckk.GenericSecret, 32), Secret("SECRET-384", Ckk.GenericSecret, 48),
        Secret("SECRET-512", Ckk.GenericSecret, 64),
        Pair("RSA-1024", Ckk.Rsa, 128), Pair("RSA-2048", Ckk.Rsa, 256), Pair("RSA-3072", Ckk.Rsa, 384),
        Pair("RSA-4096", Ckk.Rsa, 512),
        Pair("EC-P256", Ckk.Ec, 32, CurveP256), Pair("EC-P384", Ckk.Ec, 48, CurveP384),
        Pair("EC-P521", Ckk.Ec, 66, CurveP521), Pair("Ed25519", Ckk.EcEdwards, 32, CurveEd25519),
        Pair("ML-DSA-44", Ckk.MlDsa, 1312, set: 1), Pair("ML-DSA-65", Ckk.MlDsa, 1952, set: 2),
        Pair("ML-DSA-87", Ckk.MlDsa, 2592, set: 3),
        Pair("ML-KEM-512", Ckk.MlKem, 800, set: 1), Pair("ML-KEM-768", Ckk.MlKem, 1184, set: 2),
        Pair("ML-KEM-1024", Ckk.MlKem, 1568, set: 3),
        .. KeyAlgorithm.All.Where(a => a is not CipherAlgorithm && Own(a) is null && a.Oid is not null)
            .Select(a => new TransferKind(a.Name, (Ckk)ulong.MaxValue, 0, isPair: true)),
    ];

    public string Name { get; }

    public bool IsPair { get; }

    /// <summary>Of a secret key, in bytes; of an RSA modulus; of one coordinate; of an encoded public key.</summary>
    internal int Size { get; }

    internal Ckk Type { get; }

    /// <summary>The object identifier of the curve.</summary>
    internal string? Curve { get; }

    internal ulong? ParameterSet { get; }

    /// <summary>The algorithm of this library for such keys; null where it has none.</summary>
    internal KeyAlgorithm? Algorithm => Name switch
    {
        "EC-P256" => SignatureAlgorithm.EcdsaP256,
        "EC-P384" => SignatureAlgorithm.EcdsaP384,
        "AES-256" => CipherAlgorithm.Aes256Gcm,
        _ => IsPair && KeyAlgorithm.TryParse(Name, out KeyAlgorithm? known) ? known : null,
    };

    public static bool TryParse(string? name, [NotNullWhen(true)] out TransferKind? kind) =>
        (kind = All.FirstOrDefault(known => known.Name == name)) is not null;

    internal static TransferKind? Of(KeyAlgorithm algorithm) =>
        All.FirstOrDefault(kind => kind.Algorithm == algorithm);

    public override string ToString() => Name;

    /// <summary>For people, of an object that is none of these.</summary>
    internal static string Unknown(ulong? type) => type is null ? "no key type"
        : string.Create(CultureInfo.InvariantCulture, $"key type 0x{type:x}");

    private static TransferKind Secret(string name, Ckk type, int size) => new(name, type, size, isPair: false);

    private static TransferKind Pair(string name, Ckk type, int size, string? curve = null, ulong? set = null) =>
        new(name, type, size, isPair: true, curve, set);

    // Those that stand above under a name of their own.
    private static string? Own(KeyAlgorithm algorithm) =>
        algorithm == SignatureAlgorithm.EcdsaP256 || algorithm == SignatureAlgorithm.EcdsaP384
        || algorithm == SignatureAlgorithm.Ed25519
        || algorithm.Name.StartsWith("ML-DSA-", StringComparison.Ordinal)
        || algorithm.Name.StartsWith("ML-KEM-", StringComparison.Ordinal) ? algorithm.Name : null;
}
