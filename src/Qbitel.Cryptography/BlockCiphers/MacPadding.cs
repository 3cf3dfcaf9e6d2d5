namespace Qbitel.Cryptography.BlockCiphers;

/// <summary>How ISO/IEC 9797-1 fills the last block.</summary>
public enum MacPadding
{
    /// <summary>Method 1: zeros, none where the data fills its blocks; empty data is one block of zeros.</summary>
    Zeros = 1,

    /// <summary>Method 2: one bit 1, then zeros, always.</summary>
    OneThenZeros = 2,
}
