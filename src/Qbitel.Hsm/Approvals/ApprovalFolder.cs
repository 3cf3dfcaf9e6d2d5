using Microsoft.Win32.SafeHandles;
using Qbitel.Hsm.Software;

namespace Qbitel.Hsm.Approvals;

/// <summary>
/// A file for every request. A change reads it, judges and replaces it under one lock of all processes, so that a crash
/// leaves what was before or what is after.
/// </summary>
// without a wait handle the semaphore holds nothing
#pragma warning disable CA1001
internal sealed class ApprovalFolder(string path)
#pragma warning restore CA1001
{
    private const string Suffix = ".approval";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const int MaxFileSize = 4 << 20;

    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(10);

    private readonly string _root = Path.GetFullPath(path);
    private readonly SemaphoreSlim _turn = new(1, 1);

    public IEnumerable<Guid> Requests => !Directory.Exists(_root) ? []
        : Directory.EnumerateFiles(_root, "*" + Suffix).Select(Path.GetFileNameWithoutExtension)
            .Where(name => Guid.TryParseExact(name, "D", out _)).Select(name => Guid.Parse(name!)).Order();

    /// <summary>Runs a change with the folder to itself.</summary>
    /// <exception cref="HsmException">The folder cannot be used, or others can write to it.</exception>
    public async ValueTask<T> ChangeAsync<T>(Func<ValueTask<T>> change, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            using SafeFileHandle file = await LockAsync(cancellationToken);
            return await change();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(HsmFailure.Unavailable, $"the approvals in {_root} cannot be reached: {e.Message}", true, e);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Null where there is no such request.</summary>
    /// <exception cref="HsmException">The file is not what was written.</exception>
    public async ValueTask<ApprovalFile?> ReadAsync(Guid id, CancellationToken cancellationToken)
    {
        string file = FileOf(id);
        if (!File.Exists(file)) return null;
        if (new FileInfo(file).Length > MaxFileSize) throw Damaged(file);
        ApprovalFile read = ApprovalFile.TryRead(await File.ReadAllBytesAsync(file, cancellationToken))
            ?? throw Damaged(file);
        return read.State.Request.Id == id ? read : throw Damaged(file);
    }

    public async ValueTask WriteAsync(ApprovalFile file, CancellationToken cancellationToken) =>
        await TokenFolder.WriteAsync(FileOf(file.State.Request.Id), file.ToBytes(), cancellationToken);

    private string FileOf(Guid id) => Path.Combine(_root, id.ToString("D") + Suffix);

    private async ValueTask<SafeFileHandle> LockAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_root))
        {
            Directory.CreateDirectory(_root, OwnerOnly);
            Posix.FlushFolder(Path.GetDirectoryName(_root) ?? _root);
        }

        if ((new DirectoryInfo(_root).UnixFileMode & WritableByOthers) != UnixFileMode.None)
        {
            throw Failed(HsmFailure.WrongSecret,
                $"the folder {_root} can be written by other accounts. Remedy: chmod 700 {_root}");
        }

        SafeFileHandle file = Posix.OpenLockFile(Path.Combine(_root, "lock"));
        try
        {
            long start = TimeProvider.System.GetTimestamp();
            while (!Posix.TryLock(file))
            {
                if (TimeProvider.System.GetElapsedTime(start) > LockTimeout)
                {
                    throw Failed(HsmFailure.Unavailable,
                        $"another process has been working in {_root} for more than {LockTimeout.TotalSeconds:0} s.",
                        true);
                }

                await Task.Delay(LockPoll, TimeProvider.System, cancellationToken);
            }

            foreach (string stray in Directory.EnumerateFiles(_root, ".*.tmp")) File.Delete(stray);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static HsmException Damaged(string file) => Failed(HsmFailure.Damaged,
        $"{file} is not what was written there. Keep it as evidence, and ask for the operation anew.");

    private static HsmException Failed(
        HsmFailure failure, string message, bool isTransient = false, Exception? inner = null) =>
        new("approvals", HsmOperation.Open, failure, message, isTransient, inner);
}
