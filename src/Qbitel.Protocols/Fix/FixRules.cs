using System.Collections.Frozen;
using System.Text;

namespace Qbitel.Protocols.Fix;

/// <summary>One tag of a version: its name, type and, where they are listed, its values.</summary>
internal sealed class FixFieldRule(int tag, string name, FixType type, string[] codes)
{
    private readonly byte[][] _codes = [.. codes.Select(Encoding.ASCII.GetBytes)];

    public int Tag => tag;

    public string Name => name;

    public FixType Type => type;

    public IReadOnlyList<string> Codes => codes;

    public bool HasCode(ReadOnlySpan<byte> value)
    {
        foreach (byte[] code in _codes) if (value.SequenceEqual(code)) return true;
        return false;
    }
}

/// <summary>One message type of a version.</summary>
internal sealed record FixMessageRule(string Type, string Name, FixMembers Body);

/// <summary>
/// A field that may stand in a message or in an entry of a group; a group hangs on the field that counts its entries.
/// </summary>
internal sealed record FixMember(int Tag, bool Required, FixMembers? Group);

/// <summary>What may stand in a message, a header or an entry of a group, in the order of the standard.</summary>
internal sealed class FixMembers
{
    private readonly FrozenDictionary<int, int> _place;

    public FixMembers(IReadOnlyList<FixMember> members)
    {
        // A field that several optional components share counts once, at its first place.
        All = [.. members.DistinctBy(member => member.Tag)];
        _place = All.Select((member, index) => (member.Tag, index)).ToFrozenDictionary(pair => pair.Tag,
            pair => pair.index);
        Required = [.. All.Where(member => member.Required).Select(member => member.Tag)];
    }

    public IReadOnlyList<FixMember> All { get; }

    public IReadOnlyList<int> Required { get; }

    /// <summary>In a group, the field every entry begins with.</summary>
    public int Delimiter => All[0].Tag;

    /// <summary>The place of a tag in the standard's order, or -1.</summary>
    public int PlaceOf(int tag) => _place.TryGetValue(tag, out int place) ? place : -1;
}
