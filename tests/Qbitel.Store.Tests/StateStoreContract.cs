using System.Globalization;
using System.Text.Json;
using Qbitel.Governance.Audit;
using Qbitel.Store.Audit;
using Qbitel.Testing;

namespace Qbitel.Store.Tests;

/// <summary>What every state store keeps: changes are whole, durable and audited; reads are of one moment.</summary>
public abstract partial class StateStoreContract : IAsyncDisposable
{
    protected static readonly DateTimeOffset Start = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    private readonly List<StateStore> _opened = [];

    protected ManualTime Time { get; } = new(Start);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (StateStore store in _opened) await store.DisposeAsync();
        _signer.Dispose();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the one store of this test, again where it is open already, as another process would.</summary>
    protected abstract Task<StateStore> ConnectAsync();

    protected abstract ValueTask CleanUpAsync();

    protected async Task<StateStore> OpenAsync()
    {
        StateStore store = await ConnectAsync();
        _opened.Add(store);
        return store;
    }

    protected AuditEntry Entry(string target = "test:1") => Samples.Entry(Time.GetUtcNow(), target);

    /// <summary>A change with an entry of its own.</summary>
    protected Task ChangeAsync(StateStore store, Func<StateTransaction, Task> change) =>
        store.ChangeAsync(async (transaction, cancel) =>
        {
            await change(transaction);
            await transaction.AppendAsync(Entry(), cancel);
        }, Cancel);

    [Fact]
    public async Task A_change_is_there_for_every_later_reader()
    {
        StateStore store = await OpenAsync();
        await ChangeAsync(store, t => t.PutSettingAsync("a", "1", Cancel));

        StateStore other = await OpenAsync();
        Assert.Equal("1", await store.ReadAsync((s, c) => s.FindSettingAsync("a", c), Cancel));
        Assert.Equal("1", await other.ReadAsync((s, c) => s.FindSettingAsync("a", c), Cancel));
    }

    [Fact]
    public async Task A_change_survives_closing_the_store()
    {
        StateStore store = await OpenAsync();
        await ChangeAsync(store, t => t.PutSettingAsync("a", "1", Cancel));
        await store.DisposeAsync();

        StateStore again = await OpenAsync();
        Assert.Equal("1", await again.ReadAsync((s, c) => s.FindSettingAsync("a", c), Cancel));
        Assert.Single(await new AuditLog(again).ReadNewestAsync(10, Cancel));
    }

    [Fact]
    public async Task A_change_without_an_audit_entry_is_refused_and_undone()
    {
        StateStore store = await OpenAsync();

        await Assert.ThrowsAsync<UnauditedChangeException>(() =>
            store.ChangeAsync((t, c) => t.PutSettingAsync("a", "1", c), Cancel));

        Assert.Null(await store.ReadAsync((s, c) => s.FindSettingAsync("a", c), Cancel));
    }

    [Fact]
    public async Task A_change_that_throws_leaves_neither_state_nor_entry()
    {
        StateStore store = await OpenAsync();

        await Assert.ThrowsAsync<TimeoutException>(() => ChangeAsync(store, async t =>
        {
            await t.AppendAsync(Entry(), Cancel);
            await t.PutSettingAsync("a", "1", Cancel);
            throw new TimeoutException();
        }));

        Assert.Null(await store.ReadAsync((s, c) => s.FindSettingAsync("a", c), Cancel));
        Assert.Empty(await new AuditLog(store).ReadNewestAsync(10, Cancel));
    }

    [Fact]
    public async Task A_change_whose_entry_cannot_be_written_fails_even_if_the_error_is_swallowed()
    {
        StateStore store = await OpenAsync();
        AuditEntry entry = Entry();
        await store.ChangeAsync((t, c) => t.AppendAsync(entry, c), Cancel);

        await Assert.ThrowsAsync<StateStoreException>(() => store.ChangeAsync(async (t, c) =>
        {
            await t.AppendAsync(Entry(), c);
            await t.PutSettingAsync("a", "1", c);
            await Assert.ThrowsAsync<StateStoreException>(() => t.AppendAsync(entry, c)); // an id is used once
        }, Cancel));

        Assert.Null(await store.ReadAsync((s, c) => s.FindSettingAsync("a", c), Cancel));
        Assert.Single(await new AuditLog(store).ReadNewestAsync(10, Cancel));
    }

    [Fact]
    public async Task A_cancelled_change_is_undone()
    {
        StateStore store = await OpenAsync();
        using CancellationTokenSource source = new();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.ChangeAsync(async (t, c) =>
        {
            await t.AppendAsync(Entry(), c);
            await source.CancelAsync();
        }, source.Token));

        Assert.Empty(await new AuditLog(store).ReadNewestAsync(10, Cancel));
    }

    [Fact]
    public async Task A_change_inside_a_change_is_refused_rather_than_waited_for()
    {
        StateStore store = await OpenAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            ChangeAsync(store, t => ChangeAsync(store, u => u.PutSettingAsync("a", "1", Cancel))));

        await ChangeAsync(store, t => t.PutSettingAsync("a", "2", Cancel));
    }

    [Fact]
    public async Task A_transaction_is_of_no_use_after_its_end()
    {
        StateStore store = await OpenAsync();
        StateTransaction? kept = null;
        StateSnapshot? seen = null;
        await ChangeAsync(store, t => { kept = t; return Task.CompletedTask; });
        await store.ReadAsync((s, _) => { seen = s; return Task.FromResult(0); }, Cancel);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => kept!.PutSettingAsync("a", "1", Cancel));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => seen!.FindSettingAsync("a", Cancel));
    }

    [Fact]
    public async Task A_snapshot_cannot_write()
    {
        StateStore store = await OpenAsync();

        await Assert.ThrowsAsync<StateStoreException>(() => store.ReadAsync(async (s, c) =>
        {
            await ((StateTransaction)s).PutSettingAsync("a", "1", c);
            return 0;
        }, Cancel));
    }

    [Fact]
    public async Task A_snapshot_does_not_see_what_is_written_meanwhile()
    {
        StateStore store = await OpenAsync();
        await ChangeAsync(store, t => t.PutSettingAsync("a", "1", Cancel));

        (string? before, string? after) = await store.ReadAsync(async (s, c) =>
        {
            string? first = await s.FindSettingAsync("a", c);
            await ChangeAsync(store, t => t.PutSettingAsync("a", "2", Cancel));
            return (first, await s.FindSettingAsync("a", c));
        }, Cancel);

        Assert.Equal(("1", "1"), (before, after));
        Assert.Equal("2", await store.ReadAsync((s, c) => s.FindSettingAsync("a", c), Cancel));
    }

    [Fact]
    public async Task A_transaction_reads_its_own_writes()
    {
        StateStore store = await OpenAsync();
        await ChangeAsync(store, async t =>
        {
            await t.PutSettingAsync("a", "1", Cancel);
            Assert.Equal("1", await t.FindSettingAsync("a", Cancel));
        });
    }

    [Fact]
    public async Task Changes_from_many_callers_are_all_made_one_after_the_other()
    {
        StateStore one = await OpenAsync(), two = await OpenAsync();
        await ChangeAsync(one, t => t.PutSettingAsync("count", "0", Cancel));

        await Task.WhenAll(Enumerable.Range(0, 40)
            .Select(i => Task.Run(() => ChangeAsync(i % 2 == 0 ? one : two, async t =>
        {
            int count = int.Parse((await t.FindSettingAsync("count", Cancel))!, CultureInfo.InvariantCulture);
            await Task.Yield();
            await t.PutSettingAsync("count", $"{count + 1}", Cancel);
        }))));

        Assert.Equal("40", await one.ReadAsync((s, c) => s.FindSettingAsync("count", c), Cancel));
        Assert.Equal(41, (await new AuditLog(two).ReadNewestAsync(100, Cancel)).Count);
    }

    [Fact]
    public async Task A_disposed_store_says_so()
    {
        StateStore store = await OpenAsync();
        await store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() =>
            store.ReadAsync((s, c) => s.FindSettingAsync("a", c), Cancel));
        await Assert.ThrowsAsync<ObjectDisposedException>(() =>
            ChangeAsync(store, t => t.PutSettingAsync("a", "1", Cancel)));
    }

    private static void AssertSame<T>(T expected, T? actual) =>
        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));
}
