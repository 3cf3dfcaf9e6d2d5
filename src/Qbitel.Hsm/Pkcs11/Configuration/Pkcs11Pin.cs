using System.Security.Cryptography;
using System.Text;

namespace Qbitel.Hsm.Pkcs11.Configuration;

/// <summary>The user's PIN of a token. It prints as <c>***</c> and is zeroed on disposal.</summary>
/// <remarks>Never on a command line, where every user of the machine can read it.</remarks>
public sealed class Pkcs11Pin : IDisposable
{
    private const int MaxSize = 1024;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite;

    private readonly SecretBuffer _bytes;

    private Pkcs11Pin(SecretBuffer bytes) => _bytes = bytes;

    internal ReadOnlySpan<byte> Bytes => _bytes.Bytes;

    /// <summary>The PIN as its UTF-8 bytes. The caller clears its own copy.</summary>
    public static Pkcs11Pin FromText(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) throw Refused("the PIN is empty.");

        SecretBuffer bytes = new(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, bytes.Bytes);
        return new Pkcs11Pin(bytes);
    }

    /// <summary>
    /// Reads it from where the configuration says: <c>env:NAME</c>, <c>file:PATH</c> or <c>credential:NAME</c>.
    /// </summary>
    /// <exception cref="HsmException">There is none, or others can read the file.</exception>
    public static Pkcs11Pin From(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        int colon = source.IndexOf(':', StringComparison.Ordinal);
        string name = source[(colon + 1)..];
        return (colon < 0 ? "" : source[..colon]) switch
        {
            "env" => FromEnvironment(name),
            "file" => FromFile(name),
            "credential" => FromCredential(name),

            // What stands there may be a PIN: it is not repeated.
            _ => throw Refused("the setting Pin names a place: env:NAME, file:PATH or credential:NAME. "
                + "If it holds the PIN itself, change the PIN: it has been written down."),
        };
    }

    /// <summary>The value of a variable of the environment.</summary>
    public static Pkcs11Pin FromEnvironment(string name) => Environment.GetEnvironmentVariable(name) is { } value
        ? FromText(value)
        : throw Refused($"the environment variable {name}, which should hold the PIN, is not set.");

    /// <summary>The first line of a file that only its owner can read.</summary>
    public static Pkcs11Pin FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes = GC.AllocateArray<byte>(MaxSize + 1, pinned: true);
        try
        {
            using FileStream file = new(path, new FileStreamOptions { BufferSize = 0 });
            if ((File.GetUnixFileMode(file.SafeFileHandle) & Others) != UnixFileMode.None)
                throw Refused($"the PIN file {path} is open to others. Remedy: chmod 600 {path}");

            int size = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            ReadOnlySpan<byte> line = bytes.AsSpan(0, size);
            if (line.IndexOf((byte)'\n') is >= 0 and var end) line = line[..end];
            line = line.TrimEnd((byte)'\r');
            if (line.IsEmpty) throw Refused($"the first line of the PIN file {path} is empty.");
            if (line.Length > MaxSize) throw Refused($"the PIN file {path} is longer than {MaxSize} bytes.");

            SecretBuffer secret = new(line.Length);
            line.CopyTo(secret.Bytes);
            return new Pkcs11Pin(secret);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused($"the PIN file {path} cannot be read: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>A credential that systemd hands to the unit (LoadCredential=, SetCredentialEncrypted=).</summary>
    public static Pkcs11Pin FromCredential(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string folder = Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY")
            ?? throw Refused($"there is no credential '{name}': this process was not started by systemd with "
                + "credentials (CREDENTIALS_DIRECTORY is not set).");
        return name.AsSpan().IndexOfAny('/', '\0') >= 0
            ? throw Refused("the name of a credential has no slash.")
            : FromFile(Path.Combine(folder, name));
    }

    public void Dispose() => _bytes.Dispose();

    public override string ToString() => "***";

    private static HsmException Refused(string message, Exception? inner = null) =>
        new("pkcs11", HsmOperation.Open, HsmFailure.WrongSecret, message, inner: inner);
}
