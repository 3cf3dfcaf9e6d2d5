namespace Qbitel.Hsm;

/// <summary>What can be asked of a provider.</summary>
public enum HsmOperation
{
    /// <summary>Unlock a token, or make an empty one.</summary>
    Open,

    GenerateKey,

    Find,

    List,

    Sign,

    Verify,

    Encrypt,

    Decrypt,

    Decapsulate,

    Destroy,

    RandomBytes,

    /// <summary>Hand out a key under another key; only where a provider says so itself.</summary>
    Wrap,

    /// <summary>Take in a key that is under another key.</summary>
    Unwrap,

    /// <summary>Take in a card key: made here, in a key block, or sealed to a key of the box.</summary>
    ImportCardKey,

    /// <summary>Give out a card key in a key block, under a key of the box.</summary>
    ExportCardKey,

    /// <summary>Compute and verify CVV, CVC, iCVV and the CAVV by the CVV method.</summary>
    CardValue,

    /// <summary>Verify an encrypted PIN by its PVV or its IBM 3624 offset.</summary>
    VerifyPin,

    /// <summary>Make an encrypted PIN block one of another key or format.</summary>
    TranslatePin,

    /// <summary>Verify an application cryptogram of a chip card.</summary>
    VerifyCryptogram,

    /// <summary>Answer an application cryptogram.</summary>
    AnswerCryptogram,

    /// <summary>Authenticate or encipher a command to a chip card.</summary>
    CardScript,

    /// <summary>Compute and verify MACs of messages.</summary>
    CardMac,

    /// <summary>Derive the initial key of a DUKPT device.</summary>
    DeriveInitialKey,
}
