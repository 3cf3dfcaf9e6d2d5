using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Qbitel.Protocols;
using Qbitel.Protocols.Nacha;
using Qbitel.Protocols.Tests.Nacha;

namespace Qbitel.Benchmarks;

/// <summary>
/// A file of 100,000 entries, read and judged; the baseline reads its lines, cuts them, and only adds up the amounts.
/// </summary>
[MemoryDiagnoser]
public class NachaBenchmarks
{
    private const int Entries = 100_000;

    private byte[] _bytes = [];

    [Params(false, true)]
    public bool Addenda { get; set; }

    [GlobalSetup]
    public void Setup() => _bytes = new NachaGenerator().Make(Entries, Addenda);

    [Benchmark(Baseline = true, OperationsPerInvoke = Entries)]
    public long LinesAndSubstrings()
    {
        using StreamReader reader = new(new MemoryStream(_bytes), Encoding.ASCII);
        long sum = 0;
        string names = "";
        while (reader.ReadLine() is { } line)
        {
            if (line[0] != '6') continue;
            string bank = line[3..11]; // as programs do that cut lines into strings
            string amount = line[29..39];
            names = line[54..76].Trim();
            sum += long.Parse(amount, CultureInfo.InvariantCulture) + long.Parse(bank, CultureInfo.InvariantCulture);
        }

        return sum + names.Length;
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public long ScanWithEveryRule()
    {
        NachaScan scan = new();
        for (int at = 0; at < _bytes.Length; at += 65_536)
        {
            scan.Append(_bytes.AsSpan(at, Math.Min(65_536, _bytes.Length - at)));
        }

        return scan.Complete().Invalid;
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public async Task<long> ReadEvents()
    {
        using MemoryStream stream = new(_bytes);
        long entries = 0;
        await foreach (NachaEvent each in new NachaReader(stream).ReadAsync())
        {
            if (each is NachaEntryRead) entries++;
        }

        return entries;
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public long ParseIntoViews() => NachaFile.Parse(_bytes).Batches.Sum(batch => (long)batch.Entries.Count);
}
