using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Pkcs11.Configuration;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;
using Qbitel.Hsm.Tests.Software;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Pkcs11;

/// <summary>What no real module does on demand: stale sessions, renumbered handles, hangs, wrong PINs.</summary>
[Collection(FakeModules.Name)]
public sealed class FakeModuleTests : IDisposable
{
    private const string Pin = "fake-pin-of-the-test";
    private static readonly byte[] Data = "pay 5,000,000.00 USD"u8.ToArray();

    private readonly FakeModule _fake = new();
    private readonly Remembering _log = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Pkcs11Options Options => new()
    {
        TokenLabel = "bank",
        AskPin = () => Pkcs11Pin.FromText(Pin),
        Sessions = 2,
        IdlePing = TimeSpan.Zero,
    };

    public void Dispose() => _fake.Dispose();

    [Fact]
    public async Task A_lost_device_is_renewed_once_however_many_calls_notice()
    {
        await using Pkcs11Token token = await OpenAsync();
        HsmKey key = await GenerateAsync(token, 1);
        _fake.FinalizeFromOutside();

        byte[][] signatures = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => token.SignAsync(key, Data, default, Stop).AsTask()));

        Assert.All(signatures, signature => Assert.True(Verifies(key, signature)));
        Assert.Equal(1, token.Renewals);
        Assert.Equal(1, _fake.Count("Finalize"));
        Assert.Equal(2, _fake.Count("Initialize"));
        Assert.Equal(2, _fake.Count("Login"));
        Assert.Equal(2, _fake.Module.Epoch);
    }

    [Theory]
    [InlineData("Sign", 0x30UL)]
    [InlineData("Sign", 0x32UL)]
    [InlineData("SignInit", 0xB3UL)]
    [InlineData("SignInit", 0x101UL)]
    [InlineData("SignInit", 0xE0UL)]
    [InlineData("Sign", 0x190UL)]
    public async Task Every_way_to_lose_a_device_is_noticed(string function, ulong code)
    {
        await using Pkcs11Token token = await OpenAsync();
        HsmKey key = await GenerateAsync(token, 1);
        _fake.Intercept = Once(function, (Ckr)code);

        Assert.True(Verifies(key, await token.SignAsync(key, Data, default, Stop)));
        Assert.Equal(2, _fake.Module.Epoch);
    }

    [Fact]
    public async Task A_handle_that_is_another_key_after_a_reset_is_never_used()
    {
        await using Pkcs11Token token = await OpenAsync();
        HsmKey first = await GenerateAsync(token, 1), second = await GenerateAsync(token, 2);
        await token.SignAsync(first, Data, default, Stop);
        await token.SignAsync(second, Data, default, Stop);

        // Four objects: the handles of the first pair are those of the second pair now.
        _fake.Numbering = index => (ulong)((index + 2) % 4) + 1;
        _fake.FinalizeFromOutside();

        Assert.True(Verifies(first, await token.SignAsync(first, Data, default, Stop)));
        Assert.True(Verifies(second, await token.SignAsync(second, Data, default, Stop)));
    }

    [Fact]
    public async Task A_private_key_that_does_not_belong_to_its_public_key_is_not_used()
    {
        await using Pkcs11Token token = await OpenAsync();
        HsmKey first = await GenerateAsync(token, 1);
        await GenerateAsync(token, 2);
        FakeObject[] secrets = [.. _fake.Objects.Where(o => o.Key is not null)];
        (secrets[0].Key, secrets[1].Key) = (secrets[1].Key, secrets[0].Key);

        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await token.SignAsync(first, Data, default, Stop));

        Assert.Equal(HsmFailure.KeyConflict, refused.Failure);
    }

    [Fact]
    public async Task Two_objects_of_one_name_are_refused_and_neither_is_used()
    {
        await using Pkcs11Token token = await OpenAsync();
        HsmKey key = await GenerateAsync(token, 1);
        FakeObject secret = _fake.Objects.Single(o => o.Key is not null);
        _fake.Objects.Add(new FakeObject(new(secret.Attributes), null));
        _fake.FinalizeFromOutside(); // the copy gets a handle

        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await token.SignAsync(key, Data, default, Stop));

        Assert.Equal(HsmFailure.KeyConflict, refused.Failure);
        Assert.Contains("2 private", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, _fake.Count("Sign"));
    }

    [Fact]
    public async Task A_wrong_pin_is_tried_once_and_never_again()
    {
        _fake.Pin = "another"u8.ToArray();

        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await OpenAsync());

        Assert.Equal(HsmFailure.WrongSecret, refused.Failure);
        Assert.False(refused.IsTransient);
        Assert.Equal(1, _fake.Count("Login"));
    }

    [Fact]
    public async Task A_pin_that_became_wrong_is_tried_once_over_all_calls()
    {
        await using Pkcs11Token token = await OpenAsync();
        HsmKey key = await GenerateAsync(token, 1);
        _fake.Pin = "changed meanwhile"u8.ToArray();
        _fake.FinalizeFromOutside();

        for (int i = 0; i < 5; i++)
        {
            HsmException refused = await Assert.ThrowsAsync<HsmException>(
                async () => await token.SignAsync(key, Data, default, Stop));
            Assert.Equal(HsmFailure.WrongSecret, refused.Failure);
        }

        Assert.Equal(2, _fake.Count("Login"));
    }

    [Theory, InlineData(0x20000UL), InlineData(0x40000UL)]
    public async Task A_token_on_its_last_try_gets_no_pin_at_all(ulong flag)
    {
        _fake.Tokens[0] = _fake.Tokens[0] with { Flags = _fake.Tokens[0].Flags | (TokenFlags)flag };

        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await OpenAsync());

        Assert.Equal(HsmFailure.WrongSecret, refused.Failure);
        Assert.Equal(0, _fake.Count("Login"));
    }

    [Fact]
    public async Task A_module_that_hangs_costs_threads_that_are_counted_and_comes_back()
    {
        using ManualResetEventSlim release = new();
        await using Pkcs11Token token = await OpenAsync(Options with { CallTimeout = TimeSpan.FromMilliseconds(300) });
        HsmKey key = await GenerateAsync(token, 1);
        await token.SignAsync(key, Data, default, Stop);
        _fake.Intercept = function =>
        {
            if (function == "Sign") release.Wait(CancellationToken.None);
            return null;
        };

        HsmException[] late = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
            await Assert.ThrowsAsync<HsmException>(async () => await token.SignAsync(key, Data, default, Stop))));
        Assert.All(late, e => Assert.True(e.IsTransient));
        Assert.All(late, e => Assert.Equal(HsmFailure.Unavailable, e.Failure));
        Assert.Equal(2, token.LostThreads);

        // As many are lost as there are sessions: nothing more goes in.
        int before = _fake.Count("SignInit");
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await token.SignAsync(key, Data, default, Stop));
        Assert.Contains("never came back", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, _fake.Count("SignInit"));

        _fake.Intercept = _ => null;
        release.Set();
        Assert.True(SpinWait.SpinUntil(() => token.LostThreads == 0, TimeSpan.FromSeconds(10)));
        Assert.True(Verifies(key, await token.SignAsync(key, Data, default, Stop)));
    }

    [Fact]
    public async Task A_call_that_hangs_leaves_the_other_sessions_alone()
    {
        using ManualResetEventSlim release = new();
        await using Pkcs11Token token = await OpenAsync(Options with { CallTimeout = TimeSpan.FromMilliseconds(500) });
        HsmKey key = await GenerateAsync(token, 1);
        await token.SignAsync(key, Data, default, Stop);
        int hung = 0;
        _fake.Intercept = function =>
        {
            if (function == "Sign" && Interlocked.Increment(ref hung) == 1) release.Wait(CancellationToken.None);
            return null;
        };

        Task<byte[]> hanging = token.SignAsync(key, Data, default, Stop).AsTask();
        // it, and not another
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref hung) > 0, TimeSpan.FromSeconds(10)));
        for (int i = 0; i < 20; i++) Assert.True(Verifies(key, await token.SignAsync(key, Data, default, Stop)));
        await Assert.ThrowsAsync<HsmException>(() => hanging);
        release.Set();
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_a_cancelled_call_is_never_made()
    {
        using ManualResetEventSlim release = new();
        await using Pkcs11Token token = await OpenAsync(Options with { Sessions = 1, QueueLength = 2 });
        HsmKey key = await GenerateAsync(token, 1);
        await token.SignAsync(key, Data, default, Stop);
        int inside = _fake.Count("Sign");
        _fake.Intercept = function =>
        {
            if (function == "Sign") release.Wait(CancellationToken.None);
            return null;
        };
        using CancellationTokenSource cancel = new();

        Task<byte[]> working = token.SignAsync(key, Data, default, Stop).AsTask();
        Assert.True(SpinWait.SpinUntil(() => _fake.Count("Sign") == inside + 1, TimeSpan.FromSeconds(10)));
        Task<byte[]> waiting = token.SignAsync(key, Data, default, Stop).AsTask();
        Task<byte[]> cancelled = token.SignAsync(key, Data, default, cancel.Token).AsTask();
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await token.SignAsync(key, Data, default, Stop));
        Assert.True(refused.IsTransient);
        Assert.Contains("2 calls wait", refused.Message, StringComparison.Ordinal);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        release.Set();
        await Task.WhenAll(working, waiting);
        await token.RandomBytesAsync(1, Stop); // behind the cancelled one in the queue
        Assert.Equal(inside + 2, _fake.Count("Sign"));
    }

    [Fact]
    public async Task More_calls_a_second_than_allowed_are_refused()
    {
        ManualTime time = new(TokenFixture.Start);
        await using Pkcs11Token token = await OpenAsync(Options with { CallsPerSecond = 3 }, time); // opening is one
        await token.RandomBytesAsync(1, Stop);
        await token.RandomBytesAsync(1, Stop);

        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await token.RandomBytesAsync(1, Stop));
        Assert.True(refused.IsTransient);
        time.Advance(TimeSpan.FromSeconds(1));
        await token.RandomBytesAsync(1, Stop);
    }

    [Fact]
    public async Task A_token_is_found_in_another_slot_and_another_token_is_not_taken_for_it()
    {
        ManualTime time = new(TokenFixture.Start);
        await using Pkcs11Token token = await OpenAsync(time: time);
        HsmKey key = await GenerateAsync(token, 1);
        _fake.Tokens[0] = _fake.Tokens[0] with { Slot = 12 };
        _fake.Tokens.Insert(0, new FakeToken(7, "somebody else's", "0002"));
        _fake.FinalizeFromOutside();
        Assert.True(Verifies(key, await token.SignAsync(key, Data, default, Stop)));

        _fake.Tokens[1] = _fake.Tokens[1] with { Serial = "0003" };
        _fake.FinalizeFromOutside();
        time.Advance(TimeSpan.FromSeconds(2));
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await token.SignAsync(key, Data, default, Stop));
        Assert.Equal(HsmFailure.KeyConflict, refused.Failure);
        Assert.Contains("0003", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_was_pulled_is_waited_for_and_found_again()
    {
        ManualTime time = new(TokenFixture.Start);
        await using Pkcs11Token token = await OpenAsync(time: time);
        HsmKey key = await GenerateAsync(token, 1);
        FakeToken pulled = _fake.Tokens[0];
        _fake.Tokens.Clear();
        _fake.Intercept = Once("SignInit", Ckr.DeviceRemoved);
        for (int i = 0; i < 3; i++)
        {
            HsmException absent = await Assert.ThrowsAsync<HsmException>(
                async () => await token.SignAsync(key, Data, default, Stop));
            Assert.Equal(HsmFailure.Unavailable, absent.Failure);
            Assert.True(absent.IsTransient);
            time.Advance(TimeSpan.FromMinutes(2));
        }

        _fake.Tokens.Add(pulled);
        Assert.True(Verifies(key, await token.SignAsync(key, Data, default, Stop)));
    }

    [Fact]
    public async Task General_errors_in_a_row_are_a_lost_device_and_one_alone_is_not()
    {
        await using Pkcs11Token token = await OpenAsync();
        HsmKey key = await GenerateAsync(token, 1);
        await token.SignAsync(key, Data, default, Stop);
        for (int i = 0; i < 5; i++)
        {
            _fake.Intercept = Once("Sign", Ckr.GeneralError);
            await Assert.ThrowsAsync<HsmException>(async () => await token.SignAsync(key, Data, default, Stop));
            await token.SignAsync(key, Data, default, Stop);
        }

        Assert.Equal(1, _fake.Module.Epoch);
        int left = 3;
        _fake.Intercept = f => f == "Sign" && Interlocked.Decrement(ref left) >= 0 ? Ckr.GeneralError : null;
        await Assert.ThrowsAsync<HsmException>(async () => await token.SignAsync(key, Data, default, Stop));
        await Assert.ThrowsAsync<HsmException>(async () => await token.SignAsync(key, Data, default, Stop));
        Assert.True(Verifies(key, await token.SignAsync(key, Data, default, Stop)));
        Assert.Equal(2, _fake.Module.Epoch);
    }

    [Fact]
    public async Task A_key_that_another_process_made_again_is_found_by_its_new_handle()
    {
        await using Pkcs11Token token = await OpenAsync();
        HsmKey key = await GenerateAsync(token, 1);
        await token.SignAsync(key, Data, default, Stop);
        _fake.Intercept = Once("SignInit", Ckr.KeyHandleInvalid);

        Assert.True(Verifies(key, await token.SignAsync(key, Data, default, Stop)));
        Assert.Equal(1, _fake.Module.Epoch);
    }

    [Theory]
    [InlineData("softhsm2", true)]
    [InlineData("pkcs11", true)] // it may be SoftHSM
    [InlineData("thales_luna", false)]
    public async Task Searches_exclude_changes_where_they_would_spoil_them(string provider, bool isExclusive)
    {
        await using Pkcs11Token token = await OpenAsync(provider: provider);
        ConcurrentBag<bool> searches = [], changes = [];
        _fake.Intercept = f =>
        {
            bool isHeld = _fake.Module.Changes.IsHeldByCurrentThread;
            if (f == "FindObjectsInit") searches.Add(isHeld);
            if (f == "GenerateKeyPair") changes.Add(isHeld);
            return null;
        };

        Assert.Null(await token.FindAsync(TokenFixture.Id(2), Stop));
        Assert.Equal([isExclusive], searches.Distinct());

        await GenerateAsync(token, 1);
        Assert.Equal([true], changes);
    }

    [Fact]
    public async Task A_renewal_does_not_wait_for_ever_for_a_call_that_hangs()
    {
        using ManualResetEventSlim release = new();
        await using Pkcs11Token token = await OpenAsync(Options with { CallTimeout = TimeSpan.FromMilliseconds(300) });
        HsmKey key = await GenerateAsync(token, 1);
        await token.SignAsync(key, Data, default, Stop);
        int calls = 0;
        _fake.Intercept = function =>
        {
            if (function != "Sign") return null;
            if (Interlocked.Increment(ref calls) > 1) return Ckr.DeviceError;
            release.Wait(CancellationToken.None);
            return null;
        };

        Task<byte[]> hanging = token.SignAsync(key, Data, default, Stop).AsTask();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref calls) == 1, TimeSpan.FromSeconds(10)));
        HsmException lost = await Assert.ThrowsAsync<HsmException>(
            async () => await token.SignAsync(key, Data, default, Stop));
        Assert.True(lost.IsTransient);
        Assert.Equal(0, _fake.Count("Finalize"));
        await Assert.ThrowsAsync<HsmException>(() => hanging);
        _fake.Intercept = _ => null;
        release.Set();
    }

    [Fact]
    public async Task Sessions_stay_below_the_limit_of_the_token()
    {
        _fake.Tokens[0] = _fake.Tokens[0] with { MaxSessions = 3 };
        await using Pkcs11Token token = await OpenAsync(Options with { Sessions = 16 });
        HsmKey key = await GenerateAsync(token, 1);

        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => token.SignAsync(key, Data, default, Stop).AsTask()));

        Assert.InRange(_fake.Count("OpenSession"), 2, 3);
    }

    [Fact]
    public async Task What_the_slot_does_not_list_is_refused_by_the_mechanisms_name()
    {
        await using Pkcs11Token token = await OpenAsync();

        Assert.False(token.Supports(HsmOperation.GenerateKey, SignatureAlgorithm.MLDsa65));
        NotSupportedException refused = await Assert.ThrowsAsync<NotSupportedException>(
            async () => await token.GenerateKeyAsync(TokenFixture.Id(1), SignatureAlgorithm.MLDsa65, Stop));
        Assert.Contains("CKM_ML_DSA_KEY_PAIR_GEN (0x1c)", refused.Message, StringComparison.Ordinal);
        HsmException kind = await Assert.ThrowsAsync<HsmException>(async () =>
            await token.DeviceKeys.GenerateAsync(TokenFixture.Id(1), DeviceKeyKind.AesWrap256, false, Stop));
        Assert.Equal(HsmFailure.Unsupported, kind.Failure);
        Assert.Contains("CKM_AES_KEY_GEN (0x1080)", kind.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_a_function_answers_becomes_an_error_of_this_room_without_the_pin()
    {
        ulong[] codes =
            [0x2, 0x5, 0x7, 0x30, 0x32, 0x54, 0x70, 0x90, 0xA0, 0xA4, 0xB3, 0xE0, 0x101, 0x190, 0x80000001];
        string[] functions = ["Initialize", "GetSlotList", "GetSlotInfo", "GetTokenInfo", "OpenSession", "Login",
            "GetMechanismList", "FindObjectsInit", "FindObjects", "GetAttributeValue", "GenerateKeyPair", "SignInit",
            "Sign"];
        foreach (string function in functions)
        {
            foreach (ulong code in codes)
            {
                using FakeModule fake = new();
                fake.Intercept = f => f == function ? (Ckr)code : null;
                Exception? error = await Record.ExceptionAsync(async () =>
                {
                    await using Pkcs11Token token = await OpenAsync(fake: fake);
                    await token.SignAsync(await GenerateAsync(token, 1), Data, default, Stop);
                });

                // A login that is there already, and a module that is initialised already, are no errors.
                HsmException refused = Assert.IsType<HsmException>(error);
                Assert.DoesNotContain(Pin, refused.ToString(), StringComparison.Ordinal);
                Assert.True(fake.Count("Login") <= 3, $"{function} {code:x}: {fake.Count("Login")} logins");
            }
        }

        Assert.DoesNotContain(Pin, _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pin_prints_nowhere()
    {
        using Pkcs11Pin pin = Pkcs11Pin.FromText(Pin);
        Assert.Equal("***", pin.ToString());
        Pkcs11Options written = Options with { Pin = Pin, AskPin = null };
        Assert.DoesNotContain(Pin, written.ToString(), StringComparison.Ordinal);
        HsmException refused = Assert.Throws<HsmException>(() => Pkcs11Pin.From(Pin));
        Assert.DoesNotContain(Pin, refused.ToString(), StringComparison.Ordinal);
        Assert.Contains("env:NAME", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 40, 68)]
    [InlineData(3, 0, 92)]
    [InlineData(3, 1, 92)]
    [InlineData(3, 2, 104)]
    public unsafe void A_table_is_never_read_beyond_its_version(byte major, byte minor, int places)
    {
        FunctionTable table = new(_fake.NewList(major, minor));

        Assert.Equal(places, table.Count);
        Assert.False(table.Has(places));
        Assert.False(table.HasEncapsulation); // the places of 3.2 are empty in the fake
        Pkcs11Error missing = Assert.Throws<Pkcs11Error>(
            () => table.DecapsulateKey(1, null, 1, null, 0, null, 0, null));
        Assert.Equal(Ckr.FunctionNotSupported, missing.Code);
        Assert.Equal(0, _fake.Count("Beyond"));
    }

    [Fact]
    public unsafe void The_newest_interface_is_chosen_and_a_lie_about_it_is_not_believed()
    {
        nint list = (nint)(delegate* unmanaged[Cdecl]<nint**, Ckr>)&GiveList;
        nint ask = (nint)(delegate* unmanaged[Cdecl]<byte*, CkVersion*, CkInterface**, ulong, Ckr>)&GiveInterface;
        _list = (nint)_fake.NewList(2, 40);
        _newest = new CkVersion(3, 2);
        _interface = (nint)_fake.NewList(3, 2);
        Assert.Equal(new CkVersion(3, 2), Pkcs11Module.Choose(ask, list).Version);

        _newest = new CkVersion(3, 0);
        _interface = (nint)_fake.NewList(3, 0);
        Assert.Equal(new CkVersion(3, 0), Pkcs11Module.Choose(ask, list).Version);

        // It says yes to 3.2 and hands out a list of 3.0: the list counts.
        _newest = new CkVersion(3, 2);
        Assert.Equal(92, Pkcs11Module.Choose(ask, list).Count);

        // It hands out the old list for the new name.
        _interface = _list;
        Assert.Equal(new CkVersion(2, 40), Pkcs11Module.Choose(ask, list).Version);

        Assert.Equal(68, Pkcs11Module.Choose(0, list).Count);
        Assert.Throws<NotSupportedException>(() => Pkcs11Module.Choose(0, 0));
        _list = 0;
        Assert.Throws<NotSupportedException>(() => Pkcs11Module.Choose(0, list));
    }

    private static nint _list, _interface;
    private static CkVersion _newest;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe Ckr GiveList(nint** list)
    {
        *list = (nint*)_list;
        return Ckr.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe Ckr GiveInterface(byte* name, CkVersion* version, CkInterface** found, ulong flags)
    {
        if (Marshal.PtrToStringUTF8((nint)name) != "PKCS 11" || *version != _newest) return Ckr.ArgumentsBad;
        CkInterface* answer = (CkInterface*)NativeMemory.AllocZeroed((nuint)sizeof(CkInterface));
        answer->FunctionList = (nint*)_interface;
        *found = answer;
        return Ckr.Ok;
    }

    private static Func<string, Ckr?> Once(string function, Ckr code)
    {
        int left = 1;
        return called => called == function && Interlocked.Decrement(ref left) == 0 ? code : null;
    }

    private static bool Verifies(HsmKey key, byte[] signature)
    {
        using SignatureKey publicKey = SignatureKeys.ImportPublic(
            (SignatureAlgorithm)key.Algorithm, key.PublicKey.Span);
        return publicKey.Verify(Data, signature, default);
    }

    private static ValueTask<HsmKey> GenerateAsync(Pkcs11Token token, int version) =>
        token.GenerateKeyAsync(TokenFixture.Id(version), SignatureAlgorithm.EcdsaP256, Stop);

    private ValueTask<Pkcs11Token> OpenAsync(
        Pkcs11Options? options = null, TimeProvider? time = null, FakeModule? fake = null,
        string provider = "thales_luna") =>
        Pkcs11Token.OpenAsync(Pkcs11Vendor.Find(provider)!, (fake ?? _fake).Module, reserved: null,
            options ?? Options, time ?? TimeProvider.System, _log, Stop);

    private sealed class Remembering : ILogger
    {
        private readonly StringBuilder _text = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            lock (_text) _text.AppendLine(formatter(state, exception)).Append(exception);
        }

        public override string ToString()
        {
            lock (_text) return _text.ToString();
        }
    }
}
