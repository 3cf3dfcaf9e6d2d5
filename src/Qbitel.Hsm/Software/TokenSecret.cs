using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Qbitel.Hsm.Software;

/// <summary>
/// What opens a software token: a passphrase, or 32 random bytes in a file that only its owner can read.
/// </summary>
public sealed class TokenSecret : IDisposable
{
    public const int KeyFileSize = 32;

    /// <summary>Asked of a new passphrase, in characters; a shorter one is refused.</summary>
    public const int MinPassphraseLength = 12;

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly SecretBuffer _bytes;

    private TokenSecret(SecretKind kind, int length, SecretBuffer bytes)
    {
        Kind = kind;
        PassphraseLength = length;
        _bytes = bytes;
    }

    internal SecretKind Kind { get; }

    internal int PassphraseLength { get; }

    internal ReadOnlySpan<byte> Bytes => _bytes.Bytes;

    /// <summary>
    /// The passphrase is used as its UTF-8 bytes, without normalisation. The caller clears its own copy.
    /// </summary>
    public static TokenSecret FromPassphrase(ReadOnlySpan<char> passphrase)
    {
        if (passphrase.IsEmpty) throw new ArgumentException("The passphrase is empty.", nameof(passphrase));

        SecretBuffer bytes = new(Encoding.UTF8.GetByteCount(passphrase));
        Encoding.UTF8.GetBytes(passphrase, bytes.Bytes);
        return new TokenSecret(SecretKind.Passphrase, passphrase.Length, bytes);
    }

    /// <exception cref="HsmException">
    /// The file is missing, not exactly 32 bytes, open to others, or not random.
    /// </exception>
    public static TokenSecret FromKeyFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path);
            UnixFileMode mode = File.GetUnixFileMode(handle);
            if ((mode & ~Owner) != UnixFileMode.None)
            {
                string digits = Convert.ToString((int)mode, toBase: 8);
                throw Refused($"the key file {path} is open to others (mode {digits}). Remedy: chmod 600 {path}");
            }

            long size = RandomAccess.GetLength(handle);
            if (size != KeyFileSize)
                throw Refused($"the key file {path} has {size} bytes, not {KeyFileSize}. Restore it from a backup.");

            SecretBuffer bytes = new(KeyFileSize);
            int read = RandomAccess.Read(handle, bytes.Bytes, 0);
            if (read == KeyFileSize && bytes.Bytes.ContainsAnyExcept(bytes.Bytes[0]))
                return new TokenSecret(SecretKind.KeyFile, 0, bytes);

            bytes.Dispose();
            throw Refused($"the key file {path} is one byte repeated: it was not written completely. "
                + "Restore it from a backup.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused($"the key file {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>
    /// Writes 32 fresh random bytes to a new file that only its owner can read; an existing file is never touched.
    /// </summary>
    /// <exception cref="HsmException">The file exists or cannot be written.</exception>
    public static void CreateKeyFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        byte[] bytes = RandomNumberGenerator.GetBytes(KeyFileSize);
        try
        {
            FileStreamOptions options = new()
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = Owner,
                BufferSize = 0,
            };
            using (FileStream stream = new(full, options))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            Posix.FlushFolder(Path.GetDirectoryName(full)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused($"the key file {path} cannot be made: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public void Dispose() => _bytes.Dispose();

    public override string ToString() => "***";

    private static HsmException Refused(string message, Exception? inner = null) =>
        new(SoftwareToken.ProviderName, HsmOperation.Open, HsmFailure.WrongSecret, message, inner: inner);
}

internal enum SecretKind : byte
{
    Passphrase = 1,
    KeyFile = 2,
}
