using System.Globalization;

namespace Qbitel.Discovery.Tls;

/// <summary>Names of TLS numbers by the IANA registries; a number that is not listed stays a number.</summary>
public static class TlsNumbers
{
    public const int Tls10 = 0x0301, Tls11 = 0x0302, Tls12 = 0x0303, Tls13 = 0x0304;

    public const int X25519 = 0x001D, Secp256r1 = 0x0017, Secp384r1 = 0x0018, Secp521r1 = 0x0019,
        X25519MLKem768 = 0x11EC;

    public const int Secp256r1MLKem768 = 0x11EB, Secp384r1MLKem1024 = 0x11ED;

    private static readonly Dictionary<int, string> Versions = new()
    {
        [0x0300] = "SSL 3.0",
        [Tls10] = "TLS 1.0",
        [Tls11] = "TLS 1.1",
        [Tls12] = "TLS 1.2",
        [Tls13] = "TLS 1.3",
    };

    // IANA "TLS Supported Groups"; the ML-KEM numbers by draft-ietf-tls-ecdhe-mlkem and draft-ietf-tls-mlkem.
    private static readonly Dictionary<int, string> Groups = new()
    {
        [Secp256r1] = "secp256r1",
        [Secp384r1] = "secp384r1",
        [Secp521r1] = "secp521r1",
        [X25519] = "x25519",
        [0x001E] = "x448",
        [0x001A] = "brainpoolP256r1",
        [0x001B] = "brainpoolP384r1",
        [0x001C] = "brainpoolP512r1",
        [0x0100] = "ffdhe2048",
        [0x0101] = "ffdhe3072",
        [0x0102] = "ffdhe4096",
        [0x0103] = "ffdhe6144",
        [0x0104] = "ffdhe8192",
        [0x0200] = "MLKEM512",
        [0x0201] = "MLKEM768",
        [0x0202] = "MLKEM1024",
        [Secp256r1MLKem768] = "SecP256r1MLKEM768",
        [X25519MLKem768] = "X25519MLKEM768",
        [Secp384r1MLKem1024] = "SecP384r1MLKEM1024",
    };

    // IANA "TLS Cipher Suites": those we offer.
    private static readonly Dictionary<int, string> Suites = new()
    {
        [0x1301] = "TLS_AES_128_GCM_SHA256",
        [0x1302] = "TLS_AES_256_GCM_SHA384",
        [0x1303] = "TLS_CHACHA20_POLY1305_SHA256",
        [0xC02B] = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        [0xC02C] = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        [0xC02F] = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        [0xC030] = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        [0xCCA8] = "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        [0xCCA9] = "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        [0xC009] = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
        [0xC00A] = "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
        [0xC013] = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        [0xC014] = "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
        [0xC023] = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
        [0xC027] = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
        [0x009E] = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
        [0x009F] = "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
        [0x0033] = "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
        [0x0039] = "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
        [0x009C] = "TLS_RSA_WITH_AES_128_GCM_SHA256",
        [0x009D] = "TLS_RSA_WITH_AES_256_GCM_SHA384",
        [0x002F] = "TLS_RSA_WITH_AES_128_CBC_SHA",
        [0x0035] = "TLS_RSA_WITH_AES_256_CBC_SHA",
        [0x000A] = "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
    };

    // IANA "TLS SignatureScheme"; ML-DSA by draft-ietf-tls-mldsa.
    private static readonly Dictionary<int, string> Schemes = new()
    {
        [0x0201] = "rsa_pkcs1_sha1",
        [0x0203] = "ecdsa_sha1",
        [0x0401] = "rsa_pkcs1_sha256",
        [0x0501] = "rsa_pkcs1_sha384",
        [0x0601] = "rsa_pkcs1_sha512",
        [0x0403] = "ecdsa_secp256r1_sha256",
        [0x0503] = "ecdsa_secp384r1_sha384",
        [0x0603] = "ecdsa_secp521r1_sha512",
        [0x0804] = "rsa_pss_rsae_sha256",
        [0x0805] = "rsa_pss_rsae_sha384",
        [0x0806] = "rsa_pss_rsae_sha512",
        [0x0807] = "ed25519",
        [0x0808] = "ed448",
        [0x0809] = "rsa_pss_pss_sha256",
        [0x080A] = "rsa_pss_pss_sha384",
        [0x080B] = "rsa_pss_pss_sha512",
        [0x0904] = "mldsa44",
        [0x0905] = "mldsa65",
        [0x0906] = "mldsa87",
    };

    // RFC 8446, section 6.
    private static readonly Dictionary<int, string> Alerts = new()
    {
        [0] = "close_notify",
        [10] = "unexpected_message",
        [20] = "bad_record_mac",
        [22] = "record_overflow",
        [40] = "handshake_failure",
        [42] = "bad_certificate",
        [43] = "unsupported_certificate",
        [44] = "certificate_revoked",
        [45] = "certificate_expired",
        [46] = "certificate_unknown",
        [47] = "illegal_parameter",
        [48] = "unknown_ca",
        [49] = "access_denied",
        [50] = "decode_error",
        [51] = "decrypt_error",
        [70] = "protocol_version",
        [71] = "insufficient_security",
        [80] = "internal_error",
        [86] = "inappropriate_fallback",
        [90] = "user_canceled",
        [109] = "missing_extension",
        [110] = "unsupported_extension",
        [112] = "unrecognized_name",
        [113] = "bad_certificate_status_response",
        [115] = "unknown_psk_identity",
        [116] = "certificate_required",
        [120] = "no_application_protocol",
    };

    /// <summary>Hybrids and pure ML-KEM: the groups whose secrets outlive a quantum computer.</summary>
    public static bool IsQuantumSafeGroup(int group) =>
        group is 0x0200 or 0x0201 or 0x0202 or Secp256r1MLKem768 or X25519MLKem768 or Secp384r1MLKem1024;

    public static string VersionName(int version) => Name(Versions, version);

    public static string GroupName(int group) => Name(Groups, group);

    public static string CipherSuiteName(int suite) => Name(Suites, suite);

    public static string SignatureSchemeName(int scheme) => Name(Schemes, scheme);

    public static string AlertName(int alert) => Alerts.TryGetValue(alert, out string? name) ? name
        : $"alert {alert.ToString(CultureInfo.InvariantCulture)}";

    internal static IReadOnlyList<int> OfferedSchemes { get; } =
        [0x0904, 0x0905, 0x0906, 0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A,
            0x080B, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201];

    internal static IReadOnlyList<int> OfferedSuites { get; } =
    [
        0x1302, 0x1301, 0x1303, 0xC02C, 0xC02B, 0xC030, 0xC02F, 0xCCA9, 0xCCA8, 0x009F, 0x009E, 0xC00A, 0xC009, 0xC014,
            0xC013, 0xC023, 0xC027,
        0x0039, 0x0033, 0x009D, 0x009C, 0x0035, 0x002F, 0x000A,
    ];

    private static string Name(Dictionary<int, string> names, int number) =>
        names.TryGetValue(number, out string? name) ? name
            : $"unknown(0x{number.ToString("X4", CultureInfo.InvariantCulture)})";
}
