using System.CommandLine;
using Qbitel.Governance;
using Qbitel.Hsm;
using Qbitel.Hsm.Approvals;
using Qbitel.Hsm.Migration;
using Qbitel.Hsm.Wrapping;
using Qbitel.Machine;
using Qbitel.Printing;
using Qbitel.Sources;
using Qbitel.Store;
using Spectre.Console;

namespace Qbitel.Commands;

/// <summary>Moves keys from one HSM to another, or says what would move.</summary>
internal static class HsmMigrateCommand
{
    public static Verb Create(GlobalOptions global)
    {
        Option<string> from = End("--from", "The HSM the keys are in");
        Option<string> to = End("--to", "The HSM they go to");
        Option<bool> plan = new("--plan") { Description = "Say what would be done with each key; change nothing" };
        Option<bool> apply = new("--apply") { Description = "Move the keys" };
        Option<bool> resume = new("--resume") { Description = "Go on where the journal ends" };
        Option<bool> rollback =
            new("--rollback") { Description = "Destroy in the target what the journal says was made" };
        Option<bool> report = new("--report") { Description = "Show what the journal says; open nothing" };
        Option<string?> journal = new("--journal")
        {
            Description = "The journal [default: FROM-to-TO.migration in the data folder]",
            HelpName = "FILE",
        };
        Option<int> minRsaBits = new("--min-rsa-bits")
        {
            Description = "RSA keys of less bits do not move",
            HelpName = "N",
            DefaultValueFactory = _ => 2048,
        };
        Option<bool> refuseTdea = new("--refuse-tdea") { Description = "Triple DES keys do not move" };
        Option<bool> allowMixed = new("--allow-mixed-uses")
        {
            Description = "Keys that both decrypt and unwrap move",
        };
        Option<bool> inside = new("--require-inside-token")
        {
            Description = "Only keys that their token wraps all by itself move",
        };
        Option<bool> refuseClassical = new("--refuse-classical-hop")
        {
            Description = "Keys whose last step into the target is not shown to be quantum-safe do not move",
        };
        Option<bool> extractable = new("--extractable") { Description = "Moved keys may move again" };
        Option<int> rotation = new("--rotation-days")
        {
            Description = "When a moved key is due for its successor",
            HelpName = "DAYS",
            DefaultValueFactory = _ => 90,
            CustomParser = result => Number.Between(result, 1, 9_000),
        };
        Option<Guid?> approval = HsmCommand.Approval();
        Option<bool> ask = HsmCommand.AskApproval();
        Option<string?> file = HsmCommand.Configuration();
        Verb verb = new("migrate",
            "Move keys to another HSM, each wrapped for an ML-KEM key of the target and proved there before it is "
            + "active. The source is never changed. Exit 1 when a key that should have moved has not.",
            new("qbitel hsm migrate --from vault --to archive --plan",
                "what would move, what cannot and what to do then"),
            new("qbitel hsm migrate --from vault --to frankfurt --plan --refuse-classical-hop",
                "into a cloud: every key goes the last hop under RSA, and this refuses it"),
            new("qbitel hsm migrate --from vault --to archive --apply", "do it; every step is in a journal"),
            new("qbitel hsm migrate --from vault --to archive --apply --resume", "go on after an interruption"),
            new("qbitel hsm migrate --from vault --to archive --rollback --json", "undo it, for a program"))
        {
            from, to, plan, apply, resume, rollback, report, journal, minRsaBits, refuseTdea, allowMixed, inside,
            refuseClassical, extractable, rotation, approval, ask, file,
        };
        verb.Validators.Add(result =>
        {
            bool[] chosen = [result.GetValue(plan), result.GetValue(apply) || result.GetValue(resume),
                result.GetValue(rollback), result.GetValue(report)];
            if (chosen.Count(each => each) != 1)
                result.AddError("Choose one: --plan, --apply (with --resume or without), --rollback or --report.");
        });
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string source = line.GetRequiredValue(from), target = line.GetRequiredValue(to);
            if (source == target) throw new MisusedException("The two HSMs are one.");
            string path = line.GetValue(journal)
                ?? Path.Combine(global.Folder(line).Path, $"{source}-to-{target}.migration");
            if (line.GetValue(report)) return Show(KeyMigration.Read(path), output);

            HsmConfiguration all = HsmCommand.Read(global, line, file);
            await using HsmProvider first = await all.OpenAsync(source, cancellation);
            await using HsmProvider second = await all.OpenAsync(target, cancellation);
            TransferPort sourcePort = HsmTransfer.Port(first, source), targetPort = HsmTransfer.Port(second, target);
            if (line.GetValue(plan) || (line.GetValue(apply) && !line.GetValue(resume)))
            {
                MigrationPlan made = await MigrationPlan.MakeAsync(sourcePort, targetPort, new MigrationPolicy
                {
                    MinRsaBits = line.GetValue(minRsaBits),
                    AllowTdea = !line.GetValue(refuseTdea),
                    AllowMixedUses = line.GetValue(allowMixed),
                    RequireInsideToken = line.GetValue(inside),
                    RefuseClassicalHop = line.GetValue(refuseClassical),
                    Extractable = line.GetValue(extractable),
                    RotationPeriod = TimeSpan.FromDays(line.GetValue(rotation)),
                }, TimeProvider.System, cancellation);
                if (line.GetValue(plan))
                {
                    output.Document(made.ToJson, console => Print(made, console));
                    return ExitCode.Done;
                }

                await using StateStore store = await PlatformStore.OpenAsync(
                    global.Folder(line), TimeProvider.System, cancellation);
                ControlledOperation export = new()
                {
                    Operation = "key.export",
                    Target = source,
                    Parameters = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["to"] = target,
                        ["keys"] = $"{made.Count(MigrationVerdict.Migratable)}",
                        ["classical_last_hop"] = $"{Classical(made)}",
                        ["extractable_afterwards"] = made.Policy.Extractable ? "yes" : "no",
                    },
                };
                MigrationReport? done = await HsmApprovals.ControlledAsync(
                    all, global.Folder(line), export, line.GetValue(approval),
                    line.GetValue(ask) ? row => HsmApproveCommand.Write(output, row) : null,
                    cancel => Migration(store).ApplyAsync(made, cancel), cancellation);
                return done is null ? ExitCode.Done : Show(done, output);
            }

            await using StateStore state = await PlatformStore.OpenAsync(
                global.Folder(line), TimeProvider.System, cancellation);
            return Show(line.GetValue(rollback) ? await Migration(state).RollbackAsync(cancellation)
                : await Migration(state).ResumeAsync(cancellation), output);

            KeyMigration Migration(StateStore store) => new(sourcePort, targetPort, path, TimeProvider.System)
            {
                Activate = (id, key, ct) => HsmTransfer.RegisterAsync(store, target, id, key, ct),
                Retract = (id, key, ct) => HsmTransfer.RegisterAsync(store, target, id, key, ct),
                Progress = (key, at, of) => output.Note($"{at}/{of} {key.Kind} {Name(key)}: "
                    + $"{key.State?.ToString() ?? "not moved"}{(key.Problem is null ? "" : ": " + key.Problem)}"),
            };
        });
    }

    private static Option<string> End(string name, string description) => new(name)
    {
        Description = description + ", as hsm.json names it",
        HelpName = "NAME",
        Required = true,
    };

    private static int Classical(MigrationPlan plan) => plan.Keys.Count(
        key => key is { Verdict: MigrationVerdict.Migratable, LastHop.Safety: HopSafety.Classical });

    private static ExitCode Show(MigrationReport report, Output output)
    {
        output.Document(report.ToJson, console => Print(report, console));
        return report.Open == 0 || report.Phase == "rolled back" ? ExitCode.Done : ExitCode.Refused;
    }

    private static void Print(MigrationPlan plan, IAnsiConsole console)
    {
        console.Line($"From {plan.Source} to {plan.Target}. Last hop: {plan.LastHop}.");
        foreach (PlannedKey key in plan.Keys)
        {
            console.Line($"{key.Key.Kind} {key.Key.Name}: {key.Verdict}: {key.Reason}");
            foreach (string step in key.Steps) console.Line($"  - {step}");
        }

        int classical = Classical(plan);
        if (classical > 0)
        {
            console.Line($"{classical} of these would go the last hop under RSA, which can be recorded now and opened "
                + "later; --refuse-classical-hop keeps them.");
        }

        console.Line(string.Join(", ", Enum.GetValues<MigrationVerdict>().Select(v => $"{plan.Count(v)} {v}")) + ".");
    }

    private static void Print(MigrationReport report, IAnsiConsole console)
    {
        bool isUndone = report.Phase is "rolled back" or "rolling back";
        foreach (MigratedKey key in report.Keys)
        {
            // It may leave and has not come: a verdict alone would read as if it were still to move.
            bool isNotMade = isUndone && key is { State: null, Verdict: MigrationVerdict.Migratable };
            console.Line($"{key.Kind} {Name(key)}: "
                + (isNotMade ? "not made there" : key.State?.ToString() ?? key.Verdict.ToString()));
            if (key.State is null && !isNotMade) console.Line($"  reason:   {key.Reason}");
            if (key.Proof is not null) console.Line($"  proof:    {key.Proof}");
            if (key.LastHop is not null) console.Line($"  last hop: {key.LastHop}");
            if (key.Wrapped is not null) console.Line($"  boundary: {key.Wrapped}");
            if (key.Taken is not null) console.Line($"            {key.Taken}");
            if (key.Wider != KeyUses.None) console.Line($"  wider:    the target also lets it {key.Wider}");
            if (key.RotateBy is { } due && key.State == KeyState.Active)
            {
                console.Line(
                    $"  rotate:   by {due.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)}");
            }

            if (key.Problem is not null) console.Line($"  problem:  {key.Problem}");
        }

        console.Line($"{report.Phase}: {report.Active} active, {report.Open} open, of {report.Keys.Count} keys. "
            + $"Last hop: {report.LastHop}.");
    }

    // As the plan names it: keys of the software token have no label.
    private static string Name(MigratedKey key) =>
        key.Label.Length == 0 ? key.Id : key.Id.Length == 0 ? key.Label : $"{key.Label} ({key.Id})";
}
