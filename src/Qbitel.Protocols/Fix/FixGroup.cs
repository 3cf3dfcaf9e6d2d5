using System.Collections;
using System.Globalization;
using Qbitel.Protocols.Fix.Tables;

namespace Qbitel.Protocols.Fix;

/// <summary>A repeating group: a view of the fields of its message, entry by entry.</summary>
/// <remarks>The entries are those that stand there, which the count of an invalid message may deny.</remarks>
public sealed class FixGroup : IReadOnlyList<FixEntry>
{
    private readonly List<FixEntry> _entries = [];

    private FixGroup(FixField count, string name)
    {
        CountField = count;
        Name = name;
    }

    /// <summary>The field that counts the entries.</summary>
    public FixField CountField { get; }

    /// <summary>The name of the field that counts the entries, such as <c>NoPartyIDs</c>.</summary>
    public string Name { get; }

    public int Count => _entries.Count;

    public FixEntry this[int index] => _entries[index];

    public IEnumerator<FixEntry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether a field belongs to an entry it stands in: a member, or the parties' own.</summary>
    internal static bool IsOwn(FixDictionary dictionary, int place, int tag) =>
        place >= 0 || (tag >= FixDictionary.FirstUserDefinedTag && dictionary.Field(tag) is null);

    /// <summary>The group that a field counts, from one place to another; null where there is none.</summary>
    internal static FixGroup? Find(FixMessage message, FixDictionary dictionary, FixMembers members, int tag, int from,
        int to)
    {
        int own = members.PlaceOf(tag);
        if (own < 0 || members.All[own].Group is not { } wanted) return null;

        for (int at = from; at < to;)
        {
            FixField field = message.Fields[at++];
            int place = members.PlaceOf(field.Tag);
            if (place < 0 || members.All[place].Group is not { } group) continue;

            if (field.Tag == tag)
            {
                FixGroup result = new(field, dictionary.Field(tag)?.Name ?? tag.ToString(CultureInfo.InvariantCulture));
                while (at < to && wanted.PlaceOf(message.Fields[at].Tag) >= 0)
                {
                    int end = EndOfEntry(message.Fields, dictionary, wanted, at, to, 1);
                    result._entries.Add(new FixEntry(message, dictionary, wanted, at, end));
                    at = end;
                }

                return result;
            }

            at = EndOfGroup(message.Fields, dictionary, group, at, to, 1);
        }

        return null;
    }

    /// <summary>The place after the last entry of a group whose entries begin at a place.</summary>
    internal static int EndOfGroup(IReadOnlyList<FixField> fields, FixDictionary dictionary, FixMembers group, int at,
        int to, int depth)
    {
        while (at < to && group.PlaceOf(fields[at].Tag) >= 0)
        {
            at = EndOfEntry(fields, dictionary, group, at, to, depth);
        }

        return at;
    }

    internal static int EndOfEntry(IReadOnlyList<FixField> fields, FixDictionary dictionary, FixMembers group, int at,
        int to, int depth)
    {
        int start = at;
        while (at < to)
        {
            int place = group.PlaceOf(fields[at].Tag);
            if (!IsOwn(dictionary, place, fields[at].Tag) || (place == 0 && at > start)) break;
            at++;
            if (place >= 0 && depth < 16 && group.All[place].Group is { } inner)
            {
                at = EndOfGroup(fields, dictionary, inner, at, to, depth + 1);
            }
        }

        return at;
    }
}
