using System.Text.Json;
using Qbitel.Hsm.Wrapping;

namespace Qbitel.Hsm.Migration;

/// <summary>What can be done with a key.</summary>
public enum MigrationVerdict
{
    /// <summary>It moves.</summary>
    Migratable,

    /// <summary>The same key is in the target, under the same name.</summary>
    AlreadyThere,

    /// <summary>It cannot move; another key must take its place.</summary>
    NeedsRekey,

    /// <summary>It could move and may not.</summary>
    RefusedByPolicy,
}

/// <summary>One key of the source, what is done with it and why.</summary>
/// <param name="Key">As the source describes it.</param>
/// <param name="Verdict">What can be done.</param>
/// <param name="Reason">Why.</param>
/// <param name="Steps">What to do where it does not move; else how it moves.</param>
public sealed record PlannedKey(
    TransferKey Key, MigrationVerdict Verdict, string Reason, IReadOnlyList<string> Steps)
{
    /// <summary>What protects it on its last step into the target; null where it takes none.</summary>
    public KeyHop? LastHop { get; init; }
}

/// <summary>What a migration will do, made by looking and nothing else.</summary>
public sealed record MigrationPlan
{
    public required string Source { get; init; }

    public required string Target { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    public required MigrationPolicy Policy { get; init; }

    /// <summary>How far the post-quantum protection reaches: the last step into the target.</summary>
    public required string LastHop { get; init; }

    /// <summary>Every key of the source.</summary>
    public required IReadOnlyList<PlannedKey> Keys { get; init; }

    public int Count(MigrationVerdict verdict) => Keys.Count(key => key.Verdict == verdict);

    /// <summary>Looks at both ends; nothing is changed, and no key is wrapped.</summary>
    public static async ValueTask<MigrationPlan> MakeAsync(
        TransferPort source, TransferPort target, MigrationPolicy policy, TimeProvider time,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(time);
        IReadOnlyList<TransferKey> found = await source.ListAsync(cancellationToken);
        HashSet<string> twice =
        [
            .. found.GroupBy(Named, StringComparer.Ordinal).Where(group => group.Count() > 1)
                .Select(group => group.Key),
        ];
        List<PlannedKey> keys = [];
        foreach (TransferKey key in found)
        {
            keys.Add(twice.Contains(Named(key))
                ? Stays(key, "several keys of the source have this name, and which is meant cannot be told")
                : await JudgeAsync(key, source, target, policy, cancellationToken));
        }

        return new MigrationPlan
        {
            Source = source.Token,
            Target = target.Token,
            MadeAt = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()),
            Policy = policy,
            LastHop = target.LastHop,
            Keys = keys,
        };

        static string Named(TransferKey key) => $"{key.Id}\0{key.Label}\0{(key.PublicKey.IsEmpty ? "s" : "p")}";
    }

    public string ToJson() => JsonSerializer.Serialize(this, MigrationJson.Default.MigrationPlan);

    private static async ValueTask<PlannedKey> JudgeAsync(
        TransferKey key, TransferPort source, TransferPort target, MigrationPolicy policy,
        CancellationToken cancellationToken)
    {
        if (await source.WhyNotWrapAsync(key, cancellationToken) is { } stays) return Stays(key, stays);
        if (policy.Refuses(key) is { } rule) return Refused(key, rule);
        if (await target.WhyNotTakeAsync(key, cancellationToken) is { } cannot)
            return Stays(key, $"{target.Token}: {cannot}");

        if (await target.FindAsync(key, cancellationToken) is { } there)
        {
            if (there.CheckValue.Length == 0)
            {
                return Refused(
                    key, "a key has its name in the target, which shows nothing to compare them by; nothing is "
                    + "overwritten");
            }

            return there.IsSameKeyAs(key)
                ? new PlannedKey(key, MigrationVerdict.AlreadyThere, "the same key is there under the same name",
                    ["nothing: it is compared and proved again when the plan is applied"])
                : Refused(key, "another key has its name in the target; nothing is overwritten");
        }

        if (await target.FindLabelledAsync(key, cancellationToken) is { } labelled)
        {
            return Refused(key, $"{(labelled.IsSameKeyAs(key) ? "the same" : "another")} key has its identifier in the "
                + $"target, under the label '{labelled.Label}'; nothing is made beside it");
        }

        string? here = await source.WhyNotInsideAsync(cancellationToken);
        if (here is not null && policy.RequireInsideToken)
            return Refused(key, $"it would be wrapped by a key of this process, because {here} (requireInsideToken)");

        KeyHop hop = target.HopOf(key, source);
        if (policy.RefuseClassicalHop && !hop.IsQuantumSafe)
        {
            return Refused(key, $"its last hop is not shown to be quantum-safe: {hop.Protection} (refuseClassicalHop)")
                with
            { LastHop = hop };
        }

        return new PlannedKey(key, MigrationVerdict.Migratable, "it may leave, and the target takes and proves it",
        [
            here is null ? "wrapped inside its token for an ML-KEM key: nothing leaves it in the clear"
                : $"wrapped in its token by a key of this process, which is itself under a KEM, because {here}",
            $"last hop: {hop.Protection}",
        ])
        { LastHop = hop };
    }

    private static PlannedKey Stays(TransferKey key, string why) => new(key, MigrationVerdict.NeedsRekey, why,
        key.Uses.HasFlag(KeyUses.Sign) && !key.PublicKey.IsEmpty
            ?
            [
                "make a new signing key in the target, quantum-safe where its verifiers allow",
                "certify it, and let verifiers know both keys for the time of the change",
                "retire the old key; keep its public key as long as its signatures are to be verified",
            ]
            : key.Uses.HasFlag(KeyUses.Unwrap)
            ?
            [
                "make a new wrapping key in the target",
                "unwrap and wrap again every key under the old one, inside the source where it can",
                "retire the old key when nothing is under it any more",
            ]
            :
            [
                "make a new key in the target",
                "re-encrypt what the old one protects, or let it run out",
                "retire the old key; destroy it at the end of its recipient period",
            ]);

    private static PlannedKey Refused(TransferKey key, string why) => new(key, MigrationVerdict.RefusedByPolicy, why,
        ["change the policy if the reason for it does not hold here, or replace the key"]);
}
