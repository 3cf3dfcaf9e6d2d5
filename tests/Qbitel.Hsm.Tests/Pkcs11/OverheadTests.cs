using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;
using Qbitel.Hsm.Tests.Software;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Pkcs11;

/// <summary>What the queue, the epochs and the checks cost over the bare calls of the same module and key.</summary>
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

    // Rounds in turns, so that a noisy machine disturbs both alike; the ratio is of the medians.
    private static async Task CompareAsync(
        Pkcs11Token token, string what, TokenKeyId id, Ckm mechanism, byte[] input, int size,
        Func<ValueTask<byte[]>> provider)
    {
        // NSS opens the key with its password at every use, which takes a millisecond and more.
        int rounds = Soak.Times(3, 15), calls = Soak.Times(20, token.Name == "nss" ? 60 : 400);
        foreach (int callers in (int[])[1, 4])
        {
            List<double> bare = [], ours = [];
            for (int round = 0; round <= rounds; round++)
            {
                double raw = await BareAsync(token, id, mechanism, input, size, callers, calls);
                long started = Stopwatch.GetTimestamp();
                await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
                {
                    for (int i = 0; i < calls / callers; i++) await provider();
                }, Stop)));
                double through = Stopwatch.GetElapsedTime(started).TotalMicroseconds / (calls / callers * callers);
                if (round == 0) continue; // warms up
                bare.Add(raw);
                ours.Add(through);
            }

            bare.Sort();
            ours.Sort();
            double a = bare[bare.Count / 2], b = ours[ours.Count / 2];
            Assert.True(a > 0 && b > 0);
            TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{token.Name} {what}, {callers} callers: bare {a:0.0} us, provider {b:0.0} us a call, "
                + $"{((b / a) - 1) * 100:+0.0;-0.0} %"));
        }
    }

    private static async Task<double> BareAsync(
        Pkcs11Token token, TokenKeyId id, Ckm mechanism, byte[] input, int size, int callers, int calls)
    {
        TimeSpan[] spent = new TimeSpan[callers];
        using Barrier start = new(callers);
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Factory.StartNew(() =>
        {
            Session session = Bare(token);
            using Template template = new();
            byte[] bytes = new byte[TokenKeyId.Size];
            id.WriteTo(bytes);
            template.Add(Cka.Id, bytes).Add(Cka.Class, (ulong)Cko.PrivateKey);
            ulong key = session.FindObjects(template).Single();
            start.SignalAndWait(Stop);
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < calls / callers; i++)
                session.Sign(new CkMechanism { Type = mechanism }, key, input, size);
            spent[caller] = Stopwatch.GetElapsedTime(started);
            session.Close();
        }, Stop, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return spent.Max().TotalMicroseconds / (calls / callers * callers);
    }

    private static unsafe Session Bare(Pkcs11Token token)
    {
        ulong handle;
        FunctionTable functions = token.Module.Functions;
        FunctionTable.Check("C_OpenSession",
            functions.OpenSession(token.Token.Slot, Ck.SerialSession | Ck.ReadWriteSession, &handle));
        return new Session(functions, handle, null!, token.Module.Epoch);
    }
}
