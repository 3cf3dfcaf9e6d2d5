using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance;
using Qbitel.Governance.Audit;
using Qbitel.Hsm;
using Qbitel.Store;

namespace Qbitel.Automation.Keys;

/// <summary>
/// What services do with managed keys: protect with the current version, process with the version that protected.
/// </summary>
/// <remarks>
/// Safe for concurrent use. A version that its state forbids to protect or to process is refused, never skipped over.
/// </remarks>
public sealed class KeyUse(StateStore store, HsmProvider hsm)
{
    /// <summary>
    /// Encrypts with the current version (AES-256-GCM); the associated data and the version are bound.
    /// </summary>
    public async Task<SealedData> EncryptAsync(
        KeyId id, ReadOnlyMemory<byte> plaintext, ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken)
    {
        KeyVersionRecord version = await CurrentAsync(id, cancellationToken);
        byte[] bound = SealedData.AssociatedData(id, version.Version, associatedData.Span);
        byte[] ciphertext = await hsm.EncryptAsync(await InTokenAsync(version, cancellationToken), plaintext, bound,
            cancellationToken);
        return new SealedData(id, version.Version, ciphertext);
    }

    /// <summary>Decrypts with the version that encrypted.</summary>
    /// <param name="data">What <see cref="EncryptAsync"/> returned.</param>
    /// <param name="associatedData">What it was given.</param>
    /// <param name="consent">Who answers for using a compromised version; without it such a version is refused.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="KeyRefusedException">That version may no longer process.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The data, its header or the associated
    /// data were changed.</exception>
    public async Task<byte[]> DecryptAsync(
        SealedData data, ReadOnlyMemory<byte> associatedData, CompromiseConsent? consent,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        KeyVersionRecord version = await ProcessingAsync(data.KeyId, data.Version, consent, cancellationToken);
        byte[] bound = SealedData.AssociatedData(data.KeyId, data.Version, associatedData.Span);
        return await hsm.DecryptAsync(await InTokenAsync(version, cancellationToken), data.Ciphertext, bound,
            cancellationToken);
    }

    /// <summary>Signs with the current version.</summary>
    public async Task<KeySignature> SignAsync(
        KeyId id, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context, CancellationToken cancellationToken)
    {
        KeyVersionRecord version = await CurrentAsync(id, cancellationToken);
        byte[] signature = await hsm.SignAsync(await InTokenAsync(version, cancellationToken), data, context,
            cancellationToken);
        return new KeySignature(id, version.Version, signature);
    }

    /// <summary>Checks a signature with the public key of the version that made it. Needs no token.</summary>
    /// <returns>False for a wrong signature.</returns>
    /// <exception cref="KeyRefusedException">That version may no longer process.</exception>
    public async Task<bool> VerifyAsync(
        KeySignature signature, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context, CompromiseConsent? consent,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(signature);
        KeyVersionRecord version = await ProcessingAsync(signature.KeyId, signature.Version, consent,
            cancellationToken);
        KeyRecord? key = await store.ReadAsync((s, ct) => s.FindKeyAsync(signature.KeyId, ct), cancellationToken);
        if (key?.Algorithm is not SignatureAlgorithm algorithm) return false;

        using SignatureKey publicKey = SignatureKeys.ImportPublic(algorithm, version.PublicKey.Span);
        return publicKey.Verify(data.Span, signature.Signature.Span, context.Span);
    }

    /// <summary>
    /// Recovers the shared secret of a KEM ciphertext with the version it was made for. The caller zeroes it.
    /// </summary>
    /// <exception cref="KeyRefusedException">That version may no longer process.</exception>
    public async ValueTask<byte[]> DecapsulateAsync(
        KeyId id, int version, ReadOnlyMemory<byte> ciphertext, CompromiseConsent? consent,
        CancellationToken cancellationToken)
    {
        KeyVersionRecord record = await ProcessingAsync(id, version, consent, cancellationToken);
        return await hsm.DecapsulateAsync(await InTokenAsync(record, cancellationToken), ciphertext, cancellationToken);
    }

    /// <summary>The version that protects now.</summary>
    /// <exception cref="KeyRefusedException">There is none.</exception>
    public async Task<KeyVersionRecord> CurrentAsync(KeyId id, CancellationToken cancellationToken)
    {
        (KeyRecord? key, IReadOnlyList<KeyVersionRecord> versions) = await store.ReadAsync(async (s, ct) =>
            (await s.FindKeyAsync(id, ct), await s.ReadKeyVersionsAsync(id, ct)), cancellationToken);
        if (key is null) throw new KeyRefusedException($"There is no key {id}.");

        return versions.LastOrDefault(v => v.State == KeyState.Active)
            ?? throw new KeyRefusedException($"Key '{key.Name}' has no version that may protect: rotate it first.");
    }

    /// <summary>A version's key as a signer, e.g. of checkpoints or certificates.</summary>
    public async Task<Signer> SignerAsync(KeyId id, CancellationToken cancellationToken) =>
        hsm.SignerFor(await InTokenAsync(await CurrentAsync(id, cancellationToken), cancellationToken));

    private async Task<KeyVersionRecord> ProcessingAsync(KeyId id, int version, CompromiseConsent? consent,
        CancellationToken cancellationToken)
    {
        KeyVersionRecord record = await store.ReadAsync((s, ct) =>
            s.FindKeyVersionAsync(id, version, ct), cancellationToken)
            ?? throw new KeyRefusedException($"There is no version {version} of key {id}.");
        if (record.State is KeyState.Active or KeyState.Deactivated) return record;
        if (record.State is not KeyState.Compromised || consent is null)
        {
            throw new KeyRefusedException(
                $"Version {version} of key {id} is {record.State}: it may neither decrypt nor verify"
                + (record.State is KeyState.Compromised ? " without somebody's recorded consent." : "."));
        }

        // The evidence comes before the act: if it cannot be written, nothing is processed.
        DateTimeOffset now = store.Time.GetUtcNow();
        await store.ChangeAsync((t, ct) =>
            t.AppendAsync(AuditTrail.Entry(now, consent.Actor, "key.use-compromised", $"key:{id}/v{version}",
            AuditOutcome.Done, ("reason", consent.Reason)), ct), cancellationToken);
        return record;
    }

    // The token is asked by name; what it holds under that name must be the key the store knows.
    private async Task<HsmKey> InTokenAsync(KeyVersionRecord version, CancellationToken cancellationToken)
    {
        TokenKeyId name = TokenKeyId.Parse(version.TokenKeyId);
        HsmKey key = await hsm.FindAsync(name, cancellationToken)
            ?? throw new KeyRefusedException(
                $"Token '{hsm.Name}' holds no key {name}: restore the token that made version {version.Version} of key "
                + $"{version.KeyId}.");

        return key.PublicKey.Span.SequenceEqual(version.PublicKey.Span)
            ? key
            : throw new KeyRefusedException(
                $"Token '{hsm.Name}' holds another key under the name {name}: it is not used.");
    }
}
