using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift.Rules;

/// <summary>Findings about the fields of one text, located in its bytes.</summary>
internal readonly ref struct MtFindings
{
    private readonly ref LineCounter? _lines;
    private readonly byte[] _bytes;
    private readonly int _textOffset;
    private readonly DiagnosticList _found;
    private readonly MtRuleSet? _rules;

    /// <param name="bytes">The message.</param>
    /// <param name="textOffset">Where what has no field of its own is said to be wrong.</param>
    /// <param name="rules">The table fields have their names from.</param>
    /// <param name="found">Where the findings go.</param>
    /// <param name="lines">Made with the first finding: most messages have none.</param>
    public MtFindings(byte[] bytes, int textOffset, MtRuleSet? rules, DiagnosticList found, ref LineCounter? lines)
    {
        _bytes = bytes;
        _textOffset = textOffset;
        _rules = rules;
        _found = found;
        _lines = ref lines;
    }

    public bool IsFull => _found.IsFull;

    /// <summary>Something about the message as a whole.</summary>
    public void Note(string code, Severity severity, string message, string? tag) =>
        _found.Add(new Diagnostic(code, severity, message) { Offset = 0, Line = 1, Column = 1, Tag = tag });

    public void Report(string code, string message, FieldSlot slot, string? expected, string? actual = null,
        int within = 0)
    {
        if (IsFull) return;
        string tag = slot.TagText(_bytes);
        Add(new Diagnostic(code, Severity.Error, message)
        {
            Length = slot.ValueLength,
            Tag = tag,
            Field = _rules?.Field(tag)?.Name,
            Expected = expected,
            Actual = actual,
        }, slot.ValueOffset + within);
    }

    public void ReportText(string code, string message, string? expected) =>
        Add(new Diagnostic(code, Severity.Error, message) { Expected = expected }, _textOffset);

    public void Missing(Severity severity, string message, FieldSlot? near, string label) =>
        Add(new Diagnostic("Mt.MandatoryField", severity, message) { Expected = label },
            near?.Offset(_bytes) ?? _textOffset);

    private void Add(Diagnostic finding, int offset)
    {
        if (IsFull) return;
        _lines ??= new LineCounter();
        TextPosition position = _lines.Of(_bytes, offset);
        _found.Add(finding with { Offset = offset, Line = position.Line, Column = position.Column });
    }
}
