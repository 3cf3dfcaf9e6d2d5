namespace Qbitel.Hsm.Pkcs11;

/// <summary>A key and its handles, which are worth something in one epoch only.</summary>
internal sealed class FoundKey(HsmKey description, KeyMechanism mechanism, ulong handle, ulong publicHandle, int epoch)
{
    public HsmKey Description { get; } = description;

    public KeyMechanism Mechanism { get; } = mechanism;

    /// <summary>The private or secret key.</summary>
    public ulong Handle { get; } = handle;

    public ulong PublicHandle { get; } = publicHandle;

    public int Epoch { get; } = epoch;

    /// <summary>The private key was seen to belong to the public key of the description.</summary>
    public bool IsVerified { get; set; }
}
