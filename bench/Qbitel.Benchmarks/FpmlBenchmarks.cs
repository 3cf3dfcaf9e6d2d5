using System.Xml;
using System.Xml.Schema;
using BenchmarkDotNet.Attributes;
using Qbitel.Protocols.Fpml;
using Qbitel.Protocols.Fpml.Building;
using Qbitel.Protocols.Fpml.Explaining;

namespace Qbitel.Benchmarks;

/// <summary>
/// A request for confirmation of a swap, 6 KB of FpML 5.13. The baseline is the platform's reader with the published
/// schema, which is read from beside the checkout and judges by the schema only.
/// </summary>
[MemoryDiagnoser]
public class FpmlBenchmarks
{
    private const string Schema = "samples/fpml/xsd-5-13-confirmation/fpml-main-5-13.xsd";

    private readonly XmlReaderSettings _settings = new()
    {
        ValidationType = ValidationType.Schema,
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
    };

    private byte[] _message = [];

    [GlobalSetup]
    public void Setup()
    {
        TradeTerms trade = new(new PartyTerms("First Bank", "5493001KJTIIGC8Y1R12"),
            new PartyTerms("Second Bank", "529900T8BM49AURSDO55"), new DateOnly(2026, 11, 27), "IRS-1",
            "http://www.example.org/trade-id");
        SwapTerms swap = new(PaysFixed: true, 50_000_000m, "EUR", new DateOnly(2026, 12, 1), new DateOnly(2031, 12, 1),
            0.0265m, "1Y", "30/360", "EUR-EURIBOR", "6M", "6M", "ACT/360", new BusinessDays("MODFOLLOWING", "EUTA"));
        MessageTerms message = new("MSG-1", "http://www.example.org/message-id", "FIRSTBANK", "SECONDBANK",
            new DateTimeOffset(2026, 11, 27, 16, 30, 0, TimeSpan.Zero), "CORR-1");
        _message = FpmlBuilder.Build(trade, swap, message).Source.ToArray();
        if (!ParseAndJudge()) throw new InvalidOperationException("the document is not valid");

        if (Find() is not { } schema)
        {
            Console.WriteLine($"SKIPPED: no baseline without {Schema}; name its folder with QBITEL_SHARED");
            return;
        }

        XmlSchemaSet schemas = new() { XmlResolver = new XmlUrlResolver() };
        string signature = Path.Combine(Path.GetDirectoryName(schema)!, "xmldsig-core-schema.xsd");
        XmlReaderSettings plain = new() { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null };
        using (XmlReader reader = XmlReader.Create(signature, plain)) schemas.Add(null, reader);
        schemas.Add(null, schema);
        schemas.Compile();
        _settings.Schemas = schemas;
        _settings.ValidationEventHandler += (_, e) => throw e.Exception;
        Console.WriteLine($"{_message.Length} bytes");
    }

    [Benchmark(Baseline = true)]
    public int XmlReaderWithSchema()
    {
        if (_settings.Schemas.Count == 0)
            throw new InvalidOperationException($"no {Schema}: name its folder with QBITEL_SHARED");

        int nodes = 0;
        using XmlReader reader = XmlReader.Create(new MemoryStream(_message), _settings);
        while (reader.Read()) nodes++;
        return nodes;
    }

    /// <summary>Well-formed, by the schema, identifiers and references, and by the rules beyond it.</summary>
    [Benchmark]
    public bool ParseAndJudge() => FpmlDocument.TryParse(_message, out FpmlDocument document, out _)
        && document.IsValid;

    [Benchmark]
    public int ParseJudgeAndExplain() => FpmlExplanation.Of(FpmlDocument.Parse(_message)).Trades[0].Lines.Count;

    // Beside the checkout, wherever above this program that is.
    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("QBITEL_SHARED") is { } named
            && File.Exists(Path.Combine(named, Schema)))
        {
            return Path.Combine(named, Schema);
        }

        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, "shared", Schema);
            if (File.Exists(path)) return path;
        }

        return null;
    }
}
