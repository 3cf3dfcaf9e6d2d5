using System.Collections.Concurrent;
using Qbitel.Cryptography;
using Qbitel.Hsm.Pools;
using Qbitel.Hsm.Software;
using Qbitel.Hsm.Tests.Software;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Pools;

/// <summary>
/// A pool over software tokens in folders of their own, each behind a switch. Tokens can be made as copies of the first,
/// as a vendor's cloning makes them: then they hold the same keys.
/// </summary>
internal sealed class PoolFixture : IDisposable
{
    private readonly List<TokenFixture> _tokens = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public Dictionary<string, SwitchedToken> Switches { get; } = [];

    public ConcurrentQueue<HsmPoolAlert> Alerts { get; } = new();

    public ManualTime Time { get; } = new(TokenFixture.Start);

    public HsmPoolOptions Options => new()
    {
        MinimumCalls = 4,
        ProbeInterval = TimeSpan.FromDays(1), // tests ask for the rounds themselves
        Alert = Alerts.Enqueue,
    };

    /// <summary>Members that know nothing of each other.</summary>
    public async ValueTask<HsmPool> OpenAsync(int count = 2, HsmPoolOptions? options = null) =>
        await OpenAsync([.. await Task.WhenAll(Enumerable.Range(0, count).Select(NewAsync))], options);

    public async ValueTask<HsmPool> OpenAsync(IReadOnlyList<HsmPoolMember> members, HsmPoolOptions? options = null) =>
        await HsmPool.OpenAsync(members, options ?? Options, Time, null, Stop);

    public async Task<HsmPoolMember> NewAsync(int index)
    {
        TokenFixture token = new();
        lock (_tokens) _tokens.Add(token);
        return Member(index, await token.CreateAsync());
    }

    /// <summary>Copies of one token that has keys already: signing, encryption and encapsulation.</summary>
    public async Task<(HsmPoolMember[] Members, HsmKey Signing, HsmKey Cipher, HsmKey Kem)> CopiesAsync(int count = 2)
    {
        TokenFixture first = new();
        _tokens.Add(first);
        await using SoftwareToken token = await first.CreateAsync();
        HsmKey signing = await token.GenerateKeyAsync(TokenFixture.Id(1), SignatureAlgorithm.Ed25519, Stop);
        HsmKey cipher = await token.GenerateKeyAsync(TokenFixture.Id(2), CipherAlgorithm.Aes256Gcm, Stop);
        HsmKey kem = await token.GenerateKeyAsync(TokenFixture.Id(3), KemAlgorithm.MLKem768, Stop);
        HsmPoolMember[] members = new HsmPoolMember[count];
        for (int i = 0; i < count; i++)
        {
            TokenFixture copy = new();
            _tokens.Add(copy);
            Copy(first.Root, copy.Root);
            members[i] = Member(i, await copy.OpenAsync());
        }

        return (members, signing, cipher, kem);
    }

    public static void Copy(string from, string to)
    {
        foreach (string folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories))
        {
            string made = Path.Combine(to, Path.GetRelativePath(from, folder));
            Directory.CreateDirectory(made, File.GetUnixFileMode(folder));
        }

        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)), overwrite: true);
    }

    public void Dispose()
    {
        foreach (TokenFixture token in _tokens) token.Dispose();
    }

    private HsmPoolMember Member(int index, HsmProvider token)
    {
        string name = $"{(char)('a' + index)}";
        SwitchedToken switched = new(token);
        lock (_tokens) Switches[name] = switched;
        return new HsmPoolMember(name, _ => ValueTask.FromResult<HsmProvider>(switched));
    }
}
