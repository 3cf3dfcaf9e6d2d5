using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Qbitel.Cryptography;

namespace Qbitel.Hsm.Clouds.Azure;

/// <summary>
/// Keys by their names. A name can have several versions: ours is the first of them, and what the HSM rotates by itself
/// changes nothing.
/// </summary>
internal sealed partial class AzureKeys(
    AzureCalls calls, AzureManagedHsmOptions options, Uri endpoint, ILogger logger)
{
    private const string AlgorithmTag = "qbitel-algorithm";

    private readonly ConcurrentDictionary<TokenKeyId, AzureKey> _known = new();

    public string NameOf(TokenKeyId id) => $"{options.KeyPrefix}-{id}";

    public static JsonObject Tags(TokenKeyId id, string algorithm) =>
        new() { ["qbitel-key"] = id.ToString(), [AlgorithmTag] = algorithm };

    public void Forget(TokenKeyId id) => _known.TryRemove(id, out _);

    public async ValueTask<AzureKey?> ResolveAsync(
        HsmOperation operation, TokenKeyId id, CancellationToken cancellationToken) =>
        _known.TryGetValue(id, out AzureKey? known) ? known : await FindAsync(operation, id, cancellationToken);

    public async ValueTask<AzureKey?> FindAsync(
        HsmOperation operation, TokenKeyId id, CancellationToken cancellationToken)
    {
        Forget(id);
        if (await FirstAsync(operation, id, cancellationToken) is not { } first) return null;
        AzureReply bundle;
        try
        {
            bundle = await calls.SendAsync(operation, id, true, HttpMethod.Get, $"keys/{NameOf(id)}/{first}", null,
                cancellationToken);
        }
        catch (HsmException gone) when (gone.Failure == HsmFailure.KeyMissing)
        {
            return null;
        }

        AzureKey key = Read(operation, id, first, bundle);
        _known[id] = key;
        return key;
    }

    public async ValueTask<AzureKey> CreateAsync(TokenKeyId id, AzureAlgorithm row, CancellationToken cancellationToken)
    {
        AzureReply made = await CreateBareAsync(
            id, NameOf(id), row.KeyType, row.Curve, row.Operations, row.Algorithm.Name, cancellationToken);
        return await SettleAsync(id, made, cancellationToken);
    }

    /// <summary>The key of the name, after a version of it was made here.</summary>
    public async ValueTask<AzureKey> SettleAsync(
        TokenKeyId id, AzureReply made, CancellationToken cancellationToken)
    {
        string mine = VersionOf(HsmOperation.GenerateKey, NameOf(id), made["key"]["kid"].Text);

        // Another process may have made a version of the name at the same time. The first is the key.
        string? first = null;
        try
        {
            first = await FirstAsync(HsmOperation.GenerateKey, id, cancellationToken);
        }
        finally
        {
            if (first is not null && first != mine)
            {
                await calls.SendAsync(HsmOperation.GenerateKey, id, true, HttpMethod.Patch, $"keys/{NameOf(id)}/{mine}",
                    new JsonObject { ["attributes"] = new JsonObject { ["enabled"] = false } }, cancellationToken);
            }
        }

        LogCreated(id, first ?? mine);
        return await FindAsync(HsmOperation.GenerateKey, id, cancellationToken)
            ?? throw new HsmException(AzureManagedHsm.ProviderName, HsmOperation.GenerateKey, HsmFailure.Unavailable,
                $"key {id}: somebody else destroyed it at the same time.", isTransient: true);
    }

    /// <summary>Not repeated when its answer is lost: a second version would be made.</summary>
    public async ValueTask<AzureReply> CreateBareAsync(TokenKeyId id, string name, string keyType, string? curve,
        string[] operations, string algorithm, CancellationToken cancellationToken, int keySize = 256)
    {
        JsonObject body = new()
        {
            ["kty"] = keyType,
            ["key_ops"] = new JsonArray([.. operations.Select(o => (JsonNode)o)]),
            ["attributes"] = new JsonObject { ["enabled"] = true, ["exportable"] = false },
            ["tags"] = Tags(id, algorithm),
        };
        if (curve is null) body["key_size"] = keySize;
        else body["crv"] = curve;
        return await calls.SendAsync(
            HsmOperation.GenerateKey, id, false, HttpMethod.Post, $"keys/{name}/create", body, cancellationToken);
    }

    public async ValueTask<bool> DestroyAsync(TokenKeyId id, string name, CancellationToken cancellationToken)
    {
        Forget(id);
        bool existed = await DeleteAsync(id, $"keys/{name}", cancellationToken);
        if (!options.PurgesDestroyed)
        {
            if (existed) LogDeleted(id);
            return existed;
        }

        try
        {
            await DeleteAsync(id, $"deletedkeys/{name}", cancellationToken);
            if (existed) LogPurged(id);
        }
        catch (HsmException forbidden)
            when (existed && forbidden.Failure is HsmFailure.NotAllowed or HsmFailure.KeyConflict)
        {
            LogDeleted(id); // purge protection: it is gone when its days are over
        }

        return existed;
    }

    public async ValueTask<List<TokenKeyId>> ListAsync(CancellationToken cancellationToken)
    {
        HashSet<TokenKeyId> ids = [];
        string prefix = options.KeyPrefix + "-";
        await PagesAsync(HsmOperation.List, null, "keys", item =>
        {
            string name = item["kid"].Text is { } kid && Uri.TryCreate(kid, UriKind.Absolute, out Uri? place)
                && place.Segments is [_, "keys/", { } last, ..] ? last.TrimEnd('/') : "";
            if (name.StartsWith(prefix, StringComparison.Ordinal)
                && TokenKeyId.TryParse(name[prefix.Length..], out TokenKeyId id))
            {
                ids.Add(id);
            }

        }, cancellationToken);
        return [.. ids];
    }

    /// <summary>The version in the identifier of a key of this HSM and that name.</summary>
    public string VersionOf(HsmOperation operation, string name, string? kid)
    {
        string start = $"{endpoint.AbsoluteUri}keys/{name}/";
        return kid is not null && kid.StartsWith(start, StringComparison.OrdinalIgnoreCase)
            && kid[start.Length..] is { Length: > 0 and <= 64 } version && version.All(char.IsAsciiLetterOrDigit)
            ? version : throw AzureManagedHsm.Odd(operation, $"the HSM answers for another key than {name}");
    }

    private async ValueTask<string?> FirstAsync(
        HsmOperation operation, TokenKeyId id, CancellationToken cancellationToken)
    {
        List<(DateTimeOffset MadeAt, bool IsEnabled, string Version)> versions = [];
        try
        {
            await PagesAsync(operation, id, $"keys/{NameOf(id)}/versions", item => versions.Add((
                item["attributes"]["created"].Time ?? throw AzureManagedHsm.Odd(operation, $"key {id} has no age"),
                item["attributes"]["enabled"].Flag ?? true,
                VersionOf(operation, NameOf(id), item["kid"].Text))), cancellationToken);
        }
        catch (HsmException missing) when (missing.Failure == HsmFailure.KeyMissing)
        {
            return null;
        }

        if (versions.Count == 0) return null;
        DateTimeOffset first = versions.Min(v => v.MadeAt);
        (DateTimeOffset, bool IsEnabled, string Version)[] oldest = [.. versions.Where(v => v.MadeAt == first)];
        if (oldest.Length > 1 && oldest.Count(v => v.IsEnabled) == 1) oldest = [oldest.Single(v => v.IsEnabled)];

        // Azure counts seconds. Which of two of one second was first nobody can say, so nobody guesses.
        return oldest.Length == 1 ? oldest[0].Version : throw new HsmException(AzureManagedHsm.ProviderName, operation,
            HsmFailure.KeyConflict, $"key {id} was made twice at the same time, versions "
            + $"{string.Join(" and ", oldest.Select(v => v.Version))}: leave one of them enabled.");
    }

    private async ValueTask PagesAsync(HsmOperation operation, TokenKeyId? id, string path, Action<AzureReply> take,
        CancellationToken cancellationToken)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        string? at = path;
        while (at is not null)
        {
            if (!seen.Add(at)) throw AzureManagedHsm.Odd(operation, "the HSM gives the same page again and again");
            AzureReply page = await calls.SendAsync(operation, id, true, HttpMethod.Get, at, null, cancellationToken);
            foreach (AzureReply item in page["value"].Items) take(item);
            at = page["nextLink"].Text is { Length: > 0 } link ? calls.NextPage(operation, link) : null;
        }
    }

    private static AzureKey Read(HsmOperation operation, TokenKeyId id, string version, AzureReply bundle)
    {
        AzureReply key = bundle["key"];
        AzureAlgorithm row = AzureAlgorithm.Of(key["kty"].Text, key["crv"].Text) is { } known
            && bundle["tags"][AlgorithmTag].Text == known.Algorithm.Name ? known
            : throw new HsmException(AzureManagedHsm.ProviderName, operation, HsmFailure.KeyConflict,
                $"key {id} is of a kind this provider does not make.");
        DateTimeOffset madeAt = bundle["attributes"]["created"].Time
            ?? throw AzureManagedHsm.Odd(operation, $"key {id} has no age");
        if (row.Algorithm is CipherAlgorithm cipher)
        {
            // The version, which the HSM gives to one key only. A check value of the key itself would need an
            // encryption of zeros, which is the authentication key of GCM: nobody outside should see it.
            byte[] check = SHA256.HashData(Encoding.ASCII.GetBytes(version))[..16];
            return new AzureKey(version, row, HsmKey.OfCipher(id, cipher, check, madeAt));
        }

        int size = (((SignatureAlgorithm)row.Algorithm).PublicKeySize - 1) / 2;
        return key["x"].Bytes is { } x && key["y"].Bytes is { } y && x.Length == size && y.Length == size
            ? new AzureKey(version, row, HsmKey.OfPair(id, row.Algorithm, (byte[])[4, .. x, .. y], madeAt))
            : throw AzureManagedHsm.Odd(
                operation, $"what the HSM gives as the public key of key {id} is none of {row.Algorithm}");
    }

    private async ValueTask<bool> DeleteAsync(TokenKeyId id, string path, CancellationToken cancellationToken)
    {
        try
        {
            await calls.SendAsync(HsmOperation.Destroy, id, true, HttpMethod.Delete, path, null, cancellationToken);
            return true;
        }
        catch (HsmException missing) when (missing.Failure == HsmFailure.KeyMissing)
        {
            return false;
        }
    }

    [LoggerMessage(2321, LogLevel.Information, "azure_managed_hsm: made key {Id}, version {Version}")]
    private partial void LogCreated(TokenKeyId id, string version);

    [LoggerMessage(2322, LogLevel.Information, "azure_managed_hsm: purged key {Id}")]
    private partial void LogPurged(TokenKeyId id);

    [LoggerMessage(
        2323, LogLevel.Warning, "azure_managed_hsm: deleted key {Id}; it can be recovered until the HSM purges it")]
    private partial void LogDeleted(TokenKeyId id);
}
