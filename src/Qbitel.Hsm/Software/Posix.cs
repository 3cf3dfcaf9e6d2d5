using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Qbitel.Hsm.Software;

/// <summary>
/// The calls .NET does not make for us: a lock that other processes see, a rename that survives a power cut, and a
/// flush without the file's times.
/// </summary>
internal static partial class Posix
{
    private const int ReadWriteCreate = 0x2 | 0x40; // O_RDWR | O_CREAT
    private const int OwnerOnly = 0x180; // 0600
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int OpenDirectory = 0x10000; // O_RDONLY | O_DIRECTORY on Linux x64
    private const int OpenDirectoryArm64 = 0x4000;
    private const int CloseOnExec = 0x80000;
    private const int WouldBlock = 11;
    private const int Interrupted = 4;

    /// <summary>open(2). .NET's own open takes a lock of the same kind, which would be in the way.</summary>
    public static SafeFileHandle OpenLockFile(string path)
    {
        SafeFileHandle handle = Open(path, ReadWriteCreate | CloseOnExec, OwnerOnly);
        if (!handle.IsInvalid) return handle;

        handle.Dispose();
        throw Failed("open", path);
    }

    /// <summary>
    /// flock(2), exclusive, without waiting. The lock goes when the handle is closed or the process dies.
    /// </summary>
    public static bool TryLock(SafeFileHandle handle)
    {
        while (Flock(handle, LockExclusive | LockNonBlocking) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == WouldBlock) return false;
            if (error != Interrupted) throw new IOException($"flock failed: {new Win32Exception(error).Message}");
        }

        return true;
    }

    /// <summary>fsync(2) on a folder, so that the names in it are as durable as the files.</summary>
    public static void FlushFolder(string path)
    {
        int directory = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm
            ? OpenDirectoryArm64 : OpenDirectory;
        using SafeFileHandle handle = Open(path, directory | CloseOnExec, 0);
        if (handle.IsInvalid) throw Failed("open", path);
        if (Fsync(handle) != 0) throw Failed("fsync", path);
    }

    /// <summary>fdatasync(2): the content, and of the metadata only what is needed to read it.</summary>
    public static void FlushData(SafeFileHandle file)
    {
        while (Fdatasync(file) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted) throw new IOException($"fdatasync failed: {new Win32Exception(error).Message}");
        }
    }

    private static IOException Failed(string call, string path) =>
        new($"{call} {path} failed: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle handle, int operation);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Fdatasync(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle handle);
}
