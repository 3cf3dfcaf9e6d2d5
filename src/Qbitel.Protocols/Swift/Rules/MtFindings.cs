using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift.Rules;

/// <summary>Findings about the fields of one text, located in its bytes.</summary>
internal readonly ref struct MtFindings
{
    private readonly State _state;

    public MtFindings(byte[] bytes, int textOffset, DiagnosticList found) => _state = new State(bytes, textOffset, found);

    public bool IsFull => _state.Found.IsFull;

    /// <summary>The table fields have their names from.</summary>
    public MtRuleSet? Rules
    {
        set => _state.Rules = value;
    }

    /// <summary>Something about the message as a whole.</summary>
    public void Note(string code, Severity severity, string message, string? tag) =>
        _state.Found.Add(new Diagnostic(code, severity, message) { Offset = 0, Line = 1, Column = 1, Tag = tag });

    public void Report(string code, string message, FieldSlot slot, string? expected, string? actual = null,
        int within = 0)
    {
        if (IsFull) return;
        string tag = slot.TagText(_state.Bytes);
        Add(new Diagnostic(code, Severity.Error, message)
        {
            Length = slot.ValueLength,
            Tag = tag,
            Field = _state.Rules?.Field(tag)?.Name,
            Expected = expected,
            Actual = actual,
        }, slot.ValueOffset + within);
    }

    public void ReportText(string code, string message, string? expected) =>
        Add(new Diagnostic(code, Severity.Error, message) { Expected = expected }, _state.TextOffset);

    public void Missing(Severity severity, string message, FieldSlot? near, string label) =>
        Add(new Diagnostic("Mt.MandatoryField", severity, message) { Expected = label },
            near?.Offset(_state.Bytes) ?? _state.TextOffset);

    private void Add(Diagnostic finding, int offset)
    {
        if (IsFull) return;
        _state.Lines ??= new LineCounter();
        TextPosition position = _state.Lines.Of(_state.Bytes, offset);
        _state.Found.Add(finding with { Offset = offset, Line = position.Line, Column = position.Column });
    }

    private sealed class State(byte[] bytes, int textOffset, DiagnosticList found)
    {
        public readonly byte[] Bytes = bytes;
        public readonly int TextOffset = textOffset;
        public readonly DiagnosticList Found = found;
        public LineCounter? Lines;
        public MtRuleSet? Rules;
    }
}
