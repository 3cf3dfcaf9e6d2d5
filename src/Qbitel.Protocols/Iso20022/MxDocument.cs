using System.Text;
using System.Xml;
using Qbitel.Protocols.Iso20022.Schemas;

namespace Qbitel.Protocols.Iso20022;

/// <summary>An ISO 20022 message as it came: its bytes, its tree, and what was found wrong with it.</summary>
internal sealed record MxDocument(ReadOnlyMemory<byte> Source, MxElement? Header, MxElement Root,
    IReadOnlyList<Diagnostic> Findings)
{
    private const string HeaderNamespace = "urn:iso:std:iso:20022:tech:xsd:head.001.001.";

    /// <summary>
    /// Reads a Document of one message type: alone, or with its AppHdr inside an envelope or beside it.
    /// </summary>
    /// <param name="source">The bytes; kept, so that an untouched message is written back as it came.</param>
    /// <param name="name">The message type, e.g. <c>pacs.008.001.08</c>.</param>
    /// <param name="document">The message, also where rules are broken: see its findings.</param>
    /// <param name="error">Why there is no message.</param>
    public static bool TryRead(ReadOnlyMemory<byte> source, string name, out MxDocument document, out ParseError error)
    {
        document = null!;
        error = null!;
        MxSchema schema = MxSchema.Load(name);
        DiagnosticList findings = new();
        MxElement? header = null, root = null;
        if (source.Length > MxReader.MaxSize)
        {
            error = new ParseError(new Diagnostic("Mx.TooLarge", Severity.Error, "the message is too large")
            {
                Offset = MxReader.MaxSize,
                Expected = $"at most {MxReader.MaxSize} bytes",
                Actual = $"{source.Length} bytes",
            });
            return false;
        }

        try
        {
            // Header and document may stand side by side without a root of their own: then the text is a fragment.
            using XmlReader xml = XmlReader.Create(Text(source), Fragment);
            while (!xml.EOF)
            {
                if (xml.NodeType == XmlNodeType.Element && xml.LocalName == schema.Root
                    && xml.NamespaceURI == schema.Namespace && root is null)
                {
                    root = MxReader.Read(xml, schema, findings);
                }
                else if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "AppHdr"
                    && xml.NamespaceURI == HeaderNamespace + "02" && header is null)
                {
                    header = MxReader.Read(xml, MxSchema.Load("head.001.001.02"), findings);
                }
                else if (xml.Depth > MxReader.MaxDepth)
                {
                    throw new XmlException($"deeper than {MxReader.MaxDepth} elements", null,
                        ((IXmlLineInfo)xml).LineNumber, ((IXmlLineInfo)xml).LinePosition);
                }
                else
                {
                    xml.Read();
                }
            }
        }
        catch (XmlException e)
        {
            error = NotXml(source.Span, e);
            return false;
        }

        if (root is null)
        {
            error = new ParseError(new Diagnostic(
                "Mx.NotThisMessage", Severity.Error, "there is no such message in the text")
            {
                Offset = 0,
                Path = "/",
                Expected = $"a {schema.Root} of {schema.Namespace}",
                Actual = "none",
            });
            return false;
        }

        document = new MxDocument(source, header, root, findings.Found);
        return true;
    }

    /// <summary>
    /// The message type its Document's namespace names; null where the text is not well-formed to its end or has no
    /// such Document.
    /// </summary>
    public static string? MessageTypeOf(ReadOnlyMemory<byte> source)
    {
        const string Prefix = "urn:iso:std:iso:20022:tech:xsd:";
        string? type = null;
        try
        {
            using XmlReader xml = XmlReader.Create(Text(source), Fragment);
            while (xml.Read() && xml.Depth <= MxReader.MaxDepth)
            {
                bool isDocument = xml.NodeType == XmlNodeType.Element && xml.LocalName == "Document";
                if (isDocument && xml.NamespaceURI.StartsWith(Prefix, StringComparison.Ordinal))
                    type ??= xml.NamespaceURI[Prefix.Length..];
            }

            return xml.EOF ? type : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static XmlReaderSettings Fragment { get; } = FragmentSettings();

    private static XmlReaderSettings FragmentSettings()
    {
        XmlReaderSettings settings = MxReader.Settings.Clone();
        settings.ConformanceLevel = ConformanceLevel.Fragment;
        return settings;
    }

    // A fragment may not begin with what only a document may have, so the declaration is read past; UTF-8 unless a mark
    // says UTF-16.
    private static StringReader Text(ReadOnlyMemory<byte> source)
    {
        ReadOnlySpan<byte> bytes = source.Span;
        Encoding encoding = bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) ? new UnicodeEncoding(false, true, true)
            : bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? new UnicodeEncoding(true, true, true)
            : new UTF8Encoding(true, throwOnInvalidBytes: true);
        try
        {
            string text = encoding.GetString(bytes.StartsWith(encoding.Preamble)
                ? bytes[encoding.Preamble.Length..] : bytes);
            return new StringReader(text);
        }
        catch (DecoderFallbackException e)
        {
            throw new XmlException($"the bytes are not {encoding.WebName} at byte {e.Index}", e, 1, 1);
        }
    }

    private static ParseError NotXml(ReadOnlySpan<byte> source, XmlException e)
    {
        TextPosition end = TextPosition.Of(source, source.Length);
        int line = Math.Max(1, e.LineNumber), column = Math.Max(1, e.LinePosition);
        bool isIncomplete = source.IsEmpty || (line == end.Line && column >= end.Column)
            || e.Message.StartsWith("Unexpected end of file", StringComparison.Ordinal);
        return new ParseError(new Diagnostic("Mx.NotWellFormed", Severity.Error, isIncomplete ? "the text breaks off"
            : "the text is not well-formed XML")
        {
            Line = isIncomplete ? end.Line : line,
            Column = isIncomplete ? end.Column : column,
            Path = "/",
            Expected = isIncomplete ? "the rest of the message" : "well-formed XML without a DTD",
            Actual = isIncomplete ? "the end of the text" : Reason(e),
        }, isIncomplete);
    }

    // The platform's sentence may quote the text, so only its kind is told.
    private static string Reason(XmlException e) =>
        e.Message.StartsWith("more than", StringComparison.Ordinal)
        || e.Message.StartsWith("deeper than", StringComparison.Ordinal)
            || e.Message.StartsWith("the bytes are not", StringComparison.Ordinal) ? e.Message
        : e.Message.Contains("DTD", StringComparison.Ordinal) ? "a DTD" : "a fault of syntax";
}
