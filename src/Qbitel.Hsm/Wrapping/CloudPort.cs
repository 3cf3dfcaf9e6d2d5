using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Keys;
using Qbitel.Hsm.Clouds.Aws;
using Qbitel.Hsm.Clouds.Azure;
using Qbitel.Hsm.Clouds.Gcp;

namespace Qbitel.Hsm.Wrapping;

/// <summary>A cloud's key service as the target of a transfer. Its keys never leave it.</summary>
/// <remarks>
/// No cloud takes a key under a KEM: the message is opened in this process and the key is wrapped again under the
/// service's RSA key. That hop is classical, and the report of each key says so.
/// </remarks>
internal sealed class CloudPort : TransferPort
{
    private readonly HsmProvider _provider;
    private readonly Func<KeyAlgorithm, string?> _whyNoImport;
    private readonly Func<TokenKeyId, KeyAlgorithm, ReadOnlyMemory<byte>, CancellationToken, ValueTask<HsmKey>> _import;
    private readonly KeyHop _hop;

    public CloudPort(AwsKms aws, string token)
        : this(aws, token, AwsKms.WhyNoImport, "RSA-4096-OAEP-SHA256 + AES-256-KWP by AWS KMS's import of key material")
    {
        _import = async (id, _, encoded, cancel) =>
        {
            using StoredKey stored = Pkcs8.Decode(encoded.Span);
            return await aws.ImportAsync(id, stored.Signature!, cancel);
        };
    }

    public CloudPort(AzureManagedHsm azure, string token)
        : this(
            azure, token, AzureManagedHsm.WhyNoImport,
            "RSA-4096-OAEP-SHA1 + AES-256-KWP by Azure's BYOK transfer blob") =>
        _import = azure.ImportAsync;

    public CloudPort(GcpKms gcp, string token)
        : this(gcp, token, gcp.WhyNoImport, "RSA-4096-OAEP-SHA256 + AES-256-KWP by GCP's import job") =>
        _import = gcp.ImportAsync;

    private CloudPort(HsmProvider provider, string token, Func<KeyAlgorithm, string?> whyNoImport, string how)
        : base(token)
    {
        _provider = provider;
        _whyNoImport = whyNoImport;
        _import = null!;
        _hop = new KeyHop(HopSafety.Classical,
            $"{how}, inside TLS: classical, so whoever records it and breaks RSA later has the key");
    }

    public override string LastHop => $"X-Wing up to this process; from here {_hop.Protection}";

    public override KeyHop HopOf(TransferKey key, TransferPort source) => _hop;

    public override async ValueTask<IReadOnlyList<TransferKey>> ListAsync(CancellationToken cancellationToken)
    {
        List<TransferKey> keys = [];
        await foreach (HsmKey key in _provider.ListAsync(cancellationToken)) keys.Add(Shown(key));
        keys.Sort((one, other) => string.CompareOrdinal(one.Id, other.Id));
        return keys;
    }

    public override ValueTask<string?> WhyNotWrapAsync(TransferKey key, CancellationToken cancellationToken) =>
        ValueTask.FromResult<string?>("a key of a cloud service never leaves it");

    public override ValueTask<string?> WhyNotInsideAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<string?>("a cloud service wraps no keys of its own for others");

    public override ValueTask<string?> WhyNotTakeAsync(TransferKey key, CancellationToken cancellationToken)
    {
        string? why = !TransferKind.TryParse(key.Kind, out TransferKind? kind) || kind.Algorithm is null
            ? $"the service imports no {key.Kind} keys"
            : !TokenKeyId.TryParse(key.Id, out _)
                ? $"keys in it are named by {TokenKeyId.Size} bytes, and this one's identifier has not as many"
            : _whyNoImport(kind.Algorithm) is { } lacks ? lacks
            : (key.Uses & ~(
                kind.IsPair ? KeyUses.Sign | KeyUses.Verify : KeyUses.Encrypt | KeyUses.Decrypt)) != KeyUses.None
                ? $"it would {(kind.IsPair ? "sign" : "encrypt and decrypt")} only, and this key has other uses"
            : null;
        return ValueTask.FromResult(why);
    }

    public override async ValueTask<TransferKey?> FindAsync(TransferKey key, CancellationToken cancellationToken) =>
        await KeyAsync(key, cancellationToken) is { } found ? Shown(found) : null;

    public override ValueTask<PqcWrappedKey> WrapAsync(
        TransferKey key, TransferRecipient recipient, CancellationToken cancellationToken) =>
        throw Failed(HsmOperation.Wrap, HsmFailure.NotAllowed, $"{key}: a key of a cloud service never leaves it.");

    public override ValueTask<TransferRecipient> ReceiverAsync(TokenKeyId name, CancellationToken cancellationToken) =>
        ValueTask.FromResult(TransferRecipient.OfKey(KemKeys.Generate(KemAlgorithm.XWing)));

    public override async ValueTask<TakenKey> TakeAsync(
        TransferRecipient receiver, PqcWrappedKey wrapped, bool isExtractable, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        ArgumentNullException.ThrowIfNull(wrapped);
        if (await WhyNotTakeAsync(wrapped.Key, cancellationToken) is { } why)
            throw Failed(HsmOperation.Unwrap, HsmFailure.NotAllowed, $"{wrapped.Key}: {why}.");
        if (isExtractable)
        {
            throw Failed(HsmOperation.Unwrap, HsmFailure.NotAllowed,
                $"{wrapped.Key}: a key of a cloud service never leaves it; ask for none that may.");
        }

        _ = TransferKind.TryParse(wrapped.Key.Kind, out TransferKind? kind);
        bool wasThere = await KeyAsync(wrapped.Key, cancellationToken) is not null;
        byte[] encoded = Open(receiver, wrapped);
        try
        {
            // Of one that is there already the import compares what it is.
            HsmKey kept = await _import(TokenKeyId.Parse(wrapped.Key.Id), kind!.Algorithm!, encoded, cancellationToken);
            string proof = kind.IsPair ? await ProveAsync(wrapped.Key, cancellationToken)
                : "what the service encrypted was opened with the key";
            return new TakenKey(Shown(kept), wasThere, new BoundaryReport("unwrap", Token, Exposure.ThisProcess,
                Exposure.ThisProcess,
                [
                    $"{receiver.Algorithm} decapsulated and the key opened in this process",
                    $"sent on: {_hop.Protection}",
                ]), proof, KeyUses.None);
        }
        catch (CryptographicException e)
        {
            throw Failed(HsmOperation.Unwrap, HsmFailure.Damaged, $"{wrapped.Key} is no such key: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(encoded);
        }
    }

    public override async ValueTask<string> ProveAsync(TransferKey key, CancellationToken cancellationToken)
    {
        HsmKey found = await SameAsync(key, HsmOperation.Verify, cancellationToken);
        byte[] probe = [.. "qbitel: does this private key belong to its public key? "u8,
            .. RandomNumberGenerator.GetBytes(32)];
        byte[] signature = await _provider.SignAsync(found, probe, default, cancellationToken);
        return await _provider.VerifyAsync(found, probe, signature, default, cancellationToken)
            ? $"signed and verified ({found.Algorithm})"
            : throw Failed(HsmOperation.Verify, HsmFailure.KeyConflict,
                $"the private key of {key.Name} does not belong to its public key.");
    }

    public override async ValueTask<bool> RemoveAsync(TransferKey key, CancellationToken cancellationToken)
    {
        if (await KeyAsync(key, cancellationToken) is null) return false;

        await SameAsync(key, HsmOperation.Destroy, cancellationToken);
        return await _provider.DestroyAsync(TokenKeyId.Parse(key.Id), cancellationToken);
    }

    public override ValueTask ForgetReceiverAsync(TokenKeyId name, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    private byte[] Open(TransferRecipient receiver, PqcWrappedKey wrapped)
    {
        try
        {
            return OpenHere(receiver.Here ?? throw new CryptographicException(
                "the private key of the recipient is not in this process."), wrapped);
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
        TransferKey shown = Shown(found);
        return shown.IsSameKeyAs(key) ? found : throw Failed(operation, HsmFailure.KeyConflict,
            shown.CheckValue.Length == 0
                ? $"the service shows nothing by which {key.Name} can be told from another key of that name; "
                    + "'qbitel hsm destroy' destroys it."
                : $"{key.Name} is another key than the described one.");
    }

    private async ValueTask<HsmKey?> KeyAsync(TransferKey key, CancellationToken cancellationToken) =>
        TokenKeyId.TryParse(key.Id, out TokenKeyId id) ? await _provider.FindAsync(id, cancellationToken) : null;

    // What the provider compares cipher keys by is their version in the service, which says nothing about the key.
    private static TransferKey Shown(HsmKey key)
    {
        TransferKey shown = Describe(key);
        return key.Algorithm is CipherAlgorithm ? shown with { CheckValue = "" } : shown;
    }
}
