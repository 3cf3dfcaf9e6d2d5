using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Hsm.Clouds.Gcp;

/// <summary>Keys in Google's Cloud Key Management Service, by its REST interface.</summary>
/// <remarks>
/// A key is used by its version, which never becomes another key. Everything is checked by CRC-32C both ways.
/// </remarks>
public sealed class GcpKms : HsmProvider
{
    public const string ProviderName = "gcp_kms";

    private const int MinRandomAtOnce = 8;
    private const int MaxRandomAtOnce = 1024;

    // RawEncryptRequest: 64 KiB of plaintext and of data for SOFTWARE keys, 8 KiB of both together for HSM keys.
    private const int MaxInSoftware = 64 * 1024;
    private const int MaxInHardware = 8 * 1024;

    private readonly HttpClient _http;
    private readonly GcpSignIn _signIn;
    private readonly GcpCalls _calls;
    private readonly GcpKeys _keys;
    private readonly GcpImport _import;
    private readonly GcpKmsOptions _options;
    private readonly SemaphoreSlim _making = new(1);

    private GcpKms(HttpClient http, GcpSignIn signIn, GcpKmsOptions options, TimeProvider time, ILogger logger)
    {
        _http = http;
        _signIn = signIn;
        _options = options;
        _calls = new GcpCalls(http, signIn, options, time);
        _keys = new GcpKeys(_calls, options, logger);
        _import = new GcpImport(_calls, _keys, options, time, logger);
        Wrapping = new GcpWrapping(this, _calls, _keys, options);
    }

    public override string Name => ProviderName;

    /// <summary>Keys under keys of Cloud KMS, and their rotation.</summary>
    public GcpWrapping Wrapping { get; }

    /// <summary>Against what this provider was tested, for people.</summary>
    public static string Tested => "its contract only: a server of our own that speaks Cloud KMS, not Google";

    /// <summary>Keys of the protection level HSM; a found key of another level is refused.</summary>
    public override bool KeepsInHardware(KeyAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return _options.InHardware && GcpAlgorithm.WhyNot(algorithm, inHardware: true) is null;
    }

    /// <summary>Makes sure that the service answers and knows this process.</summary>
    /// <exception cref="HsmException">It does not.</exception>
    public static ValueTask<GcpKms> OpenAsync(
        GcpKmsOptions options, TimeProvider time, ILogger? logger, CancellationToken cancellationToken) =>
        OpenAsync(options, Environment.GetEnvironmentVariable("GOOGLE_APPLICATION_CREDENTIALS"), inner: null, time,
            logger, cancellationToken);

    internal static async ValueTask<GcpKms> OpenAsync(GcpKmsOptions options, string? credentialsFile,
        HttpMessageHandler? inner, TimeProvider time, ILogger? logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        Check(options);
        HttpClient http = new(inner ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        GcpSignIn signIn;
        try
        {
            signIn = new GcpSignIn(http, credentialsFile is { Length: > 0 } ? credentialsFile : null, time);
        }
        catch
        {
            http.Dispose();
            throw;
        }

        GcpKms provider = new(http, signIn, options, time, logger ?? NullLogger.Instance);
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
    public string? WhyNoImport(KeyAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return GcpAlgorithm.WhyNoImport(algorithm, _options.InHardware);
    }

    /// <summary>Takes a key in that was made elsewhere; the one that is there already, where it is the same.</summary>
    /// <remarks>
    /// It travels under the RSA-4096 key of an import job inside TLS: that hop is classical. A pair is compared by its
    /// public key, a cipher key by an encryption that is opened here.
    /// </remarks>
    /// <param name="id">Its name.</param>
    /// <param name="algorithm">What it is.</param>
    /// <param name="encoded">PKCS#8, or the bytes of a cipher key; the caller zeroes it.</param>
    /// <param name="cancellationToken">Ends the wait; the import may go on in the service.</param>
    /// <exception cref="NotSupportedException">Such keys are not imported.</exception>
    /// <exception cref="CryptographicException">It is no such key.</exception>
    /// <exception cref="HsmException">The service did not take it, or another key has the name.</exception>
    public async ValueTask<HsmKey> ImportAsync(TokenKeyId id, KeyAlgorithm algorithm, ReadOnlyMemory<byte> encoded,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        using Visit visit = Enter(cancellationToken);
        if (WhyNoImport(algorithm) is { } why) throw new NotSupportedException($"{Name}: {why}.");

        await _making.WaitAsync(cancellationToken);
        try
        {
            GcpKey key = await _import.RunAsync(id, GcpAlgorithm.Of(algorithm)!, encoded, cancellationToken);
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
        GcpAlgorithm.WhyNot(algorithm, _options.InHardware);

    protected override async ValueTask<HsmKey> GenerateKeyCoreAsync(
        TokenKeyId id, KeyAlgorithm algorithm, CancellationToken cancellationToken)
    {
        await _making.WaitAsync(cancellationToken);
        try
        {
            GcpKey key = await _keys.FindAsync(HsmOperation.GenerateKey, id, cancellationToken)
                ?? await _keys.CreateAsync(id, GcpAlgorithm.Of(algorithm)!, cancellationToken);
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
        SignatureAlgorithm algorithm = (SignatureAlgorithm)key.Algorithm;
        (string? digest, byte[] input) = Input(key, data, context);
        JsonObject body = digest is null
            ? new() { ["data"] = Convert.ToBase64String(input), ["dataCrc32c"] = Crc32C.Text(input) }
            : new()
            {
                ["digest"] = new JsonObject { [digest] = Convert.ToBase64String(input) },
                ["digestCrc32c"] = Crc32C.Text(input),
            };
        string verified = digest is null ? "verifiedDataCrc32c" : "verifiedDigestCrc32c";
        GcpReply reply = await UseAsync(HsmOperation.Sign, key, "asymmetricSign", body,
            answer => answer.IsIntact("signature", "signatureCrc32c") && answer[verified].IsTrue, cancellationToken);
        byte[] signature = reply.Bytes("signature")!;
        bool isDer = algorithm == SignatureAlgorithm.EcdsaP256 || algorithm == SignatureAlgorithm.EcdsaP384;
        return signature.Length > 0
            && (isDer ? signature.Length <= algorithm.SignatureSize : signature.Length == algorithm.SignatureSize)
            ? signature : throw Odd(HsmOperation.Sign, $"what Cloud KMS gives is no signature of {algorithm}");
    }

    protected override async ValueTask<byte[]> EncryptCoreAsync(HsmKey key, ReadOnlyMemory<byte> plaintext,
        ReadOnlyMemory<byte> associatedData, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        RequireSize(HsmOperation.Encrypt, plaintext.Length, associatedData.Length);
        GcpReply reply = await UseAsync(HsmOperation.Encrypt, key, "rawEncrypt", new JsonObject
        {
            ["plaintext"] = Convert.ToBase64String(plaintext.Span),
            ["plaintextCrc32c"] = Crc32C.Text(plaintext.Span),
            ["additionalAuthenticatedData"] = Convert.ToBase64String(associatedData.Span),
            ["additionalAuthenticatedDataCrc32c"] = Crc32C.Text(associatedData.Span),
        }, answer => answer.IsIntact("ciphertext", "ciphertextCrc32c")
            && answer.IsIntact("initializationVector", "initializationVectorCrc32c")
            && answer["verifiedPlaintextCrc32c"].IsTrue && answer["verifiedAdditionalAuthenticatedDataCrc32c"].IsTrue,
            cancellationToken);
        return reply.Bytes("initializationVector") is { Length: NonceSize } nonce
            && reply["tagLength"].Number == TagSize
            && reply.Bytes("ciphertext") is { } ciphertext && ciphertext.Length == plaintext.Length + TagSize
            ? [.. nonce, .. ciphertext]
            : throw Odd(HsmOperation.Encrypt, "what Cloud KMS gives is no ciphertext with nonce and tag");
    }

    protected override async ValueTask<byte[]> DecryptCoreAsync(HsmKey key, ReadOnlyMemory<byte> container,
        ReadOnlyMemory<byte> associatedData, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ReadOnlyMemory<byte> nonce = container[..NonceSize], ciphertext = container[NonceSize..];
        RequireSize(HsmOperation.Decrypt, ciphertext.Length - TagSize, associatedData.Length);
        GcpReply reply = await UseAsync(HsmOperation.Decrypt, key, "rawDecrypt", new JsonObject
        {
            ["ciphertext"] = Convert.ToBase64String(ciphertext.Span),
            ["ciphertextCrc32c"] = Crc32C.Text(ciphertext.Span),
            ["additionalAuthenticatedData"] = Convert.ToBase64String(associatedData.Span),
            ["additionalAuthenticatedDataCrc32c"] = Crc32C.Text(associatedData.Span),
            ["initializationVector"] = Convert.ToBase64String(nonce.Span),
            ["initializationVectorCrc32c"] = Crc32C.Text(nonce.Span),
            ["tagLength"] = TagSize,
        }, answer => answer.IsIntact("plaintext", "plaintextCrc32c") && answer["verifiedCiphertextCrc32c"].IsTrue
            && answer["verifiedAdditionalAuthenticatedDataCrc32c"].IsTrue
            && answer["verifiedInitializationVectorCrc32c"].IsTrue, cancellationToken);
        return reply.Bytes("plaintext") is { } plaintext && plaintext.Length == ciphertext.Length - TagSize ? plaintext
            : throw Odd(HsmOperation.Decrypt, "what Cloud KMS gives is not what was encrypted");
    }

    protected override async ValueTask<byte[]> DecapsulateCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        GcpReply reply = await UseAsync(HsmOperation.Decapsulate, key, "decapsulate", new JsonObject
        {
            ["ciphertext"] = Convert.ToBase64String(ciphertext.Span),
            ["ciphertextCrc32c"] = Crc32C.Text(ciphertext.Span),
        }, answer => answer.IsIntact("sharedSecret", "sharedSecretCrc32c") && answer["verifiedCiphertextCrc32c"].IsTrue,
            cancellationToken);
        return reply.Bytes("sharedSecret") is { } secret
            && secret.Length == ((KemAlgorithm)key.Algorithm).SharedSecretSize ? secret
            : throw Odd(HsmOperation.Decapsulate, $"what Cloud KMS gives is no secret of {key.Algorithm}");
    }

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

    private async ValueTask<GcpReply> UseAsync(HsmOperation operation, HsmKey key, string verb, JsonObject body,
        Func<GcpReply, bool> isIntact, CancellationToken cancellationToken)
    {
        bool isFresh = false;
        while (true)
        {
            GcpKey held = await _keys.ResolveAsync(operation, key.Id, cancellationToken)
                ?? throw Failed(operation, HsmFailure.KeyMissing, $"there is no key {key.Id}.");
            if (!held.Description.IsSameKeyAs(key))
            {
                throw Failed(operation, HsmFailure.KeyConflict,
                    $"key {key.Id} is another key than the caller described.");
            }

            try
            {
                GcpReply reply =
                    await _calls.SendAsync(operation, key.Id, true, HttpMethod.Post, $"{held.Version}:{verb}",
                    body, isIntact, cancellationToken);

                // rawDecrypt answers without a name.
                if (operation != HsmOperation.Decrypt && reply["name"].Text != held.Version)
                    throw Odd(operation, $"Cloud KMS answers for another version of key {key.Id}");
                return reply;
            }
            catch (HsmException e) when (!isFresh && e.Failure is HsmFailure.KeyMissing or HsmFailure.NotAllowed)
            {
                // It may have been destroyed, and made anew, by somebody else: see what the name is now.
                if ((await _keys.FindAsync(operation, key.Id, cancellationToken))?.Version == held.Version) throw;
                isFresh = true;
            }
        }
    }

    private static (string? Digest, byte[] Input) Input(
        HsmKey key, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context)
    {
        if (key.Algorithm == SignatureAlgorithm.EcdsaP256) return ("sha256", SHA256.HashData(data.Span));
        if (key.Algorithm == SignatureAlgorithm.EcdsaP384) return ("sha384", SHA384.HashData(data.Span));
        if (key.Algorithm == SignatureAlgorithm.Ed25519)
        {
            return data.Length <= MaxInSoftware ? (null, data.ToArray()) : throw new HsmException(ProviderName,
                HsmOperation.Sign, HsmFailure.Unsupported, $"Cloud KMS signs {MaxInSoftware:N0} bytes at most with "
                + $"Ed25519, asked for were {data.Length:N0}.");
        }

        MLDsaAlgorithm set = key.Algorithm == SignatureAlgorithm.MLDsa44 ? MLDsaAlgorithm.MLDsa44
            : key.Algorithm == SignatureAlgorithm.MLDsa65 ? MLDsaAlgorithm.MLDsa65 : MLDsaAlgorithm.MLDsa87;

        // FIPS 204, Algorithm 7, line 6: mu is made of the public key, the context and the message, here.
        using ManagedMLDsa publicKey = ManagedMLDsa.ImportMLDsaPublicKey(set, key.PublicKey.Span);
        using MLDsaMuHash hash = publicKey.StartMu(context.Span);
        hash.AppendData(data.Span);
        return ("externalMu", hash.GetMuAndReset());
    }

    private void RequireSize(HsmOperation operation, int data, int associated)
    {
        bool fits = _options.InHardware ? (long)data + associated <= MaxInHardware
            : data <= MaxInSoftware && associated <= MaxInSoftware;
        if (!fits)
        {
            throw Failed(operation, HsmFailure.Unsupported, _options.InHardware
                ? $"an HSM key of Cloud KMS takes {MaxInHardware:N0} bytes at most, associated data included."
                : $"a key of Cloud KMS takes {MaxInSoftware:N0} bytes at most.");
        }
    }

    private async ValueTask<byte[]> RandomAsync(HsmOperation operation, int count, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[count];
        string location = _options.KeyRing![.._options.KeyRing!.IndexOf("/keyRings/", StringComparison.Ordinal)];
        for (int at = 0; at < count;)
        {
            int some = Math.Min(MaxRandomAtOnce, count - at), asked = Math.Max(some, MinRandomAtOnce);
            GcpReply reply = await _calls.SendAsync(operation, null, true, HttpMethod.Post,
                $"{location}:generateRandomBytes",
                new JsonObject { ["lengthBytes"] = asked, ["protectionLevel"] = "HSM" },
                answer => answer.IsIntact("data", "dataCrc32c"), cancellationToken);
            if (reply.Bytes("data") is not { } got || got.Length != asked)
                throw Odd(operation, "Cloud KMS gave another number of random bytes than were asked for");
            got.AsSpan(0, some).CopyTo(bytes.AsSpan(at));
            at += some;
        }

        return bytes;
    }

    private static void Check(GcpKmsOptions options)
    {
        List<ValidationResult> wrong = [];
        if (!Validator.TryValidateObject(options, new ValidationContext(options), wrong, validateAllProperties: true))
            throw new ArgumentException(string.Join(" ", wrong.Select(w => w.ErrorMessage)), nameof(options));
        if (options.KeyRing is null)
        {
            throw new ArgumentException(
                "The provider 'gcp_kms' needs KeyRing: projects/P/locations/L/keyRings/R.", nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.CallTimeout, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.ImportTimeout, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FirstPause, TimeSpan.Zero, nameof(options));
        if (options.Endpoint is not { IsAbsoluteUri: true, Scheme: "https", PathAndQuery: "/", UserInfo: "" })
            throw new ArgumentException("The endpoint is an address over https without a path.", nameof(options));
    }
}
