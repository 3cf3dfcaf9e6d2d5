using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Qbitel.Protocols;
using Qbitel.Protocols.Fix;

namespace Qbitel.Benchmarks;

/// <summary>
/// A new order of 167 bytes and an execution report with parties: read in place, and judged by the dictionary, against
/// a reader that splits the message into a dictionary of strings and checks length and sum.
/// </summary>
[MemoryDiagnoser]
public class FixBenchmarks
{
    private static readonly byte[] Order = FixSamples.Order(), Report = FixSamples.Report();

    private readonly FixField[] _room = new FixField[128];

    [Benchmark(Baseline = true)]
    public int ByStrings() => Split(Order).Count;

    [Benchmark]
    public int ReadFrameOnly() =>
        FixFrame.TryRead(Order, out FixFrame frame, out _) == FrameStatus.Complete ? frame.Length : 0;

    [Benchmark]
    public int Read() =>
        FixView.TryRead(Order, _room, out FixView view, out _) == FrameStatus.Complete ? view.Fields.Length : 0;

    [Benchmark]
    public bool ReadAndValidate() =>
        FixView.TryRead(Order, _room, out FixView view, out _) == FrameStatus.Complete && view.IsValid();

    [Benchmark]
    public FixMessage Parse() => FixMessage.Parse(Order);

    [Benchmark]
    public int ParseAndValidate() => FixMessage.Parse(Order).Validate().Count;

    [Benchmark]
    public int ReportByStrings() => Split(Report).Count;

    [Benchmark]
    public int ReadReport() =>
        FixView.TryRead(Report, _room, out FixView view, out _) == FrameStatus.Complete ? view.Fields.Length : 0;

    [Benchmark]
    public bool ReadAndValidateReport() =>
        FixView.TryRead(Report, _room, out FixView view, out _) == FrameStatus.Complete && view.IsValid();

    private static Dictionary<int, string> Split(byte[] message)
    {
        string text = Encoding.Latin1.GetString(message);
        Dictionary<int, string> fields = [];
        foreach (string field in text.Split('\u0001', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            fields[int.Parse(field.AsSpan(0, equals), CultureInfo.InvariantCulture)] = field[(equals + 1)..];
        }

        int sum = 0;
        foreach (byte b in message.AsSpan(0, message.Length - 7)) sum += b;
        if (sum % 256 != int.Parse(fields[10], CultureInfo.InvariantCulture))
            throw new InvalidOperationException("sum");
        int body = text.IndexOf("35=", StringComparison.Ordinal);
        if (message.Length - 7 - body != int.Parse(fields[9], CultureInfo.InvariantCulture))
            throw new InvalidOperationException("length");
        return fields;
    }
}
