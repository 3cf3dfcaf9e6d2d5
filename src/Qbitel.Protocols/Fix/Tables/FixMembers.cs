using System.Numerics;

namespace Qbitel.Protocols.Fix.Tables;

/// <summary>
/// A field that may stand in a message or in an entry of a group; a group hangs on the field that counts its entries.
/// </summary>
internal sealed record FixMember(int Tag, bool Required, FixMembers? Group);

/// <summary>What may stand in a message, a header or an entry of a group, in the order of the standard.</summary>
internal sealed class FixMembers
{
    private const int PlaceBits = 12;

    // Open addressing, at most half full: the tag above, the place below; -1 is empty.
    private readonly int[] _slots;
    private readonly int _shift;

    public FixMembers(IEnumerable<FixMember> members)
    {
        // A field that several optional components share counts once, at its first place.
        FixMember[] given = [.. members];
        ILookup<int, FixMember> byTag = given.ToLookup(member => member.Tag);
        All = [.. given.DistinctBy(member => member.Tag)
            .Select(member => member with { Required = byTag[member.Tag].Any(other => other.Required) })];
        if (All.Count >= 1 << PlaceBits) throw new InvalidOperationException("more members than places");

        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(2 * All.Count, 2));
        _shift = 32 - BitOperations.Log2((uint)size);
        _slots = new int[size];
        Array.Fill(_slots, -1);
        Words = (All.Count + 63) / 64;
        Required = new ulong[Words];
        for (int place = 0; place < All.Count; place++)
        {
            int tag = All[place].Tag;
            int slot = SlotOf(tag);
            while (_slots[slot] >= 0) slot = (slot + 1) & (size - 1);
            _slots[slot] = tag < 1 << (31 - PlaceBits)
                ? tag << PlaceBits | place : throw new InvalidOperationException($"{tag} is too large a tag");
            if (All[place].Required) Required[place / 64] |= 1UL << place;
        }
    }

    public IReadOnlyList<FixMember> All { get; }

    /// <summary>A bit for each place whose field is required.</summary>
    public ulong[] Required { get; }

    /// <summary>Words of 64 bits that have a bit for each place.</summary>
    public int Words { get; }

    /// <summary>In a group, the field every entry begins with.</summary>
    public int Delimiter => All[0].Tag;

    /// <summary>The place of a tag in the standard's order, or -1.</summary>
    public int PlaceOf(int tag)
    {
        int[] slots = _slots;
        for (int slot = SlotOf(tag); ; slot = (slot + 1) & (slots.Length - 1))
        {
            int found = slots[slot];
            if (found < 0) return -1;
            if (found >> PlaceBits == tag) return found & ((1 << PlaceBits) - 1);
        }
    }

    // Fibonacci hashing: neighbouring tags land far apart.
    private int SlotOf(int tag) => (int)(unchecked((uint)tag * 2654435769u) >> _shift);
}
