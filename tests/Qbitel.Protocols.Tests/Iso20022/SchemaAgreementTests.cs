using System.Text;
using System.Xml;
using System.Xml.Schema;
using Qbitel.Protocols.Iso20022;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Iso20022;

/// <summary>
/// Our validator by tables of facts against the platform's XSD validation: the same verdict on everything.
/// </summary>
public sealed class SchemaAgreementTests(ITestOutputHelper output)
{
    private static readonly string[] Rules =
        ["Mx.NumberOfTransactions", "Mx.ControlSum", "Mx.TotalAmount", "Mx.TotalCurrency", "Mx.Settlement", "Mx.Iban",
            "Mx.Bic", "Mx.Lei", "Mx.Uetr", "Mx.Currency", "Mx.AmountDecimals"];

    [Fact]
    public void Verdict_on_the_samples_is_that_of_the_schema()
    {
        XmlSchemaSet schema = Schema();
        string[] folders = [SharedFiles.Path("samples/iso20022/messages"), SharedFiles.Path("samples/fedwire-iso20022"),
            SharedFiles.Path("samples/fednow")];
        int compared = 0;
        foreach (string file in folders.SelectMany(f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories)))
        {
            byte[] bytes = File.ReadAllBytes(file);
            if (!Pacs008.TryParse(bytes, out Pacs008 message, out _) || message.Root.Line == 0
                || message.Header is not null)
            {
                continue;
            }
            if (!IsPlainDocument(bytes)) continue;

            Assert.True(SchemaSays(schema, bytes) == OursSays(message),
                $"{file}: {string.Join("; ", message.Findings)}");
            compared++;
        }

        Assert.True(compared > 0, "no sample is a plain pacs.008.001.08");
        TestContext.Current.SendDiagnosticMessage($"{compared} samples compared");
    }

    [Fact, Trait("Soak", "parsers")]
    public void Verdict_on_single_faults_is_that_of_the_schema()
    {
        XmlSchemaSet schema = Schema();
        byte[] valid = Pacs008Tests.Build().Source.ToArray();
        Assert.True(SchemaSays(schema, valid));

        int compared = 0;
        foreach (byte[] faulty in Faults(Encoding.UTF8.GetString(valid)).Take(Soak.Times(600, 20_000)))
        {
            bool ours = Pacs008.TryParse(faulty, out Pacs008 message, out _) && OursSays(message);
            Assert.True(SchemaSays(schema, faulty) == ours,
                Encoding.UTF8.GetString(faulty) + (ours ? "" : string.Join('\n', message?.Findings ?? [])));
            compared++;
        }

        output.WriteLine($"{compared} single faults: the verdict of the schema on each");
    }

    // Every element in turn: removed, repeated, renamed, emptied, moved to the end of its parent, given text, given an
    // attribute.
    private static IEnumerable<byte[]> Faults(string valid)
    {
        XmlDocument original = new() { PreserveWhitespace = true };
        original.LoadXml(valid);
        int count = original.SelectNodes("//*")!.Count;
        for (int kind = 0; kind < 8; kind++)
        {
            for (int i = 1; i < count; i++)
            {
                var copy = (XmlDocument)original.CloneNode(deep: true);
                var element = (XmlElement)copy.SelectNodes("//*")![i]!;
                var parent = (XmlElement)element.ParentNode!;
                switch (kind)
                {
                    case 0: parent.RemoveChild(element); break;
                    case 1: parent.InsertAfter(element.CloneNode(deep: true), element); break;
                    case 2: parent.ReplaceChild(copy.CreateElement("Xyz", element.NamespaceURI), element); break;
                    case 3: element.InnerXml = ""; break;
                    case 4: parent.AppendChild(parent.RemoveChild(element)); break;
                    case 5: element.AppendChild(copy.CreateTextNode("x")); break;
                    case 6: element.SetAttribute("other", "1"); break;
                    default: element.InnerText = new string('A', 200); break;
                }

                yield return Encoding.UTF8.GetBytes(copy.OuterXml);
            }
        }
    }

    private static bool OursSays(Pacs008 message) =>
        !message.Findings.Any(f => f.Severity == Severity.Error && !Rules.Contains(f.Code));

    private static XmlSchemaSet Schema()
    {
        XmlSchemaSet schemas = new();
        schemas.Add(null, SharedFiles.Path("samples/iso20022/xsd/pacs.008.001.08.xsd"));
        schemas.Compile();
        return schemas;
    }

    private static bool IsPlainDocument(byte[] bytes)
    {
        using XmlReader xml = XmlReader.Create(new MemoryStream(bytes));
        try
        {
            return xml.MoveToContent() == XmlNodeType.Element && xml.LocalName == "Document";
        }
        catch (XmlException)
        {
            return false;
        }
    }

    private static bool SchemaSays(XmlSchemaSet schemas, byte[] bytes)
    {
        bool valid = true;
        XmlReaderSettings settings = new()
        {
            ValidationType = ValidationType.Schema,
            Schemas = schemas,
            ValidationFlags = XmlSchemaValidationFlags.ReportValidationWarnings,
        };
        settings.ValidationEventHandler += (_, _) => valid = false;
        using XmlReader xml = XmlReader.Create(new MemoryStream(bytes), settings);
        try
        {
            while (xml.Read()) { }
        }
        catch (XmlException)
        {
            return false;
        }

        return valid;
    }
}
