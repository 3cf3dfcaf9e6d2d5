using Qbitel.Hsm.Benchmarks;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Tests.Pkcs11;

namespace Qbitel.Hsm.Tests.Benchmarks;

[Collection(RealModules.Name)]
public sealed class HsmBenchTests
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
            r => Assert.True(r.OverRaw > 0));
        Assert.All(report.Rows, r => Assert.True(r.PerSecond > 0 && r.P50 <= r.P99));
        await foreach (HsmKey left in token.ListAsync(Stop)) Assert.Fail($"{left} is left");
    }
}
