using Qbitel.Automation.Engine;
using Qbitel.Demo;
using Qbitel.Governance;
using Qbitel.Governance.Audit;
using Qbitel.Governance.Profiles;
using Qbitel.Hsm;
using Qbitel.Store;
using Qbitel.Store.Audit;

namespace Qbitel.Tests.Demo;

/// <summary>What must be true of a data folder whenever a process that worked on it has died.</summary>
internal static class DemoFolder
{
    /// <returns>How many entries the log holds.</returns>
    public static async Task<long> CheckAsync(
        string path, IReadOnlyCollection<Acknowledged> acknowledged, CancellationToken cancellation)
    {
        // Opening compares the log with the checkpoint that was published last.
        await using AutomationPlatform platform = await AutomationPlatform.OpenAsync(
            path, BankingPqcProfile.ForSubdomain(BankingSubdomain.WireTransfers), DemoBank.Config,
            cancellationToken: cancellation);
        await platform.Engine.Audit.SealAsync(cancellation);

        AuditLog log = platform.Engine.Audit.Log;
        List<LoggedEntry> entries = await log.ReadAsync(0, long.MaxValue, cancellation).ToListAsync(cancellation);
        Assert.Equal(entries.Count, await log.VerifyAsync(cancellation));
        Assert.Equal(0, (await log.ReadStatusAsync(cancellation)).Pending);
        foreach (Acknowledged known in acknowledged)
        {
            Assert.True(known.Index < entries.Count && entries[(int)known.Index].Entry.Id == known.Id,
                $"entry {known.Index} was acknowledged as {known.Id} and is not there");
        }

        HashSet<(string, string)> done = [.. entries.Where(e => e.Entry.Outcome == AuditOutcome.Done)
            .Select(e => (e.Entry.Action, e.Entry.Target))];
        await platform.Store.ReadAsync(async (state, cancel) =>
        {
            await CheckKeysAsync(state, platform.Token, done, cancel);
            await CheckRecordsAsync(state, done, cancel);
            return true;
        }, cancellation);
        return entries.Count;
    }

    private static async Task CheckKeysAsync(
        StateSnapshot state, HsmProvider token, HashSet<(string, string)> done, CancellationToken cancellation)
    {
        HashSet<(string, string)> made = [];
        await foreach (KeyRecord key in state.ReadKeysAsync().WithCancellation(cancellation))
        {
            Assert.Contains(("key.register", $"key:{key.Id}"), done);
            Assert.Contains(key.PolicyId, (string[])["platform", "demo", "profile/WIRE_TRANSFERS"]);
            IReadOnlyList<KeyVersionRecord> versions = await state.ReadKeyVersionsAsync(key.Id, cancellation);
            Assert.Equal(Enumerable.Range(1, versions.Count), versions.Select(v => v.Version));
            Assert.Equal(key.CurrentVersion, versions.SingleOrDefault(v => v.State == KeyState.Active)?.Version);
            foreach (KeyVersionRecord version in versions)
            {
                made.Add((version.Version == 1 ? "key.activate" : "key.rotate", $"key:{key.Id}/v{version.Version}"));
                HsmKey? inToken = await token.FindAsync(TokenKeyId.Parse(version.TokenKeyId), cancellation);
                Assert.True(inToken is not null && inToken.PublicKey.Span.SequenceEqual(version.PublicKey.Span),
                    $"the token does not hold version {version.Version} of {key.Name}");
                if (version.State == KeyState.Compromised)
                    Assert.Contains(("key.compromise", $"key:{key.Id}/v{version.Version}"), done);
            }
        }

        // What the log says was made is there, and nothing else is.
        Assert.Equal(made, done.Where(e => e.Item1 is "key.activate" or "key.rotate").ToHashSet());
    }

    private static async Task CheckRecordsAsync(
        StateSnapshot state, HashSet<(string, string)> done, CancellationToken cancellation)
    {
        string[] certificates = await state.ReadCertificatesAsync()
            .Select(c => $"certificate:{c.SerialNumber}").ToArrayAsync(cancellation);
        Assert.Equal(Targets("certificate.issue"), certificates.Order(StringComparer.Ordinal));

        string[] messages = await state.ReadArchiveAsync().Select(m => $"message:{m.Id}").ToArrayAsync(cancellation);
        Assert.Equal(Targets("message.protect"), messages.Order(StringComparer.Ordinal));

        string[] compromised = await state.ReadIncidentsAsync().Select(i => i.Target).ToArrayAsync(cancellation);
        Assert.Equal(Targets("key.compromise"), compromised.Order(StringComparer.Ordinal));

        await foreach (ServiceRecord service in state.ReadServicesAsync().WithCancellation(cancellation))
        {
            string action = service.State == ServiceState.Ready ? "service.ready" : "service.provision";
            Assert.Contains((action, $"service:{service.Name}"), done);
        }

        foreach (JournalStep step in await state.ReadJournalAsync(DemoBank.PlanId, cancellation))
            Assert.Contains(($"demo.{step.Step}", $"plan:{step.PlanId}"), done);

        IEnumerable<string> Targets(string action) =>
            done.Where(e => e.Item1 == action).Select(e => e.Item2).Order(StringComparer.Ordinal);
    }
}
