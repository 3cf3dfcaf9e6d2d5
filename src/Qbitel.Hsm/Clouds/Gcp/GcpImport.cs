using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Qbitel.Hsm.Clouds.Gcp;

/// <summary>
/// Brings a key into Cloud KMS: an import job, whose RSA key wraps it, then a version that is waited for. An import
/// that was interrupted goes on where it stopped.
/// </summary>
/// <remarks>
/// Jobs cannot be deleted and end by themselves after three days, so one that has time left is used again. Google's
/// attestation of a job's key is not checked: that the key is Google's rests on TLS.
/// </remarks>
internal sealed partial class GcpImport(
    GcpCalls calls, GcpKeys keys, GcpKmsOptions options, TimeProvider time, ILogger logger)
{
    // Cloud KMS REST API v1: ImportMethod. The strongest of those that take keys of any length.
    public const string Method = "RSA_OAEP_4096_SHA256_AES_256";

    private const int WrappingKeyBits = 4096;

    private static readonly TimeSpan TimeLeft = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private string JobPrefix => $"{options.KeyRing}/importJobs/{options.KeyPrefix}-import-";

    /// <param name="id">Its name.</param>
    /// <param name="row">What it is.</param>
    /// <param name="encoded">PKCS#8, or the bytes of a cipher key.</param>
    /// <param name="cancellationToken">Ends the wait; the import may go on in the service.</param>
    public async ValueTask<GcpKey> RunAsync(
        TokenKeyId id, GcpAlgorithm row, ReadOnlyMemory<byte> encoded, CancellationToken cancellationToken)
    {
        keys.Forget(id);
        byte[] publicKey = RsaAesKeyWrap.PublicKey(row.Algorithm, encoded.Span);
        if (await keys.FirstAsync(HsmOperation.GenerateKey, id, keys.NameOf(id), cancellationToken) is { } there)
        {
            string version = there["name"].Text!;
            if (there["state"].Text == "PENDING_IMPORT") await WaitAsync(id, version, cancellationToken);
            return await SettleAsync(id, publicKey, mine: null, cancellationToken);
        }

        if (!await keys.CreateNameAsync(
            id, keys.NameOf(id), row.Purpose, row.Name, cancellationToken, isForImport: true))
        {
            await keys.RequireKindAsync(id, row, cancellationToken);
        }

        string made = await SendAsync(id, row, encoded, cancellationToken);
        await WaitAsync(id, made, cancellationToken);
        return await SettleAsync(id, publicKey, made, cancellationToken);
    }

    private async ValueTask<string> SendAsync(
        TokenKeyId id, GcpAlgorithm row, ReadOnlyMemory<byte> encoded, CancellationToken cancellationToken)
    {
        for (bool isFresh = false; ; isFresh = true)
        {
            (string job, RSA wrappingKey) = await JobAsync(id, isFresh, cancellationToken);
            byte[] material = RsaAesKeyWrap.Material(row.Algorithm, encoded.Span);
            byte[] wrapped;
            try
            {
                wrapped = RsaAesKeyWrap.Wrap(wrappingKey, material, RSAEncryptionPadding.OaepSHA256);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(material);
                wrappingKey.Dispose();
            }

            try
            {
                // Not repeated when its answer is lost: a second version would be made. The next import finds the
                // first.
                GcpReply made = await calls.SendAsync(HsmOperation.GenerateKey, id, false, HttpMethod.Post,
                    $"{keys.NameOf(id)}/cryptoKeyVersions:import", new JsonObject
                    {
                        ["algorithm"] = row.Name,
                        ["importJob"] = job,
                        ["wrappedKey"] = Convert.ToBase64String(wrapped),
                    }, null, cancellationToken);
                return made["name"].Text is { } name && name.StartsWith(
                    $"{keys.NameOf(id)}/cryptoKeyVersions/", StringComparison.Ordinal) ? name
                    : throw GcpKms.Odd(
                        HsmOperation.GenerateKey, "Cloud KMS imports a key and does not say which version it is");
            }
            catch (HsmException ended) when (!isFresh && ended.Failure == HsmFailure.NotAllowed
                && ended.Message.Contains("FAILED_PRECONDITION", StringComparison.Ordinal))
            {
                // The job ended between the look and the import: once more with a new one.
            }
        }
    }

    private async ValueTask<(string Job, RSA WrappingKey)> JobAsync(
        TokenKeyId id, bool isFresh, CancellationToken cancellationToken)
    {
        string? found = isFresh ? null : await UsableAsync(cancellationToken);
        if (found is null)
        {
            found = JobPrefix + Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
            try
            {
                await calls.SendAsync(HsmOperation.GenerateKey, id, true, HttpMethod.Post,
                    $"{options.KeyRing}/importJobs?importJobId={found[(found.LastIndexOf('/') + 1)..]}", new JsonObject
                    {
                        ["importMethod"] = Method,
                        ["protectionLevel"] = options.ProtectionLevel,
                    }, null, cancellationToken);
                LogJob(found);
            }
            catch (HsmException taken) when (taken.Failure == HsmFailure.KeyConflict)
            {
                // A repetition whose first answer was lost: the job is there.
            }
        }

        GcpReply job = await PollAsync(id, found, "PENDING_GENERATION", "the wrapping key of its import job",
            cancellationToken);
        if (job["state"].Text != "ACTIVE" || job["importMethod"].Text != Method)
        {
            throw new HsmException(GcpKms.ProviderName, HsmOperation.GenerateKey, HsmFailure.NotAllowed,
                $"key {id}: the import job {found} is not usable; jobs end after three days.", isTransient: true);
        }

        RSA rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(job["publicKey"]["pem"].Text ?? "");
            return rsa.KeySize == WrappingKeyBits ? (found, rsa) : throw new CryptographicException("size");
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            rsa.Dispose();
            throw GcpKms.Odd(HsmOperation.GenerateKey, $"the wrapping key of the import job {found} is no RSA key of "
                + $"{WrappingKeyBits} bits");
        }
    }

    /// <summary>A job of ours with time left.</summary>
    private async ValueTask<string?> UsableAsync(CancellationToken cancellationToken)
    {
        string? best = null;
        DateTimeOffset latest = time.GetUtcNow() + TimeLeft;
        await keys.PagesAsync(HsmOperation.GenerateKey, null, $"{options.KeyRing}/importJobs", "importJobs", item =>
        {
            if (item["name"].Text is { } name && name.StartsWith(JobPrefix, StringComparison.Ordinal)
                && item["importMethod"].Text == Method && item["protectionLevel"].Text == options.ProtectionLevel
                && item["state"].Text is "ACTIVE" or "PENDING_GENERATION" && item["expireTime"].Time is { } ends
                && ends > latest)
            {
                (best, latest) = (name, ends);
            }
        }, cancellationToken);
        return best;
    }

    private async ValueTask WaitAsync(TokenKeyId id, string version, CancellationToken cancellationToken)
    {
        GcpReply ended = await PollAsync(id, version, "PENDING_IMPORT", "its import", cancellationToken);
        switch (ended["state"].Text)
        {
            case "ENABLED":
                return;
            case "IMPORT_FAILED":
                // The reason is the service's text, which is not repeated in ours.
                throw new HsmException(GcpKms.ProviderName, HsmOperation.GenerateKey, HsmFailure.Damaged,
                    $"key {id}: Cloud KMS did not import it; importFailureReason of {version} says why.");
            default:
                throw new HsmException(GcpKms.ProviderName, HsmOperation.GenerateKey, HsmFailure.NotAllowed,
                    $"key {id}: its import ended in a state in which it cannot be used.");
        }
    }

    private async ValueTask<GcpReply> PollAsync(
        TokenKeyId id, string path, string pending, string what, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        TimeSpan pause = options.FirstPause;
        while (true)
        {
            GcpReply now = await calls.SendAsync(
                HsmOperation.GenerateKey, id, true, HttpMethod.Get, path, null, null, cancellationToken);
            if (now["state"].Text != pending) return now;
            if (time.GetElapsedTime(started) > options.ImportTimeout)
            {
                string late = string.Create(CultureInfo.InvariantCulture, $"key {id}: {what} was not ready within "
                    + $"{options.ImportTimeout.TotalSeconds} seconds; importing it again goes on.");
                throw new HsmException(GcpKms.ProviderName, HsmOperation.GenerateKey, HsmFailure.Unavailable, late,
                    isTransient: true);
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>The first version of the name is the key; one that was made beside it is destroyed.</summary>
    private async ValueTask<GcpKey> SettleAsync(
        TokenKeyId id, byte[] publicKey, string? mine, CancellationToken cancellationToken)
    {
        GcpKey key = await keys.FindAsync(HsmOperation.GenerateKey, id, cancellationToken)
            ?? throw GcpKms.Odd(HsmOperation.GenerateKey, $"Cloud KMS took key {id} and does not find it");
        if (mine is not null && mine != key.Version) await keys.DestroyVersionAsync(id, mine, cancellationToken);
        if (key.Description.PublicKey.Span.SequenceEqual(publicKey))
        {
            LogImported(id, key.Version);
            return key;
        }

        if (mine == key.Version)
        {
            keys.Forget(id);
            await keys.DestroyVersionAsync(id, mine, cancellationToken);
        }

        throw new HsmException(GcpKms.ProviderName, HsmOperation.GenerateKey, HsmFailure.KeyConflict,
            $"key {id} is another key already: use another key name.");
    }

    [LoggerMessage(2343, LogLevel.Information, "gcp_kms: made the import job {Job}")]
    private partial void LogJob(string job);

    [LoggerMessage(2344, LogLevel.Information, "gcp_kms: imported key {Id} as {Version}")]
    private partial void LogImported(TokenKeyId id, string version);
}
