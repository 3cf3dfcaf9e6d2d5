using Qbitel.Hsm.Pkcs11;

namespace Qbitel.Hsm.Pools;

/// <summary>A device key in several members.</summary>
/// <param name="Key">Its description, the same everywhere.</param>
/// <param name="Holders">The members that have shown its check value.</param>
/// <param name="Missing">The others, and why they do not hold it.</param>
public sealed record ReplicatedKey(
    DeviceKey Key, IReadOnlyList<string> Holders, IReadOnlyDictionary<string, string> Missing);

/// <summary>
/// One secret key in several PKCS#11 tokens: made at the home of its name, wrapped there under an AES key that all hold
/// (a ceremony of the vendors' tools), unwrapped in the others, and compared by its check value.
/// </summary>
/// <remarks>
/// Every step looks before it acts, so a run that was interrupted is repeated. The key at its home can be wrapped under
/// the device's wrapping keys for ever; its copies cannot. Pairs are not replicated: PKCS#11 wraps them in vendors'
/// encodings.
/// </remarks>
internal sealed class KeyReplication(IReadOnlyList<PoolMember> members, PoolRoutes routes)
{
    public async ValueTask<ReplicatedKey> RunAsync(
        TokenKeyId id, DeviceKeyKind kind, DeviceKey wrappingKey, int quorum, CancellationToken cancellationToken)
    {
        Dictionary<string, string> missing = new(StringComparer.Ordinal);
        PoolMember home = Home(id, kind);
        DeviceKey kek = await CallAsync(home, HsmOperation.Find,
            (keys, cancel) => SameAsync(keys, wrappingKey, home.Name, cancel), cancellationToken);
        DeviceKey key = await CallAsync(home, HsmOperation.GenerateKey,
            (keys, cancel) => keys.GenerateAsync(id, kind, isExtractable: true, cancel), cancellationToken);
        List<string> holders = [home.Name];
        WrappedKey? wrapped = null;
        foreach (PoolMember member in members)
        {
            if (member == home) continue;
            try
            {
                if (member is not { IsHealthy: true })
                {
                    missing[member.Name] = $"it is {member.State}";
                    continue;
                }

                DeviceKey? there = await CallAsync(
                    member, HsmOperation.Find, (keys, cancel) => keys.FindAsync(id, cancel), cancellationToken);
                if (there is null)
                {
                    DeviceKey its = await CallAsync(member, HsmOperation.Find,
                        (keys, cancel) => SameAsync(keys, wrappingKey, member.Name, cancel), cancellationToken);
                    wrapped ??= await CallAsync(
                        home, HsmOperation.Wrap, (keys, cancel) => keys.WrapAsync(kek, key, cancel), cancellationToken);
                    there = await CallAsync(member, HsmOperation.Unwrap,
                        (keys, cancel) => keys.UnwrapAsync(its, wrapped, id, cancel), cancellationToken);
                }

                if (there.IsSameKeyAs(key)) holders.Add(member.Name);
                else missing[member.Name] = "it has another key of that name";
            }
            catch (Exception e) when (e is HsmException or NotSupportedException)
            {
                missing[member.Name] = e.Message;
            }
        }

        return holders.Count >= quorum ? new ReplicatedKey(key, holders, missing) : throw PoolRoutes.Unavailable(
            HsmOperation.GenerateKey, $"{holders.Count} of {quorum} members hold the key {id}; repeat it once the others "
            + $"are well: {string.Join(" ", missing.Select(m => $"{m.Key}: {m.Value}"))}", null);
    }

    public async ValueTask<T> UseAsync<T>(
        DeviceKey key, HsmOperation operation, Func<DeviceKeys, CancellationToken, ValueTask<T>> use,
        CancellationToken cancellationToken)
    {
        HsmException? last = null;
        foreach (PoolMember member in members)
        {
            if (member is not { IsHealthy: true, Provider: Pkcs11Token }) continue;
            try
            {
                // The device itself refuses when its object of that name is another key than the described one.
                return await CallAsync(member, operation, use, cancellationToken);
            }
            catch (HsmException error) when (error.Failure is HsmFailure.Unavailable or HsmFailure.WrongSecret
                or HsmFailure.KeyMissing or HsmFailure.KeyConflict)
            {
                last = error;
            }
        }

        throw PoolRoutes.Unavailable(operation, $"no healthy member can use the key {key.Id} ({routes.States()}).", last);
    }

    private PoolMember Home(TokenKeyId id, DeviceKeyKind kind)
    {
        PoolMember home = routes.Home(id, Cryptography.CipherAlgorithm.Aes256Gcm);
        return home.Provider is Pkcs11Token token && token.DeviceKeys.WhyNot(kind) is null ? home
            : throw new NotSupportedException($"{home.Name}, the home of the name {id}, makes no {kind} keys.");
    }

    private static async ValueTask<DeviceKey> SameAsync(
        DeviceKeys keys, DeviceKey described, string member, CancellationToken cancellationToken) =>
        await keys.FindAsync(described.Id, cancellationToken) is { } found && found.IsSameKeyAs(described) ? found
            : throw new HsmException(member, HsmOperation.Wrap, HsmFailure.KeyConflict,
                $"it does not hold the wrapping key {described.Id}, or another one of that name.");

    private static ValueTask<T> CallAsync<T>(
        PoolMember member, HsmOperation operation, Func<DeviceKeys, CancellationToken, ValueTask<T>> work,
        CancellationToken cancellationToken) =>
        member.CallAsync(operation, (hsm, cancel) => hsm is Pkcs11Token token ? work(token.DeviceKeys, cancel)
            : throw new NotSupportedException($"{member.Name} is no PKCS#11 token."), cancellationToken);
}
