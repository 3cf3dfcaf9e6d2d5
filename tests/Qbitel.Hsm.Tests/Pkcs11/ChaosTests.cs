using System.Diagnostics;
using System.Globalization;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Pkcs11.Configuration;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Tests.Software;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Pkcs11;

/// <summary>
/// What happens to a module while many calls are in it, with figures: how many callers noticed, how long it took, and
/// that no answer was wrong. The module is one of callbacks, which fails, hangs and forgets on demand; its keys are
/// real.
/// </summary>
[Collection(FakeModules.Name)]
public sealed class ChaosTests(ITestOutputHelper output) : IDisposable
{
    private const string Pin = "fake-pin-of-the-test";
    private const int Callers = 8;

    private static readonly byte[] Data = "pay 5,000,000.00 USD"u8.ToArray();

    private readonly FakeModule _fake = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static TimeSpan Span => TimeSpan.FromSeconds(Soak.Times(gate: 4, soak: 30));

    public void Dispose() => _fake.Dispose();

    [Fact, Trait("Soak", "hsm-chaos")]
    public async Task A_module_that_is_reset_under_load()
    {
        await using Pkcs11Token token = await OpenAsync();
        HsmKey[] keys = await KeysAsync(token);
        int resets = 0;

        Figures figures = await LoadAsync(token, keys, async () =>
        {
            _fake.FinalizeFromOutside();
            resets++;
            await Task.Delay(1_500, Stop); // a module is renewed once a second at most
        });

        Say($"module reset {resets} times under load", figures, $"{token.Renewals} renewals");
        Assert.True(figures.Signed > 0);
        Assert.InRange(token.Renewals, 1, resets);
    }

    [Fact, Trait("Soak", "hsm-chaos")]
    public async Task A_slot_and_all_handles_that_are_renumbered_under_load()
    {
        await using Pkcs11Token token = await OpenAsync();
        HsmKey[] keys = await KeysAsync(token);
        int changes = 0;

        Figures figures = await LoadAsync(token, keys, async () =>
        {
            // The same numbers, for other objects: a handle that outlives its epoch would sign with another key.
            int shift = ++changes * 2;
            int objects = _fake.Objects.Count;
            _fake.Tokens[0] = _fake.Tokens[0] with { Slot = (ulong)(7 + changes) };
            _fake.Numbering = index => (ulong)((index + shift) % objects) + 1;
            _fake.FinalizeFromOutside();
            await Task.Delay(1_500, Stop); // a module is renewed once a second at most
        });

        Say($"slot and handles renumbered {changes} times under load", figures, $"{token.Renewals} renewals");
        Assert.True(figures.Signed > 0);
    }

    [Fact, Trait("Soak", "hsm-chaos")]
    public async Task A_token_that_is_pulled_and_put_back_under_load()
    {
        await using Pkcs11Token token = await OpenAsync();
        HsmKey[] keys = await KeysAsync(token);
        long backAt;

        Task<Figures> load = LoadAsync(token, keys, null, TimeSpan.FromSeconds(6));
        await Task.Delay(200, Stop);
        bool isThere = false;
        _fake.Intercept = function => isThere ? null : function switch
        {
            "SignInit" or "Sign" or "OpenSession" => Ckr.DeviceRemoved,
            "GetTokenInfo" => Ckr.TokenNotPresent,
            _ => null,
        };
        await Task.Delay(500, Stop);
        isThere = true;
        backAt = Stopwatch.GetTimestamp();
        while (token.Renewals == 0 || !await SignsAsync(token, keys[0])) await Task.Delay(5, Stop);
        TimeSpan recovery = Stopwatch.GetElapsedTime(backAt);
        Figures figures = await load;

        Say("token pulled for 500 ms under load", figures, string.Create(CultureInfo.InvariantCulture,
            $"signs again {recovery.TotalMilliseconds:0} ms after it was put back; "
            + $"pauses between looks double from 4 s"));
        Assert.True(figures.Failed > 0);
        Assert.InRange(recovery, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact, Trait("Soak", "hsm-chaos")]
    public async Task A_pin_that_is_locked_under_load()
    {
        await using Pkcs11Token token = await OpenAsync();
        HsmKey[] keys = await KeysAsync(token);
        Task<Figures> load = LoadAsync(token, keys, null, TimeSpan.FromSeconds(3));
        await Task.Delay(200, Stop);
        int logins = _fake.Count("Login");
        _fake.Pin = "changed by the officer"u8.ToArray();
        _fake.FinalizeFromOutside();
        Figures figures = await load;

        Say("PIN changed under load", figures,
            $"{_fake.Count("Login") - logins} login tried with the old PIN over {figures.Failed} refused calls");
        Assert.True(figures.Failed > 0);
        Assert.Equal(1, _fake.Count("Login") - logins);
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await token.SignAsync(keys[0], Data, default, Stop));
        Assert.Equal(HsmFailure.WrongSecret, refused.Failure);
        Assert.False(refused.IsTransient);
    }

    [Fact, Trait("Soak", "hsm-chaos")]
    public async Task A_module_that_hangs_under_load()
    {
        TimeSpan limit = TimeSpan.FromMilliseconds(500); // keys are made within it too, on a cold machine
        await using Pkcs11Token token = await OpenAsync(limit);
        HsmKey[] keys = await KeysAsync(token);
        using ManualResetEventSlim release = new();
        Task<Figures> load = LoadAsync(token, keys, null, TimeSpan.FromSeconds(3));
        await Task.Delay(200, Stop);
        _fake.Intercept = function =>
        {
            if (function == "Sign") release.Wait(CancellationToken.None);
            return null;
        };
        Assert.True(SpinWait.SpinUntil(() => token.LostThreads >= 4, TimeSpan.FromSeconds(10)));
        int lost = token.LostThreads;
        long asked = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<HsmException>(async () => await token.SignAsync(keys[0], Data, default, Stop));
        TimeSpan refusal = Stopwatch.GetElapsedTime(asked);
        await Task.Delay(300, Stop);
        _fake.Intercept = _ => null;
        release.Set();
        long released = Stopwatch.GetTimestamp();
        await SignsAgainAsync(token, keys[0]);
        TimeSpan recovery = Stopwatch.GetElapsedTime(released);
        Figures figures = await load;

        Say("module hung under load", figures, string.Create(CultureInfo.InvariantCulture,
            $"limit {limit.TotalMilliseconds:0} ms, longest call {figures.Longest.TotalMilliseconds:0} ms; "
            + $"{lost} threads lost; "
            + $"then refused in {refusal.TotalMilliseconds:0.0} ms; signs again {recovery.TotalMilliseconds:0} ms "
            + $"after its release"));
        Assert.InRange(figures.Longest, TimeSpan.Zero, limit + TimeSpan.FromSeconds(3)); // a crowded machine wakes late
        Assert.True(SpinWait.SpinUntil(() => token.LostThreads == 0, TimeSpan.FromSeconds(10)));
    }

    // The thread that replaces a lost one is lost as well, and nobody takes its place: they must serve again.
    [Fact]
    public async Task Threads_that_were_all_lost_serve_again_once_the_module_comes_back()
    {
        await using Pkcs11Token token = await OpenAsync(TimeSpan.FromSeconds(1), sessions: 1);
        HsmKey key = await token.GenerateKeyAsync(TokenFixture.Id(1), SignatureAlgorithm.EcdsaP256, Stop);
        using ManualResetEventSlim release = new();
        using CountdownEvent inside = new(2);
        _fake.Intercept = function =>
        {
            if (function != "Sign") return null;
            if (!inside.IsSet) inside.Signal();
            release.Wait(CancellationToken.None);
            return null;
        };
        Task<bool> first = SignsAsync(token, key);
        await Task.Delay(500, Stop);
        Task<bool> second = SignsAsync(token, key); // waits, and is taken by the replacement
        Assert.False(await first);
        Assert.False(await second);
        Assert.SkipUnless(inside.IsSet, "the machine was too busy: the replacement came after its call had given up");

        _fake.Intercept = _ => null;
        release.Set();

        await SignsAgainAsync(token, key);
        Assert.True(SpinWait.SpinUntil(() => token.LostThreads == 0, TimeSpan.FromSeconds(10)));
    }

    private static async Task<HsmKey[]> KeysAsync(Pkcs11Token token)
    {
        HsmKey[] keys = new HsmKey[4];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = await token.GenerateKeyAsync(TokenFixture.Id(i + 1), SignatureAlgorithm.EcdsaP256, Stop);
        return keys;
    }

    /// <summary>
    /// Signs with all keys and verifies every signature, while <paramref name="chaos"/> goes on beside it.
    /// </summary>
    private static async Task<Figures> LoadAsync(
        Pkcs11Token token, HsmKey[] keys, Func<Task>? chaos, TimeSpan? span = null)
    {
        using CancellationTokenSource end = new(span ?? Span);
        int signed = 0, failed = 0, wrong = 0;
        long longest = 0;
        SignatureKey[] publicKeys =
            [.. keys.Select(k => SignatureKeys.ImportPublic(SignatureAlgorithm.EcdsaP256, k.PublicKey.Span))];
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (int i = caller; !end.IsCancellationRequested; i++)
            {
                long started = Stopwatch.GetTimestamp();
                try
                {
                    byte[] signature = await token.SignAsync(keys[i % keys.Length], Data, default, Stop);
                    if (publicKeys[i % keys.Length].Verify(Data, signature)) Interlocked.Increment(ref signed);
                    else Interlocked.Increment(ref wrong);
                }
                catch (HsmException)
                {
                    Interlocked.Increment(ref failed);
                    await Task.Delay(1, Stop);
                }

                long took = Stopwatch.GetTimestamp() - started;
                for (long known; (known = Volatile.Read(ref longest)) < took;)
                    Interlocked.CompareExchange(ref longest, took, known);
            }
        }, Stop))];
        while (chaos is not null && !end.IsCancellationRequested) await chaos();
        await Task.WhenAll(callers);
        foreach (SignatureKey key in publicKeys) key.Dispose();
        Assert.Equal(0, wrong);
        return new Figures(signed, failed, Stopwatch.GetElapsedTime(0, longest));
    }

    private static async Task SignsAgainAsync(Pkcs11Token token, HsmKey key)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await SignsAsync(token, key))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60), "it never signs again");
            await Task.Delay(1, Stop);
        }
    }

    private static async Task<bool> SignsAsync(Pkcs11Token token, HsmKey key)
    {
        try
        {
            await token.SignAsync(key, Data, default, Stop);
            return true;
        }
        catch (HsmException error)
        {
            Assert.True(error.IsTransient);
            return false;
        }
    }

    private void Say(string what, Figures figures, string more) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
            $"{what}: {figures.Signed} signatures, 0 wrong, {figures.Failed} calls failed for "
        + $"their callers, longest call {figures.Longest.TotalMilliseconds:0} ms; {more}"));

    private ValueTask<Pkcs11Token> OpenAsync(TimeSpan? limit = null, int sessions = 4) => Pkcs11Token.OpenAsync(
        Pkcs11Vendor.Find("thales_luna")!, _fake.Module, reserved: null, new Pkcs11Options
        {
            TokenLabel = "bank",
            AskPin = () => Pkcs11Pin.FromText(Pin),
            Sessions = sessions,
            IdlePing = TimeSpan.Zero,
            CallTimeout = limit ?? TimeSpan.FromSeconds(30),
        }, TimeProvider.System, null, Stop);

    private sealed record Figures(int Signed, int Failed, TimeSpan Longest);
}
