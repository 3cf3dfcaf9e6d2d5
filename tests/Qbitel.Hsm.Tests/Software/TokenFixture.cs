using Qbitel.Governance;
using Qbitel.Hsm.Software;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Software;

/// <summary>A folder for one software token, closed by a key file, gone after the test.</summary>
internal sealed class TokenFixture : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 9, 0, 0, 123, TimeSpan.Zero);

    public TokenFixture()
    {
        Root = Directory.CreateTempSubdirectory("qbitel-token-").FullName;
        TokenSecret.CreateKeyFile(KeyFile);
    }

    public string Root { get; }

    public string Folder => Path.Combine(Root, "token");

    public string Keys => Path.Combine(Folder, "keys");

    public string KeyFile => Path.Combine(Root, "token.secret");

    public ManualTime Time { get; } = new(Start);

    public SoftwareTokenOptions Options => new() { Folder = Folder };

    public static TokenKeyId Id(int version) =>
        TokenKeyId.Derive(new KeyId(Guid.Parse("01998f00-0000-7000-8000-0000000000aa")), version);

    public string KeyPath(TokenKeyId id) => Path.Combine(Keys, $"{id}.key");

    public string UsesPath(TokenKeyId id) => Path.Combine(Keys, $"{id}.uses");

    public async ValueTask<SoftwareToken> CreateAsync(SoftwareTokenOptions? options = null)
    {
        using TokenSecret secret = TokenSecret.FromKeyFile(KeyFile);
        return await SoftwareToken.CreateAsync(
            options ?? Options, secret, Time, null, TestContext.Current.CancellationToken);
    }

    public async ValueTask<SoftwareToken> OpenAsync(SoftwareTokenOptions? options = null)
    {
        using TokenSecret secret = TokenSecret.FromKeyFile(KeyFile);
        return await SoftwareToken.OpenAsync(
            options ?? Options, secret, Time, null, TestContext.Current.CancellationToken);
    }

    /// <summary>The sealed private key, opened with the internals: what must be nowhere on disk.</summary>
    public byte[] PrivateKeyOf(TokenKeyId id)
    {
        using TokenSecret secret = TokenSecret.FromKeyFile(KeyFile);
        byte[] tokenId = new byte[TokenHeader.IdSize];
        using SecretBuffer tokenKey = TokenHeader.Unwrap(
            File.ReadAllBytes(Path.Combine(Folder, "token")), "token", secret, tokenId);
        using TokenKeys keys = new(tokenKey, tokenId);
        SealedKey.Read(
            File.ReadAllBytes(KeyPath(id)), KeyPath(id), keys, id, HsmOperation.Find, out SecretBuffer opened);
        using (opened) return opened.Bytes.ToArray();
    }

    // Without a lock of its own: a process that is just being started may for a moment hold one that was given up.
    private static byte[] Read(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using MemoryStream content = new();
        file.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>
    /// The files below the folder that hold these bytes, or any 16 of them in a row, raw, in hexadecimal or in Base64.
    /// </summary>
    public IEnumerable<string> FilesWith(byte[] needle)
    {
        foreach (string file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            byte[] content = Read(file);
            string text = System.Text.Encoding.Latin1.GetString(content);
            for (int at = 0; at + 16 <= needle.Length; at++)
            {
                ReadOnlySpan<byte> window = needle.AsSpan(at, 16);
                if (content.AsSpan().IndexOf(window) < 0
                    && !text.Contains(Convert.ToHexString(window), StringComparison.OrdinalIgnoreCase)
                    && !text.Contains(Convert.ToBase64String(window)[..20], StringComparison.Ordinal))
                {
                    continue;
                }

                yield return file;
                break;
            }
        }
    }

    public void Dispose()
    {
        Directory.Delete(Root, recursive: true);
    }
}
