using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Tests.ThreeDS;
using Qbitel.Protocols.ThreeDS;

namespace Qbitel.Benchmarks;

/// <summary>
/// An AReq of a purchase in a browser with 44 fields. The baseline parses its JSON by the platform and looks at
/// nothing.
/// </summary>
[MemoryDiagnoser]
public class ThreeDSBenchmarks
{
    private static readonly byte[] Message = ThreeDSText.Bytes();

    [Benchmark(Baseline = true)]
    public int JsonDocumentOnly()
    {
        using JsonDocument document = JsonDocument.Parse(Message);
        return document.RootElement.GetPropertyCount();
    }

    [Benchmark]
    public ThreeDSMessage Parse() => ThreeDSMessage.Parse(Message);

    [Benchmark]
    public int ParseAndValidate() => ThreeDSMessage.Parse(Message).Validate().Count;

    [Benchmark]
    public int IdentifyAndReport() => MessageParser.Parse(Message).Fields.Count;
}
