using System.Runtime.InteropServices;

namespace Qbitel.Cryptography.Classical;

/// <summary>The functions of OpenSSL 3 behind X25519, Ed25519 and Ed448, which .NET does not have.</summary>
internal static partial class LibCrypto
{
    private const string Library = "libcrypto.so.3";

    // openssl/crypto.h. Without it OpenSSL would free its tables in an exit handler while our other threads still run.
    private const ulong InitNoAtExit = 0x00080000;

    // Published only on success: a library that was missing may be installed while we run, and every caller is told.
    private static readonly Lazy<nint> Loaded = new(() => Load(Library), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Call before any other function here.</summary>
    /// <exception cref="PlatformNotSupportedException">
    /// The library is not installed; the message says how to.
    /// </exception>
    public static void Require() => _ = Loaded.Value;

    internal static nint Load(string library)
    {
        if (!NativeLibrary.TryLoad(
            library, typeof(LibCrypto).Assembly, DllImportSearchPath.SafeDirectories, out nint handle))
        {
            throw new PlatformNotSupportedException(
                $"X25519 and Ed25519 need OpenSSL 3, but {library} was not found. Install it: " +
                "'apt install libssl3' (Debian 12), 'apt install libssl3t64' (Debian 13, Ubuntu 24.04), " +
                "'dnf install openssl-libs' (Fedora, RHEL 9) or 'apk add libcrypto3' (Alpine).");
        }

        if (OPENSSL_init_crypto(InitNoAtExit, 0) != 1)
            throw new PlatformNotSupportedException($"{library} could not be initialised.");
        return handle;
    }

    [LibraryImport(Library)]
    private static partial int OPENSSL_init_crypto(ulong options, nint settings);

    [LibraryImport(Library)]
    public static partial void ERR_clear_error();

    [LibraryImport(Library)]
    public static unsafe partial EvpKey EVP_PKEY_new_raw_private_key(
        EvpKeyType type, nint engine, byte* key, nuint keySize);

    [LibraryImport(Library)]
    public static unsafe partial EvpKey EVP_PKEY_new_raw_public_key(
        EvpKeyType type, nint engine, byte* key, nuint keySize);

    [LibraryImport(Library)]
    public static unsafe partial int EVP_PKEY_get_raw_private_key(EvpKey key, byte* output, ref nuint outputSize);

    [LibraryImport(Library)]
    public static unsafe partial int EVP_PKEY_get_raw_public_key(EvpKey key, byte* output, ref nuint outputSize);

    [LibraryImport(Library)]
    public static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    public static partial nint EVP_PKEY_CTX_new(EvpKey key, nint engine);

    [LibraryImport(Library)]
    public static partial void EVP_PKEY_CTX_free(nint context);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_derive_init(nint context);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_derive_set_peer(nint context, EvpKey peer);

    [LibraryImport(Library)]
    public static unsafe partial int EVP_PKEY_derive(nint context, byte* secret, ref nuint secretSize);

    [LibraryImport(Library)]
    public static partial nint EVP_MD_CTX_new();

    [LibraryImport(Library)]
    public static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Library)]
    public static partial int EVP_DigestSignInit(nint context, nint keyContext, nint digest, nint engine, EvpKey key);

    [LibraryImport(Library)]
    public static unsafe partial int EVP_DigestSign(
        nint context, byte* signature, ref nuint signatureSize, byte* data, nuint dataSize);

    [LibraryImport(Library)]
    public static partial int EVP_DigestVerifyInit(nint context, nint keyContext, nint digest, nint engine, EvpKey key);

    [LibraryImport(Library)]
    public static unsafe partial int EVP_DigestVerify(
        nint context, byte* signature, nuint signatureSize, byte* data, nuint dataSize);
}
