using System.Security.Cryptography;
using System.Text;

namespace Qbitel.KeyFiles;

/// <summary>
/// Files that are there whole or not at all: written beside their place under another name, and put there at the end.
/// </summary>
internal static class SafeFile
{
    /// <summary>For private keys: nobody but the owner reads it, not even for a moment.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>For everything else: as the user's umask says.</summary>
    public const UnixFileMode Ordinary = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Refuses a place that is taken, before work is done for it.</summary>
    /// <exception cref="RefusedException">Something is there, and is not to be replaced or is no file.</exception>
    public static void Require(string path, bool replace)
    {
        // Putting a file in the place of a device would take the device away from everybody.
        if (Directory.Exists(path) || Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal))
            throw new RefusedException($"{path} is not a plain file.", "Name a file; - stands for standard output.");

        if (!replace && File.Exists(path))
            throw new RefusedException($"{path} is there already; nothing was changed.", "--force replaces it.");
    }

    /// <exception cref="RefusedException">Something is there, and is not to be replaced or is no file.</exception>
    public static Task WriteAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, bool replace,
        CancellationToken cancellation) =>
        WriteAsync(path, async stream => await stream.WriteAsync(content, cancellation), mode, replace);

    /// <summary>A private key as text, which the caller clears.</summary>
    /// <exception cref="RefusedException">Something is there, and is not to be replaced or is no file.</exception>
    public static async Task WritePrivateAsync(string path, char[] text, bool replace, CancellationToken cancellation)
    {
        byte[] content = GC.AllocateUninitializedArray<byte>(text.Length, pinned: true);
        try
        {
            Encoding.ASCII.GetBytes(text, content);
            await WriteAsync(path, content, OwnerOnly, replace, cancellation);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <param name="path">Where the file will be.</param>
    /// <param name="write">Writes the content; where it throws, no file is left behind.</param>
    /// <param name="mode">Who may do what with it.</param>
    /// <param name="replace">Whether a file that is there gives way.</param>
    /// <exception cref="RefusedException">Something is there, and is not to be replaced or is no file.</exception>
    public static async Task WriteAsync(string path, Func<Stream, Task> write, UnixFileMode mode, bool replace)
    {
        Require(path, replace);
        string whole = Path.GetFullPath(path);
        string beside = Path.Combine(Path.GetDirectoryName(whole)!,
            $".{Path.GetFileName(whole)}.{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}");
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            UnixCreateMode = mode,
        };
        try
        {
            await using (FileStream stream = new(beside, options))
            {
                await write(stream);
                stream.Flush(flushToDisk: true);
            }

            // Without replacement this is link(2): whoever was there first stays.
            File.Move(beside, whole, overwrite: replace);
        }
        catch (IOException taken) when (!replace && File.Exists(whole) && File.Exists(beside))
        {
            File.Delete(beside);
            throw new RefusedException($"{path} is there already; nothing was changed.", "--force replaces it.", taken);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }
}
