using System.Globalization;

namespace Qbitel.Governance.Inventory;

/// <summary>What one TLS handshake showed, in the numbers of the wire, and the uses of algorithms that follow from
/// it.</summary>
public sealed record TlsObservation
{
    /// <summary>The negotiated group by its IANA number; null for RSA key transport and unnamed
    /// Diffie-Hellman.</summary>
    public int? Group { get; init; }

    /// <summary>The size of an unnamed Diffie-Hellman group.</summary>
    public int? DiffieHellmanBits { get; init; }

    public int? CipherSuite { get; init; }

    /// <summary>The scheme the server signed the handshake with.</summary>
    public int? SignatureScheme { get; init; }

    /// <summary>The server's own public key.</summary>
    public string? KeyOid { get; init; }

    public int? KeySizeBits { get; init; }

    public string? KeyCurve { get; init; }

    /// <summary>What the server's certificate is signed with.</summary>
    public string? CertificateSignatureOid { get; init; }

    public IReadOnlyList<AlgorithmUse> Uses()
    {
        List<AlgorithmUse> uses = [];
        CryptoAlgorithm? key = KeyOid is null ? null : CryptoAlgorithms.ByPublicKey(KeyOid, KeySizeBits, KeyCurve);
        CryptoAlgorithm agreement = Group is { } group ? CryptoAlgorithms.ByTlsGroup(group)
            : DiffieHellmanBits is { } bits ? CryptoAlgorithms.FiniteFieldDiffieHellman(bits)
            : IsRsaTransport && key is not null ? key with { Name = key.Name + " key transport" }
            : CryptoAlgorithm.Unknown("no key exchange was seen");
        Add(CryptoUse.KeyEstablishment, agreement, Group is null ? "key exchange" : "negotiated group");
        if (key is not null) Add(CryptoUse.Signature, key, "certificate key");
        if (SignatureScheme is { } scheme)
            Add(CryptoUse.Signature, Sized(CryptoAlgorithms.ByTlsSignatureScheme(scheme), key), "handshake signature");
        if (CertificateSignatureOid is { } oid)
            Add(CryptoUse.Signature, CryptoAlgorithms.ByOid(oid), "issuer signature");
        if (CipherSuite is { } suite)
            Add(CryptoUse.SymmetricEncryption, CryptoAlgorithms.ByTlsCipherSuite(suite), "cipher suite");
        return uses;

        void Add(CryptoUse use, CryptoAlgorithm algorithm, string role) =>
            uses.Add(new AlgorithmUse(use, algorithm, role));
    }

    // RFC 5246, section 7.4.3: suites without a key exchange of their own carry the secret under the certificate's RSA
    // key.
    private bool IsRsaTransport =>
        CipherSuite is 0x000A or 0x0004 or 0x0005 or 0x002F or 0x0035 or 0x003C or 0x003D or 0x009C or 0x009D;

    private static CryptoAlgorithm Sized(CryptoAlgorithm signature, CryptoAlgorithm? key) =>
        signature.ClassicalBits is null && key is { ClassicalBits: { } bits, QuantumCategory: 0 }
            ? signature with
            {
                ClassicalBits = bits,
                Name = string.Create(CultureInfo.InvariantCulture, $"{signature.Name} under {key.Name}")
            }
            : signature;
}
