using System.Text;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Swift.Xml;

/// <summary>Writes a message as FIN, and beside each byte where in the XML it comes from.</summary>
/// <param name="text">The XML that holds it.</param>
internal sealed class SwiftXmlWriter(MxText text)
{
    // A character beyond Latin-1, which FIN's bytes have none for: SUBSTITUTE, in no character set of the standard.
    private const byte Beyond = 0x1A;

    private readonly List<byte> _bytes = [];
    private readonly List<int> _starts = [];
    private readonly List<int> _ends = [];

    public int Length => _bytes.Count;

    public byte this[int offset] => _bytes[offset];

    public byte[] ToBytes() => [.. _bytes];

    /// <param name="end">Where what follows the message in FIN is said to stand.</param>
    public SwiftPlaces Places(int end) => new([.. _starts, end], [.. _ends, end]);

    /// <summary>Where in the XML a byte comes from.</summary>
    public int Source(int offset) => _starts[offset];

    /// <summary>What FIN has and the XML does not: it is said to stand at a place of the XML.</summary>
    public void Form(ReadOnlySpan<byte> form, int place)
    {
        foreach (byte b in form) Add(b, place, place);
    }

    /// <summary>The value of an element, its line ends as FIN has them.</summary>
    public void Value(int node)
    {
        ref readonly MxNode at = ref text.Nodes[node];
        Part(at.ValueStart, at.ValueStart + at.ValueLength);
    }

    private void Part(int at, int end)
    {
        while (at < end)
        {
            ReadOnlySpan<byte> rest = text.Span[at..end];
            if (rest[0] == '<')
            {
                at += Markup(rest, at);
                continue;
            }

            int size = 1;
            Rune character;
            if (rest[0] == '&')
            {
                size = rest.IndexOf((byte)';') + 1;
                _ = MxCharacters.TryReference(rest[1..(size - 1)], out character);
            }
            else
            {
                size = Character(rest, out character);
            }

            Add(character, at, at + size);
            at += size;
        }
    }

    private static int Character(ReadOnlySpan<byte> rest, out Rune character)
    {
        if (rest[0] == '\r')
        {
            character = new Rune('\n');
            return rest.StartsWith("\r\n"u8) ? 2 : 1;
        }

        Rune.DecodeFromUtf8(rest, out character, out int size);
        return size;
    }

    // A section is text; comments and instructions are none, nor are the tags of what does not belong here.
    private int Markup(ReadOnlySpan<byte> rest, int at)
    {
        if (rest.StartsWith("<!--"u8)) return rest[4..].IndexOf("-->"u8) + 7;
        if (rest.StartsWith("<?"u8)) return rest.IndexOf("?>"u8) + 2;
        if (!rest.StartsWith("<![CDATA["u8)) return rest.IndexOf((byte)'>') + 1;

        int end = rest.IndexOf("]]>"u8);
        for (int i = 9; i < end;)
        {
            int size = Character(rest[i..end], out Rune character);
            Add(character, at + i, at + i + size);
            i += size;
        }

        return end + 3;
    }

    private void Add(Rune character, int start, int end)
    {
        if (character.Value == '\n')
        {
            // A carriage return that was written as a reference is that of the line's end.
            if (_bytes is not [.., (byte)'\r']) Add((byte)'\r', start, end);
            Add((byte)'\n', start, end);
            return;
        }

        Add(character.Value <= 0xFF ? (byte)character.Value : Beyond, start, end);
    }

    private void Add(byte b, int start, int end)
    {
        _bytes.Add(b);
        _starts.Add(start);
        _ends.Add(end);
    }
}
