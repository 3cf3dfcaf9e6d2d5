using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Hsm.Clouds.Gcp;

/// <summary>
/// Keys by their names. A name is for ever and its versions are numbered: ours is the lowest that is not destroyed.
/// </summary>
internal sealed partial class GcpKeys(GcpCalls calls, GcpKmsOptions options, ILogger logger)
{
    private readonly ConcurrentDictionary<TokenKeyId, GcpKey> _known = new();

    public string NameOf(TokenKeyId id) => $"{options.KeyRing}/cryptoKeys/{options.KeyPrefix}-{id}";

    public void Forget(TokenKeyId id) => _known.TryRemove(id, out _);

    public async ValueTask<GcpKey?> ResolveAsync(
        HsmOperation operation, TokenKeyId id, CancellationToken cancellationToken) =>
        _known.TryGetValue(id, out GcpKey? known) ? known : await FindAsync(operation, id, cancellationToken);

    public async ValueTask<GcpKey?> FindAsync(
        HsmOperation operation, TokenKeyId id, CancellationToken cancellationToken)
    {
        Forget(id);
        if (await FirstAsync(operation, id, NameOf(id), cancellationToken) is not { } first) return null;
        GcpKey key = await ReadAsync(operation, id, first, cancellationToken);
        _known[id] = key;
        return key;
    }

    public async ValueTask<GcpKey> CreateAsync(TokenKeyId id, GcpAlgorithm row, CancellationToken cancellationToken)
    {
        string? mine = null;
        if (!await CreateNameAsync(id, NameOf(id), row.Purpose, row.Name, cancellationToken))
        {
            // The name is there, and every version of it is destroyed: names stay. Or somebody makes it this moment.
            await RequireKindAsync(id, row, cancellationToken);
            if (await FirstAsync(HsmOperation.GenerateKey, id, NameOf(id), cancellationToken) is null)
            {
                GcpReply made = await calls.SendAsync(HsmOperation.GenerateKey, id, false, HttpMethod.Post,
                    $"{NameOf(id)}/cryptoKeyVersions", [], null, cancellationToken);
                mine = made["name"].Text;
            }
        }

        for (int attempt = 1; ; attempt++)
        {
            GcpReply first = await FirstAsync(HsmOperation.GenerateKey, id, NameOf(id), cancellationToken)
                ?? throw Failed(
                    HsmFailure.Unavailable, $"key {id}: somebody else destroyed it at the same time.", true);
            if (first["state"].Text == "PENDING_GENERATION" && attempt < options.Attempts)
            {
                await calls.PauseAsync(attempt, cancellationToken);
                continue;
            }

            GcpKey key = await ReadAsync(HsmOperation.GenerateKey, id, first, cancellationToken);
            if (mine is not null && mine != key.Version) await DestroyVersionAsync(id, mine, cancellationToken);
            LogCreated(id, key.Version);
            return _known[id] = key;
        }
    }

    /// <summary>The name that is there is for such keys.</summary>
    /// <exception cref="HsmException">It is for others.</exception>
    public async ValueTask RequireKindAsync(TokenKeyId id, GcpAlgorithm row, CancellationToken cancellationToken)
    {
        GcpReply there = await calls.SendAsync(
            HsmOperation.GenerateKey, id, true, HttpMethod.Get, NameOf(id), null, null, cancellationToken);
        if (there["versionTemplate"]["algorithm"].Text != row.Name
            || there["versionTemplate"]["protectionLevel"].Text != options.ProtectionLevel)
        {
            throw Failed(HsmFailure.KeyConflict, $"the name of key {id} was given to keys of another kind, and names "
                + "stay in Cloud KMS: use another key name.");
        }
    }

    /// <summary>False where the name is taken. A name is taken once, so a repetition does no harm.</summary>
    public async ValueTask<bool> CreateNameAsync(TokenKeyId id, string name, string purpose, string algorithm,
        CancellationToken cancellationToken, bool isForImport = false)
    {
        JsonObject body = new()
        {
            ["purpose"] = purpose,
            ["versionTemplate"] = new JsonObject
            {
                ["algorithm"] = algorithm,
                ["protectionLevel"] = options.ProtectionLevel,
            },
            ["labels"] = new JsonObject { ["qbitel-key"] = id.ToString() },
        };
        if (isForImport) body["importOnly"] = true;
        string empty = isForImport ? "&skipInitialVersionCreation=true" : "";
        try
        {
            await calls.SendAsync(HsmOperation.GenerateKey, id, true, HttpMethod.Post,
                $"{options.KeyRing}/cryptoKeys?cryptoKeyId={name[(name.LastIndexOf('/') + 1)..]}{empty}", body, null,
                cancellationToken);
            return true;
        }
        catch (HsmException taken) when (taken.Failure == HsmFailure.KeyConflict)
        {
            return false;
        }
    }

    /// <summary>
    /// All versions that are left: there is one, and more only where processes made it at the same time.
    /// </summary>
    public async ValueTask<bool> DestroyAsync(TokenKeyId id, string name, CancellationToken cancellationToken)
    {
        Forget(id);
        bool existed = false;
        HashSet<string> tried = new(StringComparer.Ordinal);
        while (await FirstAsync(HsmOperation.Destroy, id, name, cancellationToken) is { } first)
        {
            string version = first["name"].Text!;
            if (!tried.Add(version))
            {
                throw new HsmException(GcpKms.ProviderName, HsmOperation.Destroy, HsmFailure.NotAllowed,
                    $"key {id}: Cloud KMS does not destroy {version}.");
            }

            await DestroyVersionAsync(id, version, cancellationToken);
            existed = true;
        }

        if (existed) LogDestroyed(id);
        return existed;
    }

    public async ValueTask<List<TokenKeyId>> ListAsync(CancellationToken cancellationToken)
    {
        HashSet<TokenKeyId> ids = [];
        string start = $"{options.KeyRing}/cryptoKeys/{options.KeyPrefix}-";
        await PagesAsync(HsmOperation.List, null, $"{options.KeyRing}/cryptoKeys", "cryptoKeys", item =>
        {
            if (item["name"].Text is { } name && name.StartsWith(start, StringComparison.Ordinal)
                && TokenKeyId.TryParse(name[start.Length..], out TokenKeyId id))
            {
                ids.Add(id);
            }
        }, cancellationToken);
        return [.. ids];
    }

    public async ValueTask<GcpReply?> FirstAsync(
        HsmOperation operation, TokenKeyId id, string name, CancellationToken cancellationToken)
    {
        (int Number, GcpReply Version)? first = null;
        string start = $"{name}/cryptoKeyVersions/";
        try
        {
            await PagesAsync(operation, id, $"{name}/cryptoKeyVersions", "cryptoKeyVersions", item =>
            {
                if (item["name"].Text is not { } version || !version.StartsWith(start, StringComparison.Ordinal)
                    || !int.TryParse(
                        version.AsSpan(start.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                {
                    throw GcpKms.Odd(operation, $"Cloud KMS lists what is no version of key {id}");
                }

                // CryptoKeyVersionState: what is left out is gone, or on its way to be.
                if (item["state"].Text is "ENABLED" or "DISABLED" or "PENDING_GENERATION" or "PENDING_IMPORT"
                    && (first is null || number < first.Value.Number))
                {
                    first = (number, item);
                }
            }, cancellationToken);
        }
        catch (HsmException missing) when (missing.Failure == HsmFailure.KeyMissing)
        {
            return null;
        }

        return first?.Version;
    }

    private async ValueTask<GcpKey> ReadAsync(
        HsmOperation operation, TokenKeyId id, GcpReply version, CancellationToken cancellationToken)
    {
        string name = version["name"].Text!;
        GcpAlgorithm row = GcpAlgorithm.OfName(version["algorithm"].Text) ?? throw new HsmException(
            GcpKms.ProviderName, operation, HsmFailure.KeyConflict,
            $"key {id} is of a kind this provider does not make.");
        if (version["protectionLevel"].Text != options.ProtectionLevel)
        {
            throw new HsmException(GcpKms.ProviderName, operation, HsmFailure.KeyConflict,
                $"key {id} is not of the protection level {options.ProtectionLevel} that is configured.");
        }

        if (version["state"].Text is "PENDING_GENERATION" or "PENDING_IMPORT")
        {
            throw new HsmException(GcpKms.ProviderName, operation, HsmFailure.Unavailable, $"key {id} is being made.",
                isTransient: true);
        }

        DateTimeOffset madeAt = version["createTime"].Time ?? throw GcpKms.Odd(operation, $"key {id} has no age");

        // The version's name, which is given to one key only: Cloud KMS shows no check value of a cipher key.
        if (row.Algorithm is CipherAlgorithm cipher)
        {
            byte[] check = SHA256.HashData(Encoding.ASCII.GetBytes(name));
            return new GcpKey(name, row, HsmKey.OfCipher(id, cipher, check.AsMemory(0, 16), madeAt));
        }


        bool isPem = row.PublicKeyFormat is null;
        GcpReply answer = await calls.SendAsync(operation, id, true, HttpMethod.Get,
            $"{name}/publicKey{(isPem ? "" : $"?publicKeyFormat={row.PublicKeyFormat}")}", null,
            reply => isPem
                ? reply["pem"].Text is { } pem && reply["pemCrc32c"].Text == Crc32C.Text(Encoding.UTF8.GetBytes(pem))
                : reply["publicKey"].IsIntact("data", "crc32cChecksum"), cancellationToken);
        byte[]? publicKey = isPem ? OfPem(answer["pem"].Text!, row.Algorithm) : answer["publicKey"].Bytes("data");
        int size = row.Algorithm is SignatureAlgorithm signature ? signature.PublicKeySize
            : ((KemAlgorithm)row.Algorithm).EncapsulationKeySize;
        return publicKey?.Length == size && answer["name"].Text == name && answer["algorithm"].Text == row.Name
            ? new GcpKey(name, row, HsmKey.OfPair(id, row.Algorithm, publicKey, madeAt))
            : throw GcpKms.Odd(
                operation, $"what Cloud KMS gives as the public key of key {id} is none of {row.Algorithm}");
    }

    public async ValueTask DestroyVersionAsync(TokenKeyId id, string version, CancellationToken cancellationToken)
    {
        try
        {
            await calls.SendAsync(HsmOperation.Destroy, id, true, HttpMethod.Post, $"{version}:destroy", [], null,
                cancellationToken);
        }
        catch (HsmException done)
            when (done.Failure is HsmFailure.NotAllowed && done.Message.Contains("FAILED_PRECONDITION",
            StringComparison.Ordinal))
        {
            // somebody else did
        }
    }

    public async ValueTask PagesAsync(HsmOperation operation, TokenKeyId? id, string path, string field,
        Action<GcpReply> take, CancellationToken cancellationToken)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        string at = "";
        while (seen.Add(at))
        {
            GcpReply page = await calls.SendAsync(operation, id, true, HttpMethod.Get,
                $"{path}?pageSize=100{(at.Length == 0 ? "" : $"&pageToken={Uri.EscapeDataString(at)}")}", null, null,
                cancellationToken);
            foreach (GcpReply item in page[field].Items) take(item);
            if (page["nextPageToken"].Text is not { Length: > 0 } next) return;
            at = next;
        }

        throw GcpKms.Odd(operation, "Cloud KMS gives the same page again and again");
    }

    private static byte[]? OfPem(string pem, KeyAlgorithm algorithm)
    {
        if (!PemEncoding.TryFind(pem, out PemFields found)) return null;
        byte[] der = Convert.FromBase64String(pem[found.Base64Data]);
        return SubjectPublicKey.TryDecode(der, out SubjectPublicKey? key) && key.Algorithm == algorithm
            ? key.Key.ToArray() : null;
    }

    private static HsmException Failed(HsmFailure failure, string message, bool isTransient = false) =>
        new(GcpKms.ProviderName, HsmOperation.GenerateKey, failure, message, isTransient);

    [LoggerMessage(2341, LogLevel.Information, "gcp_kms: made key {Id}, {Version}")]
    private partial void LogCreated(TokenKeyId id, string version);

    [LoggerMessage(2342, LogLevel.Information, "gcp_kms: key {Id} is to be destroyed when its days are over")]
    private partial void LogDestroyed(TokenKeyId id);
}
