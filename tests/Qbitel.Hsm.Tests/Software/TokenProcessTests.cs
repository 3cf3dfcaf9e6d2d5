using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Hsm.Software;
using Qbitel.Testing;
using static Qbitel.Hsm.Tests.Software.TokenFixture;

namespace Qbitel.Hsm.Tests.Software;

/// <summary>Processes that die in the middle, and processes that work on one folder at the same time.</summary>
public sealed class TokenProcessTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("qbitel-token-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_root, "token");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>SIGKILL at random moments: what was acknowledged is there, nothing is damaged, work goes on.</summary>
    [Fact, Trait("Soak", "token-kill")]
    public async Task A_killed_process_loses_nothing_it_was_told_is_done()
    {
        int times = Soak.Times(gate: 8, soak: 500), acknowledged = 0;
        for (int i = 0; i < times; i++)
        {
            await MakeTokenAsync();
            acknowledged += await KillOnceAsync(afterLines: RandomNumberGenerator.GetInt32(1, 60));
            Directory.Delete(Folder, recursive: true);
        }

        Assert.NotEqual(0, acknowledged);
        output.WriteLine($"{times} kills; {acknowledged} acknowledged changes, 0 lost");
    }

    [Fact]
    public async Task Processes_that_ask_for_the_same_keys_get_the_same_keys()
    {
        await MakeTokenAsync();
        Process[] workers = [.. Enumerable.Range(0, 3).Select(_ => Start(TokenWorker.Generate, Folder, "15"))];
        string[] outputs = await Task.WhenAll(workers.Select(worker => worker.StandardOutput.ReadToEndAsync(Stop)));
        foreach (Process worker in workers) await EndedWellAsync(worker);

        Assert.All(outputs, output => Assert.Equal(outputs[0], output));
        Assert.Equal(15, outputs[0].Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Processes_share_the_encryptions_of_a_key()
    {
        await MakeTokenAsync();
        await using SoftwareToken token = await TokenWorker.OpenAsync(Folder, 0);
        HsmKey key = await token.GenerateKeyAsync(Id(1), CipherAlgorithm.Aes256Gcm, Stop);
        Process[] workers = [.. Enumerable.Range(0, 3).Select(_ => Start(TokenWorker.Encrypt, Folder, "1000"))];
        foreach (Process worker in workers)
        {
            Assert.Equal("encrypted 1000\n", await worker.StandardOutput.ReadToEndAsync(Stop));
            await EndedWellAsync(worker);
        }

        long recorded = BitConverter.ToInt64(
            [.. File.ReadAllBytes(Path.Combine(Folder, "keys", $"{key.Id}.uses")).AsSpan(42, 8).ToArray().Reverse()]);
        Assert.InRange(recorded, 3_000, 3 * 2_032); // blocks of 16, 32, … 1,024 are reserved by each
    }

    [Fact]
    public async Task A_key_destroyed_elsewhere_is_not_used_here()
    {
        await MakeTokenAsync();
        await using SoftwareToken here = await TokenWorker.OpenAsync(Folder, 0);
        await using SoftwareToken there = await TokenWorker.OpenAsync(Folder, 0);
        HsmKey key = await here.GenerateKeyAsync(Id(1), SignatureAlgorithm.EcdsaP256, Stop);
        await here.SignAsync(key, default, default, Stop);

        Assert.True(await there.DestroyAsync(key.Id, Stop));

        HsmException gone = await Assert.ThrowsAsync<HsmException>(
            async () => await here.SignAsync(key, default, default, Stop));
        Assert.Equal(HsmFailure.KeyMissing, gone.Failure);
    }

    private async Task MakeTokenAsync()
    {
        for (int i = 0; i < 2; i++)
            if (!File.Exists(TokenWorker.KeyFile(Folder, i))) TokenSecret.CreateKeyFile(TokenWorker.KeyFile(Folder, i));

        using TokenSecret secret = TokenSecret.FromKeyFile(TokenWorker.KeyFile(Folder, 0));
        await (await SoftwareToken.CreateAsync(
            TokenWorker.Options(Folder), secret, TimeProvider.System, null, Stop)).DisposeAsync();
    }

    // Returns how many changes the worker said were done: every one was checked.
    private async Task<int> KillOnceAsync(int afterLines)
    {
        Dictionary<int, string> made = [];
        HashSet<int> destroying = [];
        HashSet<int> destroyed = [];
        (int secret, int? changing, long encrypted, int acknowledged) = (0, null, 0, 0);

        using Process worker = Start(TokenWorker.Churn, Folder);
        for (int line = 0; line < afterLines; line++)
        {
            if (await worker.StandardOutput.ReadLineAsync(Stop) is { } text) Note(text);
            else Assert.Fail(await worker.StandardError.ReadToEndAsync(Stop));
        }

        // Somewhere in what comes next: a key, a count, a destruction or a change of the secret takes about that long.
        long moment = Stopwatch.GetTimestamp() + (
            RandomNumberGenerator.GetInt32(5_000) * Stopwatch.Frequency / 1_000_000);
        while (Stopwatch.GetTimestamp() < moment)
        {
        }

        worker.Kill();
        while (await worker.StandardOutput.ReadLineAsync(Stop) is { } text) Note(text);
        await worker.WaitForExitAsync(Stop);

        await using SoftwareToken token = await OpenOneOfAsync(secret, changing);
        Dictionary<TokenKeyId, HsmKey> listed = [];
        await foreach (HsmKey key in token.ListAsync(Stop)) listed.Add(key.Id, key);
        foreach ((int number, string checkValue) in made)
        {
            bool there = listed.TryGetValue(Id(number), out HsmKey? key);
            if (destroyed.Contains(number)) Assert.False(there, $"{number} came back");
            else if (!destroying.Contains(number)) Assert.True(there, $"{number} is lost");
            if (there) Assert.Equal(checkValue, Convert.ToHexString(key!.CheckValue.Span));
        }

        foreach (HsmKey key in listed.Values)
        {
            if (key.Algorithm is SignatureAlgorithm) await token.SignAsync(key, default, default, Stop);
            else await token.EncryptAsync(key, default, default, Stop);
        }

        Assert.Empty(Directory.EnumerateFiles(Folder, ".*.tmp", SearchOption.AllDirectories));
        if (encrypted > 0)
        {
            byte[] uses = File.ReadAllBytes(Path.Combine(Folder, "keys", $"{Id(1_000_000)}.uses"));
            Assert.True(System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(uses.AsSpan(42)) >= encrypted);
        }

        await token.GenerateKeyAsync(Id(2_000_000), CipherAlgorithm.Aes256Gcm, Stop);
        return acknowledged;

        void Note(string text)
        {
            string[] words = text.Split(' ');
            int number = int.Parse(words[1], CultureInfo.InvariantCulture);
            if (words[0] is not ("destroying" or "changing")) acknowledged++;
            switch (words[0])
            {
                case "made": made.Add(number, words[2]); break;
                case "encrypted": encrypted = number; break;
                case "destroying": destroying.Add(number); break;
                case "destroyed": destroyed.Add(number); break;
                case "changing": changing = number; break;
                case "changed": (secret, changing) = (number, null); break;
                default: Assert.Fail(text); break;
            }
        }
    }

    private async Task<SoftwareToken> OpenOneOfAsync(int secret, int? changing)
    {
        try
        {
            return await TokenWorker.OpenAsync(Folder, secret);
        }
        catch (HsmException e) when (changing is not null && e.Failure == HsmFailure.WrongSecret)
        {
            // killed between the change and its acknowledgement
            return await TokenWorker.OpenAsync(Folder, changing.Value);
        }
    }

    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static async Task EndedWellAsync(Process worker)
    {
        await worker.WaitForExitAsync(Stop);
        Assert.True(worker.ExitCode == 0, await worker.StandardError.ReadToEndAsync(Stop));
        worker.Dispose();
    }
}
