using System.Runtime.CompilerServices;
using Qbitel.Cryptography;

namespace Qbitel.Hsm.Software;

/// <summary>The key objects of a token on disk: found, listed, added, removed and counted.</summary>
internal sealed class KeyFiles(TokenFolder folder, TokenKeys keys, long encryptionsPerKey)
{
    public bool Has(TokenKeyId id) => File.Exists(folder.KeyFile(id));

    /// <summary>
    /// The description and the private key, which the caller disposes; null when there is no such key.
    /// </summary>
    public async ValueTask<(HsmKey Key, SecretBuffer PrivateKey)?> ReadAsync(
        TokenKeyId id, HsmOperation operation, CancellationToken cancellationToken)
    {
        string file = folder.KeyFile(id);
        try
        {
            byte[]? bytes = await TokenFolder.ReadAsync(file, operation, cancellationToken);
            if (bytes is null) return null;

            HsmKey key = SealedKey.Read(bytes, file, keys, id, operation, out SecretBuffer privateKey);
            return (key, privateKey);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreachable(operation, e);
        }
    }

    public async ValueTask<HsmKey?> FindAsync(
        TokenKeyId id, HsmOperation operation, CancellationToken cancellationToken)
    {
        if (await ReadAsync(id, operation, cancellationToken) is not var (key, privateKey)) return null;

        privateKey.Dispose();
        return key;
    }

    public async IAsyncEnumerable<HsmKey> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<HsmException> damaged = [];
        foreach (string file in Names())
        {
            HsmKey? key = null;
            try
            {
                if (!TokenKeyId.TryParse(Path.GetFileNameWithoutExtension(file), out TokenKeyId id))
                    throw Damage.In(HsmOperation.List, file, "its name is no key name, so it was renamed.");

                key = await FindAsync(id, HsmOperation.List, cancellationToken);
            }
            catch (HsmException e) when (e.Failure == HsmFailure.Damaged)
            {
                damaged.Add(e);
            }

            if (key is not null) yield return key;
        }

        if (damaged.Count == 1) throw damaged[0];
        if (damaged.Count > 1)
        {
            throw new HsmException(SoftwareToken.ProviderName, HsmOperation.List, HsmFailure.Damaged,
                $"{damaged.Count} key files are damaged: {string.Join(" ", damaged.Take(10).Select(e => e.Message))}",
                inner: damaged[0]);
        }
    }

    /// <summary>Writes a fresh key, unless its name has been taken: then returns the key that has it.</summary>
    public async ValueTask<HsmKey> AddAsync(
        HsmKey key, ReadOnlyMemory<byte> privateKey, CancellationToken cancellationToken)
    {
        try
        {
            using (await folder.LockAsync(HsmOperation.GenerateKey, cancellationToken))
            {
                if (await FindAsync(key.Id, HsmOperation.GenerateKey, cancellationToken) is { } earlier) return earlier;

                if (key.Algorithm is CipherAlgorithm)
                {
                    byte[] unused = UsageRecord.Write(keys, key.Id, 0);
                    await TokenFolder.WriteAsync(folder.UsesFile(key.Id), unused, cancellationToken);
                }

                byte[] sealedKey = SealedKey.Write(keys, key, privateKey.Span);
                await TokenFolder.WriteAsync(folder.KeyFile(key.Id), sealedKey, cancellationToken);
                return key;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreachable(HsmOperation.GenerateKey, e);
        }
    }

    public async ValueTask<bool> RemoveAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        try
        {
            using (await folder.LockAsync(HsmOperation.Destroy, cancellationToken))
            {
                bool existed = Has(id);
                if (existed) TokenFolder.Delete(folder.KeyFile(id));
                TokenFolder.Delete(folder.UsesFile(id));
                return existed;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreachable(HsmOperation.Destroy, e);
        }
    }

    /// <summary>Takes one encryption from the block of this process; reserves the next block on disk first.</summary>
    /// <returns>How many are now handed out, when a block was reserved; else null.</returns>
    /// <exception cref="HsmException">The key has encrypted as often as it may.</exception>
    public async ValueTask<long?> UseAsync(HeldKey key, CancellationToken cancellationToken)
    {
        long? reserved = null;
        while (!key.Encryptions.TryUse())
        {
            await key.Encryptions.Refill.WaitAsync(cancellationToken);
            try
            {
                if (!key.Encryptions.HasLeft) reserved = await ReserveAsync(key, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Unreachable(HsmOperation.Encrypt, e);
            }
            finally
            {
                key.Encryptions.Refill.Release();
            }
        }

        return reserved;
    }

    // A full disk or a file held by a backup goes away; missing rights do not.
    public static HsmException Unreachable(HsmOperation operation, Exception e) => new(
        SoftwareToken.ProviderName, operation, HsmFailure.Unavailable, e.Message, isTransient: e is IOException, e);

    private async ValueTask<long> ReserveAsync(HeldKey key, CancellationToken cancellationToken)
    {
        TokenKeyId id = key.Description.Id;
        string file = folder.UsesFile(id);
        using (await folder.LockAsync(HsmOperation.Encrypt, cancellationToken))
        {
            byte[]? bytes = await TokenFolder.ReadAsync(file, HsmOperation.Encrypt, cancellationToken);
            long used = UsageRecord.Read(bytes, file, keys, id);
            long block = Math.Min(key.Encryptions.NextSize, encryptionsPerKey - used);
            if (block <= 0)
            {
                throw new HsmException(SoftwareToken.ProviderName, HsmOperation.Encrypt, HsmFailure.Exhausted,
                    $"key {id} has encrypted {used} times, its limit is {encryptionsPerKey}. Rotate it.");
            }

            await TokenFolder.WriteAsync(file, UsageRecord.Write(keys, id, used + block), cancellationToken);
            key.Encryptions.Fill(block);
            return used + block;
        }
    }

    private IEnumerable<string> Names()
    {
        try
        {
            return Directory.EnumerateFiles(folder.KeysFolder, "*" + TokenFolder.KeySuffix);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreachable(HsmOperation.List, e);
        }
    }
}
