namespace Qbitel.Cryptography.Cards.Dukpt;

/// <summary>What a derived key is for (ANSI X9.24-3, 6.3.2: its key usage indicator).</summary>
public enum AesDukptKeyUse
{
    KeyEncryption = 0x0002,

    PinEncryption = 0x1000,

    MacGeneration = 0x2000,

    MacVerification = 0x2001,

    MacBothWays = 0x2002,

    DataEncryption = 0x3000,

    DataDecryption = 0x3001,

    DataBothWays = 0x3002,
}
