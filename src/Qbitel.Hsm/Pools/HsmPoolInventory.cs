using System.Collections.Concurrent;

namespace Qbitel.Hsm.Pools;

/// <summary>One name of a key, and what members have under it.</summary>
/// <param name="Key">As the first of them describes it.</param>
/// <param name="Holders">The members that show exactly this key: its public key or check value.</param>
/// <param name="Others">The members that have another key of that name. Which is the right one is not known.</param>
public sealed record HsmPoolKey(HsmKey Key, IReadOnlyList<string> Holders, IReadOnlyList<string> Others);

/// <summary>The keys of a pool, name by name.</summary>
/// <param name="Keys">In the order of their names; without the test keys of the probes.</param>
/// <param name="Silent">The members that could not be asked to the end, and why: they may hold more.</param>
public sealed record HsmPoolInventory(IReadOnlyList<HsmPoolKey> Keys, IReadOnlyDictionary<string, string> Silent)
{
    internal static async ValueTask<HsmPoolInventory> TakeAsync(
        IReadOnlyList<PoolMember> members, CancellationToken cancellationToken)
    {
        SortedDictionary<string, List<(string Member, HsmKey Key)>> found = new(StringComparer.Ordinal);
        Dictionary<string, string> silent = new(StringComparer.Ordinal);
        foreach (PoolMember member in members)
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
                silent[member.Name] = error.Message;
            }

            foreach (HsmKey key in here.ToArray().Where(k => k.Id != HealthProbe.KeyId))
            {
                if (!found.TryGetValue(key.Id.ToString(), out List<(string, HsmKey)>? all))
                    found[key.Id.ToString()] = all = [];
                all.Add((member.Name, key));
            }
        }

        return new HsmPoolInventory(
        [
            .. found.Values.Select(all => new HsmPoolKey(all[0].Key,
                [.. all.Where(one => one.Key.IsSameKeyAs(all[0].Key)).Select(one => one.Member)],
                [.. all.Where(one => !one.Key.IsSameKeyAs(all[0].Key)).Select(one => one.Member)])),
        ], silent);
    }
}
