using System.Buffers;
using System.Globalization;
using System.Text;
using Qbitel.Protocols.Emv;

namespace Qbitel.Protocols.EmvQr;

/// <summary>A code being made: values by their paths, in the order in which they shall stand.</summary>
internal sealed class EmvQrDraft
{
    private readonly Node _root = new("");

    /// <summary>False where the path leads through a value, or is that of a template.</summary>
    public bool Add(string path, string value)
    {
        Node at = _root;
        foreach (string step in path.Split('/'))
        {
            if (step.Length == 0 || at.Value is not null) return false;
            Node? next = at.Children.Find(each => each.Step == step);
            if (next is null) at.Children.Add(next = new Node(step));
            at = next;
        }

        if (at.Children.Count > 0) return false;
        at.Value = value;
        return true;
    }

    /// <summary>Puts objects into the order of their numbers; a merchant's code has no other to keep.</summary>
    public void Sort() => Sort(_root);

    /// <summary>The code with lengths and checksum; null where a value does not fit its length.</summary>
    public byte[]? ToBytes(EmvQrMode mode)
    {
        ArrayBufferWriter<byte> writer = new();
        if (mode == EmvQrMode.ConsumerPresented)
        {
            return WriteChip(writer, _root) ? Encoding.ASCII.GetBytes(Convert.ToBase64String(writer.WrittenSpan))
                : null;
        }

        StringBuilder text = new();
        if (!WriteText(text, _root)) return null;
        text.Append("6304");
        byte[] whole = Encoding.UTF8.GetBytes(text.ToString());
        return [.. whole, .. Encoding.ASCII.GetBytes(Crc16.Text(whole))];
    }

    private static void Sort(Node node)
    {
        node.Children.Sort((left, right) => string.CompareOrdinal(left.Step, right.Step));
        foreach (Node child in node.Children) Sort(child);
    }

    private static bool WriteText(StringBuilder text, Node node)
    {
        foreach (Node child in node.Children)
        {
            string value = child.Value ?? "";
            if (child.Value is null)
            {
                StringBuilder inside = new();
                if (!WriteText(inside, child)) return false;
                value = inside.ToString();
            }

            int length = EmvQrForm.Length(value);
            if (length > 99) return false;
            text.Append(child.Step.AsSpan(0, 2)).Append(CultureInfo.InvariantCulture, $"{length:D2}").Append(value);
        }

        return true;
    }

    private static bool WriteChip(ArrayBufferWriter<byte> writer, Node node)
    {
        foreach (Node child in node.Children)
        {
            int bracket = child.Step.IndexOf('[', StringComparison.Ordinal);
            if (!uint.TryParse(bracket < 0 ? child.Step : child.Step[..bracket], NumberStyles.HexNumber,
                CultureInfo.InvariantCulture, out uint tag) || tag is 0 or > 0xFFFFFF)
            {
                return false;
            }

            ArrayBufferWriter<byte> inside = new();
            if (child.Value is { } value)
            {
                if (value.Length % 2 != 0 || !value.All(char.IsAsciiHexDigit)) return false;
                inside.Write(Convert.FromHexString(value));
            }
            else if (!WriteChip(inside, child))
            {
                return false;
            }

            if (inside.WrittenCount > 0xFFFF) return false;
            BerTlv.Write(writer, tag, inside.WrittenSpan);
        }

        return true;
    }

    private sealed class Node(string step)
    {
        public string Step { get; } = step;

        public string? Value { get; set; }

        public List<Node> Children { get; } = [];
    }
}
