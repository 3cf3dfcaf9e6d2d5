using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Classical;

/// <summary>A raw key of RFC 7748 or RFC 8032, held by libcrypto.</summary>
/// <remarks>
/// Safe for concurrent use: a key is never changed after import and each operation has a context of its own. libcrypto
/// zeroes a private key when it frees it. Importing one costs a scalar multiplication: hold the key, not its bytes.
/// </remarks>
internal sealed class EvpKey : SafeHandle, ISigningKey
{
    private EvpKeyType _type;

    public EvpKey() : base(invalidHandleValue: 0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    public static EvpKey Generate(EvpKeyType type)
    {
        Span<byte> bytes = stackalloc byte[type.KeySize()];
        try
        {
            RandomNumberGenerator.Fill(bytes);
            return ImportPrivate(type, bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public static unsafe EvpKey ImportPrivate(EvpKeyType type, ReadOnlySpan<byte> bytes)
    {
        RequireKeySize(type, bytes, "private");
        LibCrypto.Require();
        fixed (byte* p = bytes)
            return Checked(type, LibCrypto.EVP_PKEY_new_raw_private_key(type, 0, p, (nuint)bytes.Length));
    }

    public static unsafe EvpKey ImportPublic(EvpKeyType type, ReadOnlySpan<byte> bytes)
    {
        RequireKeySize(type, bytes, "public");
        LibCrypto.Require();
        fixed (byte* p = bytes)
            return Checked(type, LibCrypto.EVP_PKEY_new_raw_public_key(type, 0, p, (nuint)bytes.Length));
    }

    public unsafe byte[] ExportPublic()
    {
        byte[] bytes = new byte[_type.KeySize()];
        nuint size = (nuint)bytes.Length;
        fixed (byte* p = bytes)
            Check(LibCrypto.EVP_PKEY_get_raw_public_key(this, p, ref size) == 1 && size == (nuint)bytes.Length);
        return bytes;
    }

    public unsafe byte[] ExportPrivate()
    {
        byte[] bytes = new byte[_type.KeySize()];
        nuint size = (nuint)bytes.Length;
        fixed (byte* p = bytes)
            Check(LibCrypto.EVP_PKEY_get_raw_private_key(this, p, ref size) == 1 && size == (nuint)bytes.Length);
        return bytes;
    }

    /// <summary>RFC 7748, section 6.1.</summary>
    /// <returns>
    /// False, and a zeroed secret, where the peer's key is a point of small order: everyone would know the secret.
    /// </returns>
    public unsafe bool TryDerive(EvpKey peer, Span<byte> secret)
    {
        nint context = LibCrypto.EVP_PKEY_CTX_new(this, 0);
        try
        {
            Check(context != 0 && LibCrypto.EVP_PKEY_derive_init(context) == 1);
            nuint size = (nuint)secret.Length;
            bool done;
            fixed (byte* p = secret)
            {
                done = LibCrypto.EVP_PKEY_derive_set_peer(context, peer) == 1
                    && LibCrypto.EVP_PKEY_derive(context, p, ref size) == 1 && size == (nuint)secret.Length;
            }

            if (done) return true;

            LibCrypto.ERR_clear_error();
            CryptographicOperations.ZeroMemory(secret);
            return false;
        }
        finally
        {
            LibCrypto.EVP_PKEY_CTX_free(context);
        }
    }

    public unsafe byte[] Sign(ReadOnlySpan<byte> data)
    {
        byte[] signature = new byte[_type.SignatureSize()];
        nint context = LibCrypto.EVP_MD_CTX_new();
        try
        {
            nuint size = (nuint)signature.Length;
            byte none = 0; // OpenSSL refuses a null pointer even to no bytes
            fixed (byte* p = data, s = signature)
            {
                byte* message = data.IsEmpty ? &none : p;
                Check(context != 0 && LibCrypto.EVP_DigestSignInit(context, 0, 0, 0, this) == 1
                    && LibCrypto.EVP_DigestSign(context, s, ref size, message, (nuint)data.Length) == 1
                    && size == (nuint)signature.Length);
            }

            return signature;
        }
        finally
        {
            LibCrypto.EVP_MD_CTX_free(context);
        }
    }

    public unsafe bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != _type.SignatureSize()) return false;

        nint context = LibCrypto.EVP_MD_CTX_new();
        try
        {
            Check(context != 0 && LibCrypto.EVP_DigestVerifyInit(context, 0, 0, 0, this) == 1);
            byte none = 0;
            int result;
            fixed (byte* p = data, s = signature)
            {
                byte* message = data.IsEmpty ? &none : p;
                result = LibCrypto.EVP_DigestVerify(context, s, (nuint)signature.Length, message, (nuint)data.Length);
            }

            if (result != 1) LibCrypto.ERR_clear_error();
            return result == 1;
        }
        finally
        {
            LibCrypto.EVP_MD_CTX_free(context);
        }
    }

    protected override bool ReleaseHandle()
    {
        LibCrypto.EVP_PKEY_free(handle);
        return true;
    }

    private static void RequireKeySize(EvpKeyType type, ReadOnlySpan<byte> bytes, string half)
    {
        if (bytes.Length != type.KeySize())
        {
            throw new CryptographicException(
                $"{type} {half} key: expected {type.KeySize()} bytes, found {bytes.Length}.");
        }
    }

    private static EvpKey Checked(EvpKeyType type, EvpKey key)
    {
        Check(!key.IsInvalid);
        key._type = type;
        return key;
    }

    private static void Check(bool succeeded)
    {
        if (succeeded) return;

        LibCrypto.ERR_clear_error();
        throw new CryptographicException(
            "libcrypto refused the operation: it is out of memory, or its policy disables the algorithm.");
    }
}
