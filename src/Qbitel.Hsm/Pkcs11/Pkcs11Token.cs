using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Qbitel.Cryptography;
using Qbitel.Hsm.Pkcs11.Configuration;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Pkcs11;

/// <summary>A token behind a PKCS#11 module: an HSM, a cloud's HSM, a soft token.</summary>
/// <remarks>
/// What it can do is asked of its slot. Keys are made non-extractable. Encryptions with one key are counted by this
/// process only: a key that many processes use is rotated by their sum.
/// </remarks>
public sealed partial class Pkcs11Token : HsmProvider
{
    private readonly Pkcs11Vendor _vendor;
    private readonly TokenConnection _connection;
    private readonly DeviceQueue _queue;
    private readonly KeyObjects _keys;
    private readonly CardKeyObjects _cardKeys;
    private readonly ILogger _logger;

    private Pkcs11Token(
        Pkcs11Vendor vendor, TokenConnection connection, DeviceQueue queue, TimeProvider time, ILogger logger)
    {
        _vendor = vendor;
        _connection = connection;
        _queue = queue;
        _logger = logger;
        _keys = new KeyObjects(vendor.Name, connection.Module.Changes, time);
        _cardKeys = new CardKeyObjects(vendor.Name, connection.Module.Changes, time);
        DeviceKeys = new DeviceKeys(connection, queue, _keys, time);
    }

    public override string Name => _vendor.Name;

    /// <summary>The vendors' names, by which such a token is configured.</summary>
    public static IReadOnlyList<string> ProviderNames { get; } = [.. Pkcs11Vendor.All.Select(vendor => vendor.Name)];

    /// <summary>MACs, derivation, wrapping, TDEA and RSA with keys of the device.</summary>
    public DeviceKeys DeviceKeys { get; }

    /// <summary>Calls that went into the module and have not come back: each holds a thread.</summary>
    public int LostThreads => _queue.LostThreads;

    /// <summary>How often the module was finalised and initialised anew because this token was lost.</summary>
    public int Renewals => _queue.Renewals;

    public Pkcs11TokenFacts Facts => new(Token.Label, Token.Serial, Token.Manufacturer, Token.Model, Token.Firmware,
        Module.Functions.Version.ToString(), Capabilities.Count, _vendor.IsHardware && Token.IsHardwareSlot,
        _vendor.Tested);

    /// <summary>For what is built on this token in other folders of the room.</summary>
    internal DeviceQueue Queue => _queue;

    internal Pkcs11Vendor Vendor => _vendor;

    internal KeyObjects Keys => _keys;

    internal TokenConnection Connection => _connection;

    internal TokenDescription Token => _connection.Token;

    internal SlotCapabilities Capabilities => _connection.Capabilities;

    internal Pkcs11Module Module => _connection.Module;

    /// <summary>A vendor's software and a slot that says it is software keep nothing in hardware.</summary>
    public override bool KeepsInHardware(KeyAlgorithm algorithm) => _vendor.IsHardware && Token.IsHardwareSlot
        && KeyMechanism.Of(algorithm) is { } mechanism && Capabilities.Can(mechanism.Use, MechanismFlags.Hardware);

    /// <summary>Loads the module, finds the token and logs in.</summary>
    /// <exception cref="HsmException">Any of them failed; a PIN that is refused is not tried again.</exception>
    public static ValueTask<Pkcs11Token> OpenAsync(
        string provider, Pkcs11Options options, TimeProvider time, ILogger? logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        Pkcs11Vendor vendor = Pkcs11Vendor.Find(provider)
            ?? throw new NotSupportedException($"There is no PKCS#11 vendor '{provider}' in this build.");
        Check(options);
        string? reserved = options.InitializeWith;
        if (vendor.InitializeFormat is { } format && reserved is null)
        {
            reserved = options.DatabaseFolder is { Length: > 0 } folder
                && !folder.Contains('\'', StringComparison.Ordinal)
                ? string.Format(CultureInfo.InvariantCulture, format, Path.GetFullPath(folder))
                : throw new ArgumentException(
                    $"The provider '{provider}' needs DatabaseFolder, a path without apostrophes.", nameof(options));
        }

        return OpenAsync(
            vendor, Pkcs11Modules.Load(vendor, options.Module), reserved, options, time, logger, cancellationToken);
    }

    internal static async ValueTask<Pkcs11Token> OpenAsync(
        Pkcs11Vendor vendor, Pkcs11Module module, string? reserved, Pkcs11Options options, TimeProvider time,
        ILogger? logger, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (options is { Pin: not null, AskPin: not null })
            throw new ArgumentException("Give the place of the PIN or a way to ask for it, not both.", nameof(options));

        Pkcs11Pin? pin = options.Pin is { } source ? Pkcs11Pin.From(source) : options.AskPin?.Invoke();
        try
        {
            module.Attach(reserved);
        }
        catch (Exception e) when (e is Pkcs11Error or InvalidOperationException)
        {
            pin?.Dispose();
            throw new HsmException(vendor.Name, HsmOperation.Open, HsmFailure.Unavailable, e.Message, false, e);
        }

        TokenConnection connection = new(module, vendor, options, pin, time);
        Pkcs11Token token = new(
            vendor, connection, new DeviceQueue(connection, options, time), time, logger ?? NullLogger.Instance);
        try
        {
            await token._queue.RunAsync(HsmOperation.Open, session => session.Epoch, cancellationToken);
            token._queue.Grow(connection.Token.MaxSessions);
            token.LogOpened(vendor.Name, connection.Token.Label, connection.Token.Serial);
            return token;
        }
        catch
        {
            await token.DisposeAsync();
            throw;
        }
    }

    protected override bool SupportsCore(HsmOperation operation, KeyAlgorithm algorithm) =>
        operation is HsmOperation.Open or HsmOperation.RandomBytes || WhyNotCore(operation, algorithm) is null;

    protected override string? WhyNotCore(HsmOperation operation, KeyAlgorithm algorithm) =>
        KeyMechanism.Of(algorithm) is { } mechanism
            ? mechanism.WhyNot(Capabilities)
            : "PKCS#11 has no mechanism for such keys";

    protected override ValueTask<HsmKey> GenerateKeyCoreAsync(
        TokenKeyId id, KeyAlgorithm algorithm, CancellationToken cancellationToken)
    {
        KeyMechanism mechanism = KeyMechanism.Of(algorithm)!;
        return _queue.RunAsync(HsmOperation.GenerateKey, session => _keys.Generate(session, id, mechanism),
            cancellationToken);
    }

    protected override ValueTask<HsmKey?> FindCoreAsync(TokenKeyId id, CancellationToken cancellationToken) =>
        _queue.RunAsync(HsmOperation.Find, session => Find(session, id, HsmOperation.Find), cancellationToken);

    protected override HsmCards MakeCards() => new Pkcs11Cards(this, _queue, _cardKeys);

    protected override async IAsyncEnumerable<HsmKey> ListCoreAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<TokenKeyId> ids = await _queue.RunAsync(HsmOperation.List,
            session => KeyObjects.List(session).Concat(CardKeyObjects.List(session)).ToList(), cancellationToken);
        List<HsmException> bad = [];
        foreach (TokenKeyId id in ids)
        {
            HsmKey? key = null;
            try
            {
                key = await _queue.RunAsync(HsmOperation.List,
                    session => Find(session, id, HsmOperation.List), cancellationToken);
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

    protected override ValueTask<byte[]> SignCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context, CancellationToken cancellationToken) =>
        _queue.RunAsync(HsmOperation.Sign, session => _keys.Use(session, key, HsmOperation.Sign,
            found => Signatures.Sign(session, found, data.Span, context.Span)), cancellationToken);

    protected override ValueTask<byte[]> EncryptCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> plaintext, ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken)
    {
        if (_keys.CountUse(key.Id) > MaxEncryptionsPerKey)
        {
            throw Failed(HsmOperation.Encrypt, HsmFailure.Exhausted,
                $"key {key.Id} has encrypted {MaxEncryptionsPerKey} times in this process; rotate it.");
        }

        return _queue.RunAsync(HsmOperation.Encrypt, session => _keys.Use(session, key, HsmOperation.Encrypt,
            found => Secrets.Encrypt(
                session, found.Handle, _vendor.DeviceMakesGcmNonce, plaintext.Span, associatedData.Span)),
            cancellationToken);
    }

    protected override ValueTask<byte[]> DecryptCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> container, ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken) =>
        _queue.RunAsync(HsmOperation.Decrypt, session => _keys.Use(session, key, HsmOperation.Decrypt,
            found => Secrets.Decrypt(session, found.Handle, container.Span, associatedData.Span)), cancellationToken);

    protected override ValueTask<byte[]> DecapsulateCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken) =>
        _queue.RunAsync(HsmOperation.Decapsulate, session => _keys.Use(session, key, HsmOperation.Decapsulate,
            found => Secrets.Decapsulate(session, found, ciphertext.Span)), cancellationToken);

    protected override async ValueTask<bool> DestroyCoreAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        bool existed = await _queue.RunAsync(
            HsmOperation.Destroy, session =>
            {
                bool isThere = _keys.Destroy(session, id);
                _cardKeys.DestroyHalf(session, id);
                return isThere;
            }, cancellationToken);
        if (existed) LogDestroyed(Name, id);
        return existed;
    }

    protected override ValueTask<byte[]> RandomBytesCoreAsync(int count, CancellationToken cancellationToken) =>
        _queue.RunAsync(HsmOperation.RandomBytes, session =>
        {
            byte[] bytes = new byte[count];
            session.Random(bytes);
            return bytes;
        }, cancellationToken);

    protected override async ValueTask DisposeCoreAsync()
    {
        bool isStuck = await _queue.CloseAsync();
        if (isStuck)
        {
            LogStuck(Name, LostThreads);
        }
        else
        {
            CloseLogin();
            _queue.Dispose();
        }

        Module.Detach(isStuck);
        _connection.Dispose();
    }

    private HsmKey? Find(Session session, TokenKeyId id, HsmOperation operation) =>
        _cardKeys.Find(session, id, operation)?.Key ?? _keys.Find(session, id, operation)?.Description;

    private void CloseLogin()
    {
        Module.Enter();
        try
        {
            _connection.Close();
        }
        catch (Pkcs11Error)
        {
            // it ends with the module
        }
        finally
        {
            Module.Leave();
        }
    }

    private static void Check(Pkcs11Options options)
    {
        List<ValidationResult> wrong = [];
        if (!Validator.TryValidateObject(options, new ValidationContext(options), wrong, validateAllProperties: true))
            throw new ArgumentException(string.Join(" ", wrong.Select(w => w.ErrorMessage)), nameof(options));
        if (options.TokenLabel is null && options.TokenSerial is null)
        {
            throw new ArgumentException(
                "Name the token by TokenLabel or TokenSerial: slot numbers change.", nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.CallTimeout, TimeSpan.Zero, nameof(options));
    }

    [LoggerMessage(2020, LogLevel.Information, "{Provider}: token '{Label}' (serial number {Serial}) opened")]
    private partial void LogOpened(string provider, string label, string serial);

    [LoggerMessage(2021, LogLevel.Information, "{Provider}: destroyed key {Id}")]
    private partial void LogDestroyed(string provider, TokenKeyId id);

    [LoggerMessage(2022, LogLevel.Error,
        "{Provider}: {Count} calls never came back from the module; it is left as it is until this process ends")]
    private partial void LogStuck(string provider, int count);
}
