using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cms;

namespace Qbitel.Hsm.Software;

/// <summary>
/// Private keys in a folder, each sealed with AES-256-GCM under a token key that a passphrase or key file opens.
/// </summary>
/// <remarks>
/// Several processes may use one folder on a local file system; writers take turns. Format and threat model:
/// docs/formats/software-token.md. It is software: keys in use are in this process's memory, and a policy that requires
/// an HSM is not met by it.
/// </remarks>
public sealed partial class SoftwareToken : HsmProvider, ICardKeyHolder
{
    public const string ProviderName = "software";

    /// <summary>For so many milliseconds a card key is used without a look at its file.</summary>
    private const long CardKeyTrust = 50;

    private readonly TokenKeys _keys;
    private readonly KeyFiles _files;
    private readonly KeyCache _cache;
    private readonly SoftwareTokenOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    private SoftwareToken(
        TokenFolder folder, TokenKeys keys, SoftwareTokenOptions options, TimeProvider time, ILogger? logger)
    {
        _keys = keys;
        _files = new KeyFiles(folder, keys, options.EncryptionsPerKey);
        _cache = new KeyCache(options.KeysInMemory);
        _options = options;
        _time = time;
        _logger = logger ?? NullLogger.Instance;
    }

    public override string Name => ProviderName;

    /// <summary>The time as a file can hold it, so that a description is the same before and after.</summary>
    private DateTimeOffset Now =>
        DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());

    public override bool KeepsInHardware(KeyAlgorithm algorithm) => false;

    /// <summary>Whether the folder holds a token.</summary>
    public static bool Exists(string folder) => File.Exists(new TokenFolder(folder, TimeSpan.Zero).TokenFile);

    /// <summary>Makes an empty token and opens it.</summary>
    /// <exception cref="HsmException">
    /// There is a token already, the passphrase is too short, or the folder cannot be written.
    /// </exception>
    public static async ValueTask<SoftwareToken> CreateAsync(
        SoftwareTokenOptions options, TokenSecret secret, TimeProvider time, ILogger? logger,
        CancellationToken cancellationToken)
    {
        TokenFolder folder = Check(options, secret);
        RequireGood(secret);
        try
        {
            folder.Make();
            using (await folder.LockAsync(HsmOperation.Open, cancellationToken))
            {
                if (File.Exists(folder.TokenFile))
                    throw Refused(HsmFailure.KeyConflict, $"there is a token in {folder.Root} already.");
                if (Directory.EnumerateFiles(folder.KeysFolder, "*" + TokenFolder.KeySuffix).Any())
                {
                    throw Refused(HsmFailure.Damaged,
                        $"{folder.KeysFolder} holds keys, but {folder.TokenFile}, which opens them, is missing. "
                        + "Restore it from a backup.");
                }

                await TokenFolder.WriteAsync(
                    folder.TokenFile, FreshHeader(secret, options.PassphraseIterations), cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KeyFiles.Unreachable(HsmOperation.Open, e);
        }

        return await OpenAsync(options, secret, time, logger, cancellationToken);
    }

    /// <exception cref="HsmException">There is no token, the secret is wrong, or the token is damaged.</exception>
    public static async ValueTask<SoftwareToken> OpenAsync(
        SoftwareTokenOptions options, TokenSecret secret, TimeProvider time, ILogger? logger,
        CancellationToken cancellationToken)
    {
        TokenFolder folder = Check(options, secret);
        ArgumentNullException.ThrowIfNull(time);
        try
        {
            byte[] header = await TokenFolder.ReadAsync(folder.TokenFile, HsmOperation.Open, cancellationToken)
                ?? throw Refused(HsmFailure.Unavailable, $"there is no token in {folder.Root}.");
            folder.CheckMode();

            byte[] tokenId = new byte[TokenHeader.IdSize];
            using SecretBuffer tokenKey = TokenHeader.Unwrap(header, folder.TokenFile, secret, tokenId);
            SoftwareToken token = new(folder, new TokenKeys(tokenKey, tokenId), options, time, logger);
            using (IDisposable? turn = folder.TryLock())
            {
                // Where somebody is writing right now, the next one to open cleans up.
                if (turn is not null && folder.RemoveStrayFiles() is > 0 and int strays)
                    token.LogStrays(strays, folder.Root);
            }

            token.LogOpened(folder.Root);
            return token;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KeyFiles.Unreachable(HsmOperation.Open, e);
        }
    }

    /// <summary>
    /// Closes the token with another passphrase or key file. Keys are not touched; tokens that are open stay open.
    /// </summary>
    /// <remarks>
    /// An old copy of the file <c>token</c> still opens with the old secret: after a leak, rotate the keys into a new
    /// token.
    /// </remarks>
    /// <exception cref="HsmException">The current secret is wrong, or the next one is too short.</exception>
    public static async ValueTask ChangeSecretAsync(
        SoftwareTokenOptions options, TokenSecret current, TokenSecret next, CancellationToken cancellationToken)
    {
        TokenFolder folder = Check(options, current);
        ArgumentNullException.ThrowIfNull(next);
        RequireGood(next);
        try
        {
            folder.CheckMode();
            using (await folder.LockAsync(HsmOperation.Open, cancellationToken))
            {
                byte[] header = await TokenFolder.ReadAsync(folder.TokenFile, HsmOperation.Open, cancellationToken)
                    ?? throw Refused(HsmFailure.Unavailable, $"there is no token in {folder.Root}.");
                byte[] tokenId = new byte[TokenHeader.IdSize];
                using SecretBuffer tokenKey = TokenHeader.Unwrap(header, folder.TokenFile, current, tokenId);
                byte[] rewrapped = TokenHeader.Wrap(tokenId, tokenKey.Bytes, next, options.PassphraseIterations);
                await TokenFolder.WriteAsync(folder.TokenFile, rewrapped, cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KeyFiles.Unreachable(HsmOperation.Open, e);
        }
    }

    /// <summary>
    /// The private key, wrapped in the token for the holder of a KEM key: AuthEnvelopedData of CMS, inside it PKCS#8,
    /// or the bytes of a cipher key.
    /// </summary>
    /// <exception cref="HsmException">
    /// <see cref="HsmFailure.NotAllowed"/>: the token does not allow backups, or it is a card key, which leaves in a
    /// key block.
    /// </exception>
    internal async ValueTask<byte[]> WrapForBackupAsync(
        HsmKey key, CmsRecipient recipient, CancellationToken cancellationToken)
    {
        using Visit visit = Enter(cancellationToken);
        if (WhyNotBackup(key) is { } why) throw Failed(HsmOperation.Wrap, HsmFailure.NotAllowed, $"{key}: {why}.");

        HeldKey held = await HoldAsync(key, HsmOperation.Wrap, cancellationToken);
        byte[] clear = [];
        try
        {
            clear = held.Encode();
            byte[] wrapped = CmsEnvelope.Encrypt(clear, [recipient]);
            LogBackedUp(key, Convert.ToHexStringLower(recipient.KeyIdentifier.Span));
            return wrapped;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
            held.Release();
        }
    }

    /// <summary>Why a key does not leave this token, not even for a backup; null when it does.</summary>
    internal string? WhyNotBackup(HsmKey key) =>
        key.CardUse is not null ? "card keys leave in a key block ('qbitel card tr31 wrap')"
        : key.Algorithm is not CipherAlgorithm && key.Algorithm.Oid is null && Pkcs8CurveOf(key.Algorithm) is null
            ? $"no standard gives private keys of {key.Algorithm} a form to travel in"
        : _options.AllowBackup ? null
        : "keys of this token stay in it; 'allowBackup' lets them out into backups, wrapped";

    /// <summary>Takes in a private key, or finds the one of that name. The caller zeroes the bytes.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="algorithm">What it is expected to be.</param>
    /// <param name="encoded">PKCS#8, or the bytes of a cipher key.</param>
    /// <param name="cancellationToken">Ends the wait for the turn.</param>
    /// <exception cref="HsmException">It is no such key.</exception>
    internal async ValueTask<HsmKey> TakeAsync(
        TokenKeyId id, KeyAlgorithm algorithm, ReadOnlyMemory<byte> encoded, CancellationToken cancellationToken)
    {
        using Visit visit = Enter(cancellationToken);
        HeldKey fresh;
        try
        {
            fresh = HeldKey.Decode(id, algorithm, encoded.Span, Now);
        }
        catch (CryptographicException e)
        {
            throw Failed(HsmOperation.Unwrap, HsmFailure.Damaged, $"key {id} is no {algorithm} key: {e.Message}",
                inner: e);
        }

        byte[] privateKey = fresh.ExportPrivate();
        try
        {
            HsmKey kept = await _files.AddAsync(fresh.Description, privateKey, cancellationToken);
            if (ReferenceEquals(kept, fresh.Description)) LogTaken(kept);
            return kept;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
            fresh.Release();
        }
    }

    protected override HsmCards MakeCards() => new SoftwareCards(this, this);

    protected override bool SupportsCore(HsmOperation operation, KeyAlgorithm algorithm) => true;

    protected override async ValueTask<HsmKey> GenerateKeyCoreAsync(
        TokenKeyId id, KeyAlgorithm algorithm, CancellationToken cancellationToken)
    {
        HeldKey fresh;
        try
        {
            fresh = HeldKey.Generate(id, algorithm, Now);
        }
        catch (CryptographicException e)
        {
            throw Failed(HsmOperation.GenerateKey, HsmFailure.Unavailable, e.Message, inner: e);
        }

        byte[] privateKey = fresh.ExportPrivate();
        try
        {
            HsmKey kept = await _files.AddAsync(fresh.Description, privateKey, cancellationToken);
            if (ReferenceEquals(kept, fresh.Description)) LogGenerated(kept);
            return kept;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
            fresh.Release();
        }
    }

    protected override ValueTask<HsmKey?> FindCoreAsync(TokenKeyId id, CancellationToken cancellationToken) =>
        _files.FindAsync(id, HsmOperation.Find, cancellationToken);

    protected override IAsyncEnumerable<HsmKey> ListCoreAsync(CancellationToken cancellationToken) =>
        _files.ListAsync(cancellationToken);

    protected override async ValueTask<byte[]> SignCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context, CancellationToken cancellationToken)
    {
        HeldKey held = await HoldAsync(key, HsmOperation.Sign, cancellationToken);
        try
        {
            return held.Signature.Sign(data.Span, context.Span);
        }
        finally
        {
            held.Release();
        }
    }

    protected override async ValueTask<byte[]> EncryptCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> plaintext, ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken)
    {
        HeldKey held = await HoldAsync(key, HsmOperation.Encrypt, cancellationToken);
        try
        {
            long? used = await _files.UseAsync(held, cancellationToken);
            if (used > _options.EncryptionsPerKey / 10 * 9)
                LogNearlyExhausted(key.Id, used.Value, _options.EncryptionsPerKey);

            byte[] container = new byte[NonceSize + plaintext.Length + TagSize];
            Span<byte> bytes = container;
            RandomNumberGenerator.Fill(bytes[..NonceSize]);
            using AesGcm aes = new(held.Cipher, TagSize);
            aes.Encrypt(
                bytes[..NonceSize], plaintext.Span, bytes[NonceSize..^TagSize], bytes[^TagSize..], associatedData.Span);
            return container;
        }
        finally
        {
            held.Release();
        }
    }

    protected override async ValueTask<byte[]> DecryptCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> container, ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken)
    {
        HeldKey held = await HoldAsync(key, HsmOperation.Decrypt, cancellationToken);
        try
        {
            byte[] plaintext = new byte[container.Length - NonceSize - TagSize];
            using AesGcm aes = new(held.Cipher, TagSize);
            ReadOnlySpan<byte> bytes = container.Span;
            aes.Decrypt(
                bytes[..NonceSize], bytes[NonceSize..^TagSize], bytes[^TagSize..], plaintext, associatedData.Span);
            return plaintext;
        }
        finally
        {
            held.Release();
        }
    }

    protected override async ValueTask<byte[]> DecapsulateCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken)
    {
        HeldKey held = await HoldAsync(key, HsmOperation.Decapsulate, cancellationToken);
        try
        {
            byte[] secret = new byte[held.Kem.Algorithm.SharedSecretSize];
            held.Kem.Decapsulate(ciphertext.Span, secret); // zeroes it when it fails
            return secret;
        }
        finally
        {
            held.Release();
        }
    }

    protected override async ValueTask<bool> DestroyCoreAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        bool existed = await _files.RemoveAsync(id, cancellationToken);
        _cache.Remove(id);
        if (existed) LogDestroyed(id);
        return existed;
    }

    protected override ValueTask<byte[]> RandomBytesCoreAsync(int count, CancellationToken cancellationToken) =>
        ValueTask.FromResult(RandomNumberGenerator.GetBytes(count));

    protected override ValueTask DisposeCoreAsync()
    {
        _cache.Close();
        _keys.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string? Pkcs8CurveOf(KeyAlgorithm algorithm) =>
        algorithm == SignatureAlgorithm.EcdsaP256 || algorithm == SignatureAlgorithm.EcdsaP384 ? algorithm.Name : null;

    private static TokenFolder Check(SoftwareTokenOptions options, TokenSecret secret)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(secret);
        List<ValidationResult> wrong = [];
        if (!Validator.TryValidateObject(options, new ValidationContext(options), wrong, validateAllProperties: true))
            throw new ArgumentException(string.Join(" ", wrong.Select(w => w.ErrorMessage)), nameof(options));

        return new TokenFolder(options.Folder, options.LockTimeout);
    }

    private static void RequireGood(TokenSecret secret)
    {
        if (secret.Kind == SecretKind.Passphrase && secret.PassphraseLength < TokenSecret.MinPassphraseLength)
        {
            throw Refused(HsmFailure.WrongSecret, $"the passphrase has {secret.PassphraseLength} characters, "
                + $"at least {TokenSecret.MinPassphraseLength} are asked for.");
        }
    }

    private static byte[] FreshHeader(TokenSecret secret, int iterations)
    {
        using SecretBuffer tokenKey = new(TokenHeader.KeySize);
        RandomNumberGenerator.Fill(tokenKey.Bytes);
        return TokenHeader.Wrap(RandomNumberGenerator.GetBytes(TokenHeader.IdSize), tokenKey.Bytes, secret, iterations);
    }

    ValueTask<HeldKey> ICardKeyHolder.HoldAsync(
        HsmKey key, HsmOperation operation, CancellationToken cancellationToken) =>
        HoldAsync(key, operation, cancellationToken);

    async ValueTask<HsmKey> ICardKeyHolder.KeepAsync(
        TokenKeyId id, CardKeyAlgorithm algorithm, CardKeyUse use, bool isExportable, SecretBuffer key,
        CancellationToken cancellationToken)
    {
        HeldKey fresh = HeldKey.OfCard(id, algorithm, use, isExportable, key.Bytes, Now);
        byte[] copy = fresh.ExportPrivate();
        try
        {
            HsmKey kept = await _files.AddAsync(fresh.Description, copy, cancellationToken);
            if (ReferenceEquals(kept, fresh.Description)) LogKept(kept);
            return kept;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
            fresh.Release();
        }
    }

    /// <summary>The private key behind the description, held for the caller, who releases it.</summary>
    private async ValueTask<HeldKey> HoldAsync(HsmKey key, HsmOperation operation, CancellationToken cancellationToken)
    {
        // Another process may have destroyed the key, and even made another of that name, since we read it. A card key
        // is used thousands of times a second, so its file is looked for less often.
        HeldKey? held = _cache.TryTake(key.Id);
        long now = Environment.TickCount64;
        bool isTrusted = held is { Description.CardUse: not null } && now - held.SeenAt < CardKeyTrust;
        bool exists = isTrusted || _files.Has(key.Id);
        if (held is not null)
        {
            if (!isTrusted) held.SeenAt = now;
            if (exists && held.Description.IsSameKeyAs(key)) return held;
            held.Release();
        }

        _cache.Remove(key.Id);
        if (!exists || await _files.ReadAsync(key.Id, operation, cancellationToken) is not var (found, privateKey))
            throw Failed(operation, HsmFailure.KeyMissing, $"there is no key {key.Id}.");

        using (privateKey)
        {
            if (!found.IsSameKeyAs(key))
            {
                throw Failed(operation, HsmFailure.KeyConflict,
                    $"key {key.Id} is another {found.Algorithm} key than the caller described.");
            }

            try
            {
                return _cache.Add(HeldKey.Import(found, privateKey.Bytes));
            }
            catch (CryptographicException e)
            {
                throw Failed(operation, HsmFailure.Damaged, $"key {key.Id} cannot be used: {e.Message}.", inner: e);
            }
        }
    }

    private static HsmException Refused(HsmFailure failure, string message) =>
        new(ProviderName, HsmOperation.Open, failure, message);

    [LoggerMessage(2000, LogLevel.Information, "Software token in {Folder} opened")]
    private partial void LogOpened(string folder);

    [LoggerMessage(2001, LogLevel.Information, "Software token made key {Key}")]
    private partial void LogGenerated(HsmKey key);

    [LoggerMessage(2002, LogLevel.Information, "Software token destroyed key {Id}")]
    private partial void LogDestroyed(TokenKeyId id);

    [LoggerMessage(2003, LogLevel.Warning, "Removed {Count} half-written files of an interrupted writer from {Folder}")]
    private partial void LogStrays(int count, string folder);

    [LoggerMessage(2004, LogLevel.Warning, "Key {Id} has reserved {Used} of {Limit} encryptions: rotate it soon")]
    private partial void LogNearlyExhausted(TokenKeyId id, long used, long limit);

    [LoggerMessage(2005, LogLevel.Information, "Software token took in card key {Key}")]
    private partial void LogKept(HsmKey key);

    [LoggerMessage(2006, LogLevel.Warning, "Key {Key} left the software token, wrapped for the backup key {Recipient}")]
    private partial void LogBackedUp(HsmKey key, string recipient);

    [LoggerMessage(2007, LogLevel.Information, "Software token took in key {Key}")]
    private partial void LogTaken(HsmKey key);
}
