using System.Globalization;
using System.Text;

namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>The checks a session may make of the messages it receives.</summary>
public static class FixMessageChecks
{
    /// <summary>Form only: tags are numbers, values are not empty, data is as long as it says.</summary>
    public static FixMessageCheck Form { get; } = static message =>
    {
        FixReader reader = new(message);
        while (reader.Read())
        {
            if (reader.Fault == FixFieldFault.None) continue;
            return reader.Fault switch
            {
                FixFieldFault.InvalidTag => new FixObjection(FixObjection.InvalidTagNumber, TagText(reader.Value)),
                FixFieldFault.EmptyValue => new FixObjection((int)FixRejectReason.EmptyValue, Text(reader.Tag)),
                FixFieldFault.NoSeparator => new FixObjection((int)FixRejectReason.SohInValue),
                _ => new FixObjection((int)FixRejectReason.DataFormat, Text(reader.Tag)),
            };
        }

        return null;
    };

    /// <summary>Everything the dictionary of the message's version says.</summary>
    /// <param name="mode">Strict also rejects user-defined tags, which lenient lets pass.</param>
    public static FixMessageCheck Dictionary(ParseMode mode) => message =>
    {
        if (!FixMessage.TryParse(message, out FixMessage parsed, out ParseError error))
            return new FixObjection(FixObjection.Other, null, error.Message);

        foreach (Diagnostic finding in parsed.Validate(mode))
        {
            if (finding.Severity == Severity.Error && FixRejectReasons.Of(finding) is { } reason)
                return Objection(reason, finding, parsed);
        }

        return null;
    };

    private static FixObjection Objection(FixRejectReason reason, Diagnostic finding, FixMessage message)
    {
        switch (reason)
        {
            case FixRejectReason.UndefinedTag:
                return new FixObjection(FixObjection.InvalidTagNumber, finding.Tag);
            case FixRejectReason.InvalidMessageType:
                return new FixObjection((int)reason);
            case FixRejectReason.GroupFieldOutOfOrder when CountBefore(message, finding) is { } count:
                // The delimiter is not out of order but missing, which no other reason says.
                return new FixObjection(FixObjection.Other, count,
                    $"Group {count}'s first entry does not start with delimiter {finding.Expected}");
            default:
                return new FixObjection((int)reason, finding.Tag);
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
