using Qbitel.Access;
using Qbitel.Automation;
using Qbitel.Automation.Engine;
using Qbitel.Demo;
using Qbitel.Governance;
using Qbitel.Governance.Audit;
using Qbitel.Governance.Profiles;
using Qbitel.Server;
using Qbitel.Sources;
using Qbitel.Store;
using Qbitel.Store.Audit;
using Qbitel.Views;

namespace Qbitel.Tests.Demo;

/// <summary>The console's actions over real state.</summary>
public sealed class AdvanceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_clock_goes_to_the_next_due_time_and_the_loop_rotates_what_is_due()
    {
        using TemporaryFolder folder = new();
        DemoClock clock = new();
        await using AutomationPlatform platform = await OpenAsync(folder, clock);
        await using DemoBank bank = new(platform, clock, _ => { });
        ConsoleActions actions = PlatformActions.Of(platform.Store, bank);
        SecureService service = await platform.Engine.ProvisionSecureServiceAsync(
            "api", policy: null, DemoBank.Presenter, Cancellation);
        AutomationView before = await StoredWork.ReadAsync(platform.Store, clock, Cancellation);
        var session = Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddYears(56));

        await actions.AdvanceClock!(session, Cancellation);

        Assert.Equal(["api/encryption"], before.Clock?.Due);
        Assert.True(platform.Store.Time.GetUtcNow() >= before.Clock?.NextDueAt);
        IReadOnlyList<KeyVersionRecord> versions = await platform.Store.ReadAsync(
            (s, ct) => s.ReadKeyVersionsAsync(service.EncryptionKeyId, ct), Cancellation);
        Assert.Equal([KeyState.Deactivated, KeyState.Active], versions.Select(v => v.State));

        WorkRow row = (await StoredWork.ReadAsync(platform.Store, clock, Cancellation)).Work
            .Single(work => work.Name == "api/encryption");
        Assert.Equal(("wait: the current version is not due", "made version 2; version 1 is deactivated"),
            (row.Decision, row.LastAct));
        LoggedEntry moved = Assert.Single(
            await platform.Engine.Audit.Log.ReadNewestAsync("clock:demo", 10, Cancellation));
        Assert.Equal(("demo.advance-clock", $"console/session:{session}"), (moved.Entry.Action, moved.Entry.Actor));
    }

    [Fact]
    public async Task The_clock_stands_still_while_the_demo_is_at_work()
    {
        using TemporaryFolder folder = new();
        DemoClock clock = new();
        await using AutomationPlatform platform = await OpenAsync(folder, clock);
        TaskCompletionSource working = new(), goOn = new();
        await using DemoBank bank = new(platform, clock, _ =>
        {
            working.TrySetResult();
            goOn.Task.Wait(Cancellation);
        });

        Task<DemoReport> running = Task.Run(() => bank.RunAsync(Cancellation), Cancellation);
        await working.Task;
        await Assert.ThrowsAsync<RefusedException>(() => bank.AdvanceToNextAsync(new Actor("tester"), Cancellation));
        Assert.Equal(TimeSpan.Zero, clock.Offset);
        goOn.SetResult();

        Assert.True((await running).Ok);
        AutomationView view = await StoredWork.ReadAsync(platform.Store, clock, Cancellation);
        PlanRow plan = Assert.Single(view.Plans);
        Assert.All(plan.Steps, step => Assert.Equal(StepProgress.Done, step.State));
        Assert.True(view.Clock?.DaysAhead > 89);
    }

    [Fact]
    public async Task The_authority_of_the_demo_outlives_the_process()
    {
        using TemporaryFolder folder = new();
        List<string> roots = [];
        for (int start = 0; start < 2; start++)
        {
            await using AutomationPlatform platform = await OpenAsync(folder, new DemoClock());
            using var key = System.Security.Cryptography.RSA.Create(2048);
            DemoAuthority authority = await DemoAuthority.OpenAsync(platform, Cancellation);
            using var leaf = await authority.IssueAsync("legacy.bank.internal", key, Cancellation);
            Assert.Equal(authority.Certificate.Subject, leaf.Issuer);
            roots.Add(authority.Certificate.Thumbprint);

            List<CertificateRecord> kept = await platform.Store.ReadAsync(
                async (s, ct) => await s.ReadCertificatesAsync().ToListAsync(ct), Cancellation);
            Assert.Equal(2 + start, kept.Count);
            Assert.Equal(2, kept.Count(c => c.State == CertificateState.Active));
        }

        Assert.Equal(roots[0], roots[1]);
    }

    [Fact]
    public async Task Who_came_in_was_turned_away_or_left_is_in_the_log()
    {
        using TemporaryFolder folder = new();
        await using AutomationPlatform platform = await OpenAsync(folder, new DemoClock());
        ConsoleActions actions = PlatformActions.Of(platform.Store, bank: null);
        var session = Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddYears(56));

        foreach (AccessEvent access in (AccessEvent[])[
            AccessEvent.Refused, AccessEvent.SignedIn(session), AccessEvent.SignedOut(session)])
        {
            await actions.RecordAccess(access, Cancellation);
        }

        IReadOnlyList<LoggedEntry> newest = await platform.Engine.Audit.Log.ReadNewestAsync(3, Cancellation);
        Assert.Equal(
            [("session.close", $"session:{session}", AuditOutcome.Done),
                ("session.open", $"session:{session}", AuditOutcome.Done),
                ("session.open", "console:sign-in", AuditOutcome.Refused)],
            newest.Select(e => (e.Entry.Action, e.Entry.Target, e.Entry.Outcome)));
        Assert.Null(actions.AdvanceClock);
    }

    private static Task<AutomationPlatform> OpenAsync(TemporaryFolder folder, DemoClock clock) =>
        AutomationPlatform.OpenAsync(
            folder["data"], BankingPqcProfile.ForSubdomain(BankingSubdomain.WireTransfers), DemoBank.Config, clock,
            cancellationToken: Cancellation);
}
