using Microsoft.Win32.SafeHandles;

namespace Qbitel.Hsm.Software;

/// <summary>
/// The folder of a token: where its files are, and how one is written so that a crash leaves the old or the new one.
/// </summary>
// without a wait handle the semaphore holds nothing, and disposing it would strand those who wait
#pragma warning disable CA1001
internal sealed class TokenFolder(string path, TimeSpan lockTimeout)
#pragma warning restore CA1001
{
    public const string KeySuffix = ".key";

    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyFolder = OwnerOnlyFile | UnixFileMode.UserExecute;
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    // Far above any real file (the largest key file is about 3 KiB), far below what would hurt.
    private const int MaxFileSize = 64 * 1024;

    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(5);

    private readonly SemaphoreSlim _turn = new(1, 1);

    public string Root { get; } = Path.GetFullPath(path);

    public string TokenFile => Path.Combine(Root, "token");

    public string KeysFolder => Path.Combine(Root, "keys");

    public string KeyFile(TokenKeyId id) => Path.Combine(KeysFolder, id + KeySuffix);

    public string UsesFile(TokenKeyId id) => Path.Combine(KeysFolder, id + ".uses");

    private string LockFile => Path.Combine(Root, "lock");

    public void Make()
    {
        Directory.CreateDirectory(Root, OwnerOnlyFolder);
        Directory.CreateDirectory(KeysFolder, OwnerOnlyFolder);
        CheckMode();
        Posix.FlushFolder(Root);
        Posix.FlushFolder(Path.GetDirectoryName(Root) ?? Root);
    }

    /// <exception cref="HsmException">Other accounts may write here.</exception>
    public void CheckMode()
    {
        foreach (string folder in (string[])[Root, KeysFolder])
        {
            if ((new DirectoryInfo(folder).UnixFileMode & WritableByOthers) == UnixFileMode.None) continue;

            throw new HsmException(SoftwareToken.ProviderName, HsmOperation.Open, HsmFailure.WrongSecret,
                $"the folder {folder} can be written by other accounts. Remedy: chmod 700 {folder}");
        }
    }

    /// <summary>Waits for its turn among the writers of this and all other processes.</summary>
    /// <exception cref="HsmException">Another process holds the lock for too long.</exception>
    public async ValueTask<IDisposable> LockAsync(HsmOperation operation, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        SafeFileHandle? file = null;
        try
        {
            file = Posix.OpenLockFile(LockFile);
            long start = TimeProvider.System.GetTimestamp();
            while (!Posix.TryLock(file))
            {
                if (TimeProvider.System.GetElapsedTime(start) > lockTimeout)
                {
                    throw new HsmException(SoftwareToken.ProviderName, operation, HsmFailure.Unavailable,
                        $"another process has been writing to {Root} for more than {lockTimeout.TotalSeconds:0.#} s.",
                        isTransient: true);
                }

                await Task.Delay(LockPoll, TimeProvider.System, cancellationToken);
            }

            return new Turn(_turn, file);
        }
        catch
        {
            file?.Dispose();
            _turn.Release();
            throw;
        }
    }

    /// <summary>The lock if it is free at this moment; null if not.</summary>
    public IDisposable? TryLock()
    {
        SafeFileHandle file = Posix.OpenLockFile(LockFile);
        if (_turn.Wait(0))
        {
            if (Posix.TryLock(file)) return new Turn(_turn, file);
            _turn.Release();
        }

        file.Dispose();
        return null;
    }

    /// <summary>Null when there is no such file.</summary>
    /// <exception cref="HsmException">The file is larger than anything this token writes.</exception>
    public static async ValueTask<byte[]?> ReadAsync(
        string file, HsmOperation operation, CancellationToken cancellationToken)
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(file, options: FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        using (handle)
        {
            long size = RandomAccess.GetLength(handle);
            if (size > MaxFileSize)
                throw Damage.In(operation, file, $"it has {size} bytes, the most a token writes is {MaxFileSize}.");

            byte[] bytes = new byte[size];
            int read = 0;
            while (read < bytes.Length)
            {
                int now = await RandomAccess.ReadAsync(handle, bytes.AsMemory(read), read, cancellationToken);
                if (now == 0) throw Damage.In(operation, file, $"it ended after {read} of {size} bytes.");
                read += now;
            }

            return bytes;
        }
    }

    /// <summary>
    /// Replaces a file as a whole: written beside it, flushed, renamed, and the rename flushed. Call under the lock.
    /// </summary>
    public static async ValueTask WriteAsync(
        string file, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        string folder = Path.GetDirectoryName(file)!;
        string fresh = Path.Combine(folder, "." + Path.GetRandomFileName() + ".tmp");
        try
        {
            FileStreamOptions options = new()
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite,
                UnixCreateMode = OwnerOnlyFile,
                BufferSize = 0,
            };
            await using (FileStream stream = new(fresh, options))
            {
                await stream.WriteAsync(bytes, cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            cancellationToken.ThrowIfCancellationRequested();
            File.Move(fresh, file, overwrite: true);
        }
        catch
        {
            File.Delete(fresh);
            throw;
        }

        Posix.FlushFolder(folder);
    }

    public static void Delete(string file)
    {
        File.Delete(file);
        Posix.FlushFolder(Path.GetDirectoryName(file)!);
    }

    /// <summary>
    /// What a writer that was killed left half done. Call under the lock: nobody else can be writing.
    /// </summary>
    public int RemoveStrayFiles()
    {
        int removed = 0;
        foreach (string folder in (string[])[Root, KeysFolder])
        {
            foreach (string stray in Directory.EnumerateFiles(folder, ".*.tmp"))
            {
                File.Delete(stray);
                removed++;
            }
        }

        return removed;
    }

    private sealed class Turn(SemaphoreSlim turn, SafeFileHandle file) : IDisposable
    {
        public void Dispose()
        {
            file.Dispose();
            turn.Release();
        }
    }
}
