using Qbitel.Governance;
using Qbitel.Hsm.Wrapping;

namespace Qbitel.Hsm.Migration;

/// <summary>Moves keys from one token to another, one after the other, and can stop and go on at any point.</summary>
/// <remarks>
/// A key is Active in the target only after it has proved itself there; nothing of the source is ever changed. What is
/// done is in the journal before the next thing begins: a process that dies anywhere leaves a journal that
/// <see cref="ResumeAsync"/> finishes, with every key once.
/// </remarks>
public sealed class KeyMigration
{
    private readonly TransferPort _source;
    private readonly TransferPort _target;
    private readonly string _journal;
    private readonly TimeProvider _time;

    public KeyMigration(TransferPort source, TransferPort target, string journal, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentException.ThrowIfNullOrEmpty(journal);
        ArgumentNullException.ThrowIfNull(time);
        _source = source;
        _target = target;
        _journal = journal;
        _time = time;
    }

    /// <summary>
    /// Called for each key that has proved itself and before it is Active: registers it and writes the audit log. It
    /// may be called twice for a key when the process dies in between, so it must be repeatable.
    /// </summary>
    public Func<Guid, MigratedKey, CancellationToken, ValueTask>? Activate { get; init; }

    /// <summary>Called for each key a rollback destroyed, before that is final; it must be repeatable too.</summary>
    public Func<Guid, MigratedKey, CancellationToken, ValueTask>? Retract { get; init; }

    /// <summary>Told of each key that came to an end, and of how many there are.</summary>
    public Action<MigratedKey, int, int>? Progress { get; init; }

    /// <summary>Begins a journal and moves what the plan says.</summary>
    /// <exception cref="HsmException">The journal is there already.</exception>
    public async ValueTask<MigrationReport> ApplyAsync(MigrationPlan plan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Source != _source.Token || plan.Target != _target.Token)
            throw new ArgumentException("The plan is of other tokens.", nameof(plan));

        using MigrationJournal journal = MigrationJournal.Open(_journal, isNew: true);
        journal.Append(Line(JournalEvent.Begin) with
        {
            Migration = Guid.CreateVersion7(_time.GetUtcNow()),
            Plan = plan,
        });
        return await RunAsync(journal, cancellationToken);
    }

    /// <summary>Goes on where a journal ends; after the end nothing happens.</summary>
    /// <exception cref="HsmException">
    /// The journal is of other tokens, another process works with it, or it was rolled back.
    /// </exception>
    public async ValueTask<MigrationReport> ResumeAsync(CancellationToken cancellationToken)
    {
        using MigrationJournal journal = Open();
        return journal.Lines.Any(line => line.Event == JournalEvent.RollingBack)
            ? throw Failed(HsmFailure.NotAllowed, "this migration was rolled back; begin a new one.")
            : journal.Lines[^1].Event == JournalEvent.End ? Report(journal)
            : await RunAsync(journal, cancellationToken);
    }

    /// <summary>Destroys in the target what this migration made there; what was there before stays.</summary>
    public async ValueTask<MigrationReport> RollbackAsync(CancellationToken cancellationToken)
    {
        using MigrationJournal journal = Open();
        IReadOnlyList<PlannedKey> keys = journal.Lines[0].Plan!.Keys;
        if (journal.Lines.All(line => line.Event != JournalEvent.RollingBack))
            journal.Append(Line(JournalEvent.RollingBack));
        for (int i = 0; i < keys.Count; i++)
        {
            if (IsUndone(journal, i)) continue;
            try
            {
                await UndoAsync(journal, i, cancellationToken);
            }
            catch (HsmException e) when (!e.IsTransient)
            {
                journal.Append(Line(JournalEvent.Failed) with { Key = i, Problem = e.Message });
            }

            Progress?.Invoke(Row(journal, i), i + 1, keys.Count);
        }

        await _target.ForgetReceiverAsync(Receiver(journal), cancellationToken);
        if (Enumerable.Range(0, keys.Count).All(i => IsUndone(journal, i))
            && journal.Lines[^1].Event != JournalEvent.End)
        {
            journal.Append(Line(JournalEvent.End));
        }

        return Report(journal);
    }

    /// <summary>What a journal says, without either token.</summary>
    public static MigrationReport Read(string journal)
    {
        using MigrationJournal opened = MigrationJournal.Open(journal, isNew: false);
        return opened.Lines.Count == 0
            ? throw Failed(HsmFailure.Damaged, $"{journal} has not begun: nothing was done; delete it.")
            : Report(opened);
    }

    private async ValueTask<MigrationReport> RunAsync(MigrationJournal journal, CancellationToken cancellationToken)
    {
        IReadOnlyList<PlannedKey> keys = journal.Lines[0].Plan!.Keys;
        TokenKeyId name = Receiver(journal);
        using TransferRecipient receiver = await _target.ReceiverAsync(name, cancellationToken);
        for (int i = 0; i < keys.Count; i++)
        {
            if (keys[i].Verdict is not (MigrationVerdict.Migratable or MigrationVerdict.AlreadyThere)
                || Has(journal, i, JournalEvent.Active))
            {
                continue;
            }

            try
            {
                await MoveAsync(journal, i, receiver, cancellationToken);
            }
            catch (HsmException e)
            {
                journal.Append(Line(JournalEvent.Failed) with { Key = i, Problem = e.Message });
            }

            Progress?.Invoke(Row(journal, i), i + 1, keys.Count);
        }

        if (Report(journal).Open == 0)
        {
            await _target.ForgetReceiverAsync(name, cancellationToken);
            journal.Append(Line(JournalEvent.End));
        }

        return Report(journal);
    }

    private async ValueTask MoveAsync(
        MigrationJournal journal, int i, TransferRecipient receiver, CancellationToken cancellationToken)
    {
        PlannedKey planned = journal.Lines[0].Plan!.Keys[i];
        if (planned.Verdict == MigrationVerdict.AlreadyThere)
        {
            if (!Has(journal, i, JournalEvent.Taken))
            {
                string proof = await _target.ProveAsync(planned.Key, cancellationToken);
                journal.Append(Line(JournalEvent.Taken) with { Key = i, Proof = proof, Wider = KeyUses.None });
            }
        }
        else if (!Has(journal, i, JournalEvent.Taken))
        {
            if (!Has(journal, i, JournalEvent.Taking))
            {
                if (await _target.FindAsync(planned.Key, cancellationToken) is not null
                    || await _target.FindLabelledAsync(planned.Key, cancellationToken) is not null)
                {
                    throw Failed(HsmFailure.KeyConflict,
                        $"{planned.Key.Name} came to be in the target since the plan was made; it is not touched.");
                }

                journal.Append(Line(JournalEvent.Taking) with { Key = i });
            }

            PqcWrappedKey wrapped = await _source.WrapAsync(planned.Key, receiver, cancellationToken);
            TakenKey taken = await _target.TakeAsync(
                receiver, wrapped, journal.Lines[0].Plan!.Policy.Extractable, cancellationToken);
            journal.Append(Line(JournalEvent.Taken) with
            {
                Key = i,
                Proof = taken.Proof,
                Wrapped = wrapped.Boundary,
                Unwrapped = taken.Boundary,
                Wider = taken.Wider,
            });
        }

        if (Activate is not null)
        {
            await Activate(journal.Lines[0].Migration!.Value, Row(journal, i) with { State = KeyState.Active },
                cancellationToken);
        }

        journal.Append(Line(JournalEvent.Active) with { Key = i });
    }

    private async ValueTask UndoAsync(MigrationJournal journal, int i, CancellationToken cancellationToken)
    {
        TransferKey key = journal.Lines[0].Plan!.Keys[i].Key;
        if (!Has(journal, i, JournalEvent.Taken) && !Has(journal, i, JournalEvent.Removing))
        {
            // It may be there all the same: a process can end between the key and the line that says so.
            TransferKey? there = await _target.FindAsync(key, cancellationToken);
            bool isAnother = there is { CheckValue.Length: > 0 } && !there.IsSameKeyAs(key);
            if (there is null || isAnother)
            {
                isAnother |= await _target.FindLabelledAsync(key, cancellationToken) is not null;
                string? failed =
                    journal.Lines.LastOrDefault(l => l.Key == i && l.Event == JournalEvent.Failed)?.Problem;
                journal.Append(Line(JournalEvent.NeverMade) with
                {
                    Key = i,
                    Problem = "it was never made in the target, so there was nothing to destroy"
                        + (isAnother ? "; another key has its name there and is not touched" : "")
                        + (failed is null ? "" : $"; what had failed: {failed}"),
                });
                return;
            }
        }

        if (!Has(journal, i, JournalEvent.Removing)) journal.Append(Line(JournalEvent.Removing) with { Key = i });
        await _target.RemoveAsync(key, cancellationToken);
        if (Retract is not null && Has(journal, i, JournalEvent.Taken))
        {
            await Retract(journal.Lines[0].Migration!.Value,
                Row(journal, i) with { State = KeyState.Destroyed, RotateBy = null }, cancellationToken);
        }

        journal.Append(Line(JournalEvent.Removed) with { Key = i });
    }

    private static bool IsUndone(MigrationJournal journal, int i) => !Has(journal, i, JournalEvent.Taking)
        || Has(journal, i, JournalEvent.Removed) || Has(journal, i, JournalEvent.NeverMade);

    private MigrationJournal Open()
    {
        MigrationJournal journal = MigrationJournal.Open(_journal, isNew: false);
        HsmException? wrong = journal.Lines.Count == 0
            ? Failed(HsmFailure.Damaged, $"{_journal} has not begun: nothing was done; delete it and apply the plan.")
            : journal.Lines[0].Plan is { } plan && (plan.Source != _source.Token || plan.Target != _target.Token)
                ? Failed(HsmFailure.NotAllowed, $"{_journal} is of a migration from {plan.Source} to {plan.Target}.")
            : null;
        if (wrong is null) return journal;

        journal.Dispose();
        throw wrong;
    }

    private static bool Has(MigrationJournal journal, int key, JournalEvent what) =>
        journal.Lines.Any(line => line.Key == key && line.Event == what);

    private static TokenKeyId Receiver(MigrationJournal journal) =>
        TokenKeyId.Derive(new KeyId(journal.Lines[0].Migration!.Value), 1);

    private static MigrationReport Report(MigrationJournal journal)
    {
        MigrationPlan plan = journal.Lines[0].Plan!;
        bool isOver = journal.Lines[^1].Event == JournalEvent.End;
        return new MigrationReport
        {
            Id = journal.Lines[0].Migration!.Value,
            Source = plan.Source,
            Target = plan.Target,
            Phase = journal.Lines.Any(line => line.Event == JournalEvent.RollingBack)
                ? isOver ? "rolled back" : "rolling back" : isOver ? "done" : "running",
            LastHop = plan.LastHop,
            Keys = [.. plan.Keys.Select((_, i) => Row(journal, i))],
        };
    }

    private static MigratedKey Row(MigrationJournal journal, int i)
    {
        MigrationPlan plan = journal.Lines[0].Plan!;
        PlannedKey planned = plan.Keys[i];
        JournalLine? taken = journal.Lines.LastOrDefault(l => l.Key == i && l.Event == JournalEvent.Taken);
        JournalLine? active = journal.Lines.LastOrDefault(l => l.Key == i && l.Event == JournalEvent.Active);
        JournalLine? last = journal.Lines.LastOrDefault(l => l.Key == i);
        bool isRemoved = Has(journal, i, JournalEvent.Removed);
        Dictionary<string, string> tags = taken is null || isRemoved ? [] : new(StringComparer.Ordinal)
        {
            ["migrated_from"] = plan.Source,

            // Whether everything that opens the message was under a KEM outside both tokens: a key that was there
            // already was not moved by us.
            ["pqc_wrapped"] = taken.Wrapped is null ? "unknown" : "true",
            ["pqc_inside_tokens"] = taken is { Wrapped.StaysInside: true, Unwrapped.StaysInside: true } ? "true"
                : "false",
            // How far that reached: a cloud's import is under RSA, whatever protected the key before it.
            ["last_hop"] = taken.Wrapped is null ? "unknown" : planned.LastHop?.Safety switch
            {
                HopSafety.QuantumSafe => "quantum-safe",
                HopSafety.InProcess => "in-process",
                HopSafety.ModuleInterface => "module-interface",
                HopSafety.Classical => "classical",
                _ => "unknown",
            },
            ["migration"] = journal.Lines[0].Migration!.Value.ToString("D"),
        };
        return new MigratedKey
        {
            Id = planned.Key.Id,
            Label = planned.Key.Label,
            Kind = planned.Key.Kind,
            CheckValue = planned.Key.CheckValue,
            Verdict = planned.Verdict,
            Reason = planned.Reason,
            Steps = planned.Steps,
            State = isRemoved ? KeyState.Destroyed : active is not null ? KeyState.Active
                : taken is not null ? KeyState.PreActive : null,
            Proof = taken?.Proof,
            LastHop = planned.LastHop,
            Wrapped = taken?.Wrapped,
            Taken = taken?.Unwrapped,
            Wider = taken?.Wider ?? KeyUses.None,
            Tags = tags,
            RotationPeriodDays = taken is null || isRemoved ? null : (int)plan.Policy.RotationPeriod.TotalDays,
            RotateBy = taken is null || isRemoved ? null : taken.At + plan.Policy.RotationPeriod,
            Problem = last?.Event is JournalEvent.Failed or JournalEvent.NeverMade ? last.Problem : null,
        };
    }

    private JournalLine Line(JournalEvent what) => new()
    {
        Event = what,
        At = DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds()),
        Previous = "",
    };

    private static HsmException Failed(HsmFailure failure, string message) =>
        new("migration", HsmOperation.Unwrap, failure, message);
}
