using System.Runtime.InteropServices;

namespace Qbitel.Store;

/// <summary>Small files that are, after a crash, either the old or the new one.</summary>
internal static partial class DurableFile
{
    /// <summary>Replaces a file: a new one beside it, to disk, renamed over it, and the folder to disk.</summary>
    /// <remarks>One writer at a time. The file is readable by its owner only.</remarks>
    public static async Task ReplaceAsync(string path, ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken)
    {
        string fresh = path + ".new";
        File.Delete(fresh); // left by a crash
        await using (FileStream file = Open(fresh, FileMode.CreateNew))
        {
            await file.WriteAsync(content, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Makes an empty file for its owner only, where there is none.</summary>
    public static void Create(string path)
    {
        if (File.Exists(path)) return;

        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        const UnixFileMode ownersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, ownersOnly);
        try
        {
            Open(path, FileMode.CreateNew).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another was faster. Not opened here: closing a file ends every lock this process has on it, SQLite's too
            // (fcntl(2)).
        }

        FlushFolder(folder);
    }

    /// <summary>Opens a file for one user at a time; a new one is for its owner only.</summary>
    public static FileStream Open(string path, FileMode mode)
    {
        FileStreamOptions options = new() { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    /// <summary>Without this a renamed or new file may be missing after a power cut, however well its content was
    /// flushed.</summary>
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return; // NTFS journals names itself

        const int ReadOnlyDirectory = 0x10000 | 0x80000; // O_RDONLY | O_DIRECTORY | O_CLOEXEC of Linux
        int descriptor = Open(folder, ReadOnlyDirectory);
        if (descriptor < 0) throw Failure("open");

        try
        {
            if (Sync(descriptor) < 0) throw Failure("fsync");
        }
        finally
        {
            _ = Close(descriptor);
        }

        IOException Failure(string call) => new($"{call} of {folder} failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
