using System.Globalization;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Grammars.Layouts;

/// <summary>How the links of a chain are built: a tag, a length, and as many bytes.</summary>
internal sealed record LinkForm(int TagSize, string LengthType, int LengthSize, int Addend)
{
    public int HeaderSize => TagSize + LengthSize;

    public static readonly IReadOnlyList<LinkForm> All = [.. Forms()];

    /// <summary>Walks over links from a place; null where they do not end at the other one.</summary>
    public int? Links(ReadOnlySpan<byte> bytes, int from, int to, out int valueBytes, out int empty)
    {
        int count = 0;
        (valueBytes, empty) = (0, 0);
        while (from < to)
        {
            if (Next(bytes, from, to) is not { } next) return null;
            valueBytes += next - from - HeaderSize;
            if (next == from + HeaderSize) empty++;
            from = next;
            count++;
        }

        return from == to ? count : null;
    }

    /// <summary>Where so many links end.</summary>
    public int? End(ReadOnlySpan<byte> bytes, int from, int to, long count)
    {
        if (count < 0 || count > to - from) return null;
        for (; count > 0; count--)
        {
            if (Next(bytes, from, to) is not { } next) return null;
            from = next;
        }

        return from;
    }

    private int? Next(ReadOnlySpan<byte> bytes, int from, int to)
    {
        if (to - from < HeaderSize
            || !NumberCoding.TryRead(LengthType, bytes.Slice(from + TagSize, LengthSize), out long value))
        {
            return null;
        }

        long size = value - Addend;
        return size < 0 || size > to - from - HeaderSize ? null : from + HeaderSize + (int)size;
    }

    private static IEnumerable<LinkForm> Forms()
    {
        foreach (int tag in (int[])[2, 1, 0, 3, 4])
        {
            foreach ((string type, int size) in ((string, int)[])[("uint16be", 2), ("uint16le", 2), ("uint8", 1),
                ("uint32be", 4), ("uint32le", 4), ("digits", 2), ("digits", 3), ("digits", 4), ("ebcdic-digits", 2),
                ("ebcdic-digits", 3)])
            {
                foreach (int addend in ((int[])[0, tag + size, size]).Distinct())
                    yield return new LinkForm(tag, type, size, addend);
            }
        }
    }

    public LayoutChain Chain(string name, ChainEnd end, double share, double confidence)
    {
        string evidence = $"links end exactly in {share.ToString("P1", CultureInfo.InvariantCulture)} of the messages";
        List<LayoutPart> item = [];
        if (TagSize > 0)
        {
            item.Add(new LayoutField("tag", TagSize is 3 ? "bytes" : TagSize switch
            {
                1 => "uint8",
                2 => "uint16be",
                _ => "uint32be",
            }, new FixedSize(TagSize))
            { Semantic = "id", Confidence = confidence, Evidence = evidence });
        }

        item.Add(new LayoutField("length", LengthType, new FixedSize(LengthSize))
        {
            Semantic = "length",
            Confidence = confidence,
            Evidence = evidence,
            Rule = new LengthRule("value", 1, Addend),
        });
        item.Add(new LayoutField("value", "bytes", new SizeBy("length"))
        {
            Semantic = "bytes",
            Confidence = confidence,
            Evidence = evidence,
        });
        return new LayoutChain(name, end, item) { Confidence = confidence, Evidence = evidence };
    }
}
