using System.Globalization;
using Qbitel.Hsm.Benchmarks;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Tests.Pkcs11;
using Qbitel.Hsm.Tests.Pools;
using Qbitel.Hsm.Tests.Software;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Benchmarks;

[Collection(RealModules.Name)]
public sealed class HsmBenchTests(ITestOutputHelper output)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_is_measured_beside_its_bare_calls_and_no_key_stays()
    {
        using SoftHsmFixture fixture = new();
        await using Pkcs11Token token = await fixture.OpenAsync();

        HsmBenchReport report = await new HsmBench(token, TimeProvider.System)
            .RunAsync(TimeSpan.FromMilliseconds(100), [1, 4], Stop);

        Assert.Equal("softhsm2", report.Provider);
        Assert.Equal(
            ["ECDSA-P256-SHA256 1", "ECDSA-P256-SHA256 4", "Ed25519 1", "Ed25519 4"],
            report.Rows.Where(r => r.Operation == HsmOperation.Sign).Select(r => $"{r.Algorithm} {r.Callers}"));
        Assert.All(report.Rows.Where(r => r.Algorithm.StartsWith("ECDSA", StringComparison.Ordinal)),
            r => Assert.True(r.OverRaw > 0 && r.ProcessorOverRaw > 0));
        Assert.All(report.Rows, r => Assert.True(r.Processor > TimeSpan.Zero && r.AllocatedBytes > 0));
        Assert.All(report.Rows, r => Assert.True(r.PerSecond > 0 && r.P50 <= r.P99));
        await foreach (HsmKey left in token.ListAsync(Stop)) Assert.Fail($"{left} is left");
    }

    /// <summary>The figures of the guide: every provider at hand, one caller and four.</summary>
    [Theory, InlineData("softhsm2", false), InlineData("softhsm2", true), InlineData("nss", true),
        InlineData("software", false),
        InlineData("pool", false), Trait("Soak", "hsm-bench")]
    public async Task Providers_side_by_side(string name, bool onCallersThread)
    {
        using ModuleFixture? module = name switch
        {
            "softhsm2" => new SoftHsmFixture(),
            "nss" => new NssFixture(),
            _ => null,
        };
        using TokenFixture software = new();
        using PoolFixture pools = new();
        await using HsmProvider hsm = module is not null
            ? await module.OpenAsync(module.Options with { OnCallersThread = onCallersThread })
            : name == "pool" ? await pools.OpenAsync() : await software.CreateAsync();

        HsmBenchReport report = await new HsmBench(hsm, TimeProvider.System)
            .RunAsync(TimeSpan.FromMilliseconds(Soak.Times(gate: 30, soak: 3_000)), [1, 4], Stop);

        foreach (HsmBenchRow row in report.Rows)
        {
            string bare = row is { OverRaw: { } raw, ProcessorOverRaw: { } processor }
                ? string.Create(CultureInfo.InvariantCulture,
                    $", over the bare calls {(raw - 1) * 100:+0.0;-0.0} % of the clock, "
                    + $"{(processor - 1) * 100:+0.0;-0.0} % of the processor") : "";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name}{(onCallersThread ? " on callers' threads" : "")}: {row.Operation} {row.Algorithm}, "
                + $"{row.Callers} callers: "
                + $"{row.PerSecond:0}/s, p50 {row.P50.TotalMicroseconds:0.0} us, "
                + $"p99 {row.P99.TotalMicroseconds:0.0} us, scales {row.Scaling:0.00}, "
                + $"processor {row.Processor.TotalMicroseconds:0.0} us, "
                + $"{row.AllocatedBytes} bytes a call{bare}"));
        }

        Assert.NotEmpty(report.Rows);
    }
}
