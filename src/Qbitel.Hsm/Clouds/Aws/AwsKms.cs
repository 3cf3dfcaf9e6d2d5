using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Hsm.Clouds.Aws;

/// <summary>Keys in AWS Key Management Service, by its API.</summary>
/// <remarks>
/// A key is found by its alias and then used by its ARN, which never becomes another key. Credentials come from the
/// SDK's chain. What is destroyed waits as many days as the options say and can be taken back until then.
/// </remarks>
public sealed class AwsKms : HsmProvider
{
    public const string ProviderName = "aws_kms";

    /// <summary>What AWS KMS signs without being given a digest, in bytes.</summary>
    public const int MaxMessageSize = 4096;

    private const int MaxRandomAtOnce = 1024;

    private readonly AmazonKeyManagementServiceClient _client;
    private readonly AwsHttp _http;
    private readonly AwsCalls _calls;
    private readonly AwsKeys _keys;

    // AWS allows an account a handful of CreateKey calls a second: one at a time is what there is to be had.
    private readonly SemaphoreSlim _making = new(1);

    private AwsKms(AmazonKeyManagementServiceClient client, AwsHttp http, AwsKmsOptions options, TimeProvider time,
        ILogger logger)
    {
        _client = client;
        _http = http;
        _calls = new AwsCalls(client, options, time);
        _keys = new AwsKeys(_calls, options, logger);
        Wrapping = new AwsWrapping(this, _calls, _keys, options);
    }

    public override string Name => ProviderName;

    /// <summary>Keys under keys of AWS KMS, and their rotation.</summary>
    public AwsWrapping Wrapping { get; }

    /// <summary>Against what this provider was tested, for people.</summary>
    public static string Tested => "its contract only: a server of our own that speaks AWS KMS, not AWS";

    /// <summary>AWS KMS makes and uses the keys of its own origin in its HSMs (FIPS 140-3, level 3).</summary>
    public override bool KeepsInHardware(KeyAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return AwsAlgorithm.Of(algorithm) is not null;
    }

    /// <summary>Makes sure that the service answers and knows this process.</summary>
    /// <exception cref="HsmException">It does not.</exception>
    public static ValueTask<AwsKms> OpenAsync(
        AwsKmsOptions options, TimeProvider time, ILogger? logger, CancellationToken cancellationToken) =>
        OpenAsync(options, credentials: null, inner: null, time, logger, cancellationToken);

    internal static async ValueTask<AwsKms> OpenAsync(AwsKmsOptions options, AWSCredentials? credentials,
        HttpMessageHandler? inner, TimeProvider time, ILogger? logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        string region = Check(options);
        AwsHttp http = new(options.Endpoint?.IsLoopback ?? false, inner);
        AmazonKeyManagementServiceConfig config = new()
        {
            HttpClientFactory = http,
            MaxErrorRetry = 0, // what is repeated, and what must not be, is decided in AwsCalls
            MaxStaleConnectionRetries = 0, // it would send CreateKey again when its answer is cut off
            IgnoreConfiguredEndpointUrls = true,
            DisableLogging = true,
            LogResponse = false,
            DisableClockSkewCorrection = true, // a clock that is wrong is told, not worked around
        };
        if (options.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.AuthenticationRegion = region;
        }
        else
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(region);
        }

        AwsKms provider = new(credentials is null ? new(config) : new(credentials, config), http, options, time,
            logger ?? NullLogger.Instance);
        try
        {
            await provider.RandomAsync(HsmOperation.Open, 1, cancellationToken);
            return provider;
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }
    }

    /// <summary>Why <see cref="ImportAsync"/> takes no such keys; null where it does.</summary>
    public static string? WhyNoImport(KeyAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return AwsImport.WhyNot(algorithm);
    }

    /// <summary>Takes a key in that was made elsewhere; the one that is there already, where it is the same.</summary>
    /// <remarks>It travels under RSA-4096 inside TLS: that hop is classical.</remarks>
    /// <exception cref="NotSupportedException">AWS KMS does not import such keys.</exception>
    public async ValueTask<HsmKey> ImportAsync(
        TokenKeyId id, SignatureKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        using Visit visit = Enter(cancellationToken);
        if (AwsImport.WhyNot(key.Algorithm) is { } why) throw new NotSupportedException($"{Name}: {why}.");

        await _making.WaitAsync(cancellationToken);
        try
        {
            AwsAlgorithm row = AwsAlgorithm.Of(key.Algorithm)!;
            return (await new AwsImport(_calls, _keys).RunAsync(id, key, row, cancellationToken)).Description;
        }
        finally
        {
            _making.Release();
        }
    }

    internal static HsmException Odd(HsmOperation operation, string message) =>
        new(ProviderName, operation, HsmFailure.Damaged, message);

    protected override bool SupportsCore(HsmOperation operation, KeyAlgorithm algorithm) =>
        operation is HsmOperation.Open or HsmOperation.RandomBytes || WhyNotCore(operation, algorithm) is null;

    protected override string? WhyNotCore(HsmOperation operation, KeyAlgorithm algorithm) =>
        AwsAlgorithm.WhyNot(algorithm);

    protected override async ValueTask<HsmKey> GenerateKeyCoreAsync(
        TokenKeyId id, KeyAlgorithm algorithm, CancellationToken cancellationToken)
    {
        await _making.WaitAsync(cancellationToken);
        try
        {
            if (await _keys.FindAsync(HsmOperation.GenerateKey, id, cancellationToken) is { } found)
                return found.Description;

            // An alias that leads to a deleted key is in the way of the new one.
            string alias = _keys.Alias(id);
            if (await _calls.DescribeAsync(HsmOperation.GenerateKey, id, alias, cancellationToken) is { } gone
                && AwsKeys.IsGone(gone))
            {
                await _keys.DeleteAliasAsync(HsmOperation.GenerateKey, id, alias, cancellationToken);
            }

            return (await _keys.CreateAsync(id, AwsAlgorithm.Of(algorithm)!, cancellationToken)).Description;
        }
        finally
        {
            _making.Release();
        }
    }

    protected override async ValueTask<HsmKey?> FindCoreAsync(TokenKeyId id, CancellationToken cancellationToken) =>
        (await _keys.FindAsync(HsmOperation.Find, id, cancellationToken))?.Description;

    protected override async IAsyncEnumerable<HsmKey> ListCoreAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<HsmException> bad = [];
        foreach (TokenKeyId id in await _keys.ListAsync(cancellationToken))
        {
            HsmKey? key = null;
            try
            {
                key = (await _keys.FindAsync(HsmOperation.List, id, cancellationToken))?.Description;
            }
            catch (HsmException e) when (e.Failure is HsmFailure.Damaged or HsmFailure.KeyConflict
                or HsmFailure.NotAllowed)
            {
                bad.Add(e);
            }

            if (key is not null) yield return key;
        }

        if (bad.Count > 0)
        {
            throw Failed(HsmOperation.List, HsmFailure.Damaged,
                $"{bad.Count} keys are not usable; the first: {bad[0].Message}", inner: bad[0]);
        }
    }

    protected override async ValueTask<byte[]> SignCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        (byte[] message, MessageType type) = Message(key, data, context);
        SignatureAlgorithm algorithm = (SignatureAlgorithm)key.Algorithm;
        return await UseAsync(HsmOperation.Sign, key, async (held, kms, stop) =>
        {
            using MemoryStream body = new(message, writable: false);
            SignResponse answer = await kms.SignAsync(new SignRequest
            {
                KeyId = held.Arn,
                Message = body,
                MessageType = type,
                SigningAlgorithm = held.Algorithm.Use,
            }, stop);
            RequireKey(HsmOperation.Sign, held, answer.KeyId);
            bool isDer = algorithm == SignatureAlgorithm.EcdsaP256 || algorithm == SignatureAlgorithm.EcdsaP384;
            return answer.Signature?.ToArray() is { Length: > 0 } signature
                && (isDer ? signature.Length <= algorithm.SignatureSize : signature.Length == algorithm.SignatureSize)
                ? signature : throw Odd(HsmOperation.Sign, $"what AWS KMS gives is no signature of {algorithm}.");
        }, cancellationToken);
    }

    protected override ValueTask<byte[]> EncryptCoreAsync(HsmKey key, ReadOnlyMemory<byte> plaintext,
        ReadOnlyMemory<byte> associatedData, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{Name} has no container of EncryptAsync.");

    protected override ValueTask<byte[]> DecryptCoreAsync(HsmKey key, ReadOnlyMemory<byte> container,
        ReadOnlyMemory<byte> associatedData, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{Name} has no container of EncryptAsync.");

    protected override async ValueTask<byte[]> DecapsulateCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        byte[] sent = ciphertext.ToArray();
        return await UseAsync(HsmOperation.Decapsulate, key, async (held, kms, stop) =>
        {
            using MemoryStream body = new(sent, writable: false);
            DecapsulateResponse answer = await kms.DecapsulateAsync(new DecapsulateRequest
            {
                KeyId = held.Arn,
                SharedSecretCiphertextBlob = body,
                EncapsulationAlgorithm = held.Algorithm.Use,
            }, stop);
            RequireKey(HsmOperation.Decapsulate, held, answer.KeyId);
            int size = ((KemAlgorithm)key.Algorithm).SharedSecretSize;
            return answer.SharedSecret?.ToArray() is { } secret && secret.Length == size ? secret
                : throw Odd(HsmOperation.Decapsulate, $"what AWS KMS gives is no secret of {key.Algorithm}.");
        }, cancellationToken);
    }

    protected override ValueTask<bool> DestroyCoreAsync(TokenKeyId id, CancellationToken cancellationToken) =>
        _keys.DestroyAsync(id, cancellationToken);

    protected override ValueTask<byte[]> RandomBytesCoreAsync(int count, CancellationToken cancellationToken) =>
        RandomAsync(HsmOperation.RandomBytes, count, cancellationToken);

    protected override ValueTask DisposeCoreAsync()
    {
        _client.Dispose();
        _http.Dispose();
        _making.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<byte[]> UseAsync(HsmOperation operation, HsmKey key,
        Func<AwsKey, AmazonKeyManagementServiceClient, CancellationToken, Task<byte[]>> use,
        CancellationToken cancellationToken)
    {
        bool isFresh = false;
        while (true)
        {
            AwsKey held = await (isFresh ? _keys.FindAsync(operation, key.Id, cancellationToken)
                : _keys.ResolveAsync(operation, key.Id, cancellationToken))
                ?? throw Failed(operation, HsmFailure.KeyMissing, $"there is no key {key.Id}.");
            if (!held.Description.IsSameKeyAs(key))
            {
                throw Failed(operation, HsmFailure.KeyConflict,
                    $"key {key.Id} is another key than the caller described.");
            }

            try
            {
                return await _calls.RunAsync(
                    operation, key.Id, true, (kms, stop) => use(held, kms, stop), cancellationToken);
            }
            catch (HsmException e) when (!isFresh && e.Failure is HsmFailure.KeyMissing or HsmFailure.NotAllowed)
            {
                // It may have been destroyed, and made anew, by somebody else: see what the name is now.
                _keys.Forget(key.Id);
                AwsKey? now = await _keys.FindAsync(operation, key.Id, cancellationToken);
                if (now?.Arn == held.Arn) throw;
                isFresh = true;
            }
        }
    }

    private static (byte[] Message, MessageType Type) Message(
        HsmKey key, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context)
    {
        if (key.Algorithm == SignatureAlgorithm.EcdsaP256) return (SHA256.HashData(data.Span), MessageType.DIGEST);
        if (key.Algorithm == SignatureAlgorithm.EcdsaP384) return (SHA384.HashData(data.Span), MessageType.DIGEST);
        if (data.Length <= MaxMessageSize && context.IsEmpty) return (data.ToArray(), MessageType.RAW);
        if (key.Algorithm == SignatureAlgorithm.Ed25519)
        {
            throw new HsmException(ProviderName, HsmOperation.Sign, HsmFailure.Unsupported,
                $"AWS KMS signs {MaxMessageSize:N0} bytes at most with Ed25519, asked for were {data.Length:N0}. "
                + "The pre-hashed form is another scheme.");
        }

        MLDsaAlgorithm set = key.Algorithm == SignatureAlgorithm.MLDsa44 ? MLDsaAlgorithm.MLDsa44
            : key.Algorithm == SignatureAlgorithm.MLDsa65 ? MLDsaAlgorithm.MLDsa65 : MLDsaAlgorithm.MLDsa87;

        // FIPS 204, Algorithm 7, line 6: mu is made of the public key, the context and the message, here.
        using ManagedMLDsa publicKey = ManagedMLDsa.ImportMLDsaPublicKey(set, key.PublicKey.Span);
        using MLDsaMuHash hash = publicKey.StartMu(context.Span);
        hash.AppendData(data.Span);
        return (hash.GetMuAndReset(), MessageType.EXTERNAL_MU);
    }

    private async ValueTask<byte[]> RandomAsync(
        HsmOperation operation, int count, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count;)
        {
            int some = Math.Min(MaxRandomAtOnce, count - at);
            GenerateRandomResponse answer = await _calls.RunAsync(operation, null, true,
                (kms, stop) => kms.GenerateRandomAsync(new GenerateRandomRequest { NumberOfBytes = some }, stop),
                cancellationToken);
            if (answer.Plaintext?.ToArray() is not { } got || got.Length != some)
                throw Odd(operation, "AWS KMS gave another number of random bytes than were asked for.");
            got.CopyTo(bytes, at);
            at += some;
        }

        return bytes;
    }

    private static void RequireKey(HsmOperation operation, AwsKey held, string? answered)
    {
        if (answered is not null && answered != held.Arn)
            throw Odd(operation, $"AWS KMS answered for another key than {held.Arn}.");
    }

    private static string Check(AwsKmsOptions options)
    {
        List<ValidationResult> wrong = [];
        if (!Validator.TryValidateObject(options, new ValidationContext(options), wrong, validateAllProperties: true))
            throw new ArgumentException(string.Join(" ", wrong.Select(w => w.ErrorMessage)), nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.CallTimeout, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FirstPause, TimeSpan.Zero, nameof(options));
        if (options.Endpoint is { } endpoint && endpoint.Scheme != Uri.UriSchemeHttps
            && !(endpoint is { Scheme: "http", IsLoopback: true } && options.AllowHttpToLoopback))
        {
            throw new ArgumentException(
                "The endpoint is not https. Http is taken to loopback only, with AllowHttpToLoopback.",
                nameof(options));
        }

        string? region = options.Region ?? Environment.GetEnvironmentVariable("AWS_REGION")
            ?? Environment.GetEnvironmentVariable("AWS_DEFAULT_REGION");
        return region is { Length: > 0 and <= 64 } && region.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? region
            : throw new ArgumentException(
                "The provider 'aws_kms' needs a region: Region, or AWS_REGION in the environment.", nameof(options));
    }
}
