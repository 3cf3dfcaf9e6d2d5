using Qbitel.Store.Sqlite;

namespace Qbitel.Store.Tests;

public sealed partial class SqliteStateStoreTests : StateStoreContract
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qbitel-store-");

    private string DatabasePath => Path.Combine(_folder.FullName, "data", "qbitel.db");

    private SqliteStateStoreOptions Options => new() { Path = DatabasePath };

    protected override async Task<StateStore> ConnectAsync() =>
        await SqliteStateStore.OpenAsync(Options, Time, logger: null, Cancel);

    protected override ValueTask CleanUpAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
