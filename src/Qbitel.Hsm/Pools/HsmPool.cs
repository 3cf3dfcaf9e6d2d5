using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Qbitel.Cryptography;
using Qbitel.Hsm.Pkcs11;

namespace Qbitel.Hsm.Pools;

/// <summary>
/// Several boxes as one: calls go to those that are well, and to another only where it holds the same key.
/// </summary>
/// <remarks>
/// A key made in a box stays in it. So every key is held by those members that hold it, by creation, by their vendor's
/// replication or by <see cref="ReplicateAsync"/>, and the pool asks them for proof. A call that can be repeated fails
/// over; making and destroying a key do not. Each member is used until its breaker opens and again after probes with a
/// test key; a refused PIN bars it. Card keys are routed the same way, all keys of a call to one member. Safe for
/// concurrent use.
/// </remarks>
public sealed partial class HsmPool : HsmProvider
{
    public const string PoolName = "pool";

    public const int MaxMembers = 31;

    private readonly HsmPoolOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PoolMember[] _members;
    private readonly PoolMetrics _metrics;
    private readonly PoolRoutes _routes;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _tending = new(1, 1);
    private readonly Lock _gate = new();
    private Task _watch = Task.CompletedTask;
    private volatile int _mode = (int)HsmPoolMode.Down;
    private volatile bool _isOpen; // before, members that are not open yet are no reason to alert

    private HsmPool(
        IReadOnlyList<HsmPoolMember> members, HsmPoolOptions options, TimeProvider time, ILogger? logger)
    {
        _options = options;
        _time = time;
        _logger = logger ?? NullLogger.Instance;
        _metrics = new PoolMetrics(() => Members);
        _members = [.. members.Select((about, i) => new PoolMember(i, about, options, time, _metrics, Changed))];
        _routes = new PoolRoutes(_members, options, _metrics, Alert);
    }

    public override string Name => PoolName;

    public HsmPoolMode Mode => (HsmPoolMode)_mode;

    public IReadOnlyList<HsmMemberStatus> Members => [.. _members.Select(m => m.Status)];

    /// <summary>Opens the members and begins to watch them. It opens with those that answer.</summary>
    /// <exception cref="ArgumentException">The options or the members make no pool.</exception>
    /// <exception cref="HsmException">No member can be opened.</exception>
    public static async ValueTask<HsmPool> OpenAsync(
        IReadOnlyList<HsmPoolMember> members, HsmPoolOptions options, TimeProvider time, ILogger? logger,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(time);
        Check(members, options);
        HsmPool pool = new(members, options, time, logger);
        try
        {
            await pool.ProbeAsync(cancellationToken);
            if (pool._routes.Healthy() == 0)
            {
                throw new HsmException(PoolName, HsmOperation.Open, HsmFailure.Unavailable, "no member can be opened: "
                    + string.Join(" ", pool.Members.Select(m => $"{m.Name}: {m.Reason}")), isTransient: true);
            }

            pool._isOpen = true;
            pool.SetMode();
            pool._watch = pool.WatchAsync(pool._stopping.Token);
            return pool;
        }
        catch
        {
            await pool.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// One round of probes, as the pool does them by itself; then members are asked for keys they may hold.
    /// </summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await _tending.WaitAsync(cancellationToken);
        try
        {
            await Task.WhenAll(_members.Select(m => m.TendAsync(cancellationToken)));
            int healthy = _routes.Healthy();
            foreach (Holding holding in _routes.Known)
            {
                int unasked = healthy & ~holding.Asked;
                if (unasked != 0) await _routes.AskAsync(holding, unasked, cancellationToken);
            }
        }
        finally
        {
            _tending.Release();
        }
    }

    /// <summary>
    /// Opens a member anew, once somebody has seen to what was wrong with it: a barred one has no other way.
    /// </summary>
    public async Task ReinstateAsync(string member, CancellationToken cancellationToken)
    {
        PoolMember found = Array.Find(_members, m => m.Name == member)
            ?? throw new ArgumentException($"The pool has no member '{member}'.", nameof(member));
        await _tending.WaitAsync(cancellationToken);
        try
        {
            await found.ReinstateAsync(cancellationToken);
        }
        finally
        {
            _tending.Release();
        }
    }

    /// <summary>The members that have shown that they hold this key, as far as they answer now.</summary>
    public async ValueTask<IReadOnlyList<string>> HoldersAsync(HsmKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        using Visit visit = Enter(cancellationToken);
        Holding holding = new(key);
        await _routes.AskAsync(holding, _routes.Healthy(), cancellationToken);
        return [.. _members.Where(m => (m.Bit & holding.Holds) != 0).Select(m => m.Name)];
    }

    /// <summary>Hardware where every member that can have such keys keeps them in hardware.</summary>
    public override bool KeepsInHardware(KeyAlgorithm algorithm)
    {
        HsmProvider[] makers =
        [
            .. _members.Select(m => m.Provider).OfType<HsmProvider>()
                .Where(p => p.Supports(HsmOperation.GenerateKey, algorithm)),
        ];
        return makers.Length > 0 && Array.TrueForAll(_members, m => m.Provider is not null)
            && Array.TrueForAll(makers, p => p.KeepsInHardware(algorithm));
    }

    /// <summary>
    /// Makes a device key at its home and brings copies to the others under a wrapping key that all hold.
    /// </summary>
    /// <remarks>See <see cref="KeyReplication"/>: members are PKCS#11 tokens. Repeat it until nobody is
    /// missing.</remarks>
    /// <exception cref="HsmException">Fewer than the quorum hold it; repeating goes on where it stopped.</exception>
    public async ValueTask<ReplicatedKey> ReplicateAsync(
        TokenKeyId id, DeviceKeyKind kind, DeviceKey wrappingKey, int quorum, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(wrappingKey);
        ArgumentOutOfRangeException.ThrowIfLessThan(quorum, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quorum, _members.Length);
        using Visit visit = Enter(cancellationToken);
        RequireNormal(HsmOperation.GenerateKey);
        return await new KeyReplication(_members, _routes).RunAsync(id, kind, wrappingKey, quorum, cancellationToken);
    }

    /// <summary>A repeatable use of a device key, by a member that holds it.</summary>
    public async ValueTask<T> UseAsync<T>(
        DeviceKey key, HsmOperation operation, Func<DeviceKeys, CancellationToken, ValueTask<T>> use,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(use);
        using Visit visit = Enter(cancellationToken);
        return await new KeyReplication(_members, _routes).UseAsync(key, operation, use, cancellationToken);
    }

    /// <summary>Every key of every member, and which members have shown the same one under its name.</summary>
    public async ValueTask<HsmPoolInventory> InventoryAsync(CancellationToken cancellationToken)
    {
        using Visit visit = Enter(cancellationToken);
        return await HsmPoolInventory.TakeAsync(_members, cancellationToken);
    }

    protected override HsmCards MakeCards() => new PoolCards(this, _routes, _members);

    protected override bool SupportsCore(HsmOperation operation, KeyAlgorithm algorithm) =>
        operation == HsmOperation.Verify // outside the boxes
        || Array.Exists(_members, m => m.Provider?.Supports(operation, algorithm) ?? false);

    protected override string? WhyNotCore(HsmOperation operation, KeyAlgorithm algorithm) =>
        string.Join("; ", _members.Select(m => $"{m.Name}: "
            + (m.Provider is { } provider ? provider.WhyNot(operation, algorithm) : "not opened yet")));

    protected override async ValueTask<HsmKey?> FindCoreAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        (HsmKey? key, int answered) = await LookAsync(id, HsmOperation.Find, cancellationToken);
        if (key is null && answered < _members.Length)
        {
            throw PoolRoutes.Unavailable(HsmOperation.Find,
                $"{answered} of {_members.Length} members have no key {id}, and the others do not answer "
                + $"({_routes.States()}).", null);
        }

        return key;
    }

    protected override async ValueTask<HsmKey?> FindBeforeGenerateCoreAsync(
        TokenKeyId id, CancellationToken cancellationToken)
    {
        if (id == HealthProbe.KeyId)
        {
            throw Failed(HsmOperation.GenerateKey, HsmFailure.KeyConflict,
                $"the name {id} is that of the test keys of a pool.");
        }

        (HsmKey? key, int answered) = await LookAsync(id, HsmOperation.GenerateKey, cancellationToken);
        int quorum = _options.CreationQuorum == 0 ? _members.Length : _options.CreationQuorum;
        if (key is null && answered < quorum)
        {
            throw PoolRoutes.Unavailable(HsmOperation.GenerateKey,
                $"{answered} members answered that they have no key {id}, and {quorum} must before it is made "
                + $"({_routes.States()}).", null);
        }

        return key;
    }

    /// <summary>
    /// At the home of the name, once. What came of a call that failed is not known: asking again finds it.
    /// </summary>
    protected override async ValueTask<HsmKey> GenerateKeyCoreAsync(
        TokenKeyId id, KeyAlgorithm algorithm, CancellationToken cancellationToken)
    {
        RequireNormal(HsmOperation.GenerateKey);
        PoolMember home = _routes.Home(id, algorithm);
        HsmKey key = await home.CallAsync(HsmOperation.GenerateKey,
            (hsm, cancel) => hsm.GenerateKeyAsync(id, algorithm, cancel), cancellationToken);
        _routes.Found(key, home);
        return key;
    }

    protected override async IAsyncEnumerable<HsmKey> ListCoreAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Dictionary<TokenKeyId, HsmKey> keys = [];
        HashSet<TokenKeyId> conflicts = [];
        List<HsmException> bad = [];
        foreach (PoolMember member in _members)
        {
            ConcurrentQueue<HsmKey> here = new(); // a member that is late may still be adding
            try
            {
                await member.CallAsync(HsmOperation.List, async (hsm, cancel) =>
                {
                    await foreach (HsmKey key in hsm.ListAsync(cancel)) here.Enqueue(key);
                    return true;
                }, cancellationToken);
            }
            catch (HsmException error)
            {
                bad.Add(error); // what it listed before that counts
            }

            foreach (HsmKey key in here.ToArray().Where(k => k.Id != HealthProbe.KeyId))
                if (!keys.TryAdd(key.Id, key) && !keys[key.Id].IsSameKeyAs(key)) conflicts.Add(key.Id);
        }

        foreach (HsmKey key in keys.Values)
            if (!conflicts.Contains(key.Id)) yield return key;

        if (conflicts.Count > 0)
        {
            throw Failed(HsmOperation.List, HsmFailure.KeyConflict,
                $"{conflicts.Count} names belong to different keys in different members; the first: "
                + $"{conflicts.First()}.");
        }

        if (bad.Count > 0) throw Failed(HsmOperation.List, bad[0].Failure, bad[0].Message, bad[0].IsTransient, bad[0]);
    }

    protected override ValueTask<byte[]> SignCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context, CancellationToken cancellationToken)
    {
        RequireNormal(HsmOperation.Sign);
        return _routes.RunAsync(HsmOperation.Sign, key, protects: true,
            (hsm, cancel) => hsm.SignAsync(key, data, context, cancel), cancellationToken);
    }

    protected override ValueTask<byte[]> EncryptCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> plaintext, ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken)
    {
        RequireNormal(HsmOperation.Encrypt);
        return _routes.RunAsync(HsmOperation.Encrypt, key, protects: true,
            (hsm, cancel) => hsm.EncryptAsync(key, plaintext, associatedData, cancel), cancellationToken);
    }

    protected override ValueTask<byte[]> DecryptCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> container, ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken) =>
        _routes.RunAsync(HsmOperation.Decrypt, key, protects: false,
            (hsm, cancel) => hsm.DecryptAsync(key, container, associatedData, cancel), cancellationToken);

    protected override ValueTask<byte[]> DecapsulateCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken) =>
        _routes.RunAsync(HsmOperation.Decapsulate, key, protects: false,
            (hsm, cancel) => hsm.DecapsulateAsync(key, ciphertext, cancel), cancellationToken);

    /// <summary>In every member or, where one does not answer beforehand, in none.</summary>
    protected override async ValueTask<bool> DestroyCoreAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        if (id == HealthProbe.KeyId)
            throw Failed(HsmOperation.Destroy, HsmFailure.NotAllowed, "it is the test key of a pool.");
        _routes.RequireAll(HsmOperation.Destroy, "a key is destroyed in all members or not at all");
        bool existed = false;
        _routes.Destroyed(id);
        foreach (PoolMember member in _members)
        {
            try
            {
                existed |= await member.CallAsync(
                    HsmOperation.Destroy, (hsm, cancel) => hsm.DestroyAsync(id, cancel), cancellationToken);
            }
            catch (HsmException error) when (error.Failure == HsmFailure.Unavailable)
            {
                throw PoolRoutes.Unavailable(HsmOperation.Destroy,
                    $"{member.Name} did not destroy the key {id}, members before it did. Repeat it: {error.Message}",
                    error);
            }
        }

        return existed;
    }

    protected override ValueTask<byte[]> RandomBytesCoreAsync(int count, CancellationToken cancellationToken) =>
        _routes.RunAnyAsync(
            HsmOperation.RandomBytes, (hsm, cancel) => hsm.RandomBytesAsync(count, cancel), cancellationToken);

    protected override async ValueTask DisposeCoreAsync()
    {
        await _stopping.CancelAsync();
        await _watch;
        foreach (PoolMember member in _members) await member.DisposeAsync();
        _metrics.Dispose();
        _stopping.Dispose();
    }

    private static void Check(IReadOnlyList<HsmPoolMember> members, HsmPoolOptions options)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(options);
        List<ValidationResult> wrong = [];
        if (!Validator.TryValidateObject(options, new ValidationContext(options), wrong, validateAllProperties: true))
            throw new ArgumentException(string.Join(" ", wrong.Select(w => w.ErrorMessage)), nameof(options));
        if (members.Count is 0 or > MaxMembers
            || members.Select(m => m.Name).Distinct(StringComparer.Ordinal).Count() != members.Count
            || members.Any(m => string.IsNullOrWhiteSpace(m.Name) || m.Concurrency < 1))
        {
            throw new ArgumentException(
                $"A pool has 1 to {MaxMembers} members with different names and room for a call.", nameof(members));
        }

        int active = members.Count(m => m.Role == HsmPoolRole.Active);
        if (active < options.MinimumToProtect || options.CreationQuorum > members.Count)
        {
            throw new ArgumentException(
                $"A pool with {active} active members never protects when {options.MinimumToProtect} must be well.",
                nameof(options));
        }

        foreach (TimeSpan time in (TimeSpan[])[options.CallTimeout, options.Break, options.LongestBreak,
            options.ProbeInterval, options.ProbeTimeout])
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero, nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(options.Sampling, TimeSpan.FromSeconds(0.5), nameof(options));
    }

    /// <summary>Looks in every member that answers; the same name for two keys is refused.</summary>
    private async ValueTask<(HsmKey? Key, int Answered)> LookAsync(
        TokenKeyId id, HsmOperation operation, CancellationToken cancellationToken)
    {
        if (id == HealthProbe.KeyId) return (null, _members.Length);
        HsmKey? key = null;
        int answered = 0;
        foreach (PoolMember member in _members)
        {
            HsmKey? found;
            try
            {
                found = await member.CallAsync(
                    operation, (hsm, cancel) => hsm.FindAsync(id, cancel), cancellationToken);
            }
            catch (HsmException error) when (error.Failure is HsmFailure.Unavailable or HsmFailure.WrongSecret)
            {
                continue;
            }

            answered++;
            if (found is null) continue;
            if (key is not null && !key.IsSameKeyAs(found))
            {
                Alert(new HsmPoolAlert(HsmPoolAlertKind.KeyConflict, member.Name,
                    $"{member.Name} has another key of the name {id} than a member before it."));
                throw Failed(operation, HsmFailure.KeyConflict,
                    $"the name {id} belongs to different keys in different members; {member.Name} is one of them.");
            }

            key ??= found;
            _routes.Found(key, member);
        }

        return (key, answered);
    }

    /// <exception cref="HsmException">Too few members are well to make something new.</exception>
    internal void RequireNormal(HsmOperation operation)
    {
        if (Mode == HsmPoolMode.Normal) return;
        throw PoolRoutes.Unavailable(operation, $"{_options.MinimumToProtect} active members must be well for that; "
            + $"the pool verifies and decrypts only ({_routes.States()}).", null);
    }

    [SuppressMessage("Design", "CA1031", Justification = "The top of the loop: the next round tries again.")]
    private async Task WatchAsync(CancellationToken stopping)
    {
        using PeriodicTimer timer = new(_options.ProbeInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                try
                {
                    await ProbeAsync(stopping);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    LogProbesFailed(error);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // closed
        }
    }

    private void Changed(PoolMember member, HsmPoolAlert alert)
    {
        _routes.Forget(member);
        Alert(alert);
        if (_isOpen) SetMode();
    }

    private void SetMode()
    {
        HsmPoolMode mode;
        lock (_gate)
        {
            int active = _members.Count(m => m is { IsHealthy: true, Role: HsmPoolRole.Active });
            mode = active >= _options.MinimumToProtect ? HsmPoolMode.Normal
                : _routes.Healthy() != 0 ? HsmPoolMode.ReadOnly : HsmPoolMode.Down;
            if (mode == Mode) return;
            _mode = (int)mode;
        }

        Alert(mode switch
        {
            HsmPoolMode.Normal => new HsmPoolAlert(HsmPoolAlertKind.Normal, null, "the pool protects."),
            HsmPoolMode.ReadOnly => new HsmPoolAlert(HsmPoolAlertKind.ReadOnly, null,
                $"the pool verifies and decrypts only ({_routes.States()})."),
            _ => new HsmPoolAlert(HsmPoolAlertKind.Down, null, $"no member of the pool answers ({_routes.States()})."),
        });
    }

    private void Alert(HsmPoolAlert alert)
    {
        if (alert.Kind is HsmPoolAlertKind.MemberBack or HsmPoolAlertKind.Normal) LogBack(alert.Message);
        else LogAlert(alert.Kind, alert.Message);
        _options.Alert?.Invoke(alert);
    }

    [LoggerMessage(2100, LogLevel.Error, "{Kind}: {Message}")]
    private partial void LogAlert(HsmPoolAlertKind kind, string message);

    [LoggerMessage(2101, LogLevel.Information, "{Message}")]
    private partial void LogBack(string message);

    [LoggerMessage(2102, LogLevel.Error, "The probes of the pool failed")]
    private partial void LogProbesFailed(Exception error);
}
