using System.Text;

namespace Qbitel.Protocols.Xml;

/// <summary>Findings about the elements of one message, placed as they are made.</summary>
internal sealed class MxFindings(MxText text, int root, DiagnosticList list)
{
    private LineCounter? _lines;

    public DiagnosticList List { get; } = list;

    /// <summary>Whether there is an error among them.</summary>
    public bool HasErrors => List.HasErrors;

    /// <summary>About an element.</summary>
    public void Add(string code, int node, string message, string expected, string actual, string? field = null,
        Severity severity = Severity.Error)
    {
        if (List.IsFull) return;
        ref readonly MxNode at = ref text.Nodes[node];
        Add(code, node, message, expected, actual, field, severity, at.Start, at.End - at.Start);
    }

    /// <summary>About the value of an element.</summary>
    public void AddValue(string code, int node, string message, string expected, string actual,
        Severity severity = Severity.Error)
    {
        if (List.IsFull) return;
        ref readonly MxNode at = ref text.Nodes[node];
        Add(code, node, message, expected, actual, null, severity, at.ValueStart, at.ValueLength);
    }

    /// <summary>About an attribute of an element.</summary>
    public void AddAttribute(string code, int node, int attribute, string message, string expected, string actual,
        Severity severity = Severity.Error)
    {
        if (List.IsFull) return;
        ref readonly MxAttribute at = ref text.Attributes[attribute];
        Add(code, node, message, expected, actual, null, severity, at.Start,
            at.ValueStart + at.ValueLength + 1 - at.Start);
    }

    private void Add(string code, int node, string message, string expected, string actual, string? field,
        Severity severity, int offset, int length)
    {
        _lines ??= new LineCounter();
        TextPosition place = _lines.Of(text.Span, offset);
        List.Add(new Diagnostic(code, severity, message)
        {
            Path = text.Path(node, root),
            Field = field ?? Encoding.UTF8.GetString(text.Name(node)),
            Offset = offset,
            Length = length,
            Line = place.Line,
            Column = place.Column,
            Expected = expected,
            Actual = actual,
        });
    }
}
