using System.Diagnostics;
using System.Globalization;
using Qbitel.Governance.Audit;
using Qbitel.Testing;

namespace Qbitel.Governance.Tests.Audit;

/// <summary>How long it takes to verify a large export, in processor time: published, not judged.</summary>
public sealed class AuditSpeedTests(ITestOutputHelper output)
{
    [Fact, Trait("Soak", "audit-speed")]
    public async Task A_large_export_verifies()
    {
        int size = Soak.Times(gate: 5_000, soak: 1_000_000);
        TestLog log = new(size);
        SortedDictionary<string, byte[]> files = await log.ExportAsync();
        long bytes = files.Sum(file => (long)file.Value.Length);
        for (int i = 0; i < 3; i++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            var watch = Stopwatch.StartNew();
            AuditVerification result = await log.VerifyAsync(files);
            TimeSpan used = Environment.CpuUsage.TotalTime - before;

            Assert.True(result.IsIntact, result.ToString());
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{size} entries, {bytes / 1e6:0.0} MB: {used.TotalSeconds:0.00} s of processor time, "
                + $"{watch.Elapsed.TotalSeconds:0.00} s on the clock"));
        }
    }
}
