using System.Runtime.CompilerServices;
using Qbitel.Cryptography;

namespace Qbitel.Hsm.Tests.Pools;

/// <summary>A real token behind a switch: it fails, answers late or forgets exactly when a test says so.</summary>
internal sealed class SwitchedToken(HsmProvider token) : HsmProvider
{
    private int _calls;

    /// <summary>Called before every operation: it may throw instead of it, or wait.</summary>
    public Func<HsmOperation, TokenKeyId?, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public int Calls => Volatile.Read(ref _calls);

    public override string Name => token.Name;

    public void Fail(HsmFailure failure = HsmFailure.Unavailable) => Before = (operation, _) =>
        Task.FromException(
            new HsmException(Name, operation, failure, "switched off", failure == HsmFailure.Unavailable));

    public void Work() => Before = (_, _) => Task.CompletedTask;

    public override bool KeepsInHardware(KeyAlgorithm algorithm) => false;

    protected override HsmCards MakeCards() => new SwitchedCards(this, token.Cards, PassAsync);

    protected override bool SupportsCore(HsmOperation operation, KeyAlgorithm algorithm) =>
        token.Supports(operation, algorithm);

    protected override async ValueTask<HsmKey> GenerateKeyCoreAsync(
        TokenKeyId id, KeyAlgorithm algorithm, CancellationToken cancellationToken)
    {
        await PassAsync(HsmOperation.GenerateKey, id);
        return await token.GenerateKeyAsync(id, algorithm, cancellationToken);
    }

    protected override async ValueTask<HsmKey?> FindCoreAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        await PassAsync(HsmOperation.Find, id);
        return await token.FindAsync(id, cancellationToken);
    }

    protected override async IAsyncEnumerable<HsmKey> ListCoreAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await PassAsync(HsmOperation.List, null);
        await foreach (HsmKey key in token.ListAsync(cancellationToken)) yield return key;
    }

    protected override async ValueTask<byte[]> SignCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context, CancellationToken cancellationToken)
    {
        await PassAsync(HsmOperation.Sign, key.Id);
        return await token.SignAsync(key, data, context, cancellationToken);
    }

    protected override async ValueTask<byte[]> EncryptCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> plaintext, ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken)
    {
        await PassAsync(HsmOperation.Encrypt, key.Id);
        return await token.EncryptAsync(key, plaintext, associatedData, cancellationToken);
    }

    protected override async ValueTask<byte[]> DecryptCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> container, ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken)
    {
        await PassAsync(HsmOperation.Decrypt, key.Id);
        return await token.DecryptAsync(key, container, associatedData, cancellationToken);
    }

    protected override async ValueTask<byte[]> DecapsulateCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken)
    {
        await PassAsync(HsmOperation.Decapsulate, key.Id);
        return await token.DecapsulateAsync(key, ciphertext, cancellationToken);
    }

    protected override async ValueTask<bool> DestroyCoreAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        await PassAsync(HsmOperation.Destroy, id);
        return await token.DestroyAsync(id, cancellationToken);
    }

    protected override async ValueTask<byte[]> RandomBytesCoreAsync(int count, CancellationToken cancellationToken)
    {
        await PassAsync(HsmOperation.RandomBytes, null);
        return await token.RandomBytesAsync(count, cancellationToken);
    }

    protected override ValueTask DisposeCoreAsync() => token.DisposeAsync();

    private Task PassAsync(HsmOperation operation, TokenKeyId? id)
    {
        Interlocked.Increment(ref _calls);
        return Before(operation, id);
    }
}
