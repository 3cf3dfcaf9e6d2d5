using Qbitel.Cryptography;
using Qbitel.Hsm;
using Qbitel.Hsm.Pools;

namespace Qbitel.Machine;

/// <summary>
/// Opens a configured pool and says in words how its members are and which of them hold the same keys.
/// </summary>
internal static class HsmPoolInspection
{
    public static async Task<HsmDevice> InspectAsync(
        HsmConfiguration all, string name, CancellationToken cancellation)
    {
        HsmFilePool about = all.Pools[name];
        try
        {
            await using HsmProvider opened = await all.OpenAsync(name, cancellation);
            HsmPool pool = (HsmPool)opened;
            await pool.RandomBytesAsync(16, cancellation); // a real answer, not only an open door
            HsmPoolInventory keys = await pool.InventoryAsync(cancellation);
            return Describe(all, name, about, pool, keys);
        }
        catch (HsmException error)
        {
            return new HsmDevice(name, HsmPool.PoolName, false, error.Message,
                $"See to the members by their own names, e.g. 'qbitel hsm doctor {about.Members[0]}'.", null, null,
                false,
                null, [], []);
        }
    }

    private static HsmDevice Describe(
        HsmConfiguration all, string name, HsmFilePool about, HsmPool pool, HsmPoolInventory inventory)
    {
        KeyAlgorithm[] makes = [.. KeyAlgorithm.All.Where(a => pool.Supports(HsmOperation.GenerateKey, a))];
        HsmPoolMemberRow[] members =
        [
            .. pool.Members.Select(m => new HsmPoolMemberRow(m.Name, all.Providers[m.Name].Provider, m.Role.ToString(),
                m.State.ToString(), m.Reason ?? inventory.Silent.GetValueOrDefault(m.Name),
                m.ProbeLatency?.TotalMilliseconds)),
        ];
        HsmPoolKeyRow[] keys =
        [
            .. inventory.Keys.Select(key => new HsmPoolKeyRow(key.Key.Id.ToString(), key.Key.Algorithm.Name,
                Convert.ToHexStringLower(key.Key.CheckValue.Span), key.Holders, key.Others)),
        ];
        HsmPoolMemberRow[] unwell = [.. members.Where(m => m.Problem is not null)];
        HsmPoolKeyRow? conflict = keys.FirstOrDefault(key => key.Others.Count > 0);
        (string? problem, string? remedy) = conflict is not null
            ? ($"the key {conflict.Id} is another one in {string.Join(", ", conflict.Others)} than in "
                + string.Join(", ", conflict.Holders),
                "Find out which of them is the right one, and destroy the other in its member by the member's name. "
                + "Until then the pool lists it with an error and uses only members "
                + "that show the key it was asked for.")
            : unwell.Length > 0
                ? (string.Join("; ", unwell.Select(m => $"{m.Name}: {m.Problem}")),
                    $"See to it by its own name: 'qbitel hsm doctor {unwell[0].Name}'. The pool goes on without it "
                    + "where another member holds the key.")
            : ((string?)null, (string?)null);
        int count = about.All().Count();
        return new HsmDevice(
            name, HsmPool.PoolName, pool.Mode == HsmPoolMode.Normal && conflict is null, problem, remedy,
            $"{count} members: {string.Join(", ", about.All())}", null,
            makes.Length > 0 && Array.TrueForAll(makes, pool.KeepsInHardware), null, [.. makes.Select(a => a.Name)], [])
        {
            Pool = new HsmPoolReport(pool.Mode.ToString(), about.Routing ?? "roundRobin",
                about.CreationQuorum is null or 0 ? count : about.CreationQuorum.Value, about.MinimumToProtect
                ?? 1, members,
                keys),
        };
    }
}
