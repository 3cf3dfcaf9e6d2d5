using System.Globalization;
using Qbitel.Store;

namespace Qbitel.Automation.Keys;

/// <summary>What the key loop decides about one key at a moment, and why: the same decision it acts on.</summary>
/// <param name="Version">The version it makes now; null while it waits.</param>
/// <param name="Next">When it decides again; null where only a person moves this key on.</param>
/// <param name="Reason">In words, for people.</param>
public sealed record KeyOutlook(int? Version, DateTimeOffset? Next, string Reason)
{
    /// <param name="versions">Every version of the key, the first one first.</param>
    /// <param name="now">The moment to decide for.</param>
    public static KeyOutlook Of(IReadOnlyList<KeyVersionRecord> versions, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(versions);
        return KeyRotation.Next(versions, now) switch
        {
            KeyPlan.Replace replace => new KeyOutlook(replace.Version, now,
                string.Create(CultureInfo.InvariantCulture, $"make version {replace.Version}: {replace.Reason}")),
            KeyPlan.Wait { Next: { } next } => new KeyOutlook(null, next, "wait: the current version is not due"),
            _ => new KeyOutlook(null, null, "leave alone: rotated by hand"),
        };
    }
}
