using Qbitel.Governance;
using Qbitel.Governance.Audit;
using Qbitel.Store.Audit;

namespace Qbitel.Store.Tests;

public abstract partial class StateStoreContract
{
    private readonly LogSigner _signer = new();

    [Fact]
    public async Task Entries_get_their_places_in_the_order_they_came()
    {
        StateStore store = await OpenAsync();
        AuditLog log = new(store);
        await AppendAsync(store, 5);
        Assert.Equal((0L, 5L, null), await StatusAsync());

        StoredCheckpoint first = (await log.SequenceAsync(_signer.Checkpoints, Cancel))!;
        await AppendAsync(store, 2, from: 5);
        Assert.Equal((5L, 2L, 5L), await StatusAsync());
        StoredCheckpoint second = (await log.SequenceAsync(_signer.Checkpoints, Cancel))!;

        Assert.Equal((7L, 0L, 7L), await StatusAsync());
        Assert.Equal((5L, 7L), (first.Size, second.Size));
        List<LoggedEntry> entries = await log.ReadAsync(0, 100, Cancel).ToListAsync(Cancel);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => ((long?)i, $"t:{i}")),
            entries.Select(e => (e.Index, e.Entry.Target)));
        Assert.Equal(entries[2..4], await log.ReadAsync(2, 4, Cancel).ToListAsync(Cancel));

        async Task<(long, long, long?)> StatusAsync()
        {
            AuditLogStatus status = await log.ReadStatusAsync(Cancel);
            return (status.Size, status.Pending, status.Latest?.Size);
        }
    }

    [Fact]
    public async Task A_checkpoint_is_signed_over_the_tree_of_the_entries()
    {
        StateStore store = await OpenAsync();
        AuditLog log = new(store);
        MerkleTree tree = new();
        for (int round = 0; round < 4; round++)
        {
            await AppendAsync(store, 300, from: 300 * round);
            StoredCheckpoint stored = (await log.SequenceAsync(_signer.Checkpoints, Cancel))!;
            await foreach (LoggedEntry logged in log.ReadAsync(tree.Size, stored.Size, Cancel))
                tree.Append(logged.Entry.ToLeaf().Span);

            Assert.True(LogSigner.Policy.TryVerify(stored.Note.Span, out Checkpoint? checkpoint, out string? error),
                error);
            Assert.Equal((LogSigner.Origin, tree.Size, tree.Root),
                (checkpoint.Origin, checkpoint.Size, checkpoint.Root));
            Assert.Equal(Time.GetUtcNow(), stored.SignedAt);
        }

        Assert.Equal(1200, await log.VerifyAsync(Cancel));
    }

    [Fact]
    public async Task Sequencing_without_new_entries_signs_nothing()
    {
        StateStore store = await OpenAsync();
        AuditLog log = new(store);
        Assert.Null(await log.SequenceAsync(_signer.Checkpoints, Cancel));

        await AppendAsync(store, 1);
        StoredCheckpoint first = (await log.SequenceAsync(_signer.Checkpoints, Cancel))!;
        Time.Advance(TimeSpan.FromHours(1));
        AssertSame(first, await log.SequenceAsync(_signer.Checkpoints, Cancel));
    }

    [Fact]
    public async Task One_sequencer_works_at_a_time()
    {
        StateStore store = await OpenAsync(), other = await OpenAsync();
        await AppendAsync(store, 1);
        using (await store.TryEnterSequencerAsync(Cancel))
            Assert.Null(await new AuditLog(other).SequenceAsync(_signer.Checkpoints, Cancel));

        Assert.Equal(1, (await new AuditLog(other).SequenceAsync(_signer.Checkpoints, Cancel))!.Size);
    }

    [Fact]
    public async Task A_signer_that_fails_loses_no_place_and_the_next_run_signs()
    {
        StateStore store = await OpenAsync();
        AuditLog log = new(store);
        await AppendAsync(store, 3);
        CheckpointSigner failing = _signer.Failing();

        await Assert.ThrowsAsync<TimeoutException>(() => log.SequenceAsync(failing, Cancel));
        AuditLogStatus status = await log.ReadStatusAsync(Cancel);
        Assert.Equal((3L, 0L, null), (status.Size, status.Pending, status.Latest));

        await AppendAsync(store, 1, from: 3);
        Assert.Equal(4, (await log.SequenceAsync(_signer.Checkpoints, Cancel))!.Size);
        Assert.Equal(4, await log.VerifyAsync(Cancel));
        await (await OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task A_log_stays_under_the_name_it_began_with()
    {
        StateStore store = await OpenAsync();
        AuditLog log = new(store);
        await AppendAsync(store, 1);
        await log.SequenceAsync(_signer.Checkpoints, Cancel);
        await AppendAsync(store, 1, from: 1);
        using LogSigner other = new("other.example/audit");

        await Assert.ThrowsAsync<StateStoreException>(() => log.SequenceAsync(other.Checkpoints, Cancel));
    }

    [Fact]
    public async Task Old_checkpoints_are_thinned_to_the_last_of_each_hour()
    {
        StateStore store = await OpenAsync();
        AuditLog log = new(store);
        for (int i = 0; i < 100; i++)
        {
            await AppendAsync(store, 1, from: i);
            await log.SequenceAsync(_signer.Checkpoints, Cancel);
            Time.Advance(TimeSpan.FromMinutes(20)); // three an hour
        }

        List<long> kept = await store.ReadAsync(async (s, c) =>
        {
            List<long> sizes = [];
            for (long size = 0; await s.Log.NextCheckpointAsync(size, c) is { } next; size = next.Size)
                sizes.Add(next.Size);
            return sizes;
        }, Cancel);

        Assert.Equal(
            [.. Enumerable.Range(1, 12).Select(hour => 3L * hour),
            .. Enumerable.Range(37, 64).Select(size => (long)size)], kept);
        Assert.Equal(100, await log.VerifyAsync(Cancel));
    }

    [Fact]
    public async Task Entries_are_found_by_id_by_target_and_from_the_end()
    {
        StateStore store = await OpenAsync();
        AuditLog log = new(store);
        AuditEntry a1 = Entry("key:a"), b = Entry("key:b"), a2 = Entry("key:a");
        foreach (AuditEntry entry in (AuditEntry[])[a1, b])
            await store.ChangeAsync((t, c) => t.AppendAsync(entry, c), Cancel);
        await log.SequenceAsync(_signer.Checkpoints, Cancel);
        await store.ChangeAsync((t, c) => t.AppendAsync(a2, c), Cancel);

        Assert.Equal(new LoggedEntry(1, b), await log.FindAsync(b.Id, Cancel));
        Assert.Equal(new LoggedEntry(null, a2), await log.FindAsync(a2.Id, Cancel));
        Assert.Null(await log.FindAsync(Guid.Empty, Cancel));
        Assert.Equal([new LoggedEntry(null, a2), new LoggedEntry(0, a1)],
            await log.ReadNewestAsync("key:a", 10, Cancel));
        Assert.Equal([new LoggedEntry(null, a2), new LoggedEntry(1, b)], await log.ReadNewestAsync(2, Cancel));
    }

    [Fact]
    public async Task Several_entries_of_one_change_stay_together()
    {
        StateStore store = await OpenAsync();
        AuditLog log = new(store);
        await store.ChangeAsync(async (t, c) =>
        {
            await t.AppendAsync(Entry("t:0"), c);
            await t.AppendAsync(Entry("t:1"), c);
        }, Cancel);
        await log.SequenceAsync(_signer.Checkpoints, Cancel);

        Assert.Equal(["t:0", "t:1"], await log.ReadAsync(0, 9, Cancel).Select(e => e.Entry.Target).ToListAsync(Cancel));
    }

    [Fact]
    public async Task The_largest_entry_fits()
    {
        StateStore store = await OpenAsync();
        AuditLog log = new(store);
        int room = AuditEntry.MaxLeafSize - new AuditEntry(
            Guid.CreateVersion7(Start), Start, "user:test", "test.change", "t:0", AuditOutcome.Done,
                details: [new("x", "")]).ToLeaf().Length;
        AuditEntry largest = new(
            Guid.CreateVersion7(Start), Start, "user:test", "test.change", "t:0", AuditOutcome.Done,
                details: [new("x", new string('y', room))]);
        Assert.Equal(AuditEntry.MaxLeafSize, largest.ToLeaf().Length);

        await store.ChangeAsync((t, c) => t.AppendAsync(largest, c), Cancel);
        await log.SequenceAsync(_signer.Checkpoints, Cancel);

        Assert.Equal([new LoggedEntry(0, largest)], await log.ReadAsync(0, 1, Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task An_export_of_the_log_verifies_offline()
    {
        StateStore store = await OpenAsync();
        AuditLog log = new(store);
        await AppendAsync(store, 600);
        StoredCheckpoint checkpoint = (await log.SequenceAsync(_signer.Checkpoints, Cancel))!;
        await AppendAsync(store, 5, from: 600);
        Dictionary<string, ReadOnlyMemory<byte>> files = new(StringComparer.Ordinal);

        await AuditExport.WriteAsync(log.ReadLeavesAsync(checkpoint.Size, Cancel), checkpoint.Note, LogSigner.Policy,
            (path, content, _) =>
        {
            files.Add(path, content.ToArray());
            return ValueTask.CompletedTask;
        }, Cancel);

        AuditVerification result = await AuditVerifier.VerifyAsync(
            files.Keys, (path, _) => ValueTask.FromResult(files[path]), AuditTrust.In(LogSigner.Policy.Keys), Cancel);
        Assert.True(result.IsIntact, result.ToString());
        Assert.Equal(600, result.Checkpoint!.Size);
    }

    [Fact]
    public async Task Every_entry_under_a_checkpoint_can_be_proved_by_itself()
    {
        StateStore store = await OpenAsync();
        AuditLog log = new(store);
        foreach (int more in (int[])[1, 1, 3, 8, 7])
        {
            await AppendAsync(store, more);
            Assert.Null(await log.ProveAsync((await log.ReadNewestAsync(1, Cancel))[0].Entry.Id, Cancel));
            StoredCheckpoint checkpoint = (await log.SequenceAsync(_signer.Checkpoints, Cancel))!;

            await foreach (LoggedEntry logged in log.ReadAsync(0, checkpoint.Size, Cancel))
            {
                AuditProof proof = (await log.ProveAsync(logged.Entry.Id, Cancel))!;
                Assert.Equal(logged.Index, proof.Index);
                Assert.True(AuditProof.TryParse(proof.ToFile(), out AuditProof? read, out string? error), error);
                Assert.True(read.TryVerify(LogSigner.Policy, out AuditEntry? entry, out error), error);
                Assert.Equal(logged.Entry, entry);
            }
        }

        Assert.Null(await log.ProveAsync(Guid.Empty, Cancel));
    }

    private Task AppendAsync(StateStore store, int count, int from = 0) => store.ChangeAsync(async (t, c) =>
    {
        for (int i = from; i < from + count; i++) await t.AppendAsync(Entry($"t:{i}"), c);
    }, Cancel);
}
