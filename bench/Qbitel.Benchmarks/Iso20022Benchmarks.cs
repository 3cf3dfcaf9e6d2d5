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
/// A pacs.008.001.08 of 4 KB with its header: well-formed, valid by its schema, its totals and identifiers right. The
/// baseline is the platform's reader on the same bytes with the published schemas of both, which are read from beside
/// the checkout; it judges by the schemas only.
/// </summary>
[MemoryDiagnoser]
public class Iso20022Benchmarks
{
    private static readonly string[] SchemaFiles = ["head.001.001.02.xsd", "pacs.008.001.08.xsd"];

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
        ConformanceLevel = ConformanceLevel.Fragment, // a header beside its document
        ValidationType = ValidationType.Schema,
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
    };

    private readonly MxProfile _profile = MxProfile.Find("cbpr-sr2026");
    private byte[] _message = [];

    [GlobalSetup]
    public void Setup()
    {
        using StreamReader file = new(typeof(Iso20022Benchmarks).Assembly.GetManifestResourceStream("pacs008.xml")!);
        // The profile asks for a header, and for characters the street of the file is not written in.
        string document = file.ReadToEnd().Replace("\u00DF", "ss", StringComparison.Ordinal);
        _message = Encoding.UTF8.GetBytes(Header + document[document.IndexOf("<Document", StringComparison.Ordinal)..]);
        if (!ParseAndJudge()) throw new InvalidOperationException("the message is not valid by the profile");

        if (SchemaFiles.Select(Find).ToArray() is not [{ } header, { } body])
        {
            Console.WriteLine("SKIPPED: no baseline without samples/iso20022/xsd; name its folder with QBITEL_SHARED");
            return;
        }

        _settings.Schemas.Add(null, header);
        _settings.Schemas.Add(null, body);
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
        if (!Pacs008.TryParse(_message, out Pacs008 message, out _) || !message.IsValid) return false;

        return _profile.Check(Pacs008.MessageType, message.Root, message.Header).Count == 0;
    }

    [Benchmark]
    public bool WholeReport() => MessageParser.Parse(_message, "iso20022").IsValid;

    // Beside the checkout, wherever above this program that is.
    private static string? Find(string name)
    {
        string schema = Path.Combine("samples/iso20022/xsd", name);
        if (Environment.GetEnvironmentVariable("QBITEL_SHARED") is { } named
            && File.Exists(Path.Combine(named, schema)))
        {
            return Path.Combine(named, schema);
        }

        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, "shared", schema);
            if (File.Exists(path)) return path;
        }

        return null;
    }
}
