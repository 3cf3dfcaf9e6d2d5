using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Pkcs11;

/// <summary>
/// A key that lives in a device and does one thing there: wrap other keys, authenticate, derive, encrypt blocks or sign
/// with RSA.
/// </summary>
/// <remarks>
/// One purpose a key: a key that may both unwrap and decrypt gives away what it wrapped. The set is closed: compare by
/// reference.
/// </remarks>
public sealed class DeviceKeyKind
{
    public static readonly DeviceKeyKind AesWrap256 = new("AES-256-WRAP", Ckk.Aes, Ckm.AesKeyGen, 32, Ckm.AesKeyWrap);
    public static readonly DeviceKeyKind AesCmac128 = new("AES-128-CMAC", Ckk.Aes, Ckm.AesKeyGen, 16, Ckm.AesCmac);
    public static readonly DeviceKeyKind AesCmac256 = new("AES-256-CMAC", Ckk.Aes, Ckm.AesKeyGen, 32, Ckm.AesCmac);
    public static readonly DeviceKeyKind HmacSha256 = Secret("HMAC-SHA256", 32, Ckm.Sha256Hmac);
    public static readonly DeviceKeyKind HmacSha384 = Secret("HMAC-SHA384", 48, Ckm.Sha384Hmac);
    public static readonly DeviceKeyKind HmacSha512 = Secret("HMAC-SHA512", 64, Ckm.Sha512Hmac);
    public static readonly DeviceKeyKind HkdfSha256 = Secret("HKDF-SHA256", 32, Ckm.HkdfDerive);

    // NIST SP 800-131A disallows TDEA for new protection; card schemes still ask for it.
    public static readonly DeviceKeyKind TripleDes2Key = new("TDEA-2KEY", Ckk.Des2, Ckm.Des2KeyGen, 16, Ckm.Des3Cbc);
    public static readonly DeviceKeyKind TripleDes3Key = new("TDEA-3KEY", Ckk.Des3, Ckm.Des3KeyGen, 24, Ckm.Des3Cbc);
    public static readonly DeviceKeyKind TripleDesCmac = new("TDEA-CMAC", Ckk.Des3, Ckm.Des3KeyGen, 24, Ckm.Des3Cmac);

    public static readonly DeviceKeyKind Rsa2048 = Rsa("RSA-2048", 256);
    public static readonly DeviceKeyKind Rsa3072 = Rsa("RSA-3072", 384);
    public static readonly DeviceKeyKind Rsa4096 = Rsa("RSA-4096", 512);

    private DeviceKeyKind(string name, Ckk type, Ckm generate, int size, Ckm use)
    {
        Name = name;
        Type = type;
        Generate = generate;
        Size = size;
        Use = use;
    }

    /// <summary>As it stands in the label of the object.</summary>
    public string Name { get; }

    /// <summary>Of the secret key, or of the modulus, in bytes.</summary>
    public int Size { get; }

    public static IReadOnlyList<DeviceKeyKind> All { get; } =
    [
        AesWrap256, AesCmac128, AesCmac256, HmacSha256, HmacSha384, HmacSha512, HkdfSha256, TripleDes2Key,
        TripleDes3Key, TripleDesCmac, Rsa2048, Rsa3072, Rsa4096,
    ];

    internal Ckk Type { get; }

    internal Ckm Generate { get; }

    /// <summary>What the key is for; the wrapping key has two, and which is chosen when it wraps.</summary>
    internal Ckm Use { get; }

    internal bool IsPair => Type == Ckk.Rsa;

    internal bool IsMac => Use is Ckm.AesCmac or Ckm.Des3Cmac or Ckm.Sha256Hmac or Ckm.Sha384Hmac or Ckm.Sha512Hmac;

    internal int MacSize => Use switch
    {
        Ckm.Des3Cmac => 8,
        Ckm.AesCmac => 16,
        _ => Size,
    };

    public override string ToString() => Name;

    /// <summary>Why the slot cannot keep and use such keys, naming the mechanism; null when it can.</summary>
    internal string? WhyNot(SlotCapabilities slot) =>
        slot.WhyNot(Generate, IsPair ? MechanismFlags.GenerateKeyPair : MechanismFlags.Generate) ?? Use switch
        {
            // Without a MAC there is no check value for a key that only wraps.
            Ckm.AesKeyWrap => slot.WhyNot(Ckm.AesCmac, MechanismFlags.Sign)
                ?? (slot.Can(Ckm.AesKeyWrapKwp, MechanismFlags.Wrap) ? null
                    : slot.WhyNot(Ckm.AesKeyWrap, MechanismFlags.Wrap)),
            Ckm.HkdfDerive => slot.WhyNot(Use, MechanismFlags.Derive)
                ?? slot.WhyNot(Ckm.Sha256Hmac, MechanismFlags.Sign), // for the check value
            Ckm.Des3Cbc => slot.WhyNot(Use, MechanismFlags.Encrypt | MechanismFlags.Decrypt)
                ?? slot.WhyNot(Ckm.Des3Ecb, MechanismFlags.Encrypt),
            _ => slot.WhyNot(Use, MechanismFlags.Sign),
        };

    private static DeviceKeyKind Rsa(string name, int size) =>
        new(name, Ckk.Rsa, Ckm.RsaPkcsKeyPairGen, size, Ckm.Sha256RsaPkcsPss);

    private static DeviceKeyKind Secret(string name, int size, Ckm use) =>
        new(name, Ckk.GenericSecret, Ckm.GenericSecretKeyGen, size, use);
}
