using System.Globalization;
using Qbitel.Automation;
using Qbitel.Automation.Engine;
using Qbitel.Store;

namespace Qbitel.Demo;

/// <summary>The main job, done for real on an invented bank: see, understand, protect, keep, prove.</summary>
/// <remarks>
/// May be stopped at any moment and run again on the same folder: what is done is found by its name or in the journal
/// and not done twice.
/// </remarks>
internal sealed class DemoBank(AutomationPlatform platform, DemoClock clock, Action<string> progress) : IAsyncDisposable
{
    /// <summary>The plan in the journal, the same in every run.</summary>
    public static readonly Guid PlanId = new("0193a1f0-0000-7000-8000-71626974656c");

    public static readonly Actor Presenter = new("demo/presenter");

    private const string OffsetSetting = "demo.clock-offset-seconds";

    private readonly DemoEstate _estate = new(platform);

    /// <summary>
    /// What the demo accepts that a bank would not: keys whose policy asks for hardware live in the software token, and
    /// says so.
    /// </summary>
    public static AutomationConfig Config { get; } = new() { AcceptSoftwareToken = true };

    /// <summary>Sets the clock where an earlier run on this folder left it.</summary>
    public static async Task RestoreClockAsync(StateStore store, DemoClock clock, CancellationToken cancellation)
    {
        string? seconds = await store.ReadAsync((s, ct) => s.FindSettingAsync(OffsetSetting, ct), cancellation);
        if (long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
            clock.Advance(TimeSpan.FromSeconds(offset) - clock.Offset);
    }

    /// <summary>Runs every step in order and reports what held.</summary>
    public async Task<DemoReport> RunAsync(CancellationToken cancellation)
    {
        await RestoreClockAsync(platform.Store, clock, cancellation);
        (string Name, string Title, Func<CancellationToken, Task<IReadOnlyList<DemoCheck>>> Run)[] steps =
        [
            ("see", "Scan the bank's endpoints over the network", _estate.SeeAsync),
            ("understand", "Read a capture and name the protocols in it", _estate.UnderstandAsync),
            ("protect", "Sign, seal, archive and open payment messages", new DemoProtection(platform).RunAsync),
            ("keep", "Provision a service, rotate its keys, answer a compromise",
                new DemoKeys(platform, clock, AdvanceAsync).RunAsync),
            ("prove", "Judge the posture and verify the audit log offline", new DemoProof(platform, _estate).RunAsync),
        ];

        List<DemoStep> done = [];
        foreach ((string name, string title, Func<CancellationToken, Task<IReadOnlyList<DemoCheck>>> run) in steps)
        {
            progress($"{name}: {title}");
            await JournalAsync(name, StepState.Started, title, cancellation);
            IReadOnlyList<DemoCheck> checks = await run(cancellation);
            foreach (DemoCheck check in checks) progress($"  {check.Outcome,-11} {check.Name}: {check.Detail}");

            bool held = checks.All(check => check.Outcome != "failed");
            await JournalAsync(name, held ? StepState.Done : StepState.Failed,
                string.Join("; ", checks.Select(c => $"{c.Name}: {c.Outcome}")), cancellation);
            done.Add(new DemoStep(name, title, held, checks));
        }

        await platform.Engine.Audit.SealAsync(cancellation);
        return new DemoReport(done.All(step => step.Held), done);
    }

    public ValueTask DisposeAsync() => _estate.DisposeAsync();

    /// <summary>Sets the business clock forward, on record, and lets the loops see it.</summary>
    private async Task AdvanceAsync(TimeSpan by, CancellationToken cancellation)
    {
        TimeSpan offset = clock.Offset + by;
        await platform.Store.ChangeAsync(async (t, ct) =>
        {
            await t.PutSettingAsync(OffsetSetting,
                ((long)offset.TotalSeconds).ToString(CultureInfo.InvariantCulture), ct);
            await t.AppendAsync(DemoAudit.Entry(platform.Store, "demo.advance-clock", "clock:demo",
                ("by", by.ToString("c"))), ct);
        }, cancellation);
        clock.Advance(by);
    }

    private Task JournalAsync(string step, StepState state, string what, CancellationToken cancellation) =>
        platform.Store.ChangeAsync(async (t, ct) =>
        {
            await t.PutAsync(new JournalStep(PlanId, step, state, platform.Store.Time.GetUtcNow(),
                DemoAudit.Json(what)), ct);
            await t.AppendAsync(DemoAudit.Entry(platform.Store, $"demo.{step}", $"plan:{PlanId}",
                ("state", state.ToString()), ("what", what)), ct);
        }, cancellation);
}
