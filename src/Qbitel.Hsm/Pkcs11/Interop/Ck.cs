namespace Qbitel.Hsm.Pkcs11.Interop;

/// <summary>Object classes.</summary>
internal enum Cko : ulong
{
    Data = 0x0,
    Certificate = 0x1,
    PublicKey = 0x2,
    PrivateKey = 0x3,
    SecretKey = 0x4,
}

/// <summary>Key types.</summary>
internal enum Ckk : ulong
{
    Rsa = 0x0,
    Ec = 0x3,
    GenericSecret = 0x10,
    Des2 = 0x14,
    Des3 = 0x15,
    Aes = 0x1F,
    EcEdwards = 0x40,
    MlKem = 0x49,
    MlDsa = 0x4A,
    SlhDsa = 0x4B,
}

/// <summary>What a mechanism of a slot can be used for.</summary>
[Flags]
internal enum MechanismFlags : ulong
{
    None = 0,
    Hardware = 0x1,
    Encrypt = 0x100,
    Decrypt = 0x200,
    Sign = 0x800,
    Verify = 0x2000,
    Generate = 0x8000,
    GenerateKeyPair = 0x10000,
    Wrap = 0x20000,
    Unwrap = 0x40000,
    Derive = 0x80000,
    Encapsulate = 0x10000000,
    Decapsulate = 0x20000000,
}

/// <summary>What a token says about itself and its PINs.</summary>
[Flags]
internal enum TokenFlags : ulong
{
    None = 0,
    WriteProtected = 0x2,
    LoginRequired = 0x4,
    UserPinInitialized = 0x8,
    ProtectedAuthenticationPath = 0x100,
    TokenInitialized = 0x400,
    UserPinFinalTry = 0x20000,
    UserPinLocked = 0x40000,
}

internal static class Ck
{
    public const ulong SlotTokenPresent = 0x1;
    public const ulong SlotHardware = 0x4;
    public const ulong OsLocking = 0x2;
    public const ulong ReadWriteSession = 0x2;
    public const ulong SerialSession = 0x4;
    public const ulong SecurityOfficer = 0;
    public const ulong User = 1;
    public const ulong Unavailable = ulong.MaxValue;
    public const ulong Mgf1Sha256 = 2;
    public const ulong Mgf1Sha384 = 3;
    public const ulong Mgf1Sha512 = 4;
    public const ulong HkdfSaltNull = 1;
    public const ulong HkdfSaltData = 2;

    /// <summary>
    /// The name as the standard spells it, e.g. <c>CKM_ML_DSA</c>, with its number; the number alone where this table
    /// has no name.
    /// </summary>
    public static string Spell<T>(T value)
        where T : struct, Enum
    {
        string prefix = typeof(T).Name.ToUpperInvariant();
        string number = "0x" + Convert.ToUInt64(value, System.Globalization.CultureInfo.InvariantCulture)
            .ToString("x", System.Globalization.CultureInfo.InvariantCulture);
        if (!Enum.IsDefined(value)) return $"{prefix} {number}";

        System.Text.StringBuilder name = new(prefix);
        foreach (char c in value.ToString())
        {
            if (char.IsUpper(c)) name.Append('_');
            name.Append(char.ToUpperInvariant(c));
        }

        return $"{name} ({number})";
    }
}
