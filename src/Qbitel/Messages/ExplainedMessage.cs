using System.Text;
using Qbitel.Protocols;
using Qbitel.Protocols.Streams;

namespace Qbitel.Messages;

/// <summary>An input beside what it means, part by part in its own order, for people.</summary>
internal sealed class ExplainedMessage
{
    private ExplainedMessage(string name, ParseReport report, IReadOnlyList<ExplainedPart> parts)
    {
        Name = name;
        Report = report;
        Parts = parts;
    }

    /// <summary>What a terminal and a page can show; more is for <c>--summary</c>.</summary>
    public const int SizeLimit = 2 << 20;

    /// <summary>What the input is called.</summary>
    public string Name { get; }

    public ParseReport Report { get; }

    public IReadOnlyList<ExplainedPart> Parts { get; }

    /// <summary>Findings that belong to no part.</summary>
    public List<Diagnostic> Elsewhere { get; } = [];

    /// <exception cref="RefusedException">The input is too large to be looked at by a person.</exception>
    public static ExplainedMessage Of(string name, ReadOnlySpan<byte> input, ParseReport report, ParseOptions options)
    {
        if (input.Length > SizeLimit)
        {
            throw new RefusedException($"{name} is larger than the {SizeLimit >> 20} MiB that can be explained.",
                "--summary counts what is in it, --json lists it.");
        }

        byte[] covered = MessageRedactor.Cover(input, report.Protocol, options);
        ExplainedMessage message = new(name, report, Divide(covered, report.Fields));
        foreach (Diagnostic finding in report.Findings) message.Place(finding, input);
        return message;
    }

    private static List<ExplainedPart> Divide(byte[] covered, IReadOnlyList<ReportField> fields)
    {
        List<ExplainedPart> parts = [];
        int at = 0;
        foreach (ReportField field in fields.OrderBy(each => each.Offset).ThenByDescending(each => each.Length))
        {
            int start = (int)Math.Clamp(field.Offset, 0, covered.Length);
            int length = (int)Math.Clamp(field.Length, 0, covered.Length - (long)start);
            if (start > at) AddForm(at, start);
            parts.Add(new ExplainedPart(start, covered.AsMemory(start, length), field, IsNested: start < at));
            at = Math.Max(at, start + length);
        }

        AddForm(at, covered.Length);
        return parts;

        void AddForm(int from, int to)
        {
            ReadOnlySpan<byte> text = covered.AsSpan(from, to - from);
            if (!text.ContainsAnyExcept(" \t\r\n"u8)) return;
            int first = text.IndexOfAnyExcept(" \t\r\n"u8), last = text.LastIndexOfAnyExcept(" \t\r\n"u8);
            parts.Add(new ExplainedPart(from + first, covered.AsMemory(from + first, last - first + 1), null, false));
        }
    }

    private void Place(Diagnostic finding, ReadOnlySpan<byte> input)
    {
        long? offset = finding.Offset ?? (finding is { Line: { } line, Column: { } column }
            ? OffsetOf(input, line, column) : null);
        if (offset is { } where)
        {
            finding = finding with { Offset = where };
            ExplainedPart? own = Parts.LastOrDefault(part => part.Offset <= where && where < part.End)
                ?? Parts.LastOrDefault(part => part.Offset <= where);
            if (own is not null)
            {
                own.Findings.Add(finding);
                return;
            }
        }
        else if (finding.Path is { } path && Parts.FirstOrDefault(part => part.Field?.Path == path) is { } named)
        {
            named.Findings.Add(finding);
            return;
        }

        Elsewhere.Add(finding);
    }

    private static int OffsetOf(ReadOnlySpan<byte> text, int line, int column)
    {
        int at = 0;
        for (int i = 1; i < line; i++)
        {
            int next = text[at..].IndexOf((byte)'\n');
            if (next < 0) break;
            at += next + 1;
        }

        for (int i = 1; i < column && at < text.Length; i++)
        {
            Rune.DecodeFromUtf8(text[at..], out _, out int size);
            at += size;
        }

        return Math.Min(at, text.Length);
    }
}
