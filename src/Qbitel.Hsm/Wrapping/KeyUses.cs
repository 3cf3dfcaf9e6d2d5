namespace Qbitel.Hsm.Wrapping;

/// <summary>What a key object may be used for, as its token says.</summary>
[Flags]
public enum KeyUses
{
    None = 0,
    Encrypt = 1,
    Decrypt = 2,
    Sign = 4,
    Verify = 8,
    Wrap = 16,
    Unwrap = 32,
    Derive = 64,
    Decapsulate = 128,
}
