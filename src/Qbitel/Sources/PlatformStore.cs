using Qbitel.Store;
using Qbitel.Store.Sqlite;

namespace Qbitel.Sources;

/// <summary>The database in the data folder.</summary>
internal static class PlatformStore
{
    private const string FileName = "state.db";

    /// <summary>Opens what is there, to look at it; a server may be running on it.</summary>
    /// <exception cref="RefusedException">There is nothing to look at.</exception>
    public static async Task<StateStore> ReadAsync(DataFolder folder, TimeProvider time, CancellationToken cancellation)
    {
        string path = Path.Combine(folder.Path, FileName);
        if (!File.Exists(path))
        {
            throw new RefusedException($"There is no state in {folder.Path}.",
                "'qbitel up' makes it; --data DIR names another folder.");
        }

        return await SqliteStateStore.OpenAsync(new() { Path = path, ReadOnly = true }, time, logger: null,
            cancellation);
    }

    /// <summary>Opens it to work on it, and makes it where it is absent.</summary>
    public static async Task<StateStore> OpenAsync(DataFolder folder, TimeProvider time, CancellationToken cancellation)
    {
        folder.Open();
        return await SqliteStateStore.OpenAsync(new() { Path = Path.Combine(folder.Path, FileName) }, time,
            logger: null, cancellation);
    }
}
