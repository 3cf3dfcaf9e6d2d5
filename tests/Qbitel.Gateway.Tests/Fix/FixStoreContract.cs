using System.Text;
using Qbitel.Gateway.Fix.Stores;
using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Gateway.Tests.Fix;

/// <summary>What every store does.</summary>
public abstract class FixStoreContract
{
    protected static readonly DateTimeOffset Start = new(2026, 11, 27, 9, 0, 0, 123, TimeSpan.Zero);

    [Fact]
    public void A_new_store_begins_at_one()
    {
        using FixMessageStore store = Open();

        Assert.Equal(new FixCounts(1, 1, Start), store.Counts);
        Assert.True(store.Record.IsEmpty);
    }

    [Fact]
    public void What_was_committed_is_there_when_it_is_opened_again()
    {
        using (FixMessageStore store = Open())
        {
            FixChange change = new();
            change.AddSent(1, []);
            change.AddSent(2, "two"u8);
            change.AddExpected(5);
            change.AddRecord("seen 4"u8);
            store.Commit(change);
            change.Clear();
            change.AddSent(3, "three"u8);
            store.Commit(change);
        }

        using FixMessageStore again = Reopen();
        Assert.Equal(new FixCounts(4, 5, Start), again.Counts);
        Assert.Equal("seen 4", Encoding.ASCII.GetString(again.Record.Span));
        Assert.Equal([(2L, "two"), (3L, "three")], Read(again, 1, 10));
        Assert.Equal([(3L, "three")], Read(again, 3, 3));
    }

    [Fact]
    public void New_counts_forget_the_messages_and_keep_the_record()
    {
        using (FixMessageStore store = Open())
        {
            FixChange change = new();
            change.AddSent(1, "old"u8);
            change.AddRecord("kept"u8);
            store.Commit(change);
            change.Clear();
            change.AddReset(1, 1, Start.AddDays(1));
            change.AddSent(1, "new"u8);
            change.AddExpected(2);
            store.Commit(change);
            Assert.Equal([(1L, "new")], Read(store, 1, 10));
        }

        using FixMessageStore again = Reopen();
        Assert.Equal(new FixCounts(2, 2, Start.AddDays(1)), again.Counts);
        Assert.Equal("kept", Encoding.ASCII.GetString(again.Record.Span));
        Assert.Equal([(1L, "new")], Read(again, 1, 10));
    }

    [Fact]
    public void Ranges_are_read_in_order_however_many_messages_there_are()
    {
        using FixMessageStore store = Open();
        FixChange change = new();
        for (int number = 1; number <= 3000; number++)
        {
            change.AddSent(number, number % 3 == 0 ? [] : Encoding.ASCII.GetBytes($"{number} {new string('x', 100)}"));
            if (number % 7 != 0) continue;
            store.Commit(change);
            change.Clear();
        }

        store.Commit(change);
        Assert.Equal([.. Enumerable.Range(1000, 501).Where(number => number % 3 != 0).Select(number => (long)number)],
            Read(store, 1000, 1500).Select(message => message.Number));
        int count = 0;
        store.Read(1, 3000, (_, _) => ++count < 10);
        Assert.Equal(10, count);
    }

    protected abstract FixMessageStore Open();

    protected abstract FixMessageStore Reopen();

    internal static List<(long Number, string Text)> Read(FixMessageStore store, long first, long last)
    {
        List<(long, string)> found = [];
        store.Read(first, last, (number, message) =>
        {
            found.Add((number, Encoding.ASCII.GetString(message)));
            return true;
        });
        return found;
    }
}
