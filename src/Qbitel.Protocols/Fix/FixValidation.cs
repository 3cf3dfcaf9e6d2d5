using System.Globalization;
using System.Numerics;
using Qbitel.Protocols.Fix.Tables;

namespace Qbitel.Protocols.Fix;

/// <summary>
/// One pass over a message with the dictionary of its version, in the order of the session layer's tests 14a to 14k.
/// Without a list for findings it allocates nothing and stops at the first error.
/// </summary>
internal ref struct FixValidation(ReadOnlySpan<byte> bytes, ReadOnlySpan<FixField> fields, FixVersion version,
    FixProfile profile, ParseMode mode, DiagnosticList? found)
{
    private const int MaximumGroupDepth = 16;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly ReadOnlySpan<FixField> _fields = fields;
    private FixDictionary _dictionary = null!;
    private int _position;

    /// <summary>Whether an error was found.</summary>
    public bool HasFailed { get; private set; }

    private readonly bool IsDone => found is null ? HasFailed : found.IsFull;

    /// <summary>The version a FIXT message says it is of; null where it does not say, or says nothing of use.</summary>
    public static FixApplication? ApplicationOf(ReadOnlySpan<byte> bytes, ReadOnlySpan<FixField> fields)
    {
        // ApplVerID stands in the header, which rarely has more than twenty fields.
        foreach (FixField field in fields[..Math.Min(fields.Length, 64)])
        {
            if (field.Tag != 1128) continue;
            return Ascii.TryReadNumber(bytes.Slice(field.ValueOffset, field.ValueLength), 2, out int value)
                ? (FixApplication)value : null;
        }

        return null;
    }

    public void Run()
    {
        FixApplication? application = version == FixVersion.Fixt11 ? ApplicationOf(_bytes, _fields) : null;
        if (application > FixApplication.Fix50SP2)
        {
            int at = IndexOf(1128);
            Report(FixRejectReason.InvalidApplicationVersion, "the application version is not one that is known",
                _fields[at], "0 to 9", Shown(_fields[at]));
            application = null;
        }

        if (profile.DictionaryOf(version, application) is not { } dictionary)
        {
            found?.Add(new Diagnostic("Fix.NoDictionary", Severity.Info,
                "the frame and fields were checked, the message's rules were not: no table of this version is carried")
            {
                Offset = 2,
                Tag = "8",
                Actual = application is { } named ? FixVersion.NameOf(named) : version.ToString(),
            });
            return;
        }

        ReadOnlySpan<byte> type = ValueOf(_fields[2]);
        if (version == FixVersion.Fixt11 && IsOfSession(type)) dictionary = profile.Session;
        _dictionary = dictionary;
        FixMessageRule? rule = dictionary.Message(type);
        if (rule is null && !type.StartsWith("U"u8))
        {
            Report(FixRejectReason.InvalidMessageType, "the message type is not one of this version", _fields[2],
                "a type of the version", found is null ? null : Redaction.None.Mask(type));
        }

        FixMembers members = (rule ?? dictionary.Frame).Members;
        Seen seen = new(stackalloc ulong[members.Words], stackalloc int[Seen.Others]);
        int bodyStart = (rule ?? dictionary.Frame).BodyStart, trailerStart = (rule ?? dictionary.Frame).TrailerStart;
        Section section = Section.Header;
        while (_position < _fields.Length && !IsDone)
        {
            FixField field = _fields[_position++];
            if (field.Tag == 0) continue; // told by the reader

            int place = members.PlaceOf(field.Tag);
            Section own = place < 0 ? Section.Body : place < bodyStart ? Section.Header
                : place < trailerStart ? Section.Body : Section.Trailer;
            if (own < section)
            {
                Report(FixRejectReason.TagOutOfOrder, own == Section.Header ? section == Section.Body
                    ? "a header field stands in the body" : "a header field stands in the trailer"
                    : "a body field stands in the trailer", field, "header, body, trailer", null);
            }
            else
            {
                section = own;
            }

            if (!seen.Add(place, field.Tag))
            {
                Report(FixRejectReason.TagAppearsTwice, "the tag appears twice outside a group", field, "once", null);
            }

            if (!CheckValue(field)) continue;

            if (place >= 0)
            {
                if (members.All[place].Group is { } group) ReadGroup(field, group, depth: 1);
            }
            else if (field.Tag < FixDictionary.FirstUserDefinedTag && rule is not null)
            {
                Report(FixRejectReason.TagNotDefinedForMessage, "the tag does not belong in this message type", field,
                    "a tag of the message", null);
            }
        }

        if (!IsDone) RequireAll(members, seen.Places, bodyStart, trailerStart);
    }

    // A group is its count, then that many entries, each beginning with the delimiter and in the standard's order.
    private void ReadGroup(FixField count, FixMembers group, int depth)
    {
        int expected = Ascii.TryReadNumber(ValueOf(count), 9, out int stated) ? stated : 0;
        int entries = 0;
        bool ordered = true;
        while (_position < _fields.Length && depth <= MaximumGroupDepth && !IsDone)
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
                    found is null ? null : Tag(group.Delimiter), found is null ? null : Tag(field.Tag));
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
                count, found is null ? null : $"{entries}", Shown(count));
        }
    }

    private void ReadEntry(FixMembers group, int depth)
    {
        FixField first = _fields[_position];
        Seen seen = new(stackalloc ulong[group.Words], stackalloc int[Seen.Others]);
        int last = -1;
        bool isFirst = true;
        while (_position < _fields.Length && !IsDone)
        {
            FixField field = _fields[_position];
            int place = group.PlaceOf(field.Tag);
            if (!FixGroup.IsOwn(_dictionary, place, field.Tag) || (place == 0 && !isFirst)) break;

            isFirst = false;
            _position++;
            if (!seen.Add(place, field.Tag))
            {
                Report(FixRejectReason.TagAppearsTwice, "the tag appears twice in an entry of a group", field, "once",
                    null);
            }

            bool fits = CheckValue(field);
            if (place < 0) continue;

            if (place < last)
            {
                // Engines whose tables list later fields at the end write entries so: an archive keeps what was sent.
                Report(FixRejectReason.GroupFieldOutOfOrder, "the fields of an entry are not in the standard's order",
                    field, null, null, mode == ParseMode.Archive ? Severity.Warning : Severity.Error);
            }

            last = Math.Max(last, place);
            if (fits && group.All[place].Group is { } inner) ReadGroup(field, inner, depth + 1);
        }

        if (!IsDone) RequireIn(group, seen.Places, 0, group.All.Count, first);
    }

    private bool CheckValue(FixField field)
    {
        ReadOnlySpan<byte> value = ValueOf(field);
        if (value.IsEmpty) return false; // told by the reader

        if (_dictionary.Field(field.Tag) is not { } rule)
        {
            if (field.Tag < FixDictionary.FirstUserDefinedTag)
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

        if (!rule.Allows(value))
        {
            Report(FixRejectReason.ValueOutOfRange, "the value is not one of those the field may have", field,
                found is null ? null : rule.Codes.Length <= 12
                    ? string.Join(' ', rule.Codes) : $"one of {rule.Codes.Length} codes", Shown(field));
            return false;
        }

        if ((found is not null || mode == ParseMode.Strict) && rule.Type is FixType.Currency or FixType.Country
            or FixType.Exchange && mode != ParseMode.Archive && !IsListed(rule.Type, value))
        {
            Report(FixRejectReason.ValueOutOfRange, "the code is not one of its ISO standard", field,
                rule.Type == FixType.Currency ? "a currency of ISO 4217" : rule.Type == FixType.Country
                    ? "a country of ISO 3166-1" : FixValue.Form(rule.Type), Shown(field),
                mode == ParseMode.Strict ? Severity.Error : Severity.Warning);
        }

        return true;
    }

    private static bool IsOfSession(ReadOnlySpan<byte> type) =>
        type.Length == 1 && (type[0] is >= (byte)'0' and <= (byte)'5' or (byte)'A' or (byte)'n');

    // FIX 4.2 names exchanges by codes of its own.
    private readonly bool IsListed(FixType type, ReadOnlySpan<byte> value) =>
        (type == FixType.Exchange && version == FixVersion.Fix42) || FixValue.IsListed(type, value);

    private void RequireAll(FixMembers members, scoped ReadOnlySpan<ulong> seen, int bodyStart, int trailerStart)
    {
        RequireIn(members, seen, 0, bodyStart, _fields[0]);
        RequireIn(members, seen, bodyStart, trailerStart, _fields[2]);
        RequireIn(members, seen, trailerStart, members.All.Count, _fields[^1]);
    }

    private void RequireIn(FixMembers members, scoped ReadOnlySpan<ulong> seen, int from, int to, FixField at)
    {
        for (int word = from / 64; word <= (to - 1) / 64 && word < seen.Length; word++)
        {
            for (ulong missing = members.Required[word] & ~seen[word]; missing != 0; missing &= missing - 1)
            {
                int place = (word * 64) + BitOperations.TrailingZeroCount(missing);
                if (place < from || place >= to) continue;

                HasFailed = true;
                if (found is null) return;
                int tag = members.All[place].Tag;
                found.Add(new Diagnostic("Fix." + FixRejectReason.RequiredTagMissing, Severity.Error,
                    "a required field is missing: reject reason 1")
                {
                    Offset = at.Offset,
                    Tag = Tag(tag),
                    Field = _dictionary.Field(tag)?.Name,
                    Expected = Tag(tag),
                });
            }
        }
    }

    private void Report(FixRejectReason reason, string text, FixField field, string? expected, string? actual,
        Severity severity = Severity.Error)
    {
        if (severity == Severity.Error) HasFailed = true;
        found?.Add(new Diagnostic("Fix." + reason, severity, string.Create(CultureInfo.InvariantCulture,
            $"{text}: reject reason {(int)reason}"))
        {
            Offset = field.Offset,
            Length = field.End - field.Offset - 1,
            Tag = Tag(field.Tag),
            Field = _dictionary?.Field(field.Tag)?.Name,
            Expected = expected,
            Actual = actual,
        });
    }

    private readonly string? Shown(FixField field) =>
        found is null ? null : FixRedaction.Of(field.Tag, ValueOf(field)).Mask(ValueOf(field));

    private readonly ReadOnlySpan<byte> ValueOf(FixField field) => _bytes.Slice(field.ValueOffset, field.ValueLength);

    private readonly int IndexOf(int tag)
    {
        for (int i = 0; i < _fields.Length; i++) if (_fields[i].Tag == tag) return i;
        return 0;
    }

    private static string Tag(int tag) => tag.ToString(CultureInfo.InvariantCulture);

    private enum Section
    {
        Header,
        Body,
        Trailer,
    }

    /// <summary>The tags met so far: those of a list as bits, others as numbers.</summary>
    private ref struct Seen(Span<ulong> places, Span<int> others)
    {
        public const int Others = 16;

        private readonly Span<ulong> _places = places;
        private readonly Span<int> _others = others;
        private int _count;
        private HashSet<int>? _more;

        public readonly ReadOnlySpan<ulong> Places => _places;

        /// <summary>False where the tag was met before.</summary>
        public bool Add(int place, int tag)
        {
            if (place >= 0)
            {
                ulong bit = 1UL << place;
                bool isNew = (_places[place >> 6] & bit) == 0;
                _places[place >> 6] |= bit;
                return isNew;
            }

            if (_others[.._count].Contains(tag)) return false;
            if (_count < Others)
            {
                _others[_count++] = tag;
                return true;
            }

            return (_more ??= []).Add(tag);
        }
    }
}
