using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cms;
using Qbitel.Cryptography.Keys;
using Qbitel.Hsm.Software;

namespace Qbitel.Hsm.Wrapping;

/// <summary>
/// The software token as an end of a transfer. Its keys stay unless its options allow backups; what it takes in stays
/// like what it made.
/// </summary>
internal sealed class SoftwarePort(SoftwareToken software, string token) : TransferPort(token)
{
    public override string LastHop =>
        "X-Wing up to this process, which is the token: a key in use is in its memory";

    public override KeyHop HopOf(TransferKey key, TransferPort source) =>
        new(HopSafety.InProcess, "X-Wing CMS up to this process, which is the token");

    public override async ValueTask<IReadOnlyList<TransferKey>> ListAsync(CancellationToken cancellationToken)
    {
        List<TransferKey> keys = [];
        await foreach (HsmKey key in software.ListAsync(cancellationToken)) keys.Add(Describe(key));
        keys.Sort((one, other) => string.CompareOrdinal(one.Id, other.Id));
        return keys;
    }

    public override async ValueTask<string?> WhyNotWrapAsync(TransferKey key, CancellationToken cancellationToken) =>
        key.Obstacle ?? (await KeyAsync(key, cancellationToken) is { } found ? software.WhyNotBackup(found)
            : "it is not there");

    public override ValueTask<string?> WhyNotInsideAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<string?>("the token is software in this process");

    public override ValueTask<string?> WhyNotTakeAsync(TransferKey key, CancellationToken cancellationToken)
    {
        string? why = !TransferKind.TryParse(key.Kind, out TransferKind? kind) || kind.Algorithm is null
            ? $"the software token keeps no {key.Kind} keys"
            : !TokenKeyId.TryParse(key.Id, out _)
                ? $"the software token names keys by {TokenKeyId.Size} bytes, and this one's identifier has not as many"
            : kind.Algorithm is CipherAlgorithm && key.Uses is not (KeyUses.Encrypt | KeyUses.Decrypt)
                ? "the software token keeps AES keys for encryption only, and this one has other uses"
            : null;
        return ValueTask.FromResult(why);
    }

    public override async ValueTask<TransferKey?> FindAsync(TransferKey key, CancellationToken cancellationToken) =>
        await KeyAsync(key, cancellationToken) is { } found ? Describe(found) : null;

    public override async ValueTask<PqcWrappedKey> WrapAsync(
        TransferKey key, TransferRecipient recipient, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(recipient);
        HsmKey found = await SameAsync(key, HsmOperation.Wrap, cancellationToken);
        byte[] cms = await software.WrapForBackupAsync(found, recipient.Cms, cancellationToken);
        return new PqcWrappedKey
        {
            Key = key,
            Recipient = recipient.Algorithm,
            Cms = cms,
            Boundary = new BoundaryReport("wrap", Token, Exposure.ThisProcess, Exposure.ThisProcess,
            [
                "the token is this process: the key was in its memory, as whenever it is used",
                $"{recipient.Algorithm} encapsulated, HKDF-SHA256 (RFC 9629), AES-256-GCM (RFC 5083)",
            ]),
        };
    }

    public override ValueTask<TransferRecipient> ReceiverAsync(TokenKeyId name, CancellationToken cancellationToken) =>
        ValueTask.FromResult(TransferRecipient.OfKey(KemKeys.Generate(KemAlgorithm.XWing)));

    public override async ValueTask<TakenKey> TakeAsync(
        TransferRecipient receiver, PqcWrappedKey wrapped, bool isExtractable, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        ArgumentNullException.ThrowIfNull(wrapped);
        if (await WhyNotTakeAsync(wrapped.Key, cancellationToken) is { } why)
            throw Failed(HsmOperation.Unwrap, HsmFailure.NotAllowed, $"{wrapped.Key}: {why}.");

        _ = TransferKind.TryParse(wrapped.Key.Kind, out TransferKind? kind);
        TokenKeyId id = TokenKeyId.Parse(wrapped.Key.Id);
        bool wasThere = await software.FindAsync(id, cancellationToken) is not null;
        if (!wasThere)
        {
            byte[] encoded = await OpenAsync(receiver, wrapped, cancellationToken);
            try
            {
                HsmKey kept = await software.TakeAsync(id, kind!.Algorithm!, encoded, cancellationToken);
                if (!Describe(kept).IsSameKeyAs(wrapped.Key)) await software.DestroyAsync(id, cancellationToken);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(encoded);
            }
        }

        string proof = await ProveAsync(wrapped.Key, cancellationToken);
        return new TakenKey((await FindAsync(wrapped.Key, cancellationToken))!, wasThere,
            wasThere ? null : new BoundaryReport("unwrap", Token, Exposure.ThisProcess, Exposure.ThisProcess,
                [$"{receiver.Algorithm} decapsulated and the key opened in this process, which is the token"]), proof,
            KeyUses.None);
    }

    public override async ValueTask<string> ProveAsync(TransferKey key, CancellationToken cancellationToken)
    {
        HsmKey found = await SameAsync(key, HsmOperation.Verify, cancellationToken);
        byte[] probe = [.. "qbitel: does this private key belong to its public key? "u8,
            .. RandomNumberGenerator.GetBytes(32)];
        if (found.Algorithm is SignatureAlgorithm)
        {
            byte[] signature = await software.SignAsync(found, probe, default, cancellationToken);
            if (await software.VerifyAsync(found, probe, signature, default, cancellationToken))
                return $"signed and verified ({found.Algorithm})";
        }
        else if (found.Algorithm is KemAlgorithm kem)
        {
            using KemKey publicKey = KemKeys.ImportPublic(kem, found.PublicKey.Span);
            byte[] ciphertext = new byte[kem.CiphertextSize], secret = new byte[kem.SharedSecretSize];
            publicKey.Encapsulate(ciphertext, secret);
            byte[] opened = await software.DecapsulateAsync(found, ciphertext, cancellationToken);
            if (CryptographicOperations.FixedTimeEquals(secret, opened))
                return $"encapsulated and decapsulated ({kem})";
        }
        else
        {
            return $"check value {key.CheckValue}";
        }

        throw Failed(HsmOperation.Verify, HsmFailure.KeyConflict,
            $"the private key of {key.Name} does not belong to its public key.");
    }

    public override async ValueTask<bool> RemoveAsync(TransferKey key, CancellationToken cancellationToken)
    {
        if (await KeyAsync(key, cancellationToken) is null) return false;

        await SameAsync(key, HsmOperation.Destroy, cancellationToken);
        return await software.DestroyAsync(TokenKeyId.Parse(key.Id), cancellationToken);
    }

    public override ValueTask ForgetReceiverAsync(TokenKeyId name, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    private async ValueTask<byte[]> OpenAsync(
        TransferRecipient receiver, PqcWrappedKey wrapped, CancellationToken cancellationToken)
    {
        try
        {
            if (receiver.Here is { } here) return OpenHere(here, wrapped);

            CmsWrappedKey? form = WrappedForm(wrapped);
            HsmKey key = receiver.InToken
                ?? throw new CryptographicException("The private key of the recipient is not here.");
            if (form is null)
            {
                return await CmsEnvelope.Decode(wrapped.Cms).DecryptAsync(receiver.Algorithm,
                    (encapsulated, ct) => software.DecapsulateAsync(key, encapsulated, ct),
                    cancellationToken: cancellationToken);
            }

            byte[] secret = await software.DecapsulateAsync(key, form.Encapsulated, cancellationToken);
            try
            {
                return form.OpenWith(secret);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(secret);
            }
        }
        catch (CryptographicException e)
        {
            throw Failed(HsmOperation.Unwrap, HsmFailure.Damaged, $"{wrapped.Key} does not open: {e.Message}", e);
        }
    }

    private async ValueTask<HsmKey> SameAsync(
        TransferKey key, HsmOperation operation, CancellationToken cancellationToken)
    {
        HsmKey found = await KeyAsync(key, cancellationToken)
            ?? throw Failed(operation, HsmFailure.KeyMissing, $"there is no key {key.Name}.");
        return Describe(found).IsSameKeyAs(key) ? found : throw Failed(operation, HsmFailure.KeyConflict,
            $"{key.Name} is another key than the described one.");
    }

    private async ValueTask<HsmKey?> KeyAsync(TransferKey key, CancellationToken cancellationToken) =>
        TokenKeyId.TryParse(key.Id, out TokenKeyId id) ? await software.FindAsync(id, cancellationToken) : null;
}
