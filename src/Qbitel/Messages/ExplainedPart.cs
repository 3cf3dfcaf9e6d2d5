using Qbitel.Protocols;

namespace Qbitel.Messages;

/// <summary>Some bytes of an input, what they are, and what is wrong with them.</summary>
/// <param name="Offset">From the start of the input.</param>
/// <param name="Bytes">With what may not be shown covered.</param>
/// <param name="Field">Null for what belongs to the form of the message: tags, headers, lengths.</param>
/// <param name="IsNested">Whether a part before this one has the same bytes as a whole.</param>
internal sealed record ExplainedPart(int Offset, ReadOnlyMemory<byte> Bytes, ReportField? Field, bool IsNested)
{
    public List<Diagnostic> Findings { get; } = [];

    public int End => Offset + Bytes.Length;

    /// <summary>Which of the bytes a finding is about: those it names, or the value of the field it begins
    /// at.</summary>
    public (int Start, int Length) About(Diagnostic finding)
    {
        if (finding.Offset is not { } offset) return (0, 0);
        if (offset >= End) return (Math.Max(0, Bytes.Length - 1), 1);
        if (Field is not null && Value is { Length: > 0 } value && offset < Offset + value.Start
            && (finding.Length ?? Bytes.Length) >= value.Length)
        {
            return value;
        }

        int start = (int)(offset - Offset);
        return (start, Math.Clamp(finding.Length ?? 1, 1, Bytes.Length - start));
    }

    /// <summary>Where the value begins in <see cref="Bytes"/>, and its length.</summary>
    public (int Start, int Length) Value
    {
        get
        {
            if (Field is null) return (0, 0);
            int start = (int)Math.Clamp(Field.ValueOffset - Offset, 0, Bytes.Length);
            int length = Math.Clamp(Field.ValueLength, 0, Bytes.Length - start);

            // An element told of as a whole: its value stands between its tags.
            ReadOnlySpan<byte> value = Bytes.Span.Slice(start, length);
            if (value.Length < 2 || value[0] != '<') return (start, length);
            int opening = value.IndexOf((byte)'>') + 1, closing = value.LastIndexOf("</"u8);
            return opening > 0 && closing >= opening ? (start + opening, closing - opening) : (start, length);
        }
    }
}
