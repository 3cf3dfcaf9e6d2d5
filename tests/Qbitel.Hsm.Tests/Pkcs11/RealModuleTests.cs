using System.Diagnostics;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Pkcs11.Configuration;
using Qbitel.Hsm.Providers;
using Qbitel.Hsm.Tests.Software;

namespace Qbitel.Hsm.Tests.Pkcs11;

/// <summary>Real modules over time: resets under load, restarts, two modules at once, PINs.</summary>
[Collection(RealModules.Name)]
public sealed class RealModuleTests
{
    private static readonly byte[] Data = "pay 5,000,000.00 USD"u8.ToArray();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static readonly TheoryData<string> Modules = ["softhsm2", "nss"];

    [Theory, MemberData(nameof(Modules))]
    public async Task A_reset_under_load_costs_no_wrong_signature_and_is_over_in_a_moment(string provider)
    {
        using ModuleFixture fixture = Fixture(provider);
        await using Pkcs11Token token = await fixture.OpenAsync();
        SignatureAlgorithm algorithm = Algorithm(provider);
        HsmKey[] keys = [await GenerateAsync(token, 1, algorithm), await GenerateAsync(token, 2, algorithm)];
        long good = 0, told = 0;
        using CancellationTokenSource enough = new();
        Task[] load = [.. Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                HsmKey key = keys[i % 2];
                try
                {
                    Assert.True(Verifies(key, await token.SignAsync(key, Data, default, Stop)));
                    Interlocked.Increment(ref good);
                }
                catch (HsmException e) when (e.IsTransient)
                {
                    Interlocked.Increment(ref told);
                }
            }
        }))];
        for (int i = 0; i < 2; i++)
        {
            token.Module.FinalizeAlone();
            long before = Volatile.Read(ref good);
            await UntilAsync(() => Volatile.Read(ref good) > before + 20);
            await Task.Delay(1_050, Stop); // one renewal a second
        }

        await enough.CancelAsync();
        await Task.WhenAll(load);
        Assert.Equal(2, token.Renewals);
        Assert.True(Verifies(keys[0], await token.SignAsync(keys[0], Data, default, Stop)));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{provider}: {good} signatures by the right key, {told} calls told to try again, {token.Renewals} resets");
    }

    [Theory, MemberData(nameof(Modules))]
    public async Task Keys_survive_a_restart(string provider)
    {
        using ModuleFixture fixture = Fixture(provider);
        HsmKey key;
        await using (Pkcs11Token first = await fixture.OpenAsync())
            key = await GenerateAsync(first, 1, Algorithm(provider));

        await using Pkcs11Token again = await fixture.OpenAsync();

        HsmKey found = (await again.FindAsync(key.Id, Stop))!;
        Assert.True(key.IsSameKeyAs(found));
        Assert.Equal(key.MadeAt, found.MadeAt);
        Assert.True(Verifies(key, await again.SignAsync(key, Data, default, Stop)));
    }

    [Theory, MemberData(nameof(Modules))]
    public async Task A_wrong_pin_is_refused_without_being_repeated(string provider)
    {
        const string Wrong = "not-the-pin-of-this-token";
        using ModuleFixture fixture = Fixture(provider);

        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () =>
            await fixture.OpenAsync(fixture.Options with { AskPin = () => Pkcs11Pin.FromText(Wrong) }));

        Assert.Equal(HsmFailure.WrongSecret, refused.Failure);
        Assert.Contains("CKR_PIN_INCORRECT", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Wrong, refused.ToString(), StringComparison.Ordinal);
        await using Pkcs11Token right = await fixture.OpenAsync();
    }

    [Fact]
    public async Task Two_modules_serve_one_process_at_once()
    {
        using SoftHsmFixture softHsm = new();
        using NssFixture nss = new();
        await using Pkcs11Token classical = await softHsm.OpenAsync();
        await using Pkcs11Token quantumSafe = await nss.OpenAsync();
        HsmKey ecdsa = await GenerateAsync(classical, 1, SignatureAlgorithm.EcdsaP256);
        HsmKey mlDsa = await GenerateAsync(quantumSafe, 1, SignatureAlgorithm.MLDsa65);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
        {
            (Pkcs11Token token, HsmKey key) = i % 2 == 0 ? (classical, ecdsa) : (quantumSafe, mlDsa);
            Assert.True(Verifies(key, await token.SignAsync(key, Data, default, Stop)));
        })));

        // A reset of one is none of the other.
        classical.Module.FinalizeAlone();
        Assert.True(Verifies(ecdsa, await classical.SignAsync(ecdsa, Data, default, Stop)));
        Assert.True(Verifies(mlDsa, await quantumSafe.SignAsync(mlDsa, Data, default, Stop)));
        Assert.Equal(1, classical.Renewals);
        Assert.Equal(0, quantumSafe.Renewals);
    }

    [Fact]
    public async Task Two_tokens_of_one_module_share_its_resets()
    {
        using SoftHsmFixture softHsm = new();
        softHsm.AddToken("second");
        await using Pkcs11Token one = await softHsm.OpenAsync();
        await using Pkcs11Token two = await softHsm.OpenAsync(softHsm.Options with { TokenLabel = "second" });
        HsmKey first = await GenerateAsync(one, 1, SignatureAlgorithm.EcdsaP256);
        HsmKey second = await GenerateAsync(two, 1, SignatureAlgorithm.EcdsaP256);
        Assert.False(first.IsSameKeyAs(second));

        one.Module.FinalizeAlone();

        Assert.True(Verifies(first, await one.SignAsync(first, Data, default, Stop)));
        Assert.True(Verifies(second, await two.SignAsync(second, Data, default, Stop)));
        Assert.Equal(1, one.Renewals + two.Renewals);
    }

    [Fact]
    public async Task A_token_that_is_gone_is_named_with_those_that_are_there()
    {
        using SoftHsmFixture softHsm = new();

        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await softHsm.OpenAsync(softHsm.Options with { TokenLabel = "no such" }));

        Assert.Equal(HsmFailure.Unavailable, refused.Failure);
        Assert.Contains("'no such'", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"'{SoftHsmFixture.Label}'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Opened_by_its_name_with_a_pin_from_a_file()
    {
        using SoftHsmFixture softHsm = new();
        string file = Path.Combine(softHsm.Root, "pin");
        await File.WriteAllTextAsync(file, ModuleFixture.Pin + "\n", Stop);
        HsmOptions options = new()
        {
            Provider = "softhsm2",
            Pkcs11 = new Pkcs11Options { TokenLabel = SoftHsmFixture.Label, Pin = $"file:{file}" },
        };
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        HsmException open = await Assert.ThrowsAsync<HsmException>(
            async () => await HsmProvider.CreateAsync(options, TimeProvider.System, null, Stop));
        Assert.Contains("chmod 600", open.Message, StringComparison.Ordinal);

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using HsmProvider hsm = await HsmProvider.CreateAsync(options, TimeProvider.System, null, Stop);
        Assert.Equal("softhsm2", hsm.Name);
        Assert.False(hsm.KeepsInHardware(SignatureAlgorithm.EcdsaP256));
    }

    [Fact]
    public async Task The_example_of_the_guide_works()
    {
        using SoftHsmFixture softHsm = new();
        softHsm.AddToken("bank");
        string pinFile = Path.Combine(softHsm.Root, "pin");
        await File.WriteAllTextAsync(pinFile, ModuleFixture.Pin, Stop);
        File.SetUnixFileMode(pinFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        KeyId name = new(Guid.Parse("01998f00-0000-7000-8000-000000000001"));
        byte[] payment = Data;
        CancellationToken stop = Stop;

        #region HsmByName
        HsmOptions options = new()
        {
            Provider = "softhsm2",
            Pkcs11 = new Pkcs11Options { TokenLabel = "bank", Pin = $"file:{pinFile}" },
        };
        await using HsmProvider hsm = await HsmProvider.CreateAsync(options, TimeProvider.System, logger: null, stop);
        HsmKey key = await hsm.GenerateKeyAsync(
            TokenKeyId.Derive(name, version: 1), SignatureAlgorithm.EcdsaP256, stop);
        byte[] signature = await hsm.SignAsync(key, payment, ReadOnlyMemory<byte>.Empty, stop);

        // What only devices do: a key of one purpose, here a MAC, that can leave under another key and in no other way.
        DeviceKeys device = ((Pkcs11Token)hsm).DeviceKeys;
        DeviceKey kek = await device.GenerateAsync(
            TokenKeyId.Derive(name, 2), DeviceKeyKind.AesWrap256, isExtractable: false, stop);
        DeviceKey mac = await device.GenerateAsync(
            TokenKeyId.Derive(name, 3), DeviceKeyKind.AesCmac256, isExtractable: true, stop);
        WrappedKey wrapped = await device.WrapAsync(kek, mac, stop);
        byte[] tag = await device.MacAsync(mac, payment, stop);
        #endregion

        Assert.True(Verifies(key, signature));
        Assert.Equal(40, wrapped.Bytes.Length);
        Assert.Equal(16, tag.Length);
    }

    private static ModuleFixture Fixture(string provider) =>
        provider == "nss" ? new NssFixture() : new SoftHsmFixture();

    private static SignatureAlgorithm Algorithm(string provider) =>
        provider == "nss" ? SignatureAlgorithm.MLDsa65 : SignatureAlgorithm.EcdsaP256;

    private static ValueTask<HsmKey> GenerateAsync(Pkcs11Token token, int version, SignatureAlgorithm algorithm) =>
        token.GenerateKeyAsync(TokenFixture.Id(version), algorithm, Stop);

    private static bool Verifies(HsmKey key, byte[] signature)
    {
        using SignatureKey publicKey = SignatureKeys.ImportPublic(
            (SignatureAlgorithm)key.Algorithm, key.PublicKey.Span);
        return publicKey.Verify(Data, signature, default);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "nothing recovered in 20 s");
            await Task.Delay(10, Stop);
        }
    }
}
