using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Formats.Asn1;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Qbitel.Cryptography;

namespace Qbitel.Hsm.Clouds.Azure;

/// <summary>Keys in Azure Managed HSM, by its REST interface. It has no post-quantum keys.</summary>
/// <remarks>A key is used by its version, which never becomes another key.</remarks>
public sealed class AzureManagedHsm : HsmProvider
{
    public const string ProviderName = "azure_managed_hsm";

    private const int MaxRandomAtOnce = 128;

    private readonly HttpClient _http;
    private readonly AzureSignIn _signIn;
    private readonly AzureCalls _calls;
    private readonly AzureKeys _keys;
    private readonly AzureImport _import;
    private readonly SemaphoreSlim _making = new(1);

    private AzureManagedHsm(HttpClient http, TokenCredential credential, Uri endpoint, AzureManagedHsmOptions options,
        TimeProvider time, ILogger logger)
    {
        _http = http;
        _signIn = new AzureSignIn(credential, endpoint, time);
        _calls = new AzureCalls(http, _signIn, endpoint, options, time);
        _keys = new AzureKeys(_calls, options, endpoint, logger);
        _import = new AzureImport(_calls, _keys, options, logger);
        Wrapping = new AzureWrapping(this, _calls, _keys, options);
    }

    public override string Name => ProviderName;

    /// <summary>Keys under keys of the HSM, and their rotation.</summary>
    public AzureWrapping Wrapping { get; }

    /// <summary>Against what this provider was tested, for people.</summary>
    public static string Tested => "its contract only: a server of our own that speaks Managed HSM, not Azure";

    /// <summary>Every key of a Managed HSM is in its HSMs (FIPS 140-3, level 3).</summary>
    public override bool KeepsInHardware(KeyAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return AzureAlgorithm.Of(algorithm) is not null;
    }

    /// <summary>Makes sure that the HSM answers and knows this process.</summary>
    /// <exception cref="HsmException">It does not.</exception>
    public static ValueTask<AzureManagedHsm> OpenAsync(
        AzureManagedHsmOptions options, TimeProvider time, ILogger? logger, CancellationToken cancellationToken) =>
        OpenAsync(options, credential: null, inner: null, time, logger, cancellationToken);

    internal static async ValueTask<AzureManagedHsm> OpenAsync(AzureManagedHsmOptions options,
        TokenCredential? credential, HttpMessageHandler? inner, TimeProvider time, ILogger? logger,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        Uri endpoint = Check(options);
        HttpClient http = new(inner ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        { Timeout = Timeout.InfiniteTimeSpan };

        // Not the tools of developers, which DefaultAzureCredential would try as well.
        credential ??= new ChainedTokenCredential(
            new EnvironmentCredential(), new WorkloadIdentityCredential(), new ManagedIdentityCredential(
                ManagedIdentityId.SystemAssigned));
        AzureManagedHsm provider = new(http, credential, endpoint, options, time, logger ?? NullLogger.Instance);
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
        return AzureImport.WhyNot(algorithm);
    }

    /// <summary>Takes a key in that was made elsewhere; the one that is there already, where it is the same.</summary>
    /// <remarks>
    /// It travels under RSA-4096 in Azure's transfer blob inside TLS: that hop is classical. A pair is compared by its
    /// public key, a cipher key by an encryption that is opened here.
    /// </remarks>
    /// <param name="id">Its name.</param>
    /// <param name="algorithm">What it is.</param>
    /// <param name="encoded">PKCS#8, or the bytes of a cipher key; the caller zeroes it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="NotSupportedException">Such keys are not imported.</exception>
    /// <exception cref="CryptographicException">It is no such key.</exception>
    /// <exception cref="HsmException">The HSM did not take it, or another key has the name.</exception>
    public async ValueTask<HsmKey> ImportAsync(TokenKeyId id, KeyAlgorithm algorithm, ReadOnlyMemory<byte> encoded,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        using Visit visit = Enter(cancellationToken);
        if (WhyNoImport(algorithm) is { } why) throw new NotSupportedException($"{Name}: {why}.");

        await _making.WaitAsync(cancellationToken);
        try
        {
            AzureKey key = await _import.RunAsync(id, AzureAlgorithm.Of(algorithm)!, encoded, cancellationToken);
            if (algorithm is not CipherAlgorithm) return key.Description;

            byte[] probe = RandomNumberGenerator.GetBytes(32);
            byte[] container = await EncryptCoreAsync(key.Description, probe, default, cancellationToken);
            return RsaAesKeyWrap.Opens(encoded.Span, container, probe) ? key.Description
                : throw Failed(HsmOperation.GenerateKey, HsmFailure.KeyConflict,
                    $"key {id} is another key already: use another key name.");
        }
        finally
        {
            _making.Release();
        }
    }

    internal static HsmException Odd(HsmOperation operation, string text) =>
        new(ProviderName, operation, HsmFailure.Damaged, text + ".");

    protected override bool SupportsCore(HsmOperation operation, KeyAlgorithm algorithm) =>
        operation is HsmOperation.Open or HsmOperation.RandomBytes || WhyNotCore(operation, algorithm) is null;

    protected override string? WhyNotCore(HsmOperation operation, KeyAlgorithm algorithm) =>
        AzureAlgorithm.WhyNot(algorithm);

    protected override async ValueTask<HsmKey> GenerateKeyCoreAsync(
        TokenKeyId id, KeyAlgorithm algorithm, CancellationToken cancellationToken)
    {
        await _making.WaitAsync(cancellationToken);
        try
        {
            AzureKey key = await _keys.FindAsync(HsmOperation.GenerateKey, id, cancellationToken)
                ?? await _keys.CreateAsync(id, AzureAlgorithm.Of(algorithm)!, cancellationToken);
            return key.Description;
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
            catch (HsmException e) when (e.Failure is HsmFailure.Damaged or HsmFailure.KeyConflict)
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
        byte[] digest = key.Algorithm == SignatureAlgorithm.EcdsaP256
            ? SHA256.HashData(data.Span) : SHA384.HashData(data.Span);
        AzureReply reply = await UseAsync(HsmOperation.Sign, key, "sign", held => new JsonObject
        {
            ["alg"] = held.Algorithm.Use,
            ["value"] = Base64Url.EncodeToString(digest),
        }, cancellationToken);
        return reply["value"].Bytes is { } rs && rs.Length == 2 * digest.Length ? ToDer(rs)
            : throw Odd(HsmOperation.Sign, $"what the HSM gives is no signature of {key.Algorithm}");
    }

    protected override async ValueTask<byte[]> EncryptCoreAsync(HsmKey key, ReadOnlyMemory<byte> plaintext,
        ReadOnlyMemory<byte> associatedData, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        AzureReply reply = await UseAsync(HsmOperation.Encrypt, key, "encrypt", held => new JsonObject
        {
            ["alg"] = held.Algorithm.Use,
            ["value"] = Base64Url.EncodeToString(plaintext.Span),
            ["aad"] = Base64Url.EncodeToString(associatedData.Span),
        }, cancellationToken);
        return reply["iv"].Bytes is { Length: NonceSize } nonce && reply["tag"].Bytes is { Length: TagSize } tag
            && (reply["value"].Bytes ?? []) is { } ciphertext && ciphertext.Length == plaintext.Length
            ? [.. nonce, .. ciphertext, .. tag]
            : throw Odd(HsmOperation.Encrypt, "what the HSM gives is no ciphertext with nonce and tag");
    }

    protected override async ValueTask<byte[]> DecryptCoreAsync(HsmKey key, ReadOnlyMemory<byte> container,
        ReadOnlyMemory<byte> associatedData, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        AzureReply reply = await UseAsync(HsmOperation.Decrypt, key, "decrypt", held => new JsonObject
        {
            ["alg"] = held.Algorithm.Use,
            ["value"] = Base64Url.EncodeToString(container.Span[NonceSize..^TagSize]),
            ["iv"] = Base64Url.EncodeToString(container.Span[..NonceSize]),
            ["tag"] = Base64Url.EncodeToString(container.Span[^TagSize..]),
            ["aad"] = Base64Url.EncodeToString(associatedData.Span),
        }, cancellationToken);
        return (reply["value"].Bytes ?? []) is { } plaintext
            && plaintext.Length == container.Length - NonceSize - TagSize ? plaintext
            : throw Odd(HsmOperation.Decrypt, "what the HSM gives is not what was encrypted");
    }

    protected override ValueTask<byte[]> DecapsulateCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{Name} has no KEM keys.");

    protected override ValueTask<bool> DestroyCoreAsync(TokenKeyId id, CancellationToken cancellationToken) =>
        _keys.DestroyAsync(id, _keys.NameOf(id), cancellationToken);

    protected override ValueTask<byte[]> RandomBytesCoreAsync(int count, CancellationToken cancellationToken) =>
        RandomAsync(HsmOperation.RandomBytes, count, cancellationToken);

    protected override ValueTask DisposeCoreAsync()
    {
        _http.Dispose();
        _signIn.Dispose();
        _making.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<AzureReply> UseAsync(HsmOperation operation, HsmKey key, string verb,
        Func<AzureKey, JsonObject> body, CancellationToken cancellationToken)
    {
        bool isFresh = false;
        while (true)
        {
            AzureKey held = await _keys.ResolveAsync(operation, key.Id, cancellationToken)
                ?? throw Failed(operation, HsmFailure.KeyMissing, $"there is no key {key.Id}.");
            if (!held.Description.IsSameKeyAs(key))
            {
                throw Failed(operation, HsmFailure.KeyConflict,
                    $"key {key.Id} is another key than the caller described.");
            }

            try
            {
                AzureReply reply = await _calls.SendAsync(operation, key.Id, true, HttpMethod.Post,
                    $"keys/{_keys.NameOf(key.Id)}/{held.Version}/{verb}", body(held), cancellationToken);
                if (_keys.VersionOf(operation, _keys.NameOf(key.Id), reply["kid"].Text) != held.Version)
                    throw Odd(operation, $"the HSM answers for another version of key {key.Id}");
                return reply;
            }
            catch (HsmException missing) when (!isFresh && missing.Failure == HsmFailure.KeyMissing)
            {
                _keys.Forget(key.Id); // destroyed, and perhaps made anew, by somebody else
                isFresh = true;
            }
        }
    }

    // Azure gives r and s one after the other; certificates and messages say DER (RFC 3279).
    private static byte[] ToDer(ReadOnlySpan<byte> rs)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (Range half in new Range[] { ..(rs.Length / 2), (rs.Length / 2).. })
            {
                ReadOnlySpan<byte> number = rs[half].TrimStart((byte)0);
                writer.WriteIntegerUnsigned(number.IsEmpty ? [0] : number);
            }
        }

        return writer.Encode();
    }

    private async ValueTask<byte[]> RandomAsync(HsmOperation operation, int count, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count;)
        {
            int some = Math.Min(MaxRandomAtOnce, count - at);
            AzureReply reply = await _calls.SendAsync(operation, null, true, HttpMethod.Post, "rng",
                new JsonObject { ["count"] = some }, cancellationToken);
            if (reply["value"].Bytes is not { } got || got.Length != some)
                throw Odd(operation, "the HSM gave another number of random bytes than were asked for");
            got.CopyTo(bytes, at);
            at += some;
        }

        return bytes;
    }

    private static Uri Check(AzureManagedHsmOptions options)
    {
        List<ValidationResult> wrong = [];
        if (!Validator.TryValidateObject(options, new ValidationContext(options), wrong, validateAllProperties: true))
            throw new ArgumentException(string.Join(" ", wrong.Select(w => w.ErrorMessage)), nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.CallTimeout, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FirstPause, TimeSpan.Zero, nameof(options));
        return options.Endpoint is { IsAbsoluteUri: true, Scheme: "https", PathAndQuery: "/", UserInfo: "" } endpoint
            ? endpoint : throw new ArgumentException(
                "The provider 'azure_managed_hsm' needs Endpoint, e.g. https://bank.managedhsm.azure.net/, over https.",
                nameof(options));
    }
}
