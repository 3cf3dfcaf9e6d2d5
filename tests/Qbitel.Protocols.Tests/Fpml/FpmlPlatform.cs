using System.Diagnostics;
using System.Xml;
using System.Xml.Schema;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Fpml;

/// <summary>What others make of a document by the published schema: the platform, and libxml2.</summary>
internal static class FpmlPlatform
{
    private static readonly Lazy<XmlSchemaSet> Schemas = new(() =>
    {
        XmlSchemaSet schemas = new() { XmlResolver = new XmlUrlResolver() };
        XmlReaderSettings settings = new() { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null };
        // The signature's schema begins with a document type, which has nothing to add to it.
        using (XmlReader signature = XmlReader.Create(Folder("xmldsig-core-schema.xsd"), settings))
            schemas.Add(null, signature);
        schemas.Add(null, Folder("fpml-main-5-13.xsd"));
        schemas.Compile();
        return schemas;
    });

    public static string Folder(string name = "") =>
        Path.Combine(SharedFiles.Path("samples/fpml/xsd-5-13-confirmation"), name);

    /// <summary>What the platform's validator finds first; null for nothing.</summary>
    public static string? Fault(byte[] bytes)
    {
        string? first = null;
        XmlReaderSettings settings = new()
        {
            ValidationType = ValidationType.Schema,
            Schemas = Schemas.Value,
            ValidationFlags = XmlSchemaValidationFlags.ProcessIdentityConstraints
                | XmlSchemaValidationFlags.ReportValidationWarnings,
        };
        settings.ValidationEventHandler += (_, e) => first ??= e.Message;
        using XmlReader xml = XmlReader.Create(new MemoryStream(bytes), settings);
        while (xml.Read()) { }
        return first;
    }

    /// <summary>Which of the files libxml2 says are valid.</summary>
    public static HashSet<string> XmllintSays(IEnumerable<string> files)
    {
        ProcessStartInfo start = new("/usr/bin/xmllint") { RedirectStandardError = true, UseShellExecute = false };
        string[] options = ["--noout", "--nonet", "--schema", Folder("fpml-main-5-13.xsd")];
        foreach (string argument in options.Concat(files)) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        string report = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return [.. report.Split('\n').Where(line => line.EndsWith(" validates", StringComparison.Ordinal))
            .Select(line => line[..^" validates".Length])];
    }
}
