using System.Diagnostics.Metrics;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Hsm.Pools;
using Qbitel.Hsm.Tests.Software;
using static Qbitel.Hsm.Tests.Software.TokenFixture;

namespace Qbitel.Hsm.Tests.Pools;

public sealed class HsmPoolTests : IDisposable
{
    private static readonly byte[] Data = "pay 5,000,000.00 USD"u8.ToArray();

    private readonly PoolFixture _fixture = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private SwitchedToken A => _fixture.Switches["a"];

    private SwitchedToken B => _fixture.Switches["b"];

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_key_is_made_in_one_member_whoever_asks_and_used_there()
    {
        await using HsmPool pool = await _fixture.OpenAsync(3);

        HsmKey[] keys = await Task.WhenAll(Enumerable.Range(1, 8).Select(async i =>
            await pool.GenerateKeyAsync(Id(i), SignatureAlgorithm.Ed25519, Stop)));

        HashSet<string> homes = [];
        foreach (HsmKey key in keys)
        {
            string home = Assert.Single(await pool.HoldersAsync(key, Stop));
            homes.Add(home);
            Assert.True(key.IsSameKeyAs(await pool.GenerateKeyAsync(key.Id, SignatureAlgorithm.Ed25519, Stop)));
            Assert.True(Verifies(key, await pool.SignAsync(key, Data, default, Stop)));
        }

        Assert.True(homes.Count > 1, "keys are spread");
    }

    [Fact]
    public async Task A_call_goes_to_another_member_that_holds_the_same_key()
    {
        (HsmPoolMember[] members, HsmKey signing, HsmKey cipher, HsmKey kem) = await _fixture.CopiesAsync();
        await using HsmPool pool = await _fixture.OpenAsync(members);
        byte[] container = await pool.EncryptAsync(cipher, Data, default, Stop);
        using KemKey publicKem = KemKeys.ImportPublic(KemAlgorithm.MLKem768, kem.PublicKey.Span);
        byte[] ciphertext = new byte[1088], secret = new byte[32];
        publicKem.Encapsulate(ciphertext, secret);

        foreach (SwitchedToken failing in (SwitchedToken[])[A, B])
        {
            failing.Fail();
            for (int i = 0; i < 2; i++)
            {
                Assert.True(Verifies(signing, await pool.SignAsync(signing, Data, default, Stop)));
                Assert.Equal(Data, await pool.DecryptAsync(cipher, container, default, Stop));
                Assert.Equal(secret, await pool.DecapsulateAsync(kem, ciphertext, Stop));
                Assert.Equal(16, (await pool.RandomBytesAsync(16, Stop)).Length);
            }

            failing.Work();
            for (int i = 0; i < 4; i++) await RoundAsync(pool);
        }
    }

    [Fact]
    public async Task A_member_with_another_key_of_that_name_is_never_used_for_it()
    {
        await using HsmPool pool = await _fixture.OpenAsync();
        HsmKey ours = await A.GenerateKeyAsync(Id(1), SignatureAlgorithm.Ed25519, Stop);
        await B.GenerateKeyAsync(Id(1), SignatureAlgorithm.Ed25519, Stop); // by whoever has access to that box

        for (int i = 0; i < 8; i++)
            Assert.True(Verifies(ours, await pool.SignAsync(ours, Data, default, Stop)));
        A.Fail();
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await pool.SignAsync(ours, Data, default, Stop));

        Assert.Equal(HsmFailure.Unavailable, refused.Failure);
        Assert.Single(_fixture.Alerts, a => a is { Kind: HsmPoolAlertKind.KeyConflict, Member: "b" });
        A.Work();
        Assert.Equal(HsmFailure.KeyConflict, (await Assert.ThrowsAsync<HsmException>(
            async () => await pool.FindAsync(Id(1), Stop))).Failure);
        Assert.Equal(HsmFailure.KeyConflict, (await Assert.ThrowsAsync<HsmException>(
            async () => await pool.GenerateKeyAsync(Id(1), SignatureAlgorithm.Ed25519, Stop))).Failure);
    }

    [Fact]
    public async Task A_creation_is_never_made_elsewhere_and_asking_again_finds_it()
    {
        await using HsmPool pool = await _fixture.OpenAsync(options: _fixture.Options with { CreationQuorum = 1 });
        int made = 0;
        foreach (SwitchedToken each in (SwitchedToken[])[A, B])
        {
            each.Before = (operation, _) =>
            {
                if (operation == HsmOperation.GenerateKey) made++;
                return operation == HsmOperation.GenerateKey
                    ? Task.FromException(new HsmException("box", operation, HsmFailure.Unavailable, "late", true))
                    : Task.CompletedTask;
            };
        }

        HsmException failed = await Assert.ThrowsAsync<HsmException>(
            async () => await pool.GenerateKeyAsync(Id(1), SignatureAlgorithm.Ed25519, Stop));
        Assert.True(failed.IsTransient);
        Assert.Equal(1, made); // at one member, once

        // The device had made it, and only its answer was lost.
        string home = await HomeAsync(Id(1));
        _fixture.Switches[home].Work();
        HsmKey key = await _fixture.Switches[home].GenerateKeyAsync(Id(1), SignatureAlgorithm.Ed25519, Stop);
        A.Work();
        B.Work();
        Assert.True(key.IsSameKeyAs(await pool.GenerateKeyAsync(Id(1), SignatureAlgorithm.Ed25519, Stop)));
        Assert.Equal([home], await pool.HoldersAsync(key, Stop));
    }

    [Fact]
    public async Task Without_the_quorum_or_the_home_no_key_is_made()
    {
        await using HsmPool all = await _fixture.OpenAsync();
        B.Fail();
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await all.GenerateKeyAsync(Id(1), SignatureAlgorithm.Ed25519, Stop));
        Assert.True(refused.IsTransient);
        Assert.Null(await A.FindAsync(Id(1), Stop));

        using PoolFixture other = new();
        await using HsmPool one = await other.OpenAsync(options: other.Options with { CreationQuorum = 1 });
        string home = await HomeAsync(Id(1)), away = home == "a" ? "b" : "a";
        other.Switches[away].Fail();
        Assert.NotNull(await one.GenerateKeyAsync(Id(1), SignatureAlgorithm.Ed25519, Stop));
        other.Switches[away].Work();
        other.Switches[home].Fail();
        TokenKeyId second = Enumerable.Range(2, 100).Select(Id).First(id => HomeAsync(id).Result == home);
        await Assert.ThrowsAsync<HsmException>(
            async () => await one.GenerateKeyAsync(second, SignatureAlgorithm.Ed25519, Stop));
        Assert.Null(await other.Switches[away].FindAsync(second, Stop));
    }

    [Fact]
    public async Task A_key_is_destroyed_everywhere_or_nowhere()
    {
        (HsmPoolMember[] members, HsmKey signing, _, _) = await _fixture.CopiesAsync();
        await using HsmPool pool = await _fixture.OpenAsync(members);
        B.Fail();
        await RoundAsync(pool);
        await RoundAsync(pool);

        await Assert.ThrowsAsync<HsmException>(async () => await pool.DestroyAsync(signing.Id, Stop));
        Assert.NotNull(await A.FindAsync(signing.Id, Stop));

        B.Work();
        for (int i = 0; i < 4; i++) await RoundAsync(pool);
        Assert.True(await pool.DestroyAsync(signing.Id, Stop));
        Assert.Null(await A.FindAsync(signing.Id, Stop));
        Assert.Null(await B.FindAsync(signing.Id, Stop));
        Assert.False(await pool.DestroyAsync(signing.Id, Stop));
    }

    [Fact]
    public async Task A_breaker_opens_by_calls_and_closes_by_probes_one_at_a_time()
    {
        (HsmPoolMember[] members, HsmKey signing, _, _) = await _fixture.CopiesAsync();
        await using HsmPool pool = await _fixture.OpenAsync(members);
        await pool.SignAsync(signing, Data, default, Stop); // both show that they hold it
        A.Fail();
        for (int i = 0; i < 16; i++) await pool.SignAsync(signing, Data, default, Stop);
        Assert.Equal(HsmMemberState.Out, StateOf(pool, "a"));
        int calls = A.Calls;
        for (int i = 0; i < 16; i++) await pool.SignAsync(signing, Data, default, Stop);
        await pool.ProbeAsync(Stop); // the break is not over
        Assert.Equal(calls, A.Calls);

        // A bad trial doubles the break.
        _fixture.Time.Advance(_fixture.Options.Break);
        await pool.ProbeAsync(Stop);
        Assert.Equal(HsmMemberState.Out, StateOf(pool, "a"));
        _fixture.Time.Advance(_fixture.Options.Break);
        calls = A.Calls;
        await pool.ProbeAsync(Stop);
        Assert.Equal(calls, A.Calls);
        _fixture.Time.Advance(_fixture.Options.Break);

        // Well again: three good probes, and no caller is the experiment.
        A.Work();
        await pool.ProbeAsync(Stop);
        await pool.ProbeAsync(Stop);
        Assert.Equal(HsmMemberState.Trial, StateOf(pool, "a"));
        calls = A.Calls;
        for (int i = 0; i < 16; i++) await pool.SignAsync(signing, Data, default, Stop);
        Assert.Equal(calls, A.Calls);
        await pool.ProbeAsync(Stop);
        Assert.Equal(HsmMemberState.Healthy, StateOf(pool, "a"));
        await pool.SignAsync(signing, Data, default, Stop);
        await pool.SignAsync(signing, Data, default, Stop);
        Assert.True(A.Calls > calls + 3);
        Assert.Equal([HsmPoolAlertKind.MemberOut, HsmPoolAlertKind.MemberBack],
            _fixture.Alerts.Where(a => a.Member == "a").Skip(1).Select(a => a.Kind));
    }

    [Fact]
    public async Task A_member_that_flaps_does_not_come_back_before_it_stays_well()
    {
        (HsmPoolMember[] members, _, _, _) = await _fixture.CopiesAsync();
        await using HsmPool pool = await _fixture.OpenAsync(members);
        A.Fail();
        await pool.ProbeAsync(Stop);
        Assert.Equal(HsmMemberState.Healthy, StateOf(pool, "a")); // once is no time
        await pool.ProbeAsync(Stop);
        Assert.Equal(HsmMemberState.Out, StateOf(pool, "a"));

        for (int i = 0; i < 6; i++)
        {
            _fixture.Time.Advance(_fixture.Options.LongestBreak);
            A.Work();
            await pool.ProbeAsync(Stop);
            await pool.ProbeAsync(Stop);
            A.Fail();
            await pool.ProbeAsync(Stop);
            Assert.Equal(HsmMemberState.Out, StateOf(pool, "a"));
        }
    }

    [Fact]
    public async Task A_refused_pin_is_never_sent_again_until_somebody_says_so()
    {
        (HsmPoolMember[] members, HsmKey signing, _, _) = await _fixture.CopiesAsync();
        await using HsmPool pool = await _fixture.OpenAsync(members);
        A.Fail(HsmFailure.WrongSecret);

        for (int i = 0; i < 8; i++) Assert.True(Verifies(signing, await pool.SignAsync(signing, Data, default, Stop)));
        int calls = A.Calls;
        for (int i = 0; i < 8; i++) await pool.SignAsync(signing, Data, default, Stop);
        _fixture.Time.Advance(TimeSpan.FromDays(2));
        await pool.ProbeAsync(Stop);

        Assert.Equal(HsmMemberState.Barred, StateOf(pool, "a"));
        Assert.Equal(calls, A.Calls);
        Assert.Single(_fixture.Alerts, a => a is { Kind: HsmPoolAlertKind.MemberBarred, Member: "a" });
    }

    [Fact]
    public async Task A_member_whose_pin_is_wrong_at_the_start_is_opened_once()
    {
        int opened = 0;
        bool isRight = false;
        HsmPoolMember good = await _fixture.NewAsync(0), other = await _fixture.NewAsync(1);
        HsmPoolMember wrong = other with
        {
            OpenAsync = cancel =>
            {
                opened++;
                return isRight ? other.OpenAsync(cancel)
                    : throw new HsmException("box", HsmOperation.Open, HsmFailure.WrongSecret, "the PIN is wrong.");
            },
        };
        await using HsmPool pool = await _fixture.OpenAsync([good, wrong]);
        for (int i = 0; i < 5; i++)
        {
            _fixture.Time.Advance(TimeSpan.FromMinutes(5));
            await pool.ProbeAsync(Stop);
        }

        Assert.Equal(1, opened);
        Assert.Equal(HsmMemberState.Barred, StateOf(pool, "b"));

        isRight = true;
        await pool.ReinstateAsync("b", Stop);
        for (int i = 0; i < 3; i++) await pool.ProbeAsync(Stop);
        Assert.Equal(2, opened);
        Assert.Equal(HsmMemberState.Healthy, StateOf(pool, "b"));
    }

    [Fact]
    public async Task Where_only_a_standby_is_left_the_pool_decrypts_and_verifies_and_says_so()
    {
        (HsmPoolMember[] members, HsmKey signing, HsmKey cipher, _) = await _fixture.CopiesAsync();
        members[1] = members[1] with { Role = HsmPoolRole.Standby };
        await using HsmPool pool = await _fixture.OpenAsync(members);
        byte[] container = await pool.EncryptAsync(cipher, Data, default, Stop);
        byte[] signature = await pool.SignAsync(signing, Data, default, Stop);
        int calls = B.Calls;
        for (int i = 0; i < 4; i++) await pool.DecryptAsync(cipher, container, default, Stop);
        Assert.Equal(calls, B.Calls); // a standby stands by

        A.Fail();
        await pool.ProbeAsync(Stop);
        await pool.ProbeAsync(Stop);

        Assert.Equal(HsmPoolMode.ReadOnly, pool.Mode);
        Assert.Equal(Data, await pool.DecryptAsync(cipher, container, default, Stop));
        Assert.True(await pool.VerifyAsync(signing, Data, signature, default, Stop));
        foreach (Func<Task> protect in (Func<Task>[])[
            async () => await pool.SignAsync(signing, Data, default, Stop),
            async () => await pool.EncryptAsync(cipher, Data, default, Stop),
            async () => await pool.GenerateKeyAsync(Id(9), SignatureAlgorithm.Ed25519, Stop)])
        {
            HsmException refused = await Assert.ThrowsAsync<HsmException>(protect);
            Assert.True(refused.IsTransient);
        }

        Assert.Single(_fixture.Alerts, a => a.Kind == HsmPoolAlertKind.ReadOnly);
        B.Fail();
        await pool.ProbeAsync(Stop);
        await pool.ProbeAsync(Stop);
        Assert.Equal(HsmPoolMode.Down, pool.Mode);
        Assert.True(await pool.VerifyAsync(signing, Data, signature, default, Stop));
    }

    [Fact]
    public async Task A_member_that_hangs_costs_a_call_its_time_limit_and_then_nothing()
    {
        (HsmPoolMember[] members, HsmKey signing, _, _) = await _fixture.CopiesAsync();
        await using HsmPool pool = await HsmPool.OpenAsync(members, _fixture.Options with
        {
            CallTimeout = TimeSpan.FromMilliseconds(100),
            ProbeTimeout = TimeSpan.FromMilliseconds(100),
        }, TimeProvider.System, null, Stop);
        await pool.SignAsync(signing, Data, default, Stop);
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        A.Before = (_, _) => release.Task;

        for (int i = 0; i < 16; i++) Assert.True(Verifies(signing, await pool.SignAsync(signing, Data, default, Stop)));

        Assert.Equal(HsmMemberState.Out, StateOf(pool, "a"));
        Assert.True(pool.Members[0].InFlight > 0); // its places are its own until it answers
        release.SetResult();
        Assert.True(SpinWait.SpinUntil(() => pool.Members[0].InFlight == 0, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_full_member_passes_calls_on()
    {
        (HsmPoolMember[] members, HsmKey signing, _, _) = await _fixture.CopiesAsync();
        members[0] = members[0] with { Concurrency = 1 };
        await using HsmPool pool = await _fixture.OpenAsync(members);
        await pool.SignAsync(signing, Data, default, Stop);
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        A.Before = (operation, _) => operation == HsmOperation.Sign ? release.Task : Task.CompletedTask;

        Task<byte[]>[] calls =
            [.. Enumerable.Range(0, 8).Select(_ => pool.SignAsync(signing, Data, default, Stop).AsTask())];
        bool othersAreDone = SpinWait.SpinUntil(
            () => calls.Count(c => !c.IsCompleted) == 1, TimeSpan.FromSeconds(10));
        HsmMemberState busy = StateOf(pool, "a");
        release.SetResult();
        Assert.True(othersAreDone);
        Assert.Equal(HsmMemberState.Healthy, busy); // busy is not ill
        Assert.All(await Task.WhenAll(calls), s => Assert.True(Verifies(signing, s)));
    }

    [Fact]
    public async Task A_key_that_a_member_lost_is_served_by_the_others_and_reported()
    {
        (HsmPoolMember[] members, HsmKey signing, _, _) = await _fixture.CopiesAsync();
        await using HsmPool pool = await _fixture.OpenAsync(members);
        await pool.SignAsync(signing, Data, default, Stop);
        await A.DestroyAsync(signing.Id, Stop); // behind the pool's back

        for (int i = 0; i < 4; i++) Assert.True(Verifies(signing, await pool.SignAsync(signing, Data, default, Stop)));
        Assert.Single(_fixture.Alerts, a => a is { Kind: HsmPoolAlertKind.KeyLost, Member: "a" });
        await B.DestroyAsync(signing.Id, Stop);
        HsmException gone = await Assert.ThrowsAsync<HsmException>(
            async () => await pool.SignAsync(signing, Data, default, Stop));
        Assert.Equal(HsmFailure.KeyMissing, gone.Failure);
        Assert.False(gone.IsTransient);
    }

    [Fact]
    public async Task What_is_wrong_with_the_call_is_not_tried_elsewhere()
    {
        (HsmPoolMember[] members, _, HsmKey cipher, _) = await _fixture.CopiesAsync();
        await using HsmPool pool = await _fixture.OpenAsync(members);
        byte[] container = await pool.EncryptAsync(cipher, Data, default, Stop);
        container[20] ^= 1;
        int calls = A.Calls + B.Calls;

        await Assert.ThrowsAsync<System.Security.Cryptography.AuthenticationTagMismatchException>(
            async () => await pool.DecryptAsync(cipher, container, default, Stop));

        Assert.Equal(calls + 1, A.Calls + B.Calls);
    }

    [Fact]
    public async Task A_member_that_comes_back_is_asked_for_its_keys_anew()
    {
        (HsmPoolMember[] members, HsmKey signing, _, _) = await _fixture.CopiesAsync();
        await using HsmPool pool = await _fixture.OpenAsync(members);
        await pool.SignAsync(signing, Data, default, Stop);
        A.Fail();
        await pool.ProbeAsync(Stop);
        await pool.ProbeAsync(Stop);

        // Another device answers in its place: it has a key of that name, and it is another one.
        A.Work();
        await A.DestroyAsync(signing.Id, Stop);
        await A.GenerateKeyAsync(signing.Id, SignatureAlgorithm.Ed25519, Stop);
        _fixture.Time.Advance(_fixture.Options.Break);
        for (int i = 0; i < 3; i++) await pool.ProbeAsync(Stop);

        Assert.Equal(HsmMemberState.Healthy, StateOf(pool, "a"));
        Assert.Equal(["b"], await pool.HoldersAsync(signing, Stop));
        for (int i = 0; i < 4; i++) Assert.True(Verifies(signing, await pool.SignAsync(signing, Data, default, Stop)));
        Assert.Contains(_fixture.Alerts, a => a is { Kind: HsmPoolAlertKind.KeyConflict, Member: "a" });
    }

    [Fact]
    public async Task The_fastest_member_gets_the_calls_where_latency_decides()
    {
        (HsmPoolMember[] members, HsmKey signing, _, _) = await _fixture.CopiesAsync();
        A.Before = (operation, id) => id == HealthProbe.KeyId && operation == HsmOperation.Sign
            ? Task.Delay(TimeSpan.FromMilliseconds(300), Stop) : Task.CompletedTask;
        await using HsmPool pool = await HsmPool.OpenAsync(
            members, _fixture.Options with { Routing = HsmPoolRouting.LowestLatency }, TimeProvider.System, null, Stop);
        await pool.SignAsync(signing, Data, default, Stop);
        int calls = A.Calls;

        for (int i = 0; i < 10; i++) await pool.SignAsync(signing, Data, default, Stop);

        Assert.Equal(calls, A.Calls);
        Assert.True(pool.Members[0].ProbeLatency > pool.Members[1].ProbeLatency);
    }

    [Fact]
    public async Task A_member_that_signs_wrongly_is_taken_out_by_its_probe()
    {
        (HsmPoolMember[] members, _, _, _) = await _fixture.CopiesAsync();
        await using HsmPool pool = await _fixture.OpenAsync(members);

        // A ping would be answered; the test key signs no more.
        A.Before = (operation, id) => operation == HsmOperation.Sign && id == HealthProbe.KeyId
            ? Task.FromException(new HsmException("a", operation, HsmFailure.KeyMissing, "the key is gone"))
            : Task.CompletedTask;
        await pool.ProbeAsync(Stop);
        await pool.ProbeAsync(Stop);

        Assert.Equal(HsmMemberState.Out, StateOf(pool, "a"));
    }

    [Fact]
    public async Task Calls_are_measured_by_member_operation_and_outcome()
    {
        (HsmPoolMember[] members, HsmKey signing, _, _) = await _fixture.CopiesAsync();
        List<string> seen = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, each) =>
        {
            if (instrument.Meter.Name == PoolMetrics.MeterName) each.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) =>
        {
            lock (seen) seen.Add($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(t => t.Value))}");
        });
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
        {
            lock (seen) seen.Add($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(t => t.Value))}");
        });
        listener.Start();
        await using HsmPool pool = await _fixture.OpenAsync(members);
        await pool.SignAsync(signing, Data, default, Stop);
        A.Fail();
        for (int i = 0; i < 2; i++) await pool.SignAsync(signing, Data, default, Stop);

        lock (seen)
        {
            Assert.Contains("qbitel.hsm.operation.duration b Sign done", seen);
            Assert.Contains("qbitel.hsm.operation.duration a Sign failed", seen);
            Assert.Contains("qbitel.hsm.failovers Sign", seen);
        }
    }

    [Fact]
    public async Task A_pool_without_a_member_that_answers_does_not_open()
    {
        HsmPoolMember none = new("a", _ => throw new HsmException(
            "box", HsmOperation.Open, HsmFailure.Unavailable, "nobody is there.", isTransient: true));

        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await _fixture.OpenAsync([none]));

        Assert.Contains("nobody is there", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(async () => await _fixture.OpenAsync([]));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _fixture.OpenAsync([none, none]));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _fixture.OpenAsync(
            [none with { Role = HsmPoolRole.Standby }]));
    }

    /// <summary>The next round of probes, late enough for a trial.</summary>
    private async Task RoundAsync(HsmPool pool)
    {
        _fixture.Time.Advance(_fixture.Options.LongestBreak);
        await pool.ProbeAsync(Stop);
    }

    private static HsmMemberState StateOf(HsmPool pool, string name) => pool.Members.Single(m => m.Name == name).State;

    private static bool Verifies(HsmKey key, byte[] signature)
    {
        using SignatureKey publicKey =
            SignatureKeys.ImportPublic((SignatureAlgorithm)key.Algorithm, key.PublicKey.Span);
        return publicKey.Verify(Data, signature);
    }

    /// <summary>Where a pool of a and b makes this key, seen from a pool of other boxes with those names.</summary>
    private static async Task<string> HomeAsync(TokenKeyId id)
    {
        using PoolFixture other = new();
        await using HsmPool pool = await other.OpenAsync();
        HsmKey key = await pool.GenerateKeyAsync(id, SignatureAlgorithm.Ed25519, Stop);
        return (await pool.HoldersAsync(key, Stop)).Single();
    }
}
