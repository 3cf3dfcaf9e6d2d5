using System.Globalization;
using Qbitel.Discovery.Inference;

namespace Qbitel.Discovery.Relations.Structures;

/// <summary>
/// Messages that are data objects of the basic encoding rules (ITU-T X.690) from their first byte to their last.
/// </summary>
/// <remarks>
/// Definite lengths only. An octet string that is most of its message is opened, since it is an envelope; a smaller one
/// may hold bytes of another protocol that look like objects, and stays whole.
/// </remarks>
internal static class BerTree
{
    private const int MaxDepth = 32;
    private const int Integer = 2, BitString = 3, OctetString = 4, Oid = 6;

    // Chance makes short messages trees: two bytes are one with probability 1/256, and 0x30 0x00 says nothing.
    private const int MinObjects = 3;

    /// <summary>The leaves of a message; null where it is no tree.</summary>
    public static List<Hint>? TryRead(ReadOnlySpan<byte> message, Relation relation)
    {
        List<Hint> leaves = [];
        int objects = 0;
        return message.Length >= 4 && (message[0] & 0x20) != 0
            && Read(message, 0, message.Length, 0, "", relation, leaves, ref objects) && objects >= MinObjects
                ? leaves : null;
    }

    /// <summary>The outer tag, and within a sequence the first tag after it that is the choice of a
    /// message.</summary>
    public static string TypeOf(ReadOnlySpan<byte> message)
    {
        if (message[0] != 0x30) return Hex(message[..1]);
        Relation any = new(RelationKind.Tree, "", 1);
        foreach (Hint leaf in TryRead(message, any) ?? [])
        {
            if (leaf.Name!.EndsWith(".tag", StringComparison.Ordinal) && message[leaf.Start] >= 0x40)
                return Hex(message.Slice(leaf.Start, leaf.Length));
        }

        return "30";
    }

    private static bool Read(ReadOnlySpan<byte> message, int at, int end, int depth, string path, Relation relation,
        List<Hint> leaves, ref int objects)
    {
        while (at < end)
        {
            int start = at;
            byte tag = message[at++];
            if (tag == 0) return false; // the end of contents, which only indefinite lengths have
            if ((tag & 0x1F) == 0x1F)
            {
                int octets = 0;
                while (at < end && message[at] >= 0x80 && ++octets < 4) at++;
                if (++at > end) return false;
            }

            if (at >= end) return false;
            string name = path.Length == 0 ? Hex(message[start..at]) : $"{path}.{Hex(message[start..at])}";
            leaves.Add(new Hint(start, at - start, "uint8", "unknown", true, relation) { Name = $"{name}.tag" });
            if (!TryReadLength(message, ref at, end, name, relation, leaves, out int length)) return false;
            if (++objects > message.Length) return false;

            ReadOnlySpan<byte> value = message.Slice(at, length);
            if ((tag & 0x20) != 0)
            {
                if (depth >= MaxDepth
                    || !Read(message, at, at + length, depth + 1, name, relation, leaves, ref objects))
                {
                    return false;
                }
            }
            else if (!IsEnvelope(message, tag, at, length, depth, name, relation, leaves, ref objects))
            {
                AddValue(value, tag, at, name, relation, leaves);
            }

            at += length;
        }

        return at == end;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> message, ref int at, int end, string name, Relation relation,
        List<Hint> leaves, out int length)
    {
        int first = length = message[at++];
        if (first >= 0x80)
        {
            int count = first & 0x7F;
            if (count is 0 or > 4 || end - at < count) return false;
            leaves.Add(new Hint(at - 1, 1, "uint8", "length", true, relation) { Name = $"{name}.length.octets" });
            long wide = 0;
            for (int i = 0; i < count; i++) wide = (wide << 8) | message[at + i];
            leaves.Add(new Hint(at, count, count == 1 ? "uint8" : count == 2 ? "uint16be" : "uint32be", "length", true,
                relation)
            { Name = $"{name}.length" });
            at += count;
            if (wide > end - at) return false;
            length = (int)wide;
            return true;
        }

        leaves.Add(new Hint(at - 1, 1, "uint8", "length", true, relation) { Name = $"{name}.length" });
        return length <= end - at;
    }

    private static bool IsEnvelope(ReadOnlySpan<byte> message, byte tag, int at, int length, int depth, string name,
        Relation relation, List<Hint> leaves, ref int objects)
    {
        if (tag != OctetString || length < 4 || 2 * length < message.Length || (message[at] & 0x20) == 0
            || depth >= MaxDepth)
        {
            return false;
        }

        int count = leaves.Count, seen = objects;
        if (Read(message, at, at + length, depth + 1, name, relation, leaves, ref objects)) return true;
        leaves.RemoveRange(count, leaves.Count - count);
        objects = seen;
        return false;
    }

    private static void AddValue(ReadOnlySpan<byte> value, byte tag, int at, string name, Relation relation,
        List<Hint> leaves)
    {
        if (value.IsEmpty) return;
        if (tag == BitString && value.Length >= 2 && value[0] < 8)
        {
            leaves.Add(new Hint(at, 1, "uint8", "unknown", true, relation) { Name = $"{name}.unused" });
            // A short one is a list of named flags, which are told an octet at a time.
            int each = value.Length <= 5 ? 1 : value.Length - 1;
            for (int i = 1; i < value.Length; i += each)
            {
                leaves.Add(new Hint(at + i, each, each == 1 ? "uint8" : "bytes", each == 1 ? "flags" : "bytes", true,
                    relation)
                { Name = each == 1 ? $"{name}.bits{i.ToString(CultureInfo.InvariantCulture)}" : $"{name}.bits" });
            }

            return;
        }

        (string type, string semantic) = tag switch
        {
            Integer or 1 or 10 => (IntegerType(value.Length), "unknown"),
            Oid or 13 => ("bytes", "id"),
            0x17 or 0x18 => ("ascii", "timestamp"),
            0x0C or 0x12 or 0x13 or 0x14 or 0x16 or 0x19 or 0x1A or 0x1B => ("ascii", "string"),
            OctetString when IsText(value) => ("ascii", "string"),
            _ => ("bytes", "unknown"),
        };
        leaves.Add(new Hint(at, value.Length, type, semantic, true, relation) { Name = name });
    }

    private static string IntegerType(int length) => length switch
    {
        1 => "int8",
        2 => "int16be",
        4 => "int32be",
        8 => "int64be",
        _ => "bytes",
    };

    private static bool IsText(ReadOnlySpan<byte> value) =>
        value.Length >= 4 && !value.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E);

    private static string Hex(ReadOnlySpan<byte> tag) => Convert.ToHexStringLower(tag);
}
