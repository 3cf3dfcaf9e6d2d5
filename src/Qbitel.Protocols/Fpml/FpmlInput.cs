using System.Text;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Fpml;

/// <summary>From bytes to the table of elements, and where in it the document begins.</summary>
internal static class FpmlInput
{
    public static bool TryRead(ReadOnlyMemory<byte> source, out MxText text, out int root, out ParseError error)
    {
        text = null!;
        root = -1;
        if (!MxEncoding.TryDecode(source, out ReadOnlyMemory<byte> bytes, out error)) return Renamed(ref error);

        int start = bytes.Span.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        if (bytes.Length == start)
        {
            error = Absent("Fpml.Incomplete", "the text breaks off", isIncomplete: true);
            return false;
        }

        if (!MxTextReader.TryRead(bytes, start, out text, out int end, out error)) return Renamed(ref error);
        if (end < bytes.Length)
        {
            TextPosition place = TextPosition.Of(bytes.Span, end);
            error = new ParseError(new Diagnostic("Fpml.NotWellFormed", Severity.Error, "a text has one root")
            {
                Offset = end,
                Line = place.Line,
                Column = place.Column,
                Path = "/",
                Expected = "the end of the text",
                Actual = "another element",
            });
            return false;
        }

        root = RootOf(text);
        if (root >= 0) return true;

        error = Absent("Fpml.NotThisMessage", "there is no document of FpML in the text", isIncomplete: false);
        return false;
    }

    /// <summary>The same fault under FpML's name, for the reader of XML is shared with other formats.</summary>
    internal static ParseError Renamed(ParseError error) => error with
    {
        Diagnostic = error.Diagnostic with
        {
            Code = error.Code.Replace("Mx.", "Fpml.", StringComparison.Ordinal),
        },
    };

    // The first element of one of FpML's namespaces: it may be inside an envelope.
    private static int RootOf(MxText text)
    {
        for (int node = 0; node < text.Nodes.Length; node++)
        {
            if (text.NamespaceOf(node).StartsWith(FpmlDocument.NamespacePrefix, StringComparison.Ordinal)) return node;
        }

        return -1;
    }

    private static bool Renamed(ref ParseError error)
    {
        error = Renamed(error);
        return false;
    }

    private static ParseError Absent(string code, string message, bool isIncomplete) =>
        new(new Diagnostic(code, Severity.Error, message)
        {
            Offset = 0,
            Path = "/",
            Expected = $"an element of {FpmlDocument.NamespacePrefix}...",
            Actual = "none",
        }, isIncomplete);
}
