using System.Runtime.InteropServices;

namespace Qbitel.Bench;

/// <summary>The functions of OpenSSL 3.5 that its own speed program measures, called as a C program calls
/// them.</summary>
internal static partial class Evp
{
    private const string Library = "libcrypto.so.3";

    // openssl/core.h
    public const uint OctetString = 5;

    // openssl/evp.h, EVP_PKEY_PUBLIC_KEY
    public const int PublicKey = 0x86;

    public const int VersionText = 0;

    [LibraryImport(Library)]
    public static partial nint OpenSSL_version(int what);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint EVP_PKEY_CTX_new_from_name(nint library, string name, string? properties);

    [LibraryImport(Library)]
    public static partial nint EVP_PKEY_CTX_new(nint key, nint engine);

    [LibraryImport(Library)]
    public static partial void EVP_PKEY_CTX_free(nint context);

    [LibraryImport(Library)]
    public static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_keygen_init(nint context);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_generate(nint context, out nint key);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_CTX_set_params(nint context, nint parameters);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_fromdata_init(nint context);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_fromdata(nint context, out nint key, int selection, nint parameters);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int EVP_PKEY_get_octet_string_param(nint key, string name, nint buffer, nuint capacity,
        out nuint size);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_encapsulate_init(nint context, nint parameters);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_encapsulate(nint context, nint ciphertext, ref nuint ciphertextSize,
        nint secret, ref nuint secretSize);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_decapsulate_init(nint context, nint parameters);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_decapsulate(nint context, nint secret, ref nuint secretSize, nint ciphertext,
        nuint ciphertextSize);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint EVP_SIGNATURE_fetch(nint library, string name, string? properties);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_sign_message_init(nint context, nint signature, nint parameters);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_sign(nint context, nint signature, ref nuint signatureSize, nint data,
        nuint dataSize);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_verify_message_init(nint context, nint signature, nint parameters);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_verify(nint context, nint signature, nuint signatureSize, nint data,
        nuint dataSize);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_derive_init(nint context);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_derive_set_peer(nint context, nint peer);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_derive(nint context, nint secret, ref nuint secretSize);

    /// <summary>OSSL_PARAM of openssl/core.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Parameter
    {
        public nint Key;
        public uint Type;
        public nint Data;
        public nuint Size;
        public nuint ReturnSize;
    }
}
