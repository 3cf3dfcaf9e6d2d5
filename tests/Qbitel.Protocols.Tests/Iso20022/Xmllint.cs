using System.Diagnostics;
using System.Xml;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Iso20022;

/// <summary>An independent judge of what we write: libxml2 with the published schemas.</summary>
internal static class Xmllint
{
    /// <summary>Judges the headers and documents in a text, each by its own schema.</summary>
    public static void Accepts(byte[] message)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/xmllint"), "xmllint is not installed");
        string schemas = SharedFiles.Path("samples/iso20022/xsd");
        const string Prefix = "urn:iso:std:iso:20022:tech:xsd:";
        int judged = 0;
        XmlReaderSettings settings = new() { ConformanceLevel = ConformanceLevel.Fragment };
        using XmlReader xml = XmlReader.Create(new MemoryStream(message), settings);
        while (!xml.EOF)
        {
            bool isPart = xml.NodeType == XmlNodeType.Element && xml.LocalName is "AppHdr" or "Document";
            if (!isPart)
            {
                xml.Read();
                continue;
            }

            string type = xml.NamespaceURI[Prefix.Length..];
            Judge(Path.Combine(schemas, type + ".xsd"), xml.ReadOuterXml());
            judged++;
        }

        Assert.Equal(2, judged);
    }

    private static void Judge(string schema, string text)
    {
        using Process lint = Process.Start(new ProcessStartInfo("/usr/bin/xmllint")
        {
            ArgumentList = { "--noout", "--nonet", "--schema", schema, "-" },
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;
        lint.StandardInput.Write(text);
        lint.StandardInput.Close();
        string said = lint.StandardError.ReadToEnd();
        lint.WaitForExit();
        Assert.True(lint.ExitCode == 0, said);
    }
}
