using System.Xml;
using System.Xml.Schema;
using BenchmarkDotNet.Attributes;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Iso20022;

namespace Qbitel.Benchmarks;

/// <summary>
/// A pacs.008.001.08 of 4 KB: well-formed, valid by its schema, its totals and identifiers right. The baseline is the
/// platform's reader with the published schema, which is read from beside the checkout and judges by the schema only.
/// </summary>
[MemoryDiagnoser]
public class Iso20022Benchmarks
{
    private const string Schema = "samples/iso20022/xsd/pacs.008.001.08.xsd";

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
        using Stream message = typeof(Iso20022Benchmarks).Assembly.GetManifestResourceStream("pacs008.xml")!;
        _message = new byte[message.Length];
        message.ReadExactly(_message);
        if (!ParseAndValidate()) throw new InvalidOperationException("the message is not valid");

        if (Find() is not { } schema)
        {
            Console.WriteLine($"SKIPPED: no baseline without {Schema}; name its folder with QBITEL_SHARED");
            return;
        }

        _settings.Schemas.Add(null, schema);
        _settings.Schemas.Compile();
        _settings.ValidationEventHandler += (_, e) => throw e.Exception;
    }

    [Benchmark(Baseline = true)]
    public bool XmlReaderAndSchemaSet()
    {
        if (_settings.Schemas.Count == 0) return false;

        using XmlReader xml = XmlReader.Create(new MemoryStream(_message), _settings);
        while (xml.Read()) { }
        return true;
    }

    [Benchmark]
    public bool ParseAndValidate() => Pacs008.TryParse(_message, out Pacs008 message, out _) && message.IsValid;

    [Benchmark]
    public bool WholeReport() => MessageParser.Parse(_message, "iso20022").IsValid;

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
