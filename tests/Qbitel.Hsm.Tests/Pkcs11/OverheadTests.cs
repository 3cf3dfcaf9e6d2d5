using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Hsm.Benchmarks;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;
using Qbitel.Hsm.Tests.Software;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Pkcs11;

/// <summary>What the queue, the epochs and the checks cost over the bare calls of the same module and key.</summary>
/// <remarks>
/// In turns of a few calls, so that a busy machine disturbs both alike. Two figures: the processor's time that a call
/// takes, of this process and all of its threads, which others on the machine cannot take away; and the clock's.
/// </remarks>
[Collection(RealModules.Name)]
public sealed class OverheadTests
{
    private static readonly byte[] Data = RandomNumberGenerator.GetBytes(256);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, InlineData(false), InlineData(true), Trait("Soak", "pkcs11-overhead")]
    public async Task Over_SoftHsm(bool onCallersThread)
    {
        using SoftHsmFixture fixture = new();
        await using Pkcs11Token token = await fixture.OpenAsync(
            fixture.Options with { OnCallersThread = onCallersThread });
        HsmKey ecdsa = await token.GenerateKeyAsync(TokenFixture.Id(1), SignatureAlgorithm.EcdsaP256, Stop);
        DeviceKey rsa = await token.DeviceKeys.GenerateAsync(TokenFixture.Id(2), DeviceKeyKind.Rsa2048, false, Stop);

        await CompareAsync(token, "ECDSA P-256", ecdsa.Id, Ckm.Ecdsa, SHA256.HashData(Data), 64,
            () => token.SignAsync(ecdsa, Data, default, Stop));
        await CompareAsync(token, "RSA-2048 PKCS#1", rsa.Id, Ckm.Sha256RsaPkcs, Data, 256,
            () => token.DeviceKeys.SignRsaAsync(rsa, Data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, Stop));
    }

    [Theory, InlineData(false), InlineData(true), Trait("Soak", "pkcs11-overhead")]
    public async Task Over_Nss(bool onCallersThread)
    {
        using NssFixture fixture = new();
        await using Pkcs11Token token = await fixture.OpenAsync(
            fixture.Options with { OnCallersThread = onCallersThread });
        HsmKey mlDsa = await token.GenerateKeyAsync(TokenFixture.Id(1), SignatureAlgorithm.MLDsa65, Stop);
        HsmKey ecdsa = await token.GenerateKeyAsync(TokenFixture.Id(2), SignatureAlgorithm.EcdsaP256, Stop);

        await CompareAsync(token, "ML-DSA-65", mlDsa.Id, Ckm.MlDsa, Data, 3309,
            () => token.SignAsync(mlDsa, Data, default, Stop));
        await CompareAsync(token, "ECDSA P-256", ecdsa.Id, Ckm.Ecdsa, SHA256.HashData(Data), 64,
            () => token.SignAsync(ecdsa, Data, default, Stop));
    }

    private static async Task CompareAsync(
        Pkcs11Token token, string what, TokenKeyId id, Ckm mechanism, byte[] input, int size,
        Func<ValueTask<byte[]>> provider)
    {
        // NSS opens the key with its password at every use, which takes a millisecond and more.
        int rounds = Soak.Times(3, 60), calls = Soak.Times(8, token.Name == "nss" ? 16 : 64);
        foreach (int callers in (int[])[1, 4, 16])
        {
            List<double> clock = [], processor = [];
            Turn bare = default, ours = default;
            for (int round = 0; round <= rounds; round++)
            {
                // The first of two turns is now the one, now the other.
                Turn a = default, b = default;
                foreach (bool isBare in round % 2 == 0 ? (bool[])[true, false] : [false, true])
                {
                    if (isBare) a = await BareAsync(token, id, mechanism, input, size, callers, calls);
                    else b = await ProviderAsync(provider, callers, calls);
                }

                if (round == 0) continue; // warms up
                bare += a;
                ours += b;
                clock.Add(b.Clock / a.Clock);
                processor.Add(b.Processor / a.Processor);
            }

            clock.Sort();
            processor.Sort();
            double n = Math.Max(1, calls / callers) * callers * (double)rounds;
            Assert.True(bare.Clock > 0 && ours.Clock > 0);
            TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{token.Name} {what}, {callers} callers: processor {bare.Processor / n:0.0} us bare, "
                + $"{ours.Processor / n:0.0} us a call, {Percent(ours.Processor / bare.Processor)} (median turn "
                + $"{Percent(processor[processor.Count / 2])}); "
                + $"clock {bare.Clock / n:0.0} us bare, {ours.Clock / n:0.0} us a call, median turn "
                + $"{Percent(clock[clock.Count / 2])}; "
                + $"{ours.Allocated / n:0} bytes a call, {bare.Allocated / n:0} bare"));
        }
    }

    private static string Percent(double ratio) =>
        ((ratio - 1) * 100).ToString("+0.0;-0.0", CultureInfo.InvariantCulture) + " %";

    private static async Task<Turn> ProviderAsync(Func<ValueTask<byte[]>> provider, int callers, int calls)
    {
        Turn start = Turn.Now();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < Math.Max(1, calls / callers); i++) await provider();
        }, Stop)));
        return Turn.Now() - start;
    }

    // A session for each caller is there already, as it is in the provider.
    private static async Task<Turn> BareAsync(
        Pkcs11Token token, TokenKeyId id, Ckm mechanism, byte[] input, int size, int callers, int calls)
    {
        Session[] sessions = [.. Enumerable.Range(0, callers).Select(_ => Bare(token))];
        ulong key = Find(sessions[0], id);
        Turn start = Turn.Now();
        await Task.WhenAll(sessions.Select(session => Task.Run(() =>
        {
            for (int i = 0; i < Math.Max(1, calls / callers); i++)
                session.Sign(new CkMechanism { Type = mechanism }, key, input, size);
        }, Stop)));
        Turn spent = Turn.Now() - start;
        foreach (Session session in sessions) session.Close();
        return spent;
    }

    private static ulong Find(Session session, TokenKeyId id)
    {
        using Template template = new();
        byte[] bytes = new byte[TokenKeyId.Size];
        id.WriteTo(bytes);
        template.Add(Cka.Id, bytes).Add(Cka.Class, (ulong)Cko.PrivateKey);
        return session.FindObjects(template).Single();
    }

    private static unsafe Session Bare(Pkcs11Token token)
    {
        ulong handle;
        FunctionTable functions = token.Module.Functions;
        FunctionTable.Check("C_OpenSession",
            functions.OpenSession(token.Token.Slot, Ck.SerialSession | Ck.ReadWriteSession, &handle));
        return new Session(functions, handle, token.Connection, token.Module.Epoch);
    }

    /// <summary>Microseconds, and bytes.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Turn(double Clock, double Processor, double Allocated)
    {
        public static Turn Now() => new(
            Stopwatch.GetTimestamp() * 1e6 / Stopwatch.Frequency, ProcessorTime.OfProcess().TotalMicroseconds,
            GC.GetTotalAllocatedBytes());

        public static Turn operator -(Turn a, Turn b) =>
            new(a.Clock - b.Clock, a.Processor - b.Processor, a.Allocated - b.Allocated);

        public static Turn operator +(Turn a, Turn b) =>
            new(a.Clock + b.Clock, a.Processor + b.Processor, a.Allocated + b.Allocated);
    }
}
