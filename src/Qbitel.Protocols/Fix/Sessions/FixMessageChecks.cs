using System.Globalization;
using System.Text;

namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>The checks a session may make of the messages it receives.</summary>
public static class FixMessageChecks
{
    // A message with more fields is judged in the slower way.
    private const int UsualFields = 256;

    /// <summary>Form only: tags are numbers, values are not empty, data is as long as it says.</summary>
    public static FixMessageCheck Form { get; } = static message =>
    {
        FixReader reader = new(message);
        while (reader.Read())
        {
            if (reader.Fault == FixFieldFault.None) continue;
            return reader.Fault switch
            {
                FixFieldFault.InvalidTag => new FixObjection(FixRejectReason.InvalidTagNumber, TagText(reader.Value)),
                FixFieldFault.EmptyValue => new FixObjection(FixRejectReason.EmptyValue, Text(reader.Tag)),
                FixFieldFault.NoSeparator => new FixObjection(FixRejectReason.SohInValue),
                _ => new FixObjection(FixRejectReason.DataFormat, Text(reader.Tag)),
            };
        }

        return null;
    };

    /// <summary>Everything the dictionary of the message's version says; nothing is allocated for a good message.
    /// </summary>
    /// <param name="profile">What the parties have agreed on beyond it; of FIXT, the application version.</param>
    /// <param name="mode">Strict also rejects user-defined tags, which lenient lets pass.</param>
    public static FixMessageCheck Dictionary(FixProfile profile, ParseMode mode) => message =>
    {
        Span<FixField> room = stackalloc FixField[UsualFields];
        if (FixView.TryRead(message, room, out FixView view, out _) == FrameStatus.Complete
            && view.IsValid(profile, mode))
        {
            return null;
        }

        if (!FixMessage.TryParse(message, out FixMessage parsed, out ParseError error))
            return new FixObjection(FixRejectReason.Other, null, error.Message);

        // A rejection has room for one: the first in the message, and what is missing only where nothing is wrong.
        Diagnostic? first = parsed.Validate(profile, mode)
            .Where(finding => finding.Severity == Severity.Error && FixRejectReasons.Of(finding) is not null)
            .MinBy(finding => FixRejectReasons.Of(finding) == FixRejectReason.RequiredTagMissing
                ? long.MaxValue : finding.Offset ?? 0);
        return first is null ? null : Objection(FixRejectReasons.Of(first)!.Value, first, parsed);
    };

    private static FixObjection Objection(FixRejectReason reason, Diagnostic finding, FixMessage message)
    {
        switch (reason)
        {
            case FixRejectReason.UndefinedTag:
                return new FixObjection(FixRejectReason.InvalidTagNumber, finding.Tag);
            case FixRejectReason.InvalidMessageType:
                return new FixObjection(reason);
            case FixRejectReason.GroupFieldOutOfOrder when CountBefore(message, finding) is { } count:
                // The delimiter is not out of order but missing, which no other reason says.
                return new FixObjection(FixRejectReason.Other, count,
                    $"Group {count}'s first entry does not start with delimiter {finding.Expected}");
            default:
                return new FixObjection(reason, finding.Tag);
        }
    }

    // The group's count, where the field after it should be the delimiter and the message has no delimiter at all.
    private static string? CountBefore(FixMessage message, Diagnostic finding)
    {
        if (finding.Offset is not { } offset || finding.Expected is null
            || !int.TryParse(finding.Expected, NumberStyles.None, CultureInfo.InvariantCulture, out int delimiter)
            || message.Find(delimiter) is not null)
        {
            return null;
        }

        IReadOnlyList<FixField> fields = message.Fields;
        for (int i = 1; i < fields.Count; i++) if (fields[i].Offset == offset) return Text(fields[i - 1].Tag);
        return null;
    }

    private static string Text(int tag) => tag.ToString(CultureInfo.InvariantCulture);

    // What stands before the equals sign, where it is short and plain enough to be said back.
    private static string? TagText(ReadOnlySpan<byte> field)
    {
        ReadOnlySpan<byte> tag = field[..Math.Max(0, field.IndexOf((byte)'='))];
        return tag.Length is > 0 and <= 10 && !tag.ContainsAnyExceptInRange((byte)'!', (byte)'~')
            ? Encoding.ASCII.GetString(tag) : null;
    }
}
