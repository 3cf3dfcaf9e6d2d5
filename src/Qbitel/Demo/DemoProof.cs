using System.Globalization;
using Qbitel.Automation.Engine;
using Qbitel.Automation.Estate;
using Qbitel.Governance.Audit;
using Qbitel.Governance.Posture;
using Qbitel.Store.Audit;

namespace Qbitel.Demo;

/// <summary>What the bank can show: its posture with dates, and a log that betrays any changed byte.</summary>
internal sealed class DemoProof(AutomationPlatform platform, DemoEstate estate)
{
    private const int Flips = 48;

    public async Task<IReadOnlyList<DemoCheck>> RunAsync(CancellationToken cancellation)
    {
        // Evidence ages: what was seen before the clock moved is looked at again.
        await estate.SeeAsync(cancellation);
        await estate.UnderstandAsync(cancellation);

        PostureReport posture = await EstateInventory.AssessAsync(platform.Store, cancellation);
        List<DemoCheck> checks =
        [
            DemoCheck.Of("posture", posture.InScope.Count > 0 && posture.CountOf(PostureVerdict.Fail)
                + posture.CountOf(PostureVerdict.AtRisk) > 0 && posture.CountOf(Readiness.QuantumSafe) > 0,
                $"{Text(posture.InScope.Count)} assets: {Text(posture.CountOf(Readiness.QuantumSafe))} quantum-safe, "
                + $"{Text(posture.CountOf(PostureVerdict.AtRisk))} at risk, "
                + $"{Text(posture.CountOf(PostureVerdict.Fail))} failing, "
                + $"{Text(posture.CountOf(PostureVerdict.NotAssessed))} not assessed"),
            DemoCheck.Of("deadlines", posture.Deadlines.Count > 0, posture.Deadlines is [var first, ..]
                ? $"the next one fails {Text(first.AssetIds.Count)} assets in {Text(first.DaysLeft)} days" : "none"),
        ];

        StoredCheckpoint? checkpoint = await platform.Engine.Audit.SealAsync(cancellation);
        if (checkpoint is null)
        {
            checks.Add(DemoCheck.Of("audit", false, "another process is sequencing the log"));
            return checks;
        }

        CheckpointPolicy policy = new(await platform.Engine.Audit.KeysAsync(cancellation));
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
        await AuditExport.WriteAsync(platform.Engine.Audit.Log.ReadLeavesAsync(checkpoint.Size, cancellation),
            checkpoint.Note, policy, (path, content, _) =>
        {
            files[path] = content.ToArray();
            return ValueTask.CompletedTask;
        }, cancellation);

        AuditVerification intact = await VerifyAsync(files, policy.Keys, cancellation);
        checks.Add(
            DemoCheck.Of("audit", intact.IsIntact,
                $"{checkpoint.Size.ToString(CultureInfo.InvariantCulture)} entries verified offline with the two "
                + "public keys alone"));

        int refused = 0;
        for (int i = 0; i < Flips; i++)
        {
            (string path, byte[] content) = files.OrderBy(f => f.Key, StringComparer.Ordinal)
                .ElementAt(i % files.Count);
            int at = (int)((long)i * (content.Length - 1) / (Flips - 1));
            content[at] ^= 0x01;
            if (!(await VerifyAsync(files, policy.Keys, cancellation)).IsIntact) refused++;
            content[at] ^= 0x01;
        }

        checks.Add(DemoCheck.Of("tampering", refused == Flips,
            $"{Text(refused)} of {Text(Flips)} changed bytes of the export were named"));
        return checks;
    }

    private static Task<AuditVerification> VerifyAsync(Dictionary<string, byte[]> files, LogKeys keys,
        CancellationToken cancellation) =>
        AuditVerifier.VerifyAsync(files.Keys, (path, _) =>
            ValueTask.FromResult<ReadOnlyMemory<byte>>(files[path]), AuditTrust.In(keys), cancellation);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
