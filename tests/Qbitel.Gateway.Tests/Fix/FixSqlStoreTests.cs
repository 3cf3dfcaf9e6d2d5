using Qbitel.Gateway.Fix.Stores;
using Qbitel.Store;
using Qbitel.Store.MessageLogs;

namespace Qbitel.Gateway.Tests.Fix;

public sealed class FixSqlStoreTests : FixStoreContract, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qbitel-fix-sql-");
    private SqliteMessageLog? _log;

    private string PathOfStore => Path.Combine(_folder.FullName, "messages.db");

    public void Dispose()
    {
        _log?.Dispose();
        _folder.Delete(recursive: true);
    }

    protected override FixMessageStore Open()
    {
        _log ??= SqliteMessageLog.Open(PathOfStore);
        return new FixSqlStore(_log, "FIX.4.4:US->PEER", Start);
    }

    protected override FixMessageStore Reopen()
    {
        _log?.Dispose();
        _log = SqliteMessageLog.Open(PathOfStore);
        return new FixSqlStore(_log, "FIX.4.4:US->PEER", Start.AddYears(1));
    }

    [Fact]
    public void Sessions_share_a_database_and_nothing_in_it()
    {
        using FixMessageStore one = Open(), other = new FixSqlStore(_log!, "FIX.4.4:US->OTHER", Start);
        FixChange change = new();
        change.AddSent(1, "one"u8);
        one.Commit(change);

        Assert.Equal(1, other.Counts.NextOutgoing);
        Assert.Empty(Read(other, 1, 10));
        Assert.Equal(["FIX.4.4:US->PEER"], _log!.Sessions());
    }

    [Fact]
    public void A_database_of_something_else_is_refused()
    {
        File.WriteAllText(PathOfStore, new string('x', 8192));

        Assert.Throws<StateStoreException>(() => SqliteMessageLog.Open(PathOfStore));
    }
}
