using System.Buffers;
using Qbitel.Protocols.Identification;

namespace Qbitel.Protocols.Streams;

/// <summary>A stream of messages that are written on with what may not be shown covered.</summary>
/// <param name="formats">The protocols that are looked for.</param>
/// <param name="options">How messages are read.</param>
/// <param name="output">Gets as many bytes as come in.</param>
/// <param name="isShown">
/// Whether a person looks at it who has the original: then a checksum stays as wrong as it is, and of a message that
/// does
/// not read what is likely public stays as well.
/// </param>
internal sealed class CoveredStream(
    IReadOnlyList<MessageFormat> formats, ParseOptions options, IBufferWriter<byte> output, bool isShown)
    : MessageStream(formats, SizeLimit)
{
    // A message is held with a list of all its fields, which is many times its size.
    private const int SizeLimit = 16 << 20;

    private readonly ParseOptions _all = options with { FieldLimit = int.MaxValue };
    private readonly ParseOptions _none = options with { FieldLimit = 0 };
    private long _messages, _fields, _unread, _noLongerValid;
    private bool _isTooLarge;

    public RedactionSummary Complete()
    {
        End();
        return new RedactionSummary(Offset, _messages, _fields, _unread, _noLongerValid, _isTooLarge);
    }

    protected override void Message(MessageFormat format, ReadOnlySpan<byte> message)
    {
        _messages++;
        ParseReport report = format.Parse(message, format.OwnOptions(_all));
        Span<byte> covered = output.GetSpan(message.Length)[..message.Length];
        message.CopyTo(covered);
        if (CoveredMarkup.IsMarkup(covered)) CoverMarkup(format, report, covered);
        else CoverFields(format, report, covered);

        if (!isShown && !covered.SequenceEqual(message))
        {
            format.Reseal(covered);
            if (report.IsValid && !format.Parse(covered, format.OwnOptions(_none)).IsValid) _noLongerValid++;
        }

        output.Advance(message.Length);
    }

    protected override void Lost(MessageFormat? format, Diagnostic? why, ReadOnlySpan<byte> bytes)
    {
        _unread += bytes.Length;
        _isTooLarge |= why?.Code == "Common.MessageTooLarge";
        Span<byte> covered = output.GetSpan(bytes.Length)[..bytes.Length];
        bytes.CopyTo(covered);
        if (format is null || !isShown) Covering.CoverText(covered);
        else format.CoverUnread(covered);
        output.Advance(bytes.Length);
    }

    protected override void Between(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    private void CoverMarkup(MessageFormat format, ParseReport report, Span<byte> message)
    {
        bool[] told = new bool[message.Length];
        foreach (ReportField field in report.Fields)
        {
            CoveredMarkup.CoverValue(format, field, Part(message, field.ValueOffset, field.ValueLength));
            Part<bool>(told, field.Offset, field.Length).Fill(true);
            Part<bool>(told, field.ValueOffset, field.ValueLength).Fill(true);
            if (field.Redaction != Redaction.None) _fields++;
        }

        CoveredMarkup.CoverRest(message, told);
    }

    private void CoverFields(MessageFormat format, ParseReport report, Span<byte> message)
    {
        foreach (ReportField field in report.Fields)
        {
            format.Cover(field, Part(message, field.ValueOffset, field.ValueLength));
            if (field.Redaction != Redaction.None) _fields++;
        }

        if (report.Fields.Count == 0)
        {
            Covering.CoverText(message);
            return;
        }

        bool isForm = format.TellsAllFields || report.IsValid;
        long at = 0;
        foreach (ReportField field in report.Fields.OrderBy(each => each.Offset).Append(End(message.Length)))
        {
            if (field.Offset > at)
            {
                Span<byte> rest = Part(message, at, (int)(field.Offset - at));
                if (isForm) Covering.CoverStrayPans(rest);
                else Covering.CoverText(rest);
            }

            at = Math.Max(at, field.Offset + field.Length);
        }
    }

    private static ReportField End(int length) => new("", null, length, 0, "");

    // A report is not believed to stay within its message.
    private static Span<T> Part<T>(Span<T> message, long offset, int length)
    {
        int start = (int)Math.Clamp(offset, 0, message.Length);
        return message.Slice(start, (int)Math.Clamp(length, 0, message.Length - (long)start));
    }
}
