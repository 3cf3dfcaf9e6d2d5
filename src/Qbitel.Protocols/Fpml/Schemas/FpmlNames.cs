using System.Buffers.Binary;
using System.Text;

namespace Qbitel.Protocols.Fpml.Schemas;

/// <summary>The names of elements as numbers, so that a model compares numbers and not text.</summary>
internal sealed class FpmlNames
{
    private readonly List<byte[]> _names = [];
    private int[] _slots = new int[8192]; // a power of two, at most half full

    public int Add(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        int known = Find(bytes);
        if (known >= 0) return known;

        _names.Add(bytes);
        if (2 * _names.Count > _slots.Length) Grow();
        else Place(_names.Count - 1);
        return _names.Count - 1;
    }

    /// <summary>Its number, or -1.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        int mask = _slots.Length - 1;
        for (int at = Hash(name) & mask; _slots[at] != 0; at = (at + 1) & mask)
            if (name.SequenceEqual(_names[_slots[at] - 1])) return _slots[at] - 1;
        return -1;
    }

    public string Text(int number) => Encoding.UTF8.GetString(_names[number]);

    private void Grow()
    {
        _slots = new int[2 * _slots.Length];
        for (int number = 0; number < _names.Count; number++) Place(number);
    }

    private void Place(int number)
    {
        int mask = _slots.Length - 1, at = Hash(_names[number]) & mask;
        while (_slots[at] != 0) at = (at + 1) & mask;
        _slots[at] = number + 1;
    }

    // Names share their beginnings: length, beginning, middle and end are mixed. Only table lookups depend on it, and
    // the table is fixed, so that no input makes it slow beyond the longest run of the table.
    private static int Hash(ReadOnlySpan<byte> name)
    {
        ulong hash = (ulong)name.Length;
        unchecked
        {
            if (name.Length >= 8)
            {
                hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(name)) * 0x9E3779B97F4A7C15;
                hash = (hash ^ (hash >> 29)
                    ^ BinaryPrimitives.ReadUInt64LittleEndian(name[(name.Length / 2 - 4)..])) * 0xBF58476D1CE4E5B9;
                hash = (hash ^ (hash >> 31) ^ BinaryPrimitives.ReadUInt64LittleEndian(name[^8..])) * 0x94D049BB133111EB;
            }
            else
            {
                foreach (byte b in name) hash = (hash ^ b) * 0x100000001B3;
                hash *= 0x9E3779B97F4A7C15;
            }

            return (int)(hash >> 33);
        }
    }
}
