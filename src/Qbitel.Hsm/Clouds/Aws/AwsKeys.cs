using System.Collections.Concurrent;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Microsoft.Extensions.Logging;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Hsm.Clouds.Aws;

/// <summary>
/// Keys by their aliases: <c>alias/qbitel/</c> and the name. An alias is taken by one key only, so it decides races.
/// </summary>
internal sealed partial class AwsKeys(AwsCalls calls, AwsKmsOptions options, ILogger logger)
{
    public const string NameTag = "qbitel-key";
    private const string AlgorithmTag = "qbitel-algorithm";

    private readonly ConcurrentDictionary<TokenKeyId, AwsKey> _known = new();

    private string Prefix { get; } = $"alias/{options.KeyPrefix}/";

    public string Alias(TokenKeyId id) => Prefix + id;

    public void Forget(TokenKeyId id) => _known.TryRemove(id, out _);

    /// <summary>The key from memory or from the service; null where there is none.</summary>
    public async ValueTask<AwsKey?> ResolveAsync(
        HsmOperation operation, TokenKeyId id, CancellationToken cancellationToken) =>
        _known.TryGetValue(id, out AwsKey? known) ? known : await FindAsync(operation, id, cancellationToken);

    /// <summary>The key as the service has it now; null where there is none or it waits to be deleted.</summary>
    public async ValueTask<AwsKey?> FindAsync(
        HsmOperation operation, TokenKeyId id, CancellationToken cancellationToken)
    {
        Forget(id);
        KeyMetadata? found = await calls.DescribeAsync(operation, id, Alias(id), cancellationToken);
        return found is null || IsGone(found) ? null : await ReadAsync(operation, id, found, cancellationToken);
    }

    public static bool IsGone(KeyMetadata key) =>
        key.KeyState == KeyState.PendingDeletion || key.KeyState == KeyState.PendingReplicaDeletion;

    /// <summary>Makes the key and gives it its alias; where another had the alias first, that one is the key.</summary>
    public async ValueTask<AwsKey> CreateAsync(
        TokenKeyId id, AwsAlgorithm row, CancellationToken cancellationToken)
    {
        KeyMetadata made = await CreateBareAsync(
            HsmOperation.GenerateKey, id, row.KeySpec, row.KeyUsage, row.Algorithm.Name, OriginType.AWS_KMS,
            cancellationToken);
        if (!await NameAsync(HsmOperation.GenerateKey, id, Alias(id), made, cancellationToken))
        {
            return await FindAsync(HsmOperation.GenerateKey, id, cancellationToken)
                ?? throw Failed(HsmOperation.GenerateKey, HsmFailure.Unavailable,
                    $"key {id}: somebody else made and destroyed it at the same time.", isTransient: true);
        }

        LogCreated(id, made.Arn);
        return await ReadAsync(HsmOperation.GenerateKey, id, made, cancellationToken);
    }

    /// <summary>
    /// A key without alias. Its tags say whose it is, should this process end before the alias is made.
    /// </summary>
    public async ValueTask<KeyMetadata> CreateBareAsync(
        HsmOperation operation, TokenKeyId id, string spec, string usage, string algorithm, OriginType origin,
        CancellationToken cancellationToken)
    {
        CreateKeyRequest request = new()
        {
            KeySpec = spec,
            KeyUsage = usage,
            Origin = origin,
            Description = $"Qbitel {algorithm} key {id}",
            Tags =
            [
                new Tag { TagKey = NameTag, TagValue = id.ToString() },
                new Tag { TagKey = AlgorithmTag, TagValue = algorithm },
            ],
        };

        // Not repeated when its answer is lost: a second key would be made.
        CreateKeyResponse made = await calls.RunAsync(
            operation, id, false, (kms, stop) => kms.CreateKeyAsync(request, stop), cancellationToken);
        return made.KeyMetadata is { Arn.Length: > 0 } key ? key
            : throw AwsKms.Odd(operation, $"AWS KMS made key {id} and does not say which.");
    }

    /// <summary>False where another key has the alias; this one is then taken back.</summary>
    public async ValueTask<bool> NameAsync(
        HsmOperation operation, TokenKeyId id, string alias, KeyMetadata key, CancellationToken cancellationToken)
    {
        try
        {
            await calls.RunAsync(operation, id, false, (kms, stop) => kms.CreateAliasAsync(
                new CreateAliasRequest { AliasName = alias, TargetKeyId = key.KeyId }, stop), cancellationToken);
            return true;
        }
        catch (HsmException taken) when (taken.Failure == HsmFailure.KeyConflict)
        {
            KeyMetadata? holder = await calls.DescribeAsync(operation, id, alias, cancellationToken);
            if (holder?.Arn == key.Arn) return true; // our own first attempt, whose answer was lost
            await AbandonAsync(id, key);
            return false;
        }
        catch
        {
            await AbandonAsync(id, key);
            throw;
        }
    }

    public async ValueTask DeleteAsync(
        HsmOperation operation, TokenKeyId id, string arn, CancellationToken cancellationToken) =>
        await calls.RunAsync(operation, id, true, (kms, stop) => kms.ScheduleKeyDeletionAsync(
            new ScheduleKeyDeletionRequest { KeyId = arn, PendingWindowInDays = options.DeletionWaitDays }, stop),
            cancellationToken);

    public async ValueTask DeleteAliasAsync(
        HsmOperation operation, TokenKeyId id, string alias, CancellationToken cancellationToken)
    {
        try
        {
            await calls.RunAsync(operation, id, true, (kms, stop) => kms.DeleteAliasAsync(
                new DeleteAliasRequest { AliasName = alias }, stop), cancellationToken);
        }
        catch (HsmException gone) when (gone.Failure == HsmFailure.KeyMissing)
        {
            // somebody else did
        }
    }

    /// <summary>First the key, then its name: ended in between, the name still leads to what is left to do.</summary>
    public async ValueTask<bool> DestroyAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        Forget(id);
        KeyMetadata? found = await calls.DescribeAsync(HsmOperation.Destroy, id, Alias(id), cancellationToken);
        if (found is null) return false;
        bool existed = !IsGone(found);
        if (existed) await DeleteAsync(HsmOperation.Destroy, id, found.Arn, cancellationToken);
        await DeleteAliasAsync(HsmOperation.Destroy, id, Alias(id), cancellationToken);
        if (existed) LogDestroyed(id, found.Arn, options.DeletionWaitDays);
        return existed;
    }

    public async ValueTask<List<TokenKeyId>> ListAsync(CancellationToken cancellationToken)
    {
        List<TokenKeyId> ids = [];
        string? from = null;
        do
        {
            ListAliasesRequest request = new() { Marker = from, Limit = 100 };
            ListAliasesResponse page = await calls.RunAsync(HsmOperation.List, null, true,
                (kms, stop) => kms.ListAliasesAsync(request, stop), cancellationToken);
            foreach (AliasListEntry entry in page.Aliases ?? [])
            {
                if (entry?.AliasName is { } name && name.StartsWith(Prefix, StringComparison.Ordinal)
                    && TokenKeyId.TryParse(name[Prefix.Length..], out TokenKeyId id))
                {
                    ids.Add(id);
                }
            }

            string? next = page.Truncated == true ? page.NextMarker : null;
            if (next is not null && next == from)
                throw AwsKms.Odd(HsmOperation.List, "AWS KMS gives the same page of aliases again and again.");
            from = next;
        }
        while (from is not null);
        return ids;
    }

    private async ValueTask<AwsKey> ReadAsync(
        HsmOperation operation, TokenKeyId id, KeyMetadata found, CancellationToken cancellationToken)
    {
        AwsAlgorithm row = AwsAlgorithm.OfSpec(found.KeySpec?.Value) is { } known
            && known.KeyUsage == found.KeyUsage?.Value
            ? known : throw Failed(operation, HsmFailure.KeyConflict,
                $"key {id} is of a kind this provider does not make; its alias was given to another key.");
        if (found.KeyState == KeyState.PendingImport)
        {
            throw Failed(
                operation, HsmFailure.NotAllowed, $"key {id} still waits for its material: finish its import.");
        }

        if (found.KeyState == KeyState.Creating || found.KeyState == KeyState.Updating)
            throw Failed(operation, HsmFailure.Unavailable, $"key {id} is being made.", isTransient: true);
        if (found.Arn is not { Length: > 0 } arn || found.CreationDate is not { } madeAt)
            throw AwsKms.Odd(operation, $"AWS KMS describes key {id} without its ARN or age.");

        GetPublicKeyResponse answer = await calls.RunAsync(operation, id, true,
            (kms, stop) => kms.GetPublicKeyAsync(new GetPublicKeyRequest { KeyId = arn }, stop), cancellationToken);
        if (answer.PublicKey is not { } der
            || !SubjectPublicKey.TryDecode(der.ToArray(), out SubjectPublicKey? publicKey)
            || publicKey.Algorithm != row.Algorithm)
        {
            throw AwsKms.Odd(
                operation, $"what AWS KMS gives as the public key of key {id} is none of {row.Algorithm}.");
        }

        AwsKey key = new(arn, row,
            HsmKey.OfPair(id, row.Algorithm, publicKey.Key, new DateTimeOffset(madeAt.ToUniversalTime())),
            found.KeyState?.Value ?? "");
        _known[id] = key;
        return key;
    }

    // With time of its own: the caller may have given up, the key that nobody will find must not stay.
    private async ValueTask AbandonAsync(TokenKeyId id, KeyMetadata key)
    {
        try
        {
            await DeleteAsync(HsmOperation.GenerateKey, id, key.Arn, CancellationToken.None);
        }
        catch (HsmException)
        {
            LogOrphan(id, key.Arn);
        }
    }

    private static HsmException Failed(
        HsmOperation operation, HsmFailure failure, string message, bool isTransient = false) =>
        new(AwsKms.ProviderName, operation, failure, message, isTransient);

    [LoggerMessage(2301, LogLevel.Information, "aws_kms: made key {Id}, {Arn}")]
    private partial void LogCreated(TokenKeyId id, string arn);

    [LoggerMessage(2302, LogLevel.Information, "aws_kms: destroyed key {Id}, {Arn}; AWS keeps it {Days} days more")]
    private partial void LogDestroyed(TokenKeyId id, string arn, int days);

    [LoggerMessage(2303, LogLevel.Warning,
        "aws_kms: {Arn} was made for key {Id}, is not its key, and could not be removed: schedule its deletion")]
    private partial void LogOrphan(TokenKeyId id, string arn);
}
