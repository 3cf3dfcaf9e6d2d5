using System.Diagnostics;
using System.Globalization;
using System.Text;
using Qbitel.Protocols.Nacha;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Nacha;

/// <summary>
/// How many entries a second are judged by every rule, in processor time and in turns with a reader that only cuts
/// lines into strings and adds up: published, and judged in the long run alone.
/// </summary>
public sealed class NachaSpeedTests
{
    private const double Gate = 1e6; // entries a second

    [Theory, InlineData(false), InlineData(true), Trait("Soak", "nacha-speed")]
    public void A_million_entries_a_second_are_judged(bool withAddenda)
    {
        int entries = Soak.Times(gate: 20_000, soak: 1_000_000);
        byte[] bytes = new NachaGenerator().Make(entries, withAddenda);
        double best = 0;
        double naive = 0;
        for (int turn = 0; turn < Soak.Times(gate: 1, soak: 5); turn++)
        {
            naive = Math.Max(naive, Rate(entries, () => Assert.True(AddUpLines(bytes) > 0)));
            best = Math.Max(best, Rate(entries, () =>
            {
                NachaScan scan = new();
                for (int at = 0; at < bytes.Length; at += 65_536)
                {
                    scan.Append(bytes.AsSpan(at, Math.Min(65_536, bytes.Length - at)));
                }

                Assert.Equal((entries, 0), (scan.Complete().Records, scan.Errors));
            }));
        }

        if (Soak.IsOn) Assert.True(best >= Gate, $"{best / 1e6:F2} million entries a second");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{entries} entries{(withAddenda ? ", each with addenda" : "")}, {bytes.Length / 1e6:F0} MB, "
            + $"best of five turns in processor time: {best / 1e6:F2} million entries a second with every rule, "
            + $"{naive / 1e6:F2} million where lines are only cut into strings"));
    }

    private static double Rate(int entries, Action run)
    {
        TimeSpan before = Environment.CpuUsage.UserTime;
        var watch = Stopwatch.StartNew();
        run();
        TimeSpan used = Environment.CpuUsage.UserTime - before;
        return entries / Math.Max(used.TotalSeconds, watch.Elapsed.TotalSeconds / 100);
    }

    private static long AddUpLines(byte[] bytes)
    {
        using StreamReader reader = new(new MemoryStream(bytes), Encoding.ASCII);
        long sum = 0;
        while (reader.ReadLine() is { } line)
        {
            if (line[0] != '6') continue;
            string bank = line[3..11];
            string amount = line[29..39];
            string name = line[54..76].Trim();
            sum += long.Parse(amount, CultureInfo.InvariantCulture) + long.Parse(bank, CultureInfo.InvariantCulture)
                + name.Length;
        }

        return sum;
    }
}
