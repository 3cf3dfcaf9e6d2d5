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
}
