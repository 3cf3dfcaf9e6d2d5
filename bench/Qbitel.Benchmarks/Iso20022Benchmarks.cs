using System.Text;
using System.Xml;
using System.Xml.Schema;
using BenchmarkDotNet.Attributes;
using Qbitel.Protocols;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Iso20022.Profiles;

namespace Qbitel.Benchmarks;

/// <summary>
/// A pacs.008.001.08 of 4 KB: well-formed, valid by its schema, its totals and identifiers right. The baseline is the
/// platform's reader with the published schema, which is read from beside the checkout and judges by the schema only.
/// </summary>
[MemoryDiagnoser]
public class Iso20022Benchmarks
{
    private const string Schema = "samples/iso20022/xsd/pacs.008.001.08.xsd";

    private const string Header = """
        <AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">
          <Fr><FIId><FinInstnId><BICFI>QBITDEFFXXX</BICFI></FinInstnId></FIId></Fr>
          <To><FIId><FinInstnId><BICFI>NWBKGB2LXXX</BICFI></FinInstnId></FIId></To>
          <BizMsgIdr>20261128QBITDEFF000042</BizMsgIdr>
          <MsgDefIdr>pacs.008.001.08</MsgDefIdr>
          <BizSvc>swift.cbprplus.04</BizSvc>
          <CreDt>2026-11-28T09:30:00+01:00</CreDt>
        </AppHdr>

        """;

    private readonly XmlReaderSettings _settings = new()
    {
        ValidationType = ValidationType.Schema,
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
    };

    private readonly MxProfile _profile = MxProfile.Find("cbpr-sr2026");
    private byte[] _message = [], _profiled = [];

    [GlobalSetup]
    public void Setup()
    {
        using Stream message = typeof(Iso20022Benchmarks).Assembly.GetManifestResourceStream("pacs008.xml")!;
        _message = new byte[message.Length];
        message.ReadExactly(_message);
        if (!ParseAndValidate()) throw new InvalidOperationException("the message is not valid");

        // The profile asks for a header, and for characters the street of the file is not written in.
        string document = Encoding.UTF8.GetString(_message).Replace("\u00DF", "ss", StringComparison.Ordinal);
        _profiled = Encoding.UTF8.GetBytes(Header + document[document.IndexOf("<Document", StringComparison.Ordinal)..]);
        if (!ParseAndJudge()) throw new InvalidOperationException("the message is not valid by the profile");

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
    public bool ParseAndJudge()
    {
        if (!Pacs008.TryParse(_profiled, out Pacs008 message, out _) || !message.IsValid) return false;

        return _profile.Check(Pacs008.MessageType, message.Root, message.Header).Count == 0;
    }

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
