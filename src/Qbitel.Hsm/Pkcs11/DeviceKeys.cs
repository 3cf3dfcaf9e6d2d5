using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Pkcs11;

/// <summary>
/// What a device does with keys beyond <see cref="HsmProvider"/>: MACs, derivation, wrapping, TDEA for cards, RSA.
/// </summary>
/// <remarks>
/// Keys are non-extractable unless asked for otherwise. Where the slot has no mechanism the answer is an
/// <see cref="HsmException"/> with <see cref="HsmFailure.Unsupported"/> that names it; nothing is done in software
/// instead.
/// </remarks>
public sealed class DeviceKeys
{
    private readonly TokenConnection _connection;
    private readonly DeviceQueue _queue;
    private readonly KeyObjects _keys;
    private readonly DeviceKeyObjects _objects;

    internal DeviceKeys(TokenConnection connection, DeviceQueue queue, KeyObjects keys, TimeProvider time)
    {
        _connection = connection;
        _queue = queue;
        _keys = keys;
        _objects = new DeviceKeyObjects(connection.Provider, connection.Module.Changes, time);
    }

    /// <summary>Why the device has no such keys, naming the mechanism; null when it has.</summary>
    public string? WhyNot(DeviceKeyKind kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return kind.WhyNot(_connection.Capabilities);
    }

    /// <summary>Makes a key, or returns the one that already has this name.</summary>
    public ValueTask<DeviceKey> GenerateAsync(
        TokenKeyId id, DeviceKeyKind kind, bool isExtractable, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return _queue.RunAsync(HsmOperation.GenerateKey,
            session => _objects.Generate(session, id, kind, isExtractable), cancellationToken);
    }

    public ValueTask<DeviceKey?> FindAsync(TokenKeyId id, CancellationToken cancellationToken) =>
        _queue.RunAsync(HsmOperation.Find, session => _objects.Find(session, id, HsmOperation.Find)?.Key,
            cancellationToken);

    /// <summary>The HMAC or CMAC of the data, in full length.</summary>
    public ValueTask<byte[]> MacAsync(DeviceKey key, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        Require(key, key?.Kind.IsMac ?? false, "computes no MAC");
        return RunAsync(key!, HsmOperation.Sign, key!.Kind.Use, MechanismFlags.Sign, (session, handle) =>
            session.Sign(new CkMechanism { Type = key.Kind.Use }, handle, data.Span, key.Kind.MacSize),
            cancellationToken);
    }

    /// <summary>
    /// Computes it again in the device and compares; false for anything but the full MAC. Not every module that makes a
    /// CMAC verifies one.
    /// </summary>
    public async ValueTask<bool> VerifyMacAsync(
        DeviceKey key, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> mac, CancellationToken cancellationToken) =>
        CryptographicOperations.FixedTimeEquals(await MacAsync(key, data, cancellationToken), mac.Span);

    /// <summary>TDEA in CBC mode over whole blocks of 8 bytes, as card protocols use it; no padding is added.</summary>
    public ValueTask<byte[]> EncryptBlocksAsync(
        DeviceKey key, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> iv, CancellationToken cancellationToken) =>
        BlocksAsync(key, data, iv, encrypts: true, cancellationToken);

    public ValueTask<byte[]> DecryptBlocksAsync(
        DeviceKey key, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> iv, CancellationToken cancellationToken) =>
        BlocksAsync(key, data, iv, encrypts: false, cancellationToken);

    /// <summary>Signs with RSA, PSS with a salt as long as the hash, or PKCS#1 v1.5; SHA-256, 384 or 512.</summary>
    public unsafe ValueTask<byte[]> SignRsaAsync(
        DeviceKey key, ReadOnlyMemory<byte> data, HashAlgorithmName hash, RSASignaturePadding padding,
        CancellationToken cancellationToken)
    {
        Require(key, key?.Kind.IsPair ?? false, "does not sign");
        ArgumentNullException.ThrowIfNull(padding);
        bool pss = padding == RSASignaturePadding.Pss;
        (Ckm use, CkPssParameters parameters) = hash.Name switch
        {
            "SHA256" => (pss ? Ckm.Sha256RsaPkcsPss : Ckm.Sha256RsaPkcs, Pss(Ckm.Sha256, Ck.Mgf1Sha256, 32)),
            "SHA384" => (pss ? Ckm.Sha384RsaPkcsPss : Ckm.Sha384RsaPkcs, Pss(Ckm.Sha384, Ck.Mgf1Sha384, 48)),
            "SHA512" => (pss ? Ckm.Sha512RsaPkcsPss : Ckm.Sha512RsaPkcs, Pss(Ckm.Sha512, Ck.Mgf1Sha512, 64)),
            _ => throw new ArgumentException(
                $"RSA signatures are made over SHA-256, 384 or 512, not {hash}.", nameof(hash)),
        };
        return RunAsync(key!, HsmOperation.Sign, use, MechanismFlags.Sign, (session, handle) =>
        {
            CkPssParameters copy = parameters;
            CkMechanism mechanism = new() { Type = use };
            if (pss)
            {
                mechanism.Parameter = &copy;
                mechanism.ParameterLength = (ulong)sizeof(CkPssParameters);
            }

            return session.Sign(mechanism, handle, data.Span, key!.Kind.Size);
        }, cancellationToken);
    }

    /// <summary>A key derived by HKDF-SHA256 (RFC 5869) in the device, which it does not leave.</summary>
    public ValueTask<DeviceKey> DeriveAsync(
        DeviceKey key, TokenKeyId id, DeviceKeyKind kind, ReadOnlyMemory<byte> salt, ReadOnlyMemory<byte> info,
        CancellationToken cancellationToken)
    {
        Require(key, key?.Kind == DeviceKeyKind.HkdfSha256, "derives nothing");
        RequireSecret(kind);
        return RunAsync(key!, HsmOperation.GenerateKey, Ckm.HkdfDerive, MechanismFlags.Derive, (session, handle) =>
            _objects.Add(session, id, kind, HsmOperation.GenerateKey, () =>
            {
                using Template template = _objects.Secret(id, kind, isExtractable: false);
                template.Add(Cka.ValueLen, (ulong)kind.Size);
                return DeviceKeyObjects.Hkdf(session, handle, salt.Span, info.Span, template);
            }), cancellationToken);
    }

    /// <summary>Wraps an extractable secret key under an AES key of the device.</summary>
    public ValueTask<WrappedKey> WrapAsync(DeviceKey wrappingKey, DeviceKey key, CancellationToken cancellationToken)
    {
        Require(wrappingKey, wrappingKey?.Kind == DeviceKeyKind.AesWrap256, "wraps nothing");
        ArgumentNullException.ThrowIfNull(key);
        RequireSecret(key.Kind);
        return _queue.RunAsync(HsmOperation.Wrap, session => _objects.Use(session, wrappingKey!, HsmOperation.Wrap,
            kek => _objects.Use(session, key, HsmOperation.Wrap, handle => Wrap(session, kek, key, handle, default))),
            cancellationToken);
    }

    /// <summary>Makes the wrapped key one of the device again, non-extractable, and compares its check value.</summary>
    /// <exception cref="HsmException">It does not unwrap, or is another key than said; then nothing stays.</exception>
    public ValueTask<DeviceKey> UnwrapAsync(
        DeviceKey wrappingKey, WrappedKey wrapped, TokenKeyId id, CancellationToken cancellationToken)
    {
        Require(wrappingKey, wrappingKey?.Kind == DeviceKeyKind.AesWrap256, "unwraps nothing");
        ArgumentNullException.ThrowIfNull(wrapped);
        return _queue.RunAsync(HsmOperation.Unwrap, session => _objects.Use(session, wrappingKey!, HsmOperation.Unwrap,
            kek => Unwrap(session, kek, wrapped, id)), cancellationToken);
    }

    /// <summary>
    /// Wraps an extractable secret key for the holder of an ML-KEM key in this device: the wrapping key comes out of
    /// the encapsulation as a non-extractable AES key, and no secret leaves the device.
    /// </summary>
    /// <remarks>
    /// The shared secret is the wrapping key itself, without the key derivation of RFC 9629: this is not CMS.
    /// </remarks>
    public ValueTask<WrappedKey> WrapKeyPqcAsync(HsmKey kemKey, DeviceKey key, CancellationToken cancellationToken)
    {
        RequireKem(kemKey);
        ArgumentNullException.ThrowIfNull(key);
        RequireSecret(key.Kind);
        return _queue.RunAsync(HsmOperation.Wrap, session =>
        {
            RequireEncapsulation(session, MechanismFlags.Encapsulate, HsmOperation.Wrap);
            return _keys.Use(session, kemKey, HsmOperation.Wrap, kem =>
                _objects.Use(session, key, HsmOperation.Wrap, handle =>
                {
                    using Template template = Kek(Cka.Wrap);
                    int size = ((KemAlgorithm)kemKey.Algorithm).CiphertextSize;
                    (byte[] encapsulated, ulong kek) = session.Encapsulate(kem.PublicHandle, template, size);
                    try
                    {
                        return Wrap(session, kek, key, handle, encapsulated);
                    }
                    finally
                    {
                        session.Functions.DestroyObject(session.Handle, kek);
                    }
                }));
        }, cancellationToken);
    }

    /// <summary>Opens what <see cref="WrapKeyPqcAsync"/> wrapped; no secret leaves the device.</summary>
    public ValueTask<DeviceKey> UnwrapKeyPqcAsync(
        HsmKey kemKey, WrappedKey wrapped, TokenKeyId id, CancellationToken cancellationToken)
    {
        RequireKem(kemKey);
        ArgumentNullException.ThrowIfNull(wrapped);
        ArgumentOutOfRangeException.ThrowIfNotEqual(
            wrapped.Encapsulated.Length, ((KemAlgorithm)kemKey.Algorithm).CiphertextSize, nameof(wrapped));
        return _queue.RunAsync(HsmOperation.Unwrap, session =>
        {
            RequireEncapsulation(session, MechanismFlags.Decapsulate, HsmOperation.Unwrap);
            return _keys.Use(session, kemKey, HsmOperation.Unwrap, kem =>
            {
                using Template template = Kek(Cka.Unwrap);
                ulong kek = session.Decapsulate(kem.Handle, wrapped.Encapsulated.Span, template);
                try
                {
                    return Unwrap(session, kek, wrapped, id);
                }
                finally
                {
                    session.Functions.DestroyObject(session.Handle, kek);
                }
            });
        }, cancellationToken);
    }

    private static Template Kek(Cka use) => new Template().Add(Cka.Class, (ulong)Cko.SecretKey)
        .Add(Cka.KeyType, (ulong)Ckk.Aes).Add(Cka.ValueLen, 32UL).Add(Cka.Token, false).Add(Cka.Sensitive, true)
        .Add(Cka.Extractable, false).Add(use, true);

    private WrappedKey Wrap(Session session, ulong kek, DeviceKey key, ulong handle, byte[]? encapsulated)
    {
        Ckm mechanism = Wrapping(session, MechanismFlags.Wrap, HsmOperation.Wrap);
        try
        {
            // Asked here too: NSS softoken wraps what it was told to keep.
            if (session.Attribute(handle, Cka.Extractable) is not [not 0])
                throw new Pkcs11Error("C_WrapKey", Ckr.KeyUnextractable);

            // A multiple of 8 bytes: RFC 3394 and 5649 both add one half block.
            byte[] bytes = session.Wrap(new CkMechanism { Type = mechanism }, kek, handle, key.Kind.Size + 24);
            return new WrappedKey(Ck.Spell(mechanism).Split(' ')[0], key.Kind, bytes, key.CheckValue, encapsulated);
        }
        catch (Pkcs11Error e) when (e.Code is Ckr.KeyUnextractable or Ckr.KeyNotWrappable)
        {
            throw _objects.Failed(HsmOperation.Wrap, HsmFailure.NotAllowed,
                $"key {key.Id} was made to stay in its device. Make a new key where it is needed, re-encrypt, and "
                + "retire this one.");
        }
    }

    private DeviceKey Unwrap(Session session, ulong kek, WrappedKey wrapped, TokenKeyId id)
    {
        Ckm mechanism = Wrapping(session, MechanismFlags.Unwrap, HsmOperation.Unwrap);
        if (Ck.Spell(mechanism).Split(' ')[0] != wrapped.Mechanism)
        {
            mechanism = wrapped.Mechanism == "CKM_AES_KEY_WRAP" ? Ckm.AesKeyWrap : Ckm.AesKeyWrapKwp;
            _objects.Require(session, mechanism, MechanismFlags.Unwrap, HsmOperation.Unwrap);
        }

        bool made = false;
        DeviceKey key;
        try
        {
            key = _objects.Add(session, id, wrapped.Kind, HsmOperation.Unwrap, () =>
            {
                using Template template = _objects.Secret(id, wrapped.Kind, isExtractable: false);
                ulong handle = session.Unwrap(new CkMechanism { Type = mechanism }, kek, wrapped.Bytes.Span, template);
                made = true;
                return handle;
            });
        }
        catch (Pkcs11Error e) when (e.Function == "C_UnwrapKey" && !e.LosesDevice && !e.LosesKey && !e.IsUnsupported)
        {
            throw _objects.Failed(HsmOperation.Unwrap, HsmFailure.Damaged,
                $"the wrapped key does not open ({e.Message}): it is under another key, or was changed.");
        }

        if (key.CheckValue.Span.SequenceEqual(wrapped.CheckValue.Span)) return key;
        if (made) _keys.Destroy(session, id);
        throw _objects.Failed(HsmOperation.Unwrap, HsmFailure.KeyConflict,
            $"key {id} has another check value than the wrapped key{(made ? "; it was removed again" : "")}.");
    }

    // CKM_AES_KEY_WRAP_PAD means different things to different vendors and is never used.
    private Ckm Wrapping(Session session, MechanismFlags use, HsmOperation operation)
    {
        if (session.Capabilities.Can(Ckm.AesKeyWrapKwp, use)) return Ckm.AesKeyWrapKwp;
        _objects.Require(session, Ckm.AesKeyWrap, use, operation);
        return Ckm.AesKeyWrap;
    }

    private unsafe ValueTask<byte[]> BlocksAsync(
        DeviceKey key, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> iv, bool encrypts,
        CancellationToken cancellationToken)
    {
        Require(key, key?.Kind.Use == Ckm.Des3Cbc, "encrypts no blocks");
        ArgumentOutOfRangeException.ThrowIfNotEqual(iv.Length, 8, nameof(iv));
        if (data.Length % 8 != 0) throw new ArgumentException("TDEA works on whole blocks of 8 bytes.", nameof(data));

        MechanismFlags flag = encrypts ? MechanismFlags.Encrypt : MechanismFlags.Decrypt;
        HsmOperation operation = encrypts ? HsmOperation.Encrypt : HsmOperation.Decrypt;
        return RunAsync(key!, operation, Ckm.Des3Cbc, flag, (session, handle) =>
        {
            byte[] result = new byte[data.Length];
            fixed (byte* place = iv.Span)
            {
                CkMechanism cbc = new() { Type = Ckm.Des3Cbc, Parameter = place, ParameterLength = 8 };
                if (encrypts) session.Encrypt(cbc, handle, data.Span, result);
                else session.Decrypt(cbc, handle, data.Span, result);
            }

            return result;
        }, cancellationToken);
    }

    private ValueTask<T> RunAsync<T>(
        DeviceKey key, HsmOperation operation, Ckm mechanism, MechanismFlags use, Func<Session, ulong, T> work,
        CancellationToken cancellationToken) =>
        _queue.RunAsync(operation, session =>
        {
            _objects.Require(session, mechanism, use, operation);
            return _objects.Use(session, key, operation, handle => work(session, handle));
        }, cancellationToken);

    private void RequireEncapsulation(Session session, MechanismFlags use, HsmOperation operation)
    {
        if (!session.Capabilities.HasEncapsulation)
        {
            throw _objects.Failed(operation, HsmFailure.Unsupported,
                "the module's interface has no C_EncapsulateKey and C_DecapsulateKey (PKCS#11 3.2).");
        }

        _objects.Require(session, Ckm.MlKem, use, operation);
    }

    private static void Require(DeviceKey? key, bool fits, string what)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!fits) throw new ArgumentException($"A {key.Kind} key {what}.", nameof(key));
    }

    private static void RequireSecret(DeviceKeyKind kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        if (kind.IsPair)
            throw new ArgumentException($"{kind} is a pair; secret keys are wrapped and derived.", nameof(kind));
    }

    private static void RequireKem(HsmKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (KeyMechanism.Of(key.Algorithm)?.KeyType != Ckk.MlKem)
            throw new ArgumentException($"A {key.Algorithm} key encapsulates nothing in a device.", nameof(key));
    }

    private static CkPssParameters Pss(Ckm hash, ulong mgf, ulong salt) =>
        new() { Hash = hash, Mgf = mgf, SaltLength = salt };
}
