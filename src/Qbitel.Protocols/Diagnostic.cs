using System.Text;
using System.Text.Json;

namespace Qbitel.Protocols;

/// <summary>One finding about a message: what is wrong, where, what was expected and what was found.</summary>
/// <param name="Code"><c>Protocol.Rule</c>, stable and safe to match on.</param>
/// <param name="Severity">Only an error makes the message invalid.</param>
/// <param name="Message">A sentence for a person. It never holds a value of the message.</param>
/// <remarks><see cref="Actual"/> is masked by the field's <see cref="Redaction"/> before it gets here.</remarks>
public sealed record Diagnostic(string Code, Severity Severity, string Message)
{
    /// <summary>Bytes from the start of the input; absent where there is no input, as in a builder.</summary>
    public long? Offset { get; init; }

    /// <summary>Bytes concerned, where that is known.</summary>
    public int? Length { get; init; }

    /// <summary>Counted from 1.</summary>
    public int? Line { get; init; }

    /// <summary>Counted from 1, in characters.</summary>
    public int? Column { get; init; }

    /// <summary>Which message or record of a file, counted from 1.</summary>
    public int? Record { get; init; }

    /// <summary>
    /// Where in the message's tree, such as <c>/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[2]/PmtId/UETR</c>.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>The field's name.</summary>
    public string? Field { get; init; }

    /// <summary>The field's tag or number as the protocol writes it.</summary>
    public string? Tag { get; init; }

    public string? Expected { get; init; }

    public string? Actual { get; init; }

    /// <summary>The whole finding in one line.</summary>
    public override string ToString()
    {
        StringBuilder text = new(Code);
        if (Line is not null) text.Append(" at line ").Append(Line).Append(", column ").Append(Column);
        else if (Offset is not null) text.Append(" at offset ").Append(Offset);
        if ((Path ?? Tag ?? Field) is { } place) text.Append(" (").Append(place).Append(')');
        text.Append(": ").Append(Message);
        if (Expected is not null) text.Append("; expected ").Append(Expected);
        if (Actual is not null) text.Append(", found ").Append(Actual);
        return text.ToString();
    }

    /// <summary>The finding as a JSON object; what is not known is left out.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("code", Code);
        writer.WriteString("severity",
            Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "info" });
        writer.WriteString("message", Message);
        if (Offset is { } offset) writer.WriteNumber("offset", offset);
        if (Length is { } length) writer.WriteNumber("length", length);
        if (Line is { } line) writer.WriteNumber("line", line);
        if (Column is { } column) writer.WriteNumber("column", column);
        if (Record is { } record) writer.WriteNumber("record", record);
        if (Path is not null) writer.WriteString("path", Path);
        if (Field is not null) writer.WriteString("field", Field);
        if (Tag is not null) writer.WriteString("tag", Tag);
        if (Expected is not null) writer.WriteString("expected", Expected);
        if (Actual is not null) writer.WriteString("actual", Actual);
        writer.WriteEndObject();
    }
}
