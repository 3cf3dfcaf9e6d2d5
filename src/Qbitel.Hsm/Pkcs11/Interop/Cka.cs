namespace Qbitel.Hsm.Pkcs11.Interop;

/// <summary>Attributes of objects (PKCS#11 3.2, section 4).</summary>
internal enum Cka : ulong
{
    Class = 0x0,
    Token = 0x1,
    Private = 0x2,
    Label = 0x3,
    Value = 0x11,
    KeyType = 0x100,
    Id = 0x102,
    Sensitive = 0x103,
    Encrypt = 0x104,
    Decrypt = 0x105,
    Wrap = 0x106,
    Unwrap = 0x107,
    Sign = 0x108,
    Verify = 0x10A,
    Derive = 0x10C,
    Modulus = 0x120,
    ModulusBits = 0x121,
    PublicExponent = 0x122,
    ValueLen = 0x161,
    Extractable = 0x162,
    EcParams = 0x180,
    EcPoint = 0x181,
    ParameterSet = 0x61D,
    Encapsulate = 0x633,
    Decapsulate = 0x634,

    /// <summary>CKA_NSS_DB, NSS's own: the public value a private key is filed by.</summary>
    NssDatabase = 0xD5A0DB00,
}
