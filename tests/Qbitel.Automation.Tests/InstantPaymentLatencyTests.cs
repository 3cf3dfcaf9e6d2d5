using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;
using Qbitel.Protocols.FedNow;
using Qbitel.Testing;

namespace Qbitel.Automation.Tests;

/// <summary>What signing an instant payment costs from its facts to its bytes.</summary>
public sealed class InstantPaymentLatencyTests(ITestOutputHelper output)
{
    [Fact, Trait("Soak", "instant-payment-latency")]
    public void Built_signed_and_serialised_within_its_time()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        ManualTime time = new(new DateTimeOffset(2026, 11, 24, 14, 30, 0, TimeSpan.Zero));
        FedNowBuilder builder = new("021040078", time);
        byte[] signature = [], wire = [];
        int times = Soak.Times(500, 50_000);
        for (int i = 0; i < 100; i++) Once(i);

        double[] milliseconds = new double[times];
        for (int i = 0; i < times; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Once(i);
            milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(milliseconds);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{times} payments of {wire.Length} bytes with ML-DSA-44: median {milliseconds[times / 2]:F3} ms, 99 % "
            + $"{milliseconds[times * 99 / 100]:F3} ms, longest {milliseconds[^1]:F3} ms"));
        Assert.True(key.VerifyData(wire, signature));
        Assert.InRange(milliseconds[times / 2], 0, 50);
        if (Soak.IsOn) Assert.InRange(milliseconds[times * 99 / 100], 0, 50); // a busy machine may take longer once

        void Once(int number)
        {
            FedNowCredit credit = new()
            {
                ReceiverRouting = "021000021",
                DebtorName = "Anna Example",
                CreditorName = "Corner Shop LLC",
                EndToEndId = string.Create(CultureInfo.InvariantCulture, $"ORDER-{number}"),
                SettlementDate = new DateOnly(2026, 11, 24),
                CategoryPurpose = "CONS",
            };
            FedNowMessage payment = builder.CreateInstantCredit("123456789", "987654321", 500.00m, "USD", credit);
            wire = payment.ToWireFormat();
            signature = key.SignData(wire);
        }
    }
}
