using Qbitel.Cryptography;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Pkcs11;

/// <summary>How keys of one algorithm are made and used over PKCS#11.</summary>
/// <remarks>Hybrids are absent: no module keeps their two halves as one key.</remarks>
internal sealed record KeyMechanism(
    KeyAlgorithm Algorithm, Ckk KeyType, Ckm Generate, Ckm Use, ulong? ParameterSet = null, string? Curve = null,
    ulong Bits = 0)
{
    // Parameter sets: PKCS#11 3.2, CKP_ML_DSA_*, CKP_ML_KEM_* and CKP_SLH_DSA_*.
    private static readonly KeyMechanism[] All =
    [
        Ec(SignatureAlgorithm.EcdsaP256, "1.2.840.10045.3.1.7", 256),
        Ec(SignatureAlgorithm.EcdsaP384, "1.3.132.0.34", 384),
        new(SignatureAlgorithm.Ed25519, Ckk.EcEdwards, Ckm.EcEdwardsKeyPairGen, Ckm.Eddsa, Curve: "1.3.101.112"),
        MLDsa(SignatureAlgorithm.MLDsa44, 1),
        MLDsa(SignatureAlgorithm.MLDsa65, 2),
        MLDsa(SignatureAlgorithm.MLDsa87, 3),
        MLKem(KemAlgorithm.MLKem512, 1),
        MLKem(KemAlgorithm.MLKem768, 2),
        MLKem(KemAlgorithm.MLKem1024, 3),
        SlhDsa(SignatureAlgorithm.SlhDsaSha2_128s, 1),
        SlhDsa(SignatureAlgorithm.SlhDsaShake128s, 2),
        SlhDsa(SignatureAlgorithm.SlhDsaSha2_128f, 3),
        SlhDsa(SignatureAlgorithm.SlhDsaShake128f, 4),
        SlhDsa(SignatureAlgorithm.SlhDsaSha2_192s, 5),
        SlhDsa(SignatureAlgorithm.SlhDsaShake192s, 6),
        SlhDsa(SignatureAlgorithm.SlhDsaSha2_192f, 7),
        SlhDsa(SignatureAlgorithm.SlhDsaShake192f, 8),
        SlhDsa(SignatureAlgorithm.SlhDsaSha2_256s, 9),
        SlhDsa(SignatureAlgorithm.SlhDsaShake256s, 10),
        SlhDsa(SignatureAlgorithm.SlhDsaSha2_256f, 11),
        SlhDsa(SignatureAlgorithm.SlhDsaShake256f, 12),
        new(CipherAlgorithm.Aes256Gcm, Ckk.Aes, Ckm.AesKeyGen, Ckm.AesGcm),
    ];

    public bool IsPair => Algorithm is not CipherAlgorithm;

    public static KeyMechanism? Of(KeyAlgorithm algorithm) => Array.Find(All, each => each.Algorithm == algorithm);

    /// <summary>Why the slot cannot keep and use such keys, naming the mechanism; null when it can.</summary>
    public string? WhyNot(SlotCapabilities slot)
    {
        string? why = slot.WhyNot(Generate, IsPair ? MechanismFlags.GenerateKeyPair : MechanismFlags.Generate);
        if (why is not null) return why;
        if (Bits > 0 && !slot.CanSize(Generate, Bits))
            return $"{Ck.Spell(Generate)} of the slot makes no {Bits}-bit keys";

        return Algorithm switch
        {
            KemAlgorithm when !slot.HasEncapsulation => "the module's interface has no C_DecapsulateKey (PKCS#11 3.2)",
            KemAlgorithm => slot.WhyNot(Use, MechanismFlags.Decapsulate),
            CipherAlgorithm => slot.WhyNot(Use, MechanismFlags.Encrypt | MechanismFlags.Decrypt)
                ?? slot.WhyNot(Ckm.AesEcb, MechanismFlags.Encrypt), // for the check value
            _ => slot.WhyNot(Use, MechanismFlags.Sign),
        };
    }

    private static KeyMechanism Ec(SignatureAlgorithm algorithm, string curve, ulong bits) =>
        new(algorithm, Ckk.Ec, Ckm.EcKeyPairGen, Ckm.Ecdsa, Curve: curve, Bits: bits);

    private static KeyMechanism MLDsa(SignatureAlgorithm algorithm, ulong set) =>
        new(algorithm, Ckk.MlDsa, Ckm.MlDsaKeyPairGen, Ckm.MlDsa, set);

    private static KeyMechanism SlhDsa(SignatureAlgorithm algorithm, ulong set) =>
        new(algorithm, Ckk.SlhDsa, Ckm.SlhDsaKeyPairGen, Ckm.SlhDsa, set);

    private static KeyMechanism MLKem(KemAlgorithm algorithm, ulong set) =>
        new(algorithm, Ckk.MlKem, Ckm.MlKemKeyPairGen, Ckm.MlKem, set);
}
