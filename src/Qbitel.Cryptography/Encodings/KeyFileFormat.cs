namespace Qbitel.Cryptography.Encodings;

/// <summary>How a key is written down.</summary>
public enum KeyFileFormat
{
    /// <summary>A private key: PKCS#8, the OneAsymmetricKey of RFC 5958.</summary>
    Pkcs8,

    /// <summary>The same under a password: PBES2 of RFC 8018.</summary>
    EncryptedPkcs8,

    /// <summary>A public key with its algorithm (RFC 5280, section 4.1.2.7).</summary>
    SubjectPublicKeyInfo,

    /// <summary>The ECPrivateKey of RFC 5915.</summary>
    Sec1,

    /// <summary>A certificate, of which only the public key is read (RFC 5280).</summary>
    Certificate,

    /// <summary>A JSON Web Key (RFC 7517), for ML-DSA (RFC 9964).</summary>
    Jwk,

    /// <summary>A COSE_Key (RFC 9052), for ML-DSA (RFC 9964).</summary>
    CoseKey,
}
