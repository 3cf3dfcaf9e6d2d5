using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cards;

namespace Qbitel.Hsm.Software;

/// <summary>Card keys in the memory of this process and nowhere else: for one command, forgotten at its end.</summary>
/// <remarks>It is no provider that could be configured, and keeps no other keys.</remarks>
public sealed class MemoryToken : HsmProvider, ICardKeyHolder
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TokenKeyId, HeldKey> _keys = [];
    private readonly TimeProvider _time;

    public MemoryToken(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
    }

    public override string Name => "memory";

    public override bool KeepsInHardware(KeyAlgorithm algorithm) => false;

    protected override HsmCards MakeCards() => new SoftwareCards(this, this);

    protected override bool SupportsCore(HsmOperation operation, KeyAlgorithm algorithm) =>
        algorithm is CardKeyAlgorithm && operation is HsmOperation.Find or HsmOperation.List or HsmOperation.Destroy;

    protected override ValueTask<HsmKey?> FindCoreAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        lock (_gate) return ValueTask.FromResult(_keys.GetValueOrDefault(id)?.Description);
    }

    protected override async IAsyncEnumerable<HsmKey> ListCoreAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HsmKey[] all;
        lock (_gate) all = [.. _keys.Values.Select(key => key.Description)];
        foreach (HsmKey key in all) yield return await ValueTask.FromResult(key);
    }

    protected override ValueTask<bool> DestroyCoreAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        HeldKey? removed;
        lock (_gate) _keys.Remove(id, out removed);
        removed?.Release();
        return ValueTask.FromResult(removed is not null);
    }

    protected override ValueTask<byte[]> RandomBytesCoreAsync(int count, CancellationToken cancellationToken) =>
        ValueTask.FromResult(RandomNumberGenerator.GetBytes(count));

    protected override ValueTask DisposeCoreAsync()
    {
        HeldKey[] all;
        lock (_gate)
        {
            all = [.. _keys.Values];
            _keys.Clear();
        }

        foreach (HeldKey key in all) key.Release();
        return ValueTask.CompletedTask;
    }

    protected override ValueTask<HsmKey> GenerateKeyCoreAsync(
        TokenKeyId id, KeyAlgorithm algorithm, CancellationToken cancellationToken) => throw CardsOnly();

    protected override ValueTask<byte[]> SignCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context, CancellationToken cancellationToken) =>
        throw CardsOnly();

    protected override ValueTask<byte[]> EncryptCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> plaintext, ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken) => throw CardsOnly();

    protected override ValueTask<byte[]> DecryptCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> container, ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken) => throw CardsOnly();

    protected override ValueTask<byte[]> DecapsulateCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken) => throw CardsOnly();

    ValueTask<HeldKey> ICardKeyHolder.HoldAsync(
        HsmKey key, HsmOperation operation, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_keys.TryGetValue(key.Id, out HeldKey? held) && held.Description.IsSameKeyAs(key) && held.TryHold())
                return ValueTask.FromResult(held);
        }

        throw Failed(operation, HsmFailure.KeyMissing, $"there is no key {key.Id}.");
    }

    ValueTask<HsmKey> ICardKeyHolder.KeepAsync(
        TokenKeyId id, CardKeyAlgorithm algorithm, CardKeyUse use, bool isExportable, SecretBuffer key,
        CancellationToken cancellationToken)
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());
        HeldKey fresh = HeldKey.OfCard(id, algorithm, use, isExportable, key.Bytes, now);
        lock (_gate)
        {
            if (!_keys.TryGetValue(id, out HeldKey? earlier))
            {
                _keys.Add(id, fresh);
                return ValueTask.FromResult(fresh.Description);
            }

            fresh.Release();
            return ValueTask.FromResult(earlier.Description);
        }
    }

    private static NotSupportedException CardsOnly() => new("memory keeps card keys only.");
}
