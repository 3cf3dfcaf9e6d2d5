using System.Globalization;

namespace Qbitel.Protocols.Fix;

/// <summary>
/// One pass over a message with the dictionary of its version, in the order of the session layer's tests 14a to 14k.
/// </summary>
internal sealed class FixValidation(FixMessage message, FixDictionary dictionary, ParseMode mode, DiagnosticList found)
{
    private const int FirstUserDefinedTag = 5000;
    private const int MaximumGroupDepth = 16;

    private readonly IReadOnlyList<FixField> _fields = message.Fields;
    private int _position;

    public void Run()
    {
        FixMessageRule? rule = dictionary.Message(message.MessageType);
        if (rule is null && !message.MessageType.StartsWith('U'))
        {
            Report(FixRejectReason.InvalidMessageType, "the message type is not one of this version", _fields[2],
                "a type of the version",
                message.MessageType);
        }

        HashSet<int> seen = [];
        Section section = Section.Header;
        while (_position < _fields.Count && !found.IsFull)
        {
            FixField field = _fields[_position];
            bool inHeader = dictionary.Header.PlaceOf(field.Tag) >= 0,
                inTrailer = dictionary.Trailer.PlaceOf(field.Tag) >= 0;
            Section own = inHeader ? Section.Header : inTrailer ? Section.Trailer : Section.Body;
            if (field.Tag != 0 && own < section)
            {
                Report(FixRejectReason.TagOutOfOrder, $"a {Name(own)} field stands in the {Name(section)}", field,
                    "header, body, trailer", null);
            }
            else if (field.Tag != 0)
            {
                section = own;
            }

            FixMembers? members = inHeader ? dictionary.Header : inTrailer ? dictionary.Trailer : rule?.Body;
            Check(field, members, seen);
        }

        RequireAll(dictionary.Header, seen, _fields[0]);
        if (rule is not null) RequireAll(rule.Body, seen, _fields[2]);
        RequireAll(dictionary.Trailer, seen, _fields[^1]);
    }

    private void Check(FixField field, FixMembers? members, HashSet<int> seen)
    {
        _position++;
        if (field.Tag == 0) return; // told by the reader

        if (!seen.Add(field.Tag))
        {
            Report(FixRejectReason.TagAppearsTwice, "the tag appears twice outside a group", field, "once", null);
        }

        if (!CheckValue(field)) return;

        if (members is null) return; // a user-defined message: its tags are its own

        int place = members.PlaceOf(field.Tag);
        if (place < 0 && field.Tag < FirstUserDefinedTag)
        {
            Report(FixRejectReason.TagNotDefinedForMessage, "the tag does not belong in this message type", field,
                "a tag of the message", null);
        }
        else if (place >= 0 && members.All[place].Group is { } group)
        {
            ReadGroup(field, group, depth: 1);
        }
    }

    // A group is its count, then that many entries, each beginning with the delimiter and in the standard's order.
    private void ReadGroup(FixField count, FixMembers group, int depth)
    {
        int expected = Ascii.TryReadNumber(message.ValueOf(count), 9, out int stated) ? stated : 0;
        int entries = 0;
        bool ordered = true;
        while (_position < _fields.Count && depth <= MaximumGroupDepth && !found.IsFull)
        {
            FixField field = _fields[_position];
            if (field.Tag == group.Delimiter)
            {
                entries++;
                ReadEntry(group, depth);
            }
            else if (group.PlaceOf(field.Tag) >= 0)
            {
                Report(FixRejectReason.GroupFieldOutOfOrder,
                    "an entry of the group does not begin with its first field", field,
                    Tag(group.Delimiter), Tag(field.Tag));
                ordered = false;
                ReadEntry(group, depth);
            }
            else
            {
                break;
            }
        }

        if (ordered && entries != expected)
        {
            Report(FixRejectReason.GroupCountMismatch, "the group does not have as many entries as its count says",
                count,
                $"{entries}", Redaction.None.Mask(message.ValueOf(count)));
        }
    }

    private void ReadEntry(FixMembers group, int depth)
    {
        FixField first = _fields[_position];
        HashSet<int> seen = [];
        int last = -1;
        while (_position < _fields.Count && !found.IsFull)
        {
            FixField field = _fields[_position];
            int place = group.PlaceOf(field.Tag);
            bool own = place >= 0 || (field.Tag >= FirstUserDefinedTag && dictionary.Field(field.Tag) is null);
            if (!own || (field.Tag == group.Delimiter && seen.Count > 0)) break;

            _position++;
            if (!seen.Add(field.Tag))
            {
                Report(FixRejectReason.TagAppearsTwice, "the tag appears twice in an entry of a group", field, "once",
                    null);
            }

            bool fits = CheckValue(field);
            if (place < 0) continue;

            if (place < last)
            {
                Report(FixRejectReason.GroupFieldOutOfOrder, "the fields of an entry are not in the standard's order",
                    field, null, null);
            }

            last = Math.Max(last, place);
            if (fits && group.All[place].Group is { } inner) ReadGroup(field, inner, depth + 1);
        }

        RequireAll(group, seen, first);
    }

    private bool CheckValue(FixField field)
    {
        ReadOnlySpan<byte> value = message.ValueOf(field);
        if (value.IsEmpty) return false; // told by the reader

        if (dictionary.Field(field.Tag) is not { } rule)
        {
            if (field.Tag < FirstUserDefinedTag)
            {
                Report(FixRejectReason.InvalidTagNumber, "the tag is not one of this version", field,
                    "a tag of the version", null);
                return false;
            }

            if (mode == ParseMode.Strict)
            {
                Report(FixRejectReason.UndefinedTag, "the user-defined tag is not configured", field, null, null);
            }

            return true;
        }

        if (!FixValue.Fits(rule.Type, value))
        {
            Report(FixRejectReason.DataFormat, "the value does not have the form of its type", field,
                FixValue.Form(rule.Type), Shown(field));
            return false;
        }

        if (rule.Codes.Count > 0 && !IsCode(rule, value))
        {
            Report(FixRejectReason.ValueOutOfRange, "the value is not one of those the field may have", field,
                rule.Codes.Count <= 12
                    ? string.Join(' ', rule.Codes) : $"one of {rule.Codes.Count} codes", Shown(field));
            return false;
        }

        return true;
    }

    private static bool IsCode(FixFieldRule rule, ReadOnlySpan<byte> value)
    {
        if (rule.Type != FixType.MultipleValueString) return rule.HasCode(value);

        foreach (Range part in value.Split((byte)' ')) if (!rule.HasCode(value[part])) return false;
        return true;
    }

    private void RequireAll(FixMembers members, HashSet<int> seen, FixField at)
    {
        foreach (int tag in members.Required)
        {
            if (seen.Contains(tag)) continue;

            found.Add(new Diagnostic("Fix." + FixRejectReason.RequiredTagMissing, Severity.Error,
                "a required field is missing")
            {
                Offset = at.Offset,
                Tag = Tag(tag),
                Field = dictionary.Field(tag)?.Name,
                Expected = Tag(tag),
            });
        }
    }

    private void Report(FixRejectReason reason, string text, FixField field, string? expected, string? actual) =>
        found.Add(new Diagnostic("Fix." + reason, Severity.Error, text)
        {
            Offset = field.Offset,
            Length = field.End - field.Offset - 1,
            Tag = Tag(field.Tag),
            Field = dictionary.Field(field.Tag)?.Name,
            Expected = expected,
            Actual = actual,
        });

    private string Shown(FixField field) => FixRedaction.Of(field.Tag).Mask(message.ValueOf(field));

    private static string Tag(int tag) => tag.ToString(CultureInfo.InvariantCulture);

    private static string Name(Section section) =>
        section switch { Section.Header => "header", Section.Body => "body", _ => "trailer" };

    private enum Section
    {
        Header,
        Body,
        Trailer,
    }
}
