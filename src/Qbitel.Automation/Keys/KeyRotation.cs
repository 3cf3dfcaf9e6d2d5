using Qbitel.Governance;
using Qbitel.Store;

namespace Qbitel.Automation.Keys;

/// <summary>What the loop does about one key.</summary>
internal abstract record KeyPlan
{
    /// <summary>Nothing until <see cref="Next"/>; null for not at all.</summary>
    public sealed record Wait(DateTimeOffset? Next) : KeyPlan;

    /// <summary>Make <see cref="Version"/>; the one before it ends in <see cref="Predecessor"/>.</summary>
    public sealed record Replace(int Version, KeyState? Predecessor, string Reason) : KeyPlan;
}

/// <summary>The whole decision about a key's next version; no clock, no database, no device.</summary>
internal static class KeyRotation
{
    /// <param name="versions">Every version of the key, the first one first.</param>
    /// <param name="now">The moment to decide for.</param>
    public static KeyPlan Next(IReadOnlyList<KeyVersionRecord> versions, DateTimeOffset now)
    {
        KeyVersionRecord? current = versions.LastOrDefault(v => v.State == KeyState.Active);
        int next = versions.Count + 1;

        if (current is null)
        {
            // A key without a first version was registered and never made; one whose last version is compromised needs
            // another at once.
            return versions switch
            {
                [] => new KeyPlan.Replace(next, null, "first version"),
                [.., { State: KeyState.Compromised }] => new KeyPlan.Replace(next, null, "predecessor compromised"),
                _ => new KeyPlan.Wait(null),
            };
        }

        if (current.RotateDueAt is not { } due) return new KeyPlan.Wait(null);
        if (due > now) return new KeyPlan.Wait(due);

        return new KeyPlan.Replace(next, KeyState.Deactivated, $"rotation due {due:yyyy-MM-dd'T'HH:mm:ss'Z'}");
    }
}
