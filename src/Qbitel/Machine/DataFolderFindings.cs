namespace Qbitel.Machine;

/// <summary>Whether the data folder can hold keys and a database.</summary>
internal static class DataFolderFindings
{
    private const long Little = 256L << 20;

    // File systems whose locks SQLite's write-ahead log cannot rely on (https://sqlite.org/wal.html, "all processes on
    // the same host").
    private static readonly string[] Network = ["nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "9p", "fuse.sshfs",
        "ceph", "glusterfs", "lustre"];

    public static IEnumerable<Finding> Of(DataFolder folder)
    {
        yield return Privacy(folder);
        if (Drive(folder.Path) is { } drive) yield return Disk(drive);
    }

    private static Finding Privacy(DataFolder folder)
    {
        if (!folder.Exists)
        {
            return new("data", "Data folder", folder.Path, FindingState.Note,
                "not there yet: the first command that keeps state makes it, private to you");
        }

        return folder.OpenToOthers == UnixFileMode.None
            ? new("data", "Data folder", folder.Path, FindingState.Good, "private to its owner")
            : new("data", "Data folder", folder.Path, FindingState.Problem,
                $"open to other users ({folder.OpenToOthers}): Qbitel refuses to keep keys in it",
                $"chmod 700 '{folder.Path}'");
    }

    private static Finding Disk(DriveInfo drive)
    {
        string value = $"{drive.DriveFormat}, {drive.AvailableFreeSpace >> 20} MiB free";
        if (Network.Contains(drive.DriveFormat, StringComparer.OrdinalIgnoreCase))
        {
            return new("disk", "Disk of the data folder", value, FindingState.Problem,
                "a network file system does not keep the promises the database's log relies on",
                "Put the data folder on a local disk with --data DIR.");
        }

        if (drive.AvailableFreeSpace < Little)
        {
            return new("disk", "Disk of the data folder", value, FindingState.Problem,
                "the audit log cannot grow, and without its entry no action is done", "Free some space.");
        }

        return drive.DriveFormat is "tmpfs" or "ramfs"
            ? new("disk", "Disk of the data folder", value, FindingState.Limited,
                "in memory: keys and audit log are gone after a restart",
                "Put the data folder on a disk with --data DIR.")
            : new("disk", "Disk of the data folder", value, FindingState.Good, "local");
    }

    /// <summary>The mount that holds the nearest existing parent; null where the system does not say.</summary>
    private static DriveInfo? Drive(string path)
    {
        try
        {
            string? existing = path;
            while (existing is not null && !Directory.Exists(existing)) existing = Path.GetDirectoryName(existing);
            if (existing is null) return null;

            DriveInfo drive = new(existing);
            _ = drive.DriveFormat;
            return drive;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
