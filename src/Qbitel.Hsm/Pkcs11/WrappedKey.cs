namespace Qbitel.Hsm.Pkcs11;

/// <summary>A key under another key, as it left the device.</summary>
/// <param name="Mechanism">
/// <c>CKM_AES_KEY_WRAP_KWP</c> (RFC 5649), or <c>CKM_AES_KEY_WRAP</c> (RFC 3394) where the device has only that.
/// </param>
/// <param name="Kind">What the key is, and becomes again.</param>
/// <param name="Bytes">The key under the wrapping key.</param>
/// <param name="CheckValue">Of the key; compared after unwrapping.</param>
/// <param name="Encapsulated">The KEM's ciphertext, where the wrapping key came out of one; else empty.</param>
public sealed record WrappedKey(
    string Mechanism, DeviceKeyKind Kind, ReadOnlyMemory<byte> Bytes, ReadOnlyMemory<byte> CheckValue,
    ReadOnlyMemory<byte> Encapsulated)
{
    public override string ToString() => $"{Kind} under {Mechanism}, {Bytes.Length} bytes";
}
