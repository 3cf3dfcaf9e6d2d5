using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Hsm.Pools;
using Qbitel.Hsm.Software;
using Qbitel.Hsm.Tests.Software;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Pools;

/// <summary>
/// A pool of two processes that hold the same keys, under load, while one of them is killed and comes back. Every
/// answer is compared: Ed25519 signatures are deterministic, a decryption and a decapsulation have one right result.
/// </summary>
public sealed class PoolLoadTests(ITestOutputHelper output) : IDisposable
{
    private const int Callers = 96;
    private const int Variants = 16;

    private readonly List<string> _folders = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (string folder in _folders) Directory.Delete(folder, recursive: true);
    }

    [Fact, Trait("Soak", "hsm-pool-load")]
    public async Task A_member_is_killed_under_load_and_no_answer_is_wrong_or_missing()
    {
        int perSecond = Soak.Times(gate: 500, soak: 10_000), seconds = Soak.Times(gate: 4, soak: 60);
        (string first, HsmKey signing, HsmKey cipher, HsmKey kem, Expected expected) = await MakeAsync();
        string second = NewFolder();
        PoolFixture.Copy(first, second);
        BoxedToken a = new(first), b = new(second);
        ConcurrentQueue<(HsmPoolAlert Alert, long At)> alerts = new();
        await using HsmPool pool = await HsmPool.OpenAsync(
            [
                new("a", _ => ValueTask.FromResult<HsmProvider>(a)) { Concurrency = 1024 },
                new("b", _ => ValueTask.FromResult<HsmProvider>(b)) { Concurrency = 1024 },
            ],
            new HsmPoolOptions
            {
                ProbeInterval = TimeSpan.FromMilliseconds(200),
                Break = TimeSpan.FromMilliseconds(500),
                LongestBreak = TimeSpan.FromSeconds(1),
                Sampling = TimeSpan.FromSeconds(1),
                Alert = alert => alerts.Enqueue((alert, Stopwatch.GetTimestamp())),
            }, TimeProvider.System, null, Stop);
        await pool.SignAsync(signing, expected.Messages[0], default, Stop);

        long total = (long)perSecond * seconds, next = -1, wrong = 0, failed = 0, late = 0;
        double[] latencies = new double[total];
        long start = Stopwatch.GetTimestamp(), killedAt = 0, startedAt = 0;
        Task chaos = Task.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds / 3.0), Stop);
            killedAt = Stopwatch.GetTimestamp();
            a.Kill();
            await Task.Delay(TimeSpan.FromSeconds(seconds / 3.0), Stop);
            startedAt = Stopwatch.GetTimestamp();
            a.Restart();
        }, Stop);
        Task<(List<HsmKey> Made, int Refused)> creating = CreateAsync(pool, TimeSpan.FromSeconds(seconds));
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (long i; (i = Interlocked.Increment(ref next)) < total;)
            {
                long due = start + (long)(i * (double)Stopwatch.Frequency / perSecond);
                while (Stopwatch.GetTimestamp() < due) await Task.Delay(1, Stop);
                if (Stopwatch.GetElapsedTime(due).TotalSeconds > 1) Interlocked.Increment(ref late);
                long began = Stopwatch.GetTimestamp();
                int variant = (int)(i % Variants);
                try
                {
                    byte[] answer = (i % 5) switch
                    {
                        0 or 1 => await pool.SignAsync(signing, expected.Messages[variant], default, Stop),
                        2 or 3 => await pool.DecryptAsync(cipher, expected.Containers[variant], default, Stop),
                        _ => await pool.DecapsulateAsync(kem, expected.Ciphertexts[variant], Stop),
                    };
                    byte[][] right = (i % 5) switch
                    {
                        0 or 1 => expected.Signatures,
                        2 or 3 => expected.Messages,
                        _ => expected.Secrets,
                    };
                    if (!answer.AsSpan().SequenceEqual(right[variant])) Interlocked.Increment(ref wrong);
                }
                catch (HsmException)
                {
                    Interlocked.Increment(ref failed);
                }

                latencies[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }
        }, Stop)));
        double took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await chaos;
        (List<HsmKey> made, int refused) = await creating;

        // Well again in the end, and every key that was acknowledged is in one member, once, as it was acknowledged.
        Assert.True(await UntilAsync(() => pool.Members.All(m => m.State == HsmMemberState.Healthy)));
        foreach (HsmKey key in made) Assert.Single(await pool.HoldersAsync(key, Stop));
        foreach (HsmKey key in (HsmKey[])[signing, cipher, kem])
            Assert.Equal(2, (await pool.HoldersAsync(key, Stop)).Count);

        double detected = After(HsmPoolAlertKind.MemberOut, killedAt),
            back = After(HsmPoolAlertKind.MemberBack, startedAt);
        int at = (int)Math.Min(total - 1, Stopwatch.GetElapsedTime(start, killedAt).TotalSeconds * perSecond);
        double[] around = [.. latencies[at..(int)Math.Min(total, at + perSecond)].Order()];
        Array.Sort(latencies);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{total} calls in {took:0.0} s, {total / took:0} a second, {Callers} callers; {wrong} wrong, {failed} "
            + $"failed for their callers (error budget {100.0 * failed / total:0.0000} %), {late} begun more "
            + $"than 1 s late"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"latency p50 {latencies[total / 2]:0.00} ms, p99 {latencies[(int)(total * 0.99)]:0.00} ms, longest "
            + $"{latencies[^1]:0} ms; in the second after the kill p99 {around[(int)(around.Length * 0.99)]:0.0} ms"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"killed with SIGKILL: out after {detected:0} ms; started again: back after {back:0} ms "
            + $"(3 probes 200 ms apart, the process's start included)"));
        output.WriteLine($"{made.Count} keys made meanwhile, {refused} creations refused while a member was away; "
            + "each key in one member, none lost, none twice");
        Assert.Equal(0, wrong);
        Assert.Equal(0, failed);
        Assert.NotEmpty(made);

        double After(HsmPoolAlertKind kind, long since) => Stopwatch.GetElapsedTime(
            since, alerts.First(e => e.Alert.Kind == kind && e.Alert.Member == "a" && e.At > since).At)
                .TotalMilliseconds;
    }

    private static async Task<(List<HsmKey> Made, int Refused)> CreateAsync(HsmPool pool, TimeSpan span)
    {
        List<HsmKey> made = [];
        int refused = 0;
        long start = Stopwatch.GetTimestamp();
        for (int i = 100; Stopwatch.GetElapsedTime(start) < span; i++)
        {
            try
            {
                made.Add(await pool.GenerateKeyAsync(TokenFixture.Id(i), SignatureAlgorithm.Ed25519, Stop));
            }
            catch (HsmException refusal)
            {
                Assert.True(refusal.IsTransient);
                refused++;
            }

            await Task.Delay(50, Stop);
        }

        return (made, refused);
    }

    private static async Task<bool> UntilAsync(Func<bool> holds)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 30;)
        {
            if (holds()) return true;
            await Task.Delay(20, Stop);
        }

        return false;
    }

    private async Task<(string Folder, HsmKey Signing, HsmKey Cipher, HsmKey Kem, Expected Expected)> MakeAsync()
    {
        string folder = NewFolder();
        TokenSecret.CreateKeyFile(Path.Combine(folder, "token.secret"));
        using TokenSecret secret = TokenSecret.FromKeyFile(Path.Combine(folder, "token.secret"));
        await using SoftwareToken token = await SoftwareToken.CreateAsync(
            new SoftwareTokenOptions { Folder = Path.Combine(folder, "token") }, secret, TimeProvider.System, null,
            Stop);
        HsmKey signing = await token.GenerateKeyAsync(TokenFixture.Id(1), SignatureAlgorithm.Ed25519, Stop);
        HsmKey cipher = await token.GenerateKeyAsync(TokenFixture.Id(2), CipherAlgorithm.Aes256Gcm, Stop);
        HsmKey kem = await token.GenerateKeyAsync(TokenFixture.Id(3), KemAlgorithm.MLKem768, Stop);
        using KemKey publicKem = KemKeys.ImportPublic(KemAlgorithm.MLKem768, kem.PublicKey.Span);
        Expected expected = new([], [], [], [], []);
        for (int i = 0; i < Variants; i++)
        {
            byte[] message = System.Text.Encoding.ASCII.GetBytes($"pay {i + 1},000,000.00 USD"),
                ciphertext = new byte[1088],
                shared = new byte[32];
            publicKem.Encapsulate(ciphertext, shared);
            expected = new(
                [.. expected.Messages, message],
                [.. expected.Signatures, await token.SignAsync(signing, message, default, Stop)],
                [.. expected.Containers, await token.EncryptAsync(cipher, message, default, Stop)],
                [.. expected.Ciphertexts, ciphertext], [.. expected.Secrets, shared]);
        }

        return (folder, signing, cipher, kem, expected);
    }

    private string NewFolder()
    {
        string folder = Directory.CreateTempSubdirectory("qbitel-pool-").FullName;
        _folders.Add(folder);
        return folder;
    }

    private sealed record Expected(
        byte[][] Messages, byte[][] Signatures, byte[][] Containers, byte[][] Ciphertexts, byte[][] Secrets);
}
