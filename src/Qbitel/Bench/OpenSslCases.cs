using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Qbitel.Bench;

/// <summary>
/// OpenSSL 3.5 through its C API, as favourably as its interface allows: keys and contexts are made beforehand and
/// held,
/// and all buffers are native memory.
/// </summary>
internal static class OpenSslCases
{
    public const string OpenSsl = "openssl";

    private static readonly string[] Kems = ["ML-KEM-512", "ML-KEM-768", "ML-KEM-1024"];
    private static readonly string[] Signatures = ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"];
    private static readonly string[] HashSignatures =
        [.. from hash in new[] { "SHA2", "SHAKE" } from size in new[] { 128, 192,
            256 } from kind in "sf" select $"SLH-DSA-{hash}-{size}{kind}"];

    /// <summary>None where the system's OpenSSL is older than 3.5.</summary>
    public static IEnumerable<BenchCase> All() => Machine.Libcrypto.Version() < new Version(3, 5) ? [] :
    [
        .. Kems.SelectMany(name => Kem(name)).Concat(Kems.SelectMany(ColdKem)),
        .. Kem("X25519MLKEM768"),
        .. Agreement(),
        .. Signatures.SelectMany(Signature).Concat(Signatures.SelectMany(ColdSignature)),
        .. HashSignatures.SelectMany(Signature),
        .. Signature("Ed25519"),
    ];

    /// <summary>What the library says of itself, e.g. <c>OpenSSL 3.5.9 29 Sep 2026</c>; null where there is
    /// none.</summary>
    public static string? Version() => Machine.Libcrypto.Version() is null ? null
        : Marshal.PtrToStringUTF8(Evp.OpenSSL_version(Evp.VersionText));

    private static IEnumerable<BenchCase> Kem(string name)
    {
        yield return new(OpenSsl, name, BenchCase.KeyGeneration, () => KeyGeneration(name));
        yield return new(OpenSsl, name, BenchCase.Encapsulation, () =>
        {
            nint context = Context(Generate(name));
            Check(Evp.EVP_PKEY_encapsulate_init(context, 0));
            Buffers kem = Buffers.Of(context);
            return () => Check(Evp.EVP_PKEY_encapsulate(context, kem.Ciphertext, ref kem.CiphertextSize, kem.Secret,
                ref kem.SecretSize));
        });
        yield return new(OpenSsl, name, BenchCase.Decapsulation, () =>
        {
            nint key = Generate(name), sender = Context(key), context = Context(key);
            Check(Evp.EVP_PKEY_encapsulate_init(sender, 0));
            Buffers kem = Buffers.Of(sender);
            Check(Evp.EVP_PKEY_encapsulate(sender, kem.Ciphertext, ref kem.CiphertextSize, kem.Secret,
                ref kem.SecretSize));
            Check(Evp.EVP_PKEY_decapsulate_init(context, 0));
            nint recovered = Native(kem.SecretSize);
            return () =>
            {
                nuint size = kem.SecretSize;
                Check(Evp.EVP_PKEY_decapsulate(context, recovered, ref size, kem.Ciphertext, kem.CiphertextSize));
                BenchCase.Require(Same(recovered, kem.Secret, kem.SecretSize), "decapsulation by OpenSSL");
            };
        });
    }

    private static IEnumerable<BenchCase> ColdKem(string name)
    {
        yield return new(OpenSsl, name, BenchCase.Cold + BenchCase.Encapsulation, () =>
        {
            nint pair = Generate(name), held = Context(pair), maker = Maker(name);
            Check(Evp.EVP_PKEY_encapsulate_init(held, 0));
            Buffers kem = Buffers.Of(held);
            nint encoded = Export(pair, "pub");
            return () =>
            {
                nint key = Import(maker, encoded), context = Context(key);
                Check(Evp.EVP_PKEY_encapsulate_init(context, 0));
                Check(Evp.EVP_PKEY_encapsulate(context, kem.Ciphertext, ref kem.CiphertextSize, kem.Secret,
                    ref kem.SecretSize));
                Evp.EVP_PKEY_CTX_free(context);
                Evp.EVP_PKEY_free(key);
            };
        });
        yield return new(OpenSsl, name, BenchCase.Cold + BenchCase.Decapsulation, () =>
        {
            nint pair = Generate(name), sender = Context(pair), maker = Generator(name);
            Check(Evp.EVP_PKEY_encapsulate_init(sender, 0));
            Buffers kem = Buffers.Of(sender);
            Check(Evp.EVP_PKEY_encapsulate(sender, kem.Ciphertext, ref kem.CiphertextSize, kem.Secret,
                ref kem.SecretSize));
            nint seed = Export(pair, "seed");
            nint recovered = Native(kem.SecretSize);
            return () =>
            {
                nint key = Expand(maker, seed), context = Context(key);
                nuint size = kem.SecretSize;
                Check(Evp.EVP_PKEY_decapsulate_init(context, 0));
                Check(Evp.EVP_PKEY_decapsulate(context, recovered, ref size, kem.Ciphertext, kem.CiphertextSize));
                BenchCase.Require(Same(recovered, kem.Secret, kem.SecretSize), "decapsulation by OpenSSL");
                Evp.EVP_PKEY_CTX_free(context);
                Evp.EVP_PKEY_free(key);
            };
        });
    }

    private static IEnumerable<BenchCase> Agreement()
    {
        yield return new(OpenSsl, KeyCases.X25519, BenchCase.KeyGeneration, () => KeyGeneration(KeyCases.X25519));
        yield return new(OpenSsl, KeyCases.X25519, BenchCase.Agreement, () =>
        {
            nint context = Context(Generate(KeyCases.X25519)), peer = Generate(KeyCases.X25519);
            Check(Evp.EVP_PKEY_derive_init(context));
            nint secret = Native(32);
            return () =>
            {
                nuint size = 32;
                Check(Evp.EVP_PKEY_derive_set_peer(context, peer));
                Check(Evp.EVP_PKEY_derive(context, secret, ref size));
            };
        });
    }

    private static IEnumerable<BenchCase> Signature(string name)
    {
        yield return new(OpenSsl, name, BenchCase.KeyGeneration, () => KeyGeneration(name));
        yield return new(OpenSsl, name, BenchCase.Signature, () =>
        {
            Signing held = new(name, Generate(name));
            nint context = held.Signer();
            held.Sign(context);
            nint verifier = held.Verifier();
            held.Verify(verifier);
            return () => held.Sign(context);
        });
        yield return new(OpenSsl, name, BenchCase.Verification, () =>
        {
            Signing held = new(name, Generate(name));
            held.Sign(held.Signer());
            nint context = held.Verifier();
            return () => held.Verify(context);
        });
    }

    private static IEnumerable<BenchCase> ColdSignature(string name)
    {
        yield return new(OpenSsl, name, BenchCase.Cold + BenchCase.Signature, () =>
        {
            nint pair = Generate(name), maker = Generator(name);
            Signing held = new(name, pair);
            nint seed = Export(pair, "seed");
            return () =>
            {
                nint key = Expand(maker, seed), context = held.Signer(key);
                held.Sign(context);
                Evp.EVP_PKEY_CTX_free(context);
                Evp.EVP_PKEY_free(key);
            };
        });
        yield return new(OpenSsl, name, BenchCase.Cold + BenchCase.Verification, () =>
        {
            nint pair = Generate(name), maker = Maker(name);
            Signing held = new(name, pair);
            held.Sign(held.Signer());
            nint encoded = Export(pair, "pub");
            return () =>
            {
                nint key = Import(maker, encoded), context = held.Verifier(key);
                held.Verify(context);
                Evp.EVP_PKEY_CTX_free(context);
                Evp.EVP_PKEY_free(key);
            };
        });
    }

    private static Action KeyGeneration(string name)
    {
        nint context = Generator(name);
        return () =>
        {
            Check(Evp.EVP_PKEY_generate(context, out nint key));
            Evp.EVP_PKEY_free(key);
        };
    }

    private static nint Generate(string name)
    {
        nint context = Generator(name);
        Check(Evp.EVP_PKEY_generate(context, out nint key));
        Evp.EVP_PKEY_CTX_free(context);
        return key;
    }

    private static nint Generator(string name)
    {
        nint context = Evp.EVP_PKEY_CTX_new_from_name(0, name, null);
        Check(Evp.EVP_PKEY_keygen_init(context));
        return context;
    }

    private static nint Context(nint key)
    {
        nint context = Evp.EVP_PKEY_CTX_new(key, 0);
        Check(context != 0 ? 1 : 0);
        return context;
    }

    /// <summary>A held context that makes public keys of their bytes.</summary>
    private static nint Maker(string name)
    {
        nint context = Evp.EVP_PKEY_CTX_new_from_name(0, name, null);
        Check(Evp.EVP_PKEY_fromdata_init(context));
        return context;
    }

    private static nint Import(nint maker, nint parameters)
    {
        Check(Evp.EVP_PKEY_fromdata(maker, out nint key, Evp.PublicKey, parameters));
        return key;
    }

    // As .NET does it: EVP_PKEY_fromdata takes a seed too, and then tries the pair out, which costs as much again.
    private static nint Expand(nint generator, nint parameters)
    {
        Check(Evp.EVP_PKEY_CTX_set_params(generator, parameters));
        Check(Evp.EVP_PKEY_generate(generator, out nint key));
        return key;
    }

    /// <summary>The named part of a key, as parameters.</summary>
    private static nint Export(nint key, string name)
    {
        Check(Evp.EVP_PKEY_get_octet_string_param(key, name, 0, 0, out nuint size));
        nint bytes = Native(size);
        Check(Evp.EVP_PKEY_get_octet_string_param(key, name, bytes, size, out size));

        // One parameter and the empty one that ends the list.
        int one = Marshal.SizeOf<Evp.Parameter>();
        nint parameters = Native((nuint)(2 * one));
        Marshal.StructureToPtr(new Evp.Parameter
        {
            Key = Marshal.StringToCoTaskMemUTF8(name),
            Type = Evp.OctetString,
            Data = bytes,
            Size = size,
        }, parameters, fDeleteOld: false);
        return parameters;
    }

    // Lives as long as the process, which measures and ends.
    private static unsafe nint Native(nuint size) => (nint)NativeMemory.AllocZeroed(size);

    private static unsafe bool Same(nint a, nint b, nuint size) =>
        new ReadOnlySpan<byte>((void*)a, checked((int)size))
            .SequenceEqual(new ReadOnlySpan<byte>((void*)b, checked((int)size)));

    private static void Check(int result) => BenchCase.Require(result == 1, "OpenSSL refused an operation");

    /// <summary>A ciphertext and a secret of the sizes that a context asks for.</summary>
    private sealed class Buffers
    {
        public nint Ciphertext;
        public nint Secret;
        public nuint CiphertextSize;
        public nuint SecretSize;

        public static Buffers Of(nint context)
        {
            Buffers buffers = new();
            Check(Evp.EVP_PKEY_encapsulate(context, 0, ref buffers.CiphertextSize, 0, ref buffers.SecretSize));
            buffers.Ciphertext = Native(buffers.CiphertextSize);
            buffers.Secret = Native(buffers.SecretSize);
            return buffers;
        }
    }

    /// <summary>A signing key with its message and its signature, in native memory.</summary>
    private sealed class Signing
    {
        private readonly nint _scheme;
        private readonly nint _key;
        private readonly nint _message = Native(BenchCase.MessageSize);
        private readonly nint _signature;
        private readonly nuint _capacity;
        private nuint _size;

        public Signing(string name, nint key)
        {
            _scheme = Evp.EVP_SIGNATURE_fetch(0, name, null);
            _key = key;
            Marshal.Copy(RandomNumberGenerator.GetBytes(BenchCase.MessageSize), 0, _message, BenchCase.MessageSize);
            nint context = Signer();
            Check(Evp.EVP_PKEY_sign(context, 0, ref _capacity, _message, BenchCase.MessageSize));
            Evp.EVP_PKEY_CTX_free(context);
            _signature = Native(_capacity);
        }

        public nint Signer(nint key = 0)
        {
            nint context = Context(key == 0 ? _key : key);
            Check(Evp.EVP_PKEY_sign_message_init(context, _scheme, 0));
            return context;
        }

        public nint Verifier(nint key = 0)
        {
            nint context = Context(key == 0 ? _key : key);
            Check(Evp.EVP_PKEY_verify_message_init(context, _scheme, 0));
            return context;
        }

        public void Sign(nint context)
        {
            _size = _capacity;
            Check(Evp.EVP_PKEY_sign(context, _signature, ref _size, _message, BenchCase.MessageSize));
        }

        public void Verify(nint context) =>
            Check(Evp.EVP_PKEY_verify(context, _signature, _size, _message, BenchCase.MessageSize));
    }
}
