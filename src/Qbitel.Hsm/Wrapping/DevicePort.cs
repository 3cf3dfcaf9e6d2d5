using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cms;
using Qbitel.Cryptography.Envelopes;
using Qbitel.Cryptography.Keys;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Wrapping;

/// <summary>A token behind a PKCS#11 module as an end of a transfer.</summary>
internal sealed class DevicePort(Pkcs11Token device, string token) : TransferPort(token)
{
    // NIST category 5: what protects a key is not weaker than the key.
    private static readonly KemAlgorithm ReceiverAlgorithm = KemAlgorithm.MLKem1024;

    public override string LastHop => ReceivesInside is null
        ? "ML-KEM-1024 up to the inside of the token"
        : "X-Wing up to this process; from here a session key over the module's own interface, which is classical or "
            + "local, because " + ReceivesInside;

    // Only what a token wrapped is opened in a token: other sources seal the key itself, which is opened here first.
    public override KeyHop HopOf(TransferKey key, TransferPort source) => ReceivesInside is null && source is DevicePort
        ? new KeyHop(HopSafety.QuantumSafe, "inside the module: ML-KEM-1024 CMS, opened in the token")
        : new KeyHop(HopSafety.ModuleInterface, (ReceivesInside is null ? "ML-KEM-1024" : "X-Wing")
            + " CMS up to this process; from here under a session key by the module's own interface");

    private string? ReceivesInside => DeviceWrapping.WhyNotUnwrapInside(device.Capabilities, ReceiverAlgorithm)
        ?? KeyMechanism.Of(ReceiverAlgorithm)!.WhyNot(device.Capabilities);

    public override ValueTask<IReadOnlyList<TransferKey>> ListAsync(CancellationToken cancellationToken) =>
        device.Queue.RunAsync<IReadOnlyList<TransferKey>>(HsmOperation.List,
            session => [.. DeviceInventory.List(session).Select(found => found.Key)], cancellationToken);

    public override ValueTask<string?> WhyNotWrapAsync(TransferKey key, CancellationToken cancellationToken) =>
        device.Queue.RunAsync(HsmOperation.Wrap, session =>
            key.Obstacle is not null ? key.Obstacle
            : !key.IsExtractable ? "it was made non-extractable and does not leave its token under any key"
            : KindOf(key) is not { } kind ? "its kind does not move"
            : DeviceWrapping.WhyNotWrapInside(session.Capabilities, ReceiverAlgorithm) is null ? null
            : DeviceWrapping.WhyNotPadded(session, MechanismFlags.Wrap) is { } why
                && (kind.IsPair || session.Capabilities.WhyNot(Ckm.AesKeyWrap, MechanismFlags.Wrap) is not null)
                ? $"its token cannot wrap it: {why}" : null, cancellationToken);

    public override ValueTask<string?> WhyNotInsideAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(DeviceWrapping.WhyNotWrapInside(device.Capabilities, ReceiverAlgorithm));

    public override ValueTask<string?> WhyNotTakeAsync(TransferKey key, CancellationToken cancellationToken) =>
        device.Queue.RunAsync(HsmOperation.Unwrap, session =>
        {
            if (KindOf(key) is not { } kind || kind.Type == (Ckk)ulong.MaxValue)
                return $"{key.Kind} keys do not live here";
            SlotCapabilities slot = session.Capabilities;
            string? unwraps = ReceivesInside is null ? null
                : kind.IsPair || kind.Size % 8 != 0 ? DeviceWrapping.WhyNotPadded(session, MechanismFlags.Unwrap)
                : slot.WhyNot(Ckm.AesKeyWrap, MechanismFlags.Unwrap);
            unwraps ??= DeviceWrapping.WhyNotUnwrapKind(session, device.Vendor, kind);
            if (unwraps is not null) return $"the token cannot unwrap it: {unwraps}";
            Ckm? needed = kind.Type switch
            {
                Ckk.Ec => Ckm.Ecdsa,
                Ckk.EcEdwards => Ckm.Eddsa,
                Ckk.MlDsa => Ckm.MlDsa,
                Ckk.Rsa => key.Uses.HasFlag(KeyUses.Sign) ? Ckm.Sha256RsaPkcs : Ckm.RsaPkcs,
                Ckk.MlKem => Ckm.MlKem,
                Ckk.Des2 or Ckk.Des3 => key.CheckValue.StartsWith("des-cmac", StringComparison.Ordinal)
                    ? Ckm.Des3Cmac : Ckm.Des3Ecb,
                Ckk.GenericSecret => Ckm.Sha256Hmac,
                Ckk.Aes => key.CheckValue.StartsWith("wrap", StringComparison.Ordinal) ? Ckm.AesKeyWrap
                    : key.Uses.HasFlag(KeyUses.Encrypt) ? Ckm.AesEcb : Ckm.AesCmac,
                _ => null,
            };
            return needed is { } mechanism && slot.WhyNot(mechanism, MechanismFlags.None) is { } why
                ? $"the token does nothing with it: {why}" : null;
        }, cancellationToken);

    public override ValueTask<TransferKey?> FindAsync(TransferKey key, CancellationToken cancellationToken) =>
        device.Queue.RunAsync(HsmOperation.Find, session => Handle(session, key, HsmOperation.Find) is { } handle
            ? DeviceInventory.Describe(session, handle, IsPair(key), KindOf(key)) : null, cancellationToken);

    internal override ValueTask<TransferKey?> FindLabelledAsync(
        TransferKey key, CancellationToken cancellationToken) => key is not { Label.Length: 0, Id.Length: > 0 }
        ? ValueTask.FromResult<TransferKey?>(null)
        : device.Queue.RunAsync(HsmOperation.Find, session =>
        {
            foreach (Cko kind in (Cko[])[Cko.PrivateKey, Cko.SecretKey])
            {
                using Template template = new();
                template.Add(Cka.Class, (ulong)kind).Add(Cka.Token, true).Add(Cka.Id, Convert.FromHexString(key.Id));
                foreach (ulong handle in session.FindObjects(template))
                {
                    if (session.Attribute(handle, Cka.Label) is { Length: > 0 })
                        return DeviceInventory.Describe(session, handle, kind == Cko.PrivateKey);
                }
            }

            return (TransferKey?)null;
        }, cancellationToken);

    public override ValueTask<PqcWrappedKey> WrapAsync(
        TransferKey key, TransferRecipient recipient, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(recipient);
        TransferKind kind = KindOf(key)
            ?? throw Failed(HsmOperation.Wrap, HsmFailure.NotAllowed, $"{key}: its kind does not move.");
        return device.Queue.RunAsync(HsmOperation.Wrap, session =>
        {
            ulong handle = Same(session, key, HsmOperation.Wrap);
            try
            {
                if (kind.IsPair) Prove(session, handle, kind, key, HsmOperation.Wrap);
                (CmsWrappedKey cms, BoundaryReport boundary) =
                    DeviceWrapping.Wrap(session, Token, handle, kind, recipient.Cms);
                return new PqcWrappedKey
                {
                    Key = key,
                    Recipient = recipient.Algorithm,
                    Cms = cms.Encode(),
                    Boundary = boundary,
                };
            }
            catch (Pkcs11Error e) when (e.Code is Ckr.KeyUnextractable or Ckr.KeyNotWrappable)
            {
                throw Failed(HsmOperation.Wrap, HsmFailure.NotAllowed,
                    $"{key} was made to stay in its token. Make a new key where it is needed, re-encrypt, and retire "
                    + "this one.");
            }
        }, cancellationToken);
    }

    public override async ValueTask<TransferRecipient> ReceiverAsync(
        TokenKeyId name, CancellationToken cancellationToken)
    {
        if (ReceivesInside is not null) return TransferRecipient.OfKey(KemKeys.Generate(KemAlgorithm.XWing));
        try
        {
            return TransferRecipient.OfToken(await device.GenerateKeyAsync(name, ReceiverAlgorithm, cancellationToken));
        }
        catch (HsmException e) when (e.Failure == HsmFailure.Damaged)
        {
            // Somebody died between the halves of the pair. Nothing was ever wrapped for it.
            await device.DestroyAsync(name, cancellationToken);
            return TransferRecipient.OfToken(await device.GenerateKeyAsync(name, ReceiverAlgorithm, cancellationToken));
        }
    }

    public override async ValueTask<TakenKey> TakeAsync(
        TransferRecipient receiver, PqcWrappedKey wrapped, bool isExtractable, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        ArgumentNullException.ThrowIfNull(wrapped);
        TransferKind kind = KindOf(wrapped.Key)
            ?? throw Failed(HsmOperation.Unwrap, HsmFailure.NotAllowed, $"{wrapped.Key}: its kind does not move.");
        if (wrapped.Key is { Id.Length: 0, Label.Length: 0 })
            throw Failed(HsmOperation.Unwrap, HsmFailure.NotAllowed, "a key without a name is not taken in.");

        CmsWrappedKey? form = Opened(() => WrappedForm(wrapped), wrapped.Key);
        if (form is not null && receiver.InToken is { } kem && ReceivesInside is null)
        {
            return await device.Queue.RunAsync(HsmOperation.Unwrap, session => Take(session, wrapped.Key, kind, () =>
                device.Keys.Use(session, kem, HsmOperation.Unwrap, found =>
                {
                    using Template template = TemplateFor(wrapped.Key, kind, isExtractable);
                    return DeviceWrapping.UnwrapInside(session, Token, found.Handle, form, template);
                })), cancellationToken);
        }

        byte[] contentKey = await Try(() => ContentKeyAsync(receiver, wrapped, form, cancellationToken), wrapped.Key);
        byte[] inner = [];
        try
        {
            (bool isPadded, ReadOnlyMemory<byte> bytes, string how) = form is not null
                ? (form.IsPadded, form.Wrapped, $"{form.Algorithm} decapsulated in this process")
                : (true, (ReadOnlyMemory<byte>)(inner = contentKey), "the message has its key under AES-GCM");
            if (form is null)
            {
                // contentKey is the key itself: it goes in under a key of this moment.
                contentKey = RandomNumberGenerator.GetBytes(32);
                bytes = AesKeyWrap.WrapPadded(contentKey, inner);
            }

            TakenKey taken = await device.Queue.RunAsync(HsmOperation.Unwrap, session =>
                Take(session, wrapped.Key, kind, () =>
                {
                    using Template template = TemplateFor(wrapped.Key, kind, isExtractable);
                    return DeviceWrapping.UnwrapFromHere(
                        session, Token, contentKey, isPadded, bytes.Span, template, how);
                }), cancellationToken);
            return form is null && taken.Boundary is { } boundary
                ? taken with { Boundary = boundary with { Key = Exposure.ThisProcess } } : taken;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
            CryptographicOperations.ZeroMemory(inner);
        }
    }

    public override ValueTask<string> ProveAsync(TransferKey key, CancellationToken cancellationToken) =>
        device.Queue.RunAsync(HsmOperation.Verify, session =>
        {
            ulong handle = Same(session, key, HsmOperation.Verify);
            return KindOf(key)!.IsPair ? Prove(session, handle, KindOf(key)!, key, HsmOperation.Verify)
                : $"check value {key.CheckValue}";
        }, cancellationToken);

    public override ValueTask<bool> RemoveAsync(TransferKey key, CancellationToken cancellationToken) =>
        device.Queue.RunAsync(HsmOperation.Destroy, session =>
        {
            lock (device.Module.Changes)
            {
                // A half may be alone, after an interruption.
                bool isPair = IsPair(key);
                if (Handle(session, key, HsmOperation.Destroy) is not { } handle)
                {
                    foreach (ulong half in isPair ? Publics(session, key, key.Label) : []) session.Destroy(half);
                    return false;
                }

                TransferKey found = DeviceInventory.Describe(session, handle, isPair, KindOf(key));
                if (!found.IsSameKeyAs(key) && !(isPair && found.PublicKey.IsEmpty))
                {
                    throw Failed(HsmOperation.Destroy, HsmFailure.KeyConflict,
                        $"{key.Name} is another key than the one to be removed; it stays.");
                }

                session.Destroy(handle);
                foreach (ulong half in isPair ? Publics(session, key, key.Label) : []) session.Destroy(half);

                return true;
            }
        }, cancellationToken);

    public override async ValueTask ForgetReceiverAsync(TokenKeyId name, CancellationToken cancellationToken) =>
        await device.DestroyAsync(name, cancellationToken);

    private Template TemplateFor(TransferKey key, TransferKind kind, bool isExtractable) =>
        DeviceWrapping.TemplateFor(device.Vendor, key, kind, isExtractable);

    private static async ValueTask<byte[]> SecretAsync(
        Pkcs11Token device, TransferRecipient receiver, ReadOnlyMemory<byte> encapsulated,
        CancellationToken cancellationToken)
    {
        if (receiver.InToken is { } key) return await device.DecapsulateAsync(key, encapsulated, cancellationToken);

        KemKey here = receiver.Here
            ?? throw new CryptographicException("The private key of the recipient is not here.");
        byte[] secret = new byte[here.Algorithm.SharedSecretSize];
        here.Decapsulate(encapsulated.Span, secret);
        return secret;
    }

    // Of the wrapped form the content key, of the sealed form the key itself.
    private async ValueTask<byte[]> ContentKeyAsync(
        TransferRecipient receiver, PqcWrappedKey wrapped, CmsWrappedKey? form, CancellationToken cancellationToken)
    {
        if (form is null)
        {
            return await CmsEnvelope.Decode(wrapped.Cms).DecryptAsync(receiver.Algorithm,
                (encapsulated, ct) => SecretAsync(device, receiver, encapsulated, ct),
                cancellationToken: cancellationToken);
        }

        if (form.Algorithm != receiver.Algorithm)
            throw new CryptographicException($"it is for a {form.Algorithm} key, not for a {receiver.Algorithm} key");
        byte[] secret = await SecretAsync(device, receiver, form.Encapsulated, cancellationToken);
        try
        {
            return form.OpenContentKey(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private TakenKey Take(
        Session session, TransferKey key, TransferKind kind, Func<(ulong Key, BoundaryReport Boundary)> unwrap)
    {
        lock (device.Module.Changes) // PKCS#11 has no "create unless it is there"
        {
            ulong? there = Handle(session, key, HsmOperation.Unwrap);
            BoundaryReport? boundary = null;
            if (there is null)
            {
                try
                {
                    (there, boundary) = unwrap();
                }
                catch (Pkcs11Error e) when (e.Function == "C_UnwrapKey" && !e.LosesDevice && !e.LosesKey
                    && !e.IsUnsupported)
                {
                    // Only some answers are about what was sent; the others may as well be about the token.
                    throw Failed(HsmOperation.Unwrap, HsmFailure.Damaged, e.Code is Ckr.WrappedKeyInvalid
                        or Ckr.WrappedKeyLenRange or Ckr.EncryptedDataInvalid or Ckr.EncryptedDataLenRange
                        ? $"{key} does not open ({e.Message}): it is for another recipient, or was changed."
                        : $"the token does not unwrap {key} ({e.Message}). It does not say why: it may make no "
                            + $"{kind} keys from wrapped ones, or was not given what was wrapped for it.", e);
                }
            }

            try
            {
                if (kind.IsPair && Publics(session, key).Count == 0) DeviceWrapping.AddPublic(session, key, kind);
                TransferKey found = DeviceInventory.Describe(session, there.Value, kind.IsPair, kind);
                if (!found.IsSameKeyAs(key))
                {
                    throw Failed(HsmOperation.Unwrap, HsmFailure.KeyConflict, $"{key.Name}: the check value is "
                        + $"'{found.CheckValue}', expected '{key.CheckValue}'.");
                }

                string proof = kind.IsPair ? Prove(session, there.Value, kind, key, HsmOperation.Unwrap)
                    : $"check value {found.CheckValue}";
                return new TakenKey(found, boundary is null, boundary, proof, found.Uses & ~key.Uses);
            }
            catch (Exception e) when (boundary is not null && e is HsmException or Pkcs11Error { LosesDevice: false })
            {
                session.Functions.DestroyObject(session.Handle, there.Value);
                foreach (ulong half in kind.IsPair ? Publics(session, key, key.Label) : [])
                    session.Functions.DestroyObject(session.Handle, half);
                throw;
            }
        }
    }

    private string Prove(Session session, ulong handle, TransferKind kind, TransferKey key, HsmOperation operation) =>
        DeviceProof.Prove(session, handle, kind, key)
            ?? throw Failed(operation, HsmFailure.KeyConflict,
                $"the private key of {key.Name} does not belong to its public key.");

    private ulong Same(Session session, TransferKey key, HsmOperation operation)
    {
        ulong handle = Handle(session, key, operation)
            ?? throw Failed(operation, HsmFailure.KeyMissing, $"there is no key {key.Name}.");
        return DeviceInventory.Describe(session, handle, IsPair(key), KindOf(key)).IsSameKeyAs(key) ? handle
            : throw Failed(operation, HsmFailure.KeyConflict, $"{key.Name} is another key than the described one.");
    }

    private ulong? Handle(Session session, TransferKey key, HsmOperation operation)
    {
        List<ulong> found = DeviceInventory.Find(session, IsPair(key) ? Cko.PrivateKey : Cko.SecretKey,
            Convert.FromHexString(key.Id), Encoding.UTF8.GetBytes(key.Label));
        return found.Count switch
        {
            0 => null,
            1 => found[0],
            _ => throw Failed(operation, HsmFailure.KeyConflict,
                $"there are {found.Count} keys with the name {key.Name}; none of them is used."),
        };
    }

    // By identifier and type, as the private half finds it; with the label those that were made here.
    private static List<ulong> Publics(Session session, TransferKey key, string? label = null)
    {
        using Template template = new();
        template.Add(Cka.Class, (ulong)Cko.PublicKey).Add(Cka.Token, true).Add(Cka.Id, Convert.FromHexString(key.Id))
            .Add(Cka.KeyType, (ulong)KindOf(key)!.Type);
        if (label is not null) template.Add(Cka.Label, Encoding.UTF8.GetBytes(label));
        return session.FindObjects(template);
    }

    private static bool IsPair(TransferKey key) => KindOf(key)?.IsPair ?? false;

    private static TransferKind? KindOf(TransferKey key) =>
        TransferKind.TryParse(key.Kind, out TransferKind? kind) ? kind : null;

    private T Opened<T>(Func<T> open, TransferKey key)
    {
        try
        {
            return open();
        }
        catch (CryptographicException e)
        {
            throw Failed(HsmOperation.Unwrap, HsmFailure.Damaged, $"{key} does not open: {e.Message}", e);
        }
    }

    private async ValueTask<T> Try<T>(Func<ValueTask<T>> open, TransferKey key)
    {
        try
        {
            return await open();
        }
        catch (CryptographicException e)
        {
            throw Failed(HsmOperation.Unwrap, HsmFailure.Damaged, $"{key} does not open: {e.Message}", e);
        }
    }
}
