namespace Qbitel.Cryptography.Cards.Dukpt;

/// <summary>The algorithm a derived key is for (ANSI X9.24-3, 6.3.2: its algorithm indicator).</summary>
public enum AesDukptKeyType
{
    /// <summary>Two-key TDEA, 128 bits.</summary>
    TwoKeyTdea = 0,

    /// <summary>Three-key TDEA, 192 bits.</summary>
    ThreeKeyTdea = 1,

    Aes128 = 2,

    Aes192 = 3,

    Aes256 = 4,
}
