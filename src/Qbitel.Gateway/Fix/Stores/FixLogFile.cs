using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Gateway.Fix.Stores;

/// <summary>Files that only their owner reads, and that are after a crash either the old or the new one.</summary>
internal static partial class FixLogFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>Opens a file for one process at a time.</summary>
    public static SafeFileHandle Open(string path, FileMode mode)
    {
        if (OperatingSystem.IsWindows() || mode == FileMode.Open)
            return File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.None);

        FileStreamOptions options = new()
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            UnixCreateMode = OwnerOnly,
        };
        new FileStream(path, options).Dispose();
        return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>
    /// Puts a new log in the place of whatever is there: counts, record, and what else there is to say.
    /// </summary>
    /// <returns>Its length.</returns>
    public static long Replace(string path, string name, FixCounts counts, ReadOnlySpan<byte> record,
        FixChange? more = null)
    {
        string fresh = path + ".new";
        File.Delete(fresh); // left by a crash
        byte[] head = FixLogRecord.Head(name);
        FixChange first = new();
        first.AddReset(counts.NextOutgoing, counts.NextIncoming, counts.StartedAt);
        if (!record.IsEmpty) first.AddRecord(record);
        long end = head.Length + first.Length;
        using (SafeFileHandle file = Open(fresh, FileMode.CreateNew))
        {
            FixLogRecord.Seal(first.Framed.Span, 0);
            RandomAccess.Write(file, head, 0);
            RandomAccess.Write(file, first.Framed.Span, head.Length);
            if (more is { IsEmpty: false })
            {
                FixLogRecord.Seal(more.Framed.Span, 0);
                RandomAccess.Write(file, more.Framed.Span, end);
                end += more.Length;
            }

            RandomAccess.FlushToDisk(file);
        }

        File.Move(fresh, path, overwrite: true);
        FlushFolder(Path.GetDirectoryName(path)!);
        return end;
    }

    // Without this a renamed file may be missing after a power cut, however well its content was flushed.
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return; // NTFS journals names itself

        const int ReadOnlyDirectory = 0x10000 | 0x80000; // O_RDONLY | O_DIRECTORY | O_CLOEXEC of Linux
        int descriptor = OpenFolder(folder, ReadOnlyDirectory);
        if (descriptor < 0) throw new IOException($"open of {folder} failed: {Marshal.GetLastPInvokeErrorMessage()}");
        int result = Sync(descriptor);
        string why = Marshal.GetLastPInvokeErrorMessage();
        _ = Close(descriptor);
        if (result < 0) throw new IOException($"fsync of {folder} failed: {why}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
