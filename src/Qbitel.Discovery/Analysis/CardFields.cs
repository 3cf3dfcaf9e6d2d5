using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Structures;
using Qbitel.Protocols.Emv.Apdu;

namespace Qbitel.Discovery.Analysis;

/// <summary>The parts of commands to a card and of its answers (ISO/IEC 7816-4, 5.1), data objects opened.</summary>
internal static class CardFields
{
    public static List<DiscoveredField> Of(KnownReading reading, ReadOnlySpan<byte> message)
    {
        List<DiscoveredField> fields = [];
        int at = 0;
        if (reading.Type == "response")
        {
            AddData(message[..^2]);
            Add(1, "sw1", "uint8", "unknown");
            Add(1, "sw2", "uint8", "unknown");
            return fields;
        }

        if (!CommandApdu.TryParse(message.ToArray(), out CommandApdu command, out _)) return fields;
        Add(1, "cla", "uint8", "flags");
        Add(1, "ins", "uint8", "msgtype");
        Add(1, "p1", "uint8", "integer");
        Add(1, "p2", "uint8", "integer");
        if (!command.Data.IsEmpty)
        {
            Add(command.DataOffset - at, "lc", command.IsExtended ? "bytes" : "uint8", "length");
            AddData(command.Data.Span);
        }

        if (at < message.Length)
        {
            int size = message.Length - at;
            Add(size, "le", size == 1 ? "uint8" : size == 2 ? "uint16be" : "bytes", "length");
        }

        return fields;

        void AddData(ReadOnlySpan<byte> data)
        {
            if (data.IsEmpty) return;
            if (BerTree.TryRead(data, new Relation(RelationKind.Tree, "", 1)) is { } leaves)
            {
                foreach (Hint leaf in leaves) Add(leaf.Length, leaf.Name!, leaf.Type, leaf.Semantic);
                return;
            }

            Add(data.Length, "data", "bytes", "bytes");
        }

        void Add(int length, string name, string type, string semantic)
        {
            fields.Add(new DiscoveredField(at, length, name, type, semantic, reading.Confidence));
            at += length;
        }
    }
}
