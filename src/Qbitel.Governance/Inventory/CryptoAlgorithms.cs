using System.Globalization;
using Qbitel.Cryptography;

namespace Qbitel.Governance.Inventory;

/// <summary>Finds algorithms by exact name, object identifier or IANA number. What is not listed is unknown, whatever
/// it is called.</summary>
public static class CryptoAlgorithms
{
    private const string RsaOid = "1.2.840.113549.1.1.1", RsaPssOid = "1.2.840.113549.1.1.10",
        EcOid = "1.2.840.10045.2.1", DsaOid = "1.2.840.10040.4.1";

    /// <summary>A SHA-1 or MD5 signature is as weak as finding a collision, whatever the key.</summary>
    private const int BrokenHashBits = 63;

    // NIST SP 800-57 part 1, table 2; SP 800-186; RFC 7748 and 8032 for the Edwards and Montgomery curves.
    private static readonly Dictionary<string, (string Name, int Bits)> Curves = new(StringComparer.OrdinalIgnoreCase)
    {
        ["1.2.840.10045.3.1.1"] = ("P-192", 80),
        ["secp192r1"] = ("P-192", 80),
        ["P-192"] = ("P-192", 80),
        ["1.3.132.0.33"] = ("P-224", 112),
        ["secp224r1"] = ("P-224", 112),
        ["P-224"] = ("P-224", 112),
        ["1.2.840.10045.3.1.7"] = ("P-256", 128),
        ["secp256r1"] = ("P-256", 128),
        ["P-256"] = ("P-256", 128),
        ["1.3.132.0.34"] = ("P-384", 192),
        ["secp384r1"] = ("P-384", 192),
        ["P-384"] = ("P-384", 192),
        ["1.3.132.0.35"] = ("P-521", 256),
        ["secp521r1"] = ("P-521", 256),
        ["P-521"] = ("P-521", 256),
        ["1.3.132.0.10"] = ("secp256k1", 128),
        ["secp256k1"] = ("secp256k1", 128),
        ["1.3.36.3.3.2.8.1.1.7"] = ("brainpoolP256r1", 128),
        ["brainpoolP256r1"] = ("brainpoolP256r1", 128),
        ["1.3.36.3.3.2.8.1.1.11"] = ("brainpoolP384r1", 192),
        ["brainpoolP384r1"] = ("brainpoolP384r1", 192),
        ["1.3.36.3.3.2.8.1.1.13"] = ("brainpoolP512r1", 256),
        ["brainpoolP512r1"] = ("brainpoolP512r1", 256),
    };

    private static readonly CryptoAlgorithm[] Named =
    [
        .. KeyAlgorithm.All.Select(Ours),
        Classical("X25519", 128), Classical("X448", 224), Classical("Ed448", 224),
        Classical("P-224", 112), Classical("P-256", 128), Classical("P-384", 192), Classical("P-521", 256),
        Classical("RSA-1024", 80), Classical("RSA-2048", 112), Classical("RSA-3072", 128), Classical("RSA-4096", 128),
        Classical("FFDHE-2048", 112), Classical("FFDHE-3072", 128), Classical("FFDHE-4096", 128),
        Classical("FFDHE-6144", 128), Classical("FFDHE-8192", 192),
        Symmetric("AES-128", 128, 1), Symmetric("AES-192", 192, 3), Symmetric("AES-256", 256, 5),
        Symmetric("ChaCha20-Poly1305", 256, 5),
        new("3DES", 80, 1), new("RC4", 0, 1), // whatever the key: a 64-bit block, a biased stream (SP 800-131A)
        Hybrid("X25519MLKEM768", 3), Hybrid("SecP256r1MLKEM768", 3), Hybrid("SecP384r1MLKEM1024", 5),
        PostQuantum("LMS", 5), PostQuantum("XMSS", 5), // SP 800-208, with SHA-256 in full

        // Candidates and drafts: final standards differ from them in their bytes.
        .. new[]
        {
            "Kyber512", "Kyber768", "Kyber1024", "X25519Kyber768Draft00", "P256Kyber768Draft00",
            "Dilithium2", "Dilithium3", "Dilithium5", "Falcon-512", "Falcon-1024",
        }.Select(name => new CryptoAlgorithm(name, null, 1, IsStandard: false)),
    ];

    private static readonly Dictionary<string, CryptoAlgorithm> ByExactName = Named.Select(a => (a.Name, Algorithm: a))
        .Concat(KeyAlgorithm.All.SelectMany(a => a.Aliases.Select(alias => (Name: alias, Algorithm: Ours(a)))))
        .DistinctBy(a => a.Name, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(a => a.Name, a => a.Algorithm, StringComparer.OrdinalIgnoreCase);

    // RFC 3279, 4055, 5758 and 8410; NIST CSOR; RFC 8708. Of classical signatures the identifier does not say the size
    // of the key.
    private static readonly Dictionary<string, CryptoAlgorithm> ByOidNumber = Known(new(StringComparer.Ordinal)
    {
        ["1.2.840.113549.1.1.4"] = new("RSA with MD5", BrokenHashBits, 0),
        ["1.2.840.113549.1.1.5"] = new("RSA with SHA-1", BrokenHashBits, 0),
        ["1.2.840.113549.1.1.14"] = new("RSA with SHA-224", null, 0),
        ["1.2.840.113549.1.1.11"] = new("RSA with SHA-256", null, 0),
        ["1.2.840.113549.1.1.12"] = new("RSA with SHA-384", null, 0),
        ["1.2.840.113549.1.1.13"] = new("RSA with SHA-512", null, 0),
        [RsaPssOid] = new("RSA-PSS", null, 0),
        [RsaOid] = new("RSA", null, 0),
        [EcOid] = new("EC", null, 0),
        [DsaOid] = new("DSA", null, 0),
        ["1.2.840.10040.4.3"] = new("DSA with SHA-1", BrokenHashBits, 0),
        ["2.16.840.1.101.3.4.3.2"] = new("DSA with SHA-256", null, 0),
        ["1.2.840.10045.4.1"] = new("ECDSA with SHA-1", BrokenHashBits, 0),
        ["1.2.840.10045.4.3.1"] = new("ECDSA with SHA-224", null, 0),
        ["1.2.840.10045.4.3.2"] = new("ECDSA with SHA-256", null, 0),
        ["1.2.840.10045.4.3.3"] = new("ECDSA with SHA-384", null, 0),
        ["1.2.840.10045.4.3.4"] = new("ECDSA with SHA-512", null, 0),
        ["1.3.101.110"] = Classical("X25519", 128),
        ["1.3.101.111"] = Classical("X448", 224),
        ["1.3.101.113"] = Classical("Ed448", 224),
        ["1.2.840.113549.1.9.16.3.17"] = PostQuantum("LMS", 5),
    });

    // IANA "TLS Supported Groups".
    private static readonly Dictionary<int, string> TlsGroups = new()
    {
        [0x0013] = "P-192",
        [0x0015] = "P-224",
        [0x0017] = "P-256",
        [0x0018] = "P-384",
        [0x0019] = "P-521",
        [0x001A] = "brainpoolP256r1",
        [0x001B] = "brainpoolP384r1",
        [0x001C] = "brainpoolP512r1",
        [0x001D] = "X25519",
        [0x001E] = "X448",
        [0x0100] = "FFDHE-2048",
        [0x0101] = "FFDHE-3072",
        [0x0102] = "FFDHE-4096",
        [0x0103] = "FFDHE-6144",
        [0x0104] = "FFDHE-8192",
        [0x0200] = "ML-KEM-512",
        [0x0201] = "ML-KEM-768",
        [0x0202] = "ML-KEM-1024",
        [0x11EB] = "SecP256r1MLKEM768",
        [0x11EC] = "X25519MLKEM768",
        [0x11ED] = "SecP384r1MLKEM1024",
        [0x6399] = "X25519Kyber768Draft00",
        [0x639A] = "P256Kyber768Draft00",
    };

    // IANA "TLS SignatureScheme"; the size of an RSA key is that of the certificate.
    private static readonly Dictionary<int, CryptoAlgorithm> TlsSchemes = new()
    {
        [0x0201] = new("RSA with SHA-1", BrokenHashBits, 0),
        [0x0203] = new("ECDSA with SHA-1", BrokenHashBits, 0),
        [0x0401] = new("RSA with SHA-256", null, 0),
        [0x0501] = new("RSA with SHA-384", null, 0),
        [0x0601] = new("RSA with SHA-512", null, 0),
        [0x0804] = new("RSA-PSS", null, 0),
        [0x0805] = new("RSA-PSS", null, 0),
        [0x0806] = new("RSA-PSS", null, 0),
        [0x0809] = new("RSA-PSS", null, 0),
        [0x080A] = new("RSA-PSS", null, 0),
        [0x080B] = new("RSA-PSS", null, 0),
        [0x0403] = Classical("ECDSA P-256", 128),
        [0x0503] = Classical("ECDSA P-384", 192),
        [0x0603] = Classical("ECDSA P-521", 256),
        [0x0807] = Classical("Ed25519", 128),
        [0x0808] = Classical("Ed448", 224),
        [0x0904] = Ours(SignatureAlgorithm.MLDsa44),
        [0x0905] = Ours(SignatureAlgorithm.MLDsa65),
        [0x0906] = Ours(SignatureAlgorithm.MLDsa87),
    };

    // IANA "TLS Cipher Suites".
    private static readonly Dictionary<string, int[]> TlsCiphers = new(StringComparer.Ordinal)
    {
        ["AES-128"] =
        [
            0x1301, 0x1304, 0x1305, 0xC02B, 0xC02F, 0x009E, 0x009C, 0xC009, 0xC013, 0xC023, 0xC027,
            0x0033, 0x0067, 0x002F, 0x003C,
        ],
        ["AES-256"] =
            [0x1302, 0xC02C, 0xC030, 0x009F, 0x009D, 0xC00A, 0xC014, 0xC024, 0xC028, 0x0039, 0x006B, 0x0035, 0x003D],
        ["ChaCha20-Poly1305"] = [0x1303, 0xCCA8, 0xCCA9, 0xCCAA],
        ["3DES"] = [0x000A, 0x0016, 0xC008, 0xC012],
        ["RC4"] = [0x0004, 0x0005, 0xC007, 0xC011],
    };

    /// <summary>By exact name, such as <c>ML-KEM-768</c>, <c>P-256</c> or <c>RSA-3072</c>, ignoring case.</summary>
    public static CryptoAlgorithm ByName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ByExactName.TryGetValue(name, out CryptoAlgorithm? known)
            ? known : Curve(name) ?? CryptoAlgorithm.Unknown(name);
    }

    /// <summary>By object identifier in dotted decimal. For classical signatures the strength stays unknown: it is the
    /// key's.</summary>
    public static CryptoAlgorithm ByOid(string oid)
    {
        ArgumentNullException.ThrowIfNull(oid);
        return ByOidNumber.TryGetValue(oid, out CryptoAlgorithm? known) ? known : CryptoAlgorithm.Unknown(oid);
    }

    /// <summary>The algorithm of a public key: its identifier, and the size or curve that decides its
    /// strength.</summary>
    public static CryptoAlgorithm ByPublicKey(string oid, int? sizeBits = null, string? curve = null) => oid switch
    {
        RsaOid or RsaPssOid when sizeBits is { } bits => Rsa(bits),
        DsaOid when sizeBits is { } bits => Rsa(bits) with { Name = Invariant($"DSA-{bits}") },
        EcOid when curve is not null => Curve(curve) ?? CryptoAlgorithm.Unknown($"EC {curve}"),
        EcOid => CryptoAlgorithm.Unknown("EC with an unknown curve"),
        _ => ByOid(oid),
    };

    /// <summary>An RSA or finite-field key by the size of its modulus.</summary>
    public static CryptoAlgorithm Rsa(int bits) => Classical(Invariant($"RSA-{bits}"), FactoringBits(bits));

    public static CryptoAlgorithm FiniteFieldDiffieHellman(int bits) =>
        Classical(Invariant($"DH-{bits}"), FactoringBits(bits));

    /// <summary>By number in the IANA registry of TLS supported groups.</summary>
    public static CryptoAlgorithm ByTlsGroup(int number) =>
        TlsGroups.TryGetValue(number, out string? name)
            ? ByName(name) : CryptoAlgorithm.Unknown(Invariant($"TLS group 0x{number:X4}"));

    /// <summary>By number in the IANA registry of TLS signature schemes.</summary>
    public static CryptoAlgorithm ByTlsSignatureScheme(int number) =>
        TlsSchemes.TryGetValue(number, out CryptoAlgorithm? known)
            ? known : CryptoAlgorithm.Unknown(Invariant($"TLS signature scheme 0x{number:X4}"));

    /// <summary>The cipher of a suite by its number in the IANA registry.</summary>
    public static CryptoAlgorithm ByTlsCipherSuite(int number) =>
        TlsCiphers.FirstOrDefault(c => c.Value.Contains(number)).Key is { } name
            ? ByName(name)
            : CryptoAlgorithm.Unknown(Invariant($"TLS cipher suite 0x{number:X4}"));

    /// <summary>A key of this library.</summary>
    public static CryptoAlgorithm Ours(KeyAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        int classical = algorithm.SecurityCategory switch
        {
            0 => algorithm == SignatureAlgorithm.EcdsaP384 ? 192 : 128,
            <= 2 => 128,
            <= 4 => 192,
            _ => 256,
        };
        return new CryptoAlgorithm(
            algorithm.Name, classical, algorithm.SecurityCategory, IsHybrid: AlgorithmStrength.IsHybrid(algorithm));
    }

    private static CryptoAlgorithm? Curve(string name) =>
        Curves.TryGetValue(name, out (string Name, int Bits) curve) ? Classical(curve.Name, curve.Bits) : null;

    // NIST SP 800-57 part 1, table 2: the row a modulus reaches.
    private static int FactoringBits(int bits) =>
        bits switch { < 1024 => 0, < 2048 => 80, < 3072 => 112, < 7680 => 128, < 15360 => 192, _ => 256 };

    private static CryptoAlgorithm Classical(string name, int bits) => new(name, bits, 0);

    private static CryptoAlgorithm Symmetric(string name, int bits, int category) => new(name, bits, category);

    private static CryptoAlgorithm PostQuantum(string name, int category) =>
        new(name, category switch { <= 2 => 128, <= 4 => 192, _ => 256 }, category);

    private static CryptoAlgorithm Hybrid(string name, int category) =>
        PostQuantum(name, category) with { IsHybrid = true };

    private static Dictionary<string, CryptoAlgorithm> Known(Dictionary<string, CryptoAlgorithm> table)
    {
        foreach (KeyAlgorithm algorithm in KeyAlgorithm.All)
            if (algorithm.Oid is { } oid) table.TryAdd(oid, Ours(algorithm));

        // 2.16.840.1.101.3.4.3.32 to 46 are the signatures of a hash, in the order of those of the message, 17 to 31.
        for (int i = 17; i <= 31; i++)
        {
            CryptoAlgorithm pure = table[Invariant($"2.16.840.1.101.3.4.3.{i}")];
            table.Add(Invariant($"2.16.840.1.101.3.4.3.{i + 15}"), pure with { Name = $"Hash{pure.Name}" });
        }

        return table;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
