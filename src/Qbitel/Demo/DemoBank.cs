using System.Globalization;
using Qbitel.Automation;
using Qbitel.Automation.Engine;
using Qbitel.Automation.Keys;
using Qbitel.Store;

namespace Qbitel.Demo;

/// <summary>The main job, done for real on an invented bank: see, understand, protect, keep, prove.</summary>
/// <remarks>
/// May be stopped at any moment and run again on the same folder: what is done is found by its name or in the journal
/// and not done twice.
/// </remarks>
internal sealed class DemoBank(AutomationPlatform platform, DemoClock clock, Action<DemoProgress> progress)
    : IAsyncDisposable
{
    /// <summary>The plan in the journal, the same in every run.</summary>
    public static readonly Guid PlanId = new("0193a1f0-0000-7000-8000-71626974656c");

    public static readonly Actor Presenter = new("demo/presenter");

    private const string OffsetSetting = "demo.clock-offset-seconds";

    /// <summary>Farther than that the certificates of the demo do not reach.</summary>
    private static readonly TimeSpan FarthestAhead = TimeSpan.FromDays(5 * 365);

    private static readonly TimeSpan JustAfter = TimeSpan.FromMinutes(1);

    private readonly DemoEstate _estate = new(platform);
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>The steps of the main job, in their order.</summary>
    public static IReadOnlyList<(string Name, string Title)> Steps { get; } =
    [
        ("see", "Scan the bank's endpoints over the network"),
        ("understand", "Read a capture and name the protocols in it"),
        ("protect", "Sign, seal, archive and open payment messages"),
        ("keep", "Provision a service, rotate its keys, answer a compromise"),
        ("prove", "Judge the posture and verify the audit log offline"),
    ];

    /// <summary>
    /// What the demo accepts that a bank would not: keys whose policy asks for hardware live in the software token, and
    /// say so. Leases are short, so that a demo that was killed with a key in hand goes on soon.
    /// </summary>
    public static AutomationConfig Config { get; } =
        new() { AcceptSoftwareToken = true, Lease = TimeSpan.FromSeconds(10) };

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
        await _turn.WaitAsync(cancellation);
        try
        {
            await RestoreClockAsync(platform.Store, clock, cancellation);
            List<DemoStep> done = [];
            foreach ((string name, string title) in Steps) done.Add(await RunAsync(name, title, cancellation));

            await platform.Engine.Audit.SealAsync(cancellation);
            return new DemoReport(done.All(step => step.Held), done);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Sets the clock just after the next key is due, lets the key loop work, and looks at the estate anew.
    /// </summary>
    /// <remarks>Evidence ages: without another look a posture of three months ago would be shown.</remarks>
    /// <exception cref="RefusedException">The demo is at work, or has gone far enough.</exception>
    public async Task AdvanceToNextAsync(Actor actor, CancellationToken cancellation)
    {
        if (!await _turn.WaitAsync(TimeSpan.Zero, cancellation))
            throw new RefusedException("The demo is at work.", "Try again when it has finished.");

        try
        {
            DateTimeOffset next = await platform.Store.ReadAsync(NextDueAsync, cancellation)
                ?? throw new RefusedException("No key is due at any time.", "Keys with a rotation period are.");
            TimeSpan by = next + JustAfter - platform.Store.Time.GetUtcNow();
            if (clock.Offset + by > FarthestAhead)
            {
                throw new RefusedException("The demo does not go more than five years ahead.",
                    "Start again in another folder: --data DIR.");
            }

            if (by > TimeSpan.Zero) await AdvanceAsync(by, actor, cancellation);
            await platform.Engine.Keys.RotateDueAsync(cancellation);
            await _estate.SeeAsync(cancellation);
            await _estate.UnderstandAsync(cancellation);
            await platform.Engine.Audit.SealAsync(cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _estate.DisposeAsync();
        _turn.Dispose();
    }

    private async Task<DemoStep> RunAsync(string name, string title, CancellationToken cancellation)
    {
        progress(DemoProgress.Step($"{name}: {title}"));
        await JournalAsync(name, StepState.Started, title, cancellation);
        IReadOnlyList<DemoCheck> checks = await (name switch
        {
            "see" => _estate.SeeAsync(cancellation),
            "understand" => _estate.UnderstandAsync(cancellation),
            "protect" => new DemoProtection(platform).RunAsync(cancellation),
            "keep" => new DemoKeys(platform, clock, (by, ct) => AdvanceAsync(by, Presenter, ct)).RunAsync(cancellation),
            _ => new DemoProof(platform, _estate).RunAsync(cancellation),
        });
        foreach (DemoCheck check in checks) progress(DemoProgress.Check(check));

        bool held = checks.All(check => check.Outcome != "failed");
        await JournalAsync(name, held ? StepState.Done : StepState.Failed, Summary(checks), cancellation);
        return new DemoStep(name, title, held, checks);
    }

    // How many held, and by name those that did not.
    private static string Summary(IReadOnlyList<DemoCheck> checks)
    {
        string summary = string.Create(CultureInfo.InvariantCulture,
            $"{checks.Count(c => c.Outcome == "held")} of {checks.Count} checks held");
        foreach (IGrouping<string, DemoCheck> others in checks.Where(c => c.Outcome != "held").GroupBy(c => c.Outcome))
            summary += $"; {others.Key}: {string.Join(", ", others.Select(c => c.Name))}";
        return summary;
    }

    private static async Task<DateTimeOffset?> NextDueAsync(StateSnapshot state, CancellationToken cancellation)
    {
        DateTimeOffset? next = null;
        await foreach (WorkItem item in state.ReadWorkAsync(KeyLifecycleManager.RotationWork)
            .WithCancellation(cancellation))
        {
            if (item.DueAt is { } due && (next is null || due < next)) next = due;
        }

        return next;
    }

    /// <summary>Sets the business clock forward, on record, and lets the loops see it.</summary>
    private async Task AdvanceAsync(TimeSpan by, Actor actor, CancellationToken cancellation)
    {
        // Whole seconds are kept: the clock must not stand a fraction before what was asked for.
        var offset = TimeSpan.FromSeconds(Math.Ceiling((clock.Offset + by).TotalSeconds));
        await platform.Store.ChangeAsync(async (t, ct) =>
        {
            await t.PutSettingAsync(OffsetSetting,
                ((long)offset.TotalSeconds).ToString(CultureInfo.InvariantCulture), ct);
            await t.AppendAsync(DemoAudit.Entry(platform.Store, actor, "demo.advance-clock", "clock:demo",
                ("by", by.ToString("c")), ("ahead", offset.ToString("c"))), ct);
        }, cancellation);
        clock.Advance(offset - clock.Offset);
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
