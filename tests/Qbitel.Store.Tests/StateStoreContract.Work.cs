using System.Globalization;

namespace Qbitel.Store.Tests;

public abstract partial class StateStoreContract
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Due_work_is_claimed_once_the_earliest_first()
    {
        StateStore store = await OpenAsync(), other = await OpenAsync();
        await ScheduleAsync(store, "late", Start.AddSeconds(-1));
        await ScheduleAsync(store, "early", Start.AddSeconds(-2), """{"version":3}""");
        await ScheduleAsync(store, "future", Start.AddSeconds(1));
        await ScheduleAsync(store, "resting", null);

        IReadOnlyList<WorkLease> claimed = await store.ClaimAsync("a", "key.rotate", 10, Lease, Cancel);

        Assert.Equal(["early", "late"], claimed.Select(l => l.Subject));
        Assert.All(claimed,
            l => Assert.Equal(("key.rotate", "a", Start + Lease, 1L, 0L, 1),
            (l.Kind, l.Owner, l.LeaseUntil, l.Fence, l.Version, l.Attempt)));
        Assert.Equal("""{"version":3}""", claimed[0].DataJson);
        Assert.Empty(await other.ClaimAsync("b", null, 10, Lease, Cancel));
    }

    [Fact]
    public async Task A_claim_takes_no_more_than_asked_and_only_of_its_kind()
    {
        StateStore store = await OpenAsync();
        await ScheduleAsync(store, "1", Start);
        await ScheduleAsync(store, "2", Start);

        Assert.Empty(await store.ClaimAsync("a", "certificate.renew", 10, Lease, Cancel));
        Assert.Single(await store.ClaimAsync("a", "key.rotate", 1, Lease, Cancel));
        Assert.Single(await store.ClaimAsync("b", null, 10, Lease, Cancel));
    }

    [Fact]
    public async Task Completed_work_is_due_again_when_the_worker_says()
    {
        StateStore store = await OpenAsync();
        await ScheduleAsync(store, "k", Start);
        WorkLease lease = Assert.Single(await store.ClaimAsync("a", null, 10, Lease, Cancel));

        await ChangeAsync(store, t => t.CompleteAsync(lease, Start.AddDays(90), Cancel));

        Assert.Empty(await store.ClaimAsync("a", null, 10, Lease, Cancel));
        Time.Advance(TimeSpan.FromDays(90));
        WorkLease next = Assert.Single(await store.ClaimAsync("b", null, 10, Lease, Cancel));
        Assert.Equal((2L, 1L, 1), (next.Fence, next.Version, next.Attempt));
        await ChangeAsync(store, t => t.CompleteAsync(next, null, Cancel));
        Assert.Null((await store.ReadAsync((s, c) => s.FindWorkAsync("key.rotate", "k", c), Cancel))!.DueAt);
    }

    [Fact]
    public async Task A_late_worker_changes_nothing()
    {
        StateStore store = await OpenAsync(), other = await OpenAsync();
        await ScheduleAsync(store, "k", Start);
        WorkLease slow = Assert.Single(await store.ClaimAsync("slow", null, 10, Lease, Cancel));
        Time.Advance(Lease);
        WorkLease fast = Assert.Single(await other.ClaimAsync("fast", null, 10, Lease, Cancel));
        Assert.Equal((2L, 2), (fast.Fence, fast.Attempt));

        await Assert.ThrowsAsync<LeaseLostException>(() => CompleteAsync(store, slow, "slow"));
        await CompleteAsync(other, fast, "fast");
        await Assert.ThrowsAsync<LeaseLostException>(() => CompleteAsync(store, slow, "slow"));
        await Assert.ThrowsAsync<LeaseLostException>(() =>
            ChangeAsync(store, t => t.PostponeAsync(slow, Start, Cancel)));
        Assert.Null(await store.RenewAsync(slow, Lease, Cancel));
        await store.ReleaseAsync(slow, Cancel);

        Assert.Equal("fast", await store.ReadAsync((s, c) => s.FindSettingAsync("by", c), Cancel));

        Task CompleteAsync(StateStore by, WorkLease lease, string name) => ChangeAsync(by, async t =>
        {
            await t.PutSettingAsync("by", name, Cancel);
            await t.CompleteAsync(lease, null, Cancel);
        });
    }

    [Fact]
    public async Task A_lost_lease_undoes_the_change_even_if_the_error_is_swallowed()
    {
        StateStore store = await OpenAsync();
        await ScheduleAsync(store, "k", Start);
        WorkLease slow = Assert.Single(await store.ClaimAsync("slow", null, 10, Lease, Cancel));
        Time.Advance(Lease);
        await store.ClaimAsync("fast", null, 10, Lease, Cancel);

        await Assert.ThrowsAsync<StateStoreException>(() => ChangeAsync(store, async t =>
        {
            await t.PutSettingAsync("by", "slow", Cancel);
            await Assert.ThrowsAsync<LeaseLostException>(() => t.CompleteAsync(slow, null, Cancel));
        }));

        Assert.Null(await store.ReadAsync((s, c) => s.FindSettingAsync("by", c), Cancel));
    }

    [Fact]
    public async Task A_renewed_lease_is_not_claimed_by_others()
    {
        StateStore store = await OpenAsync();
        await ScheduleAsync(store, "k", Start);
        WorkLease lease = Assert.Single(await store.ClaimAsync("a", null, 10, Lease, Cancel));

        Time.Advance(Lease / 2);
        WorkLease renewed = (await store.RenewAsync(lease, Lease, Cancel))!;
        Time.Advance(Lease / 2);

        Assert.Equal(Start + (Lease * 1.5), renewed.LeaseUntil);
        Assert.Empty(await store.ClaimAsync("b", null, 10, Lease, Cancel));
        await ChangeAsync(store, t => t.CompleteAsync(renewed, null, Cancel));
    }

    [Fact]
    public async Task Released_work_is_at_once_for_others_and_does_not_count_as_an_attempt()
    {
        StateStore store = await OpenAsync();
        await ScheduleAsync(store, "k", Start);
        WorkLease lease = Assert.Single(await store.ClaimAsync("a", null, 10, Lease, Cancel));

        await store.ReleaseAsync(lease, Cancel);

        WorkLease next = Assert.Single(await store.ClaimAsync("b", null, 10, Lease, Cancel));
        Assert.Equal((2L, 1), (next.Fence, next.Attempt));
    }

    [Fact]
    public async Task Postponed_work_comes_back_later_with_its_attempts()
    {
        StateStore store = await OpenAsync();
        await ScheduleAsync(store, "k", Start);
        WorkLease lease = Assert.Single(await store.ClaimAsync("a", null, 10, Lease, Cancel));

        await ChangeAsync(store, t => t.PostponeAsync(lease, Start.AddMinutes(5), Cancel));

        Assert.Empty(await store.ClaimAsync("a", null, 10, Lease, Cancel));
        Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(2, Assert.Single(await store.ClaimAsync("a", null, 10, Lease, Cancel)).Attempt);
    }

    [Fact]
    public async Task Scheduling_anew_takes_work_from_its_holder_and_the_same_again_does_not()
    {
        StateStore store = await OpenAsync();
        await ScheduleAsync(store, "k", Start);
        WorkLease lease = Assert.Single(await store.ClaimAsync("a", null, 10, Lease, Cancel));

        await ScheduleAsync(store, "k", Start);
        Assert.Empty(await store.ClaimAsync("b", null, 10, Lease, Cancel));

        await ScheduleAsync(store, "k", Start, """{"reason":"compromised"}""");
        WorkLease next = Assert.Single(await store.ClaimAsync("b", null, 10, Lease, Cancel));
        Assert.Equal("""{"reason":"compromised"}""", next.DataJson);
        await Assert.ThrowsAsync<LeaseLostException>(() =>
            ChangeAsync(store, t => t.CompleteAsync(lease, null, Cancel)));
        await ChangeAsync(store, t => t.CompleteAsync(next, null, Cancel));
    }

    [Fact]
    public async Task The_queue_can_be_read()
    {
        StateStore store = await OpenAsync();
        await ScheduleAsync(store, "k", Start);
        await ChangeAsync(store, t => t.ScheduleAsync(new WorkItem("certificate.renew", "c", null), Cancel));

        Assert.Equal(
            [new WorkItem("certificate.renew", "c", null), new WorkItem("key.rotate", "k", Start)],
            await store.ReadAsync(async (s, c) => await s.ReadWorkAsync().ToListAsync(c), Cancel));
        Assert.Equal(
            [new WorkItem("key.rotate", "k", Start)],
            await store.ReadAsync(async (s, c) => await s.ReadWorkAsync("key.rotate").ToListAsync(c), Cancel));
    }

    [Fact]
    public async Task Rivals_complete_each_item_exactly_once()
    {
        const int Items = 60;
        StateStore[] stores = [await OpenAsync(), await OpenAsync()];
        await ChangeAsync(stores[0], async t =>
        {
            for (int i = 0; i < Items; i++) await t.ScheduleAsync(new WorkItem("count", $"{i}", Start), Cancel);
        });
        int fencedOut = 0;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            StateStore store = stores[worker % 2];
            while (await store.ClaimAsync($"w{worker}", null, 7, Lease, Cancel) is { Count: > 0 } claimed)
            {
                if (worker == 0) Time.Advance(Lease * 2); // this worker pauses beyond every lease
                foreach (WorkLease lease in claimed)
                {
                    try
                    {
                        await ChangeAsync(store, async t =>
                        {
                            string done = await t.FindSettingAsync(lease.Subject, Cancel) ?? "0";
                            await t.PutSettingAsync(lease.Subject,
                                $"{int.Parse(done, CultureInfo.InvariantCulture) + 1}", Cancel);
                            await t.CompleteAsync(lease, null, Cancel);
                        });
                    }
                    catch (LeaseLostException)
                    {
                        Interlocked.Increment(ref fencedOut);
                    }
                }
            }
        })));

        IReadOnlyDictionary<string, string> done = await stores[0].ReadAsync((s, c) => s.ReadSettingsAsync(c), Cancel);
        Assert.Equal(Items, done.Count);
        Assert.All(done, item => Assert.Equal("1", item.Value));
        TestContext.Current.SendDiagnosticMessage($"{fencedOut} late completions fenced out");
    }

    private Task ScheduleAsync(StateStore store, string subject, DateTimeOffset? due, string? data = null) =>
        ChangeAsync(store, t => t.ScheduleAsync(new WorkItem("key.rotate", subject, due, data), Cancel));
}
