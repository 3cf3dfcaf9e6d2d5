using System.Text;
using Qbitel.Protocols.Fix.Tables;

namespace Qbitel.Protocols.Fix;

/// <summary>One entry of a group.</summary>
public sealed class FixEntry
{
    private readonly FixMessage _message;
    private readonly FixDictionary _dictionary;
    private readonly FixMembers _members;
    private readonly int _from;
    private readonly int _to;

    internal FixEntry(FixMessage message, FixDictionary dictionary, FixMembers members, int from, int to)
    {
        _message = message;
        _dictionary = dictionary;
        _members = members;
        _from = from;
        _to = to;
    }

    /// <summary>All fields of the entry in their order, those of groups in it among them.</summary>
    public IEnumerable<FixField> Fields => _message.Fields.Take(_to).Skip(_from);

    /// <summary>The value of a field of the entry itself; null where it has none.</summary>
    public string? GetField(int tag)
    {
        for (int at = _from; at < _to;)
        {
            FixField field = _message.Fields[at++];
            if (field.Tag == tag) return Encoding.Latin1.GetString(_message.ValueOf(field));
            int place = _members.PlaceOf(field.Tag);
            if (place >= 0 && _members.All[place].Group is { } inner)
            {
                at = FixGroup.EndOfGroup(_message.Fields, _dictionary, inner, at, _to, 1);
            }
        }

        return null;
    }

    /// <summary>A group within the entry; null where it has none.</summary>
    public FixGroup? Group(int countTag) => FixGroup.Find(_message, _dictionary, _members, countTag, _from, _to);
}
