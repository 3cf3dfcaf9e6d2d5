namespace Qbitel.Discovery.Boundaries.Evidence;

/// <summary>A form of values one after the other, each with its length before it, and perhaps a tag before that.
/// </summary>
/// <param name="TagWidth">Bytes of the tag; 0 without.</param>
/// <param name="Length">How the length is written.</param>
/// <param name="CountsHeader">The length counts tag and itself too.</param>
internal readonly record struct ChainForm(int TagWidth, NumberForm Length, bool CountsHeader)
{
    public static readonly ChainForm[] All = [.. from tag in (int[])[0, 1, 2, 4]
                                                 from length in (NumberForm[])[new(1, true), new(2, true),
                                                     new(2, false), new(4, true), new(4, false)]
                                                 from counts in (bool[])[false, true]
                                                 where tag <= 2 || length.Width > 1
                                                 select new ChainForm(tag, length, counts)];

    private int HeaderWidth => TagWidth + Length.Width;

    /// <summary>For each offset, how many values follow each other from there exactly to the end; 0 where none do.
    /// Empty values do not count, nor do runs of them reach far.</summary>
    public void Links(ReadOnlySpan<byte> message, Span<short> links)
    {
        links.Clear();
        int n = message.Length;
        for (int at = n - HeaderWidth; at >= 0; at--)
        {
            long length = Length.Read(message, at + TagWidth);
            if (CountsHeader) length -= HeaderWidth;
            long next = at + HeaderWidth + length;
            if (length < 0 || next > n) continue;
            bool isEnd = next == n || IsFill(message, (int)next);
            if (isEnd)
                links[at] = (short)(length > 0 ? 1 : 0);
            else if (links[(int)next] > 0)
                links[at] = (short)Math.Min(1_000, links[(int)next] + (length > 0 ? 1 : 0));
        }
    }

    /// <summary>Calls with the start, the start of the length, of the value, and the end of each link.</summary>
    public void Walk(ReadOnlySpan<byte> message, int start, Action<int, int, int, int> link)
    {
        int n = message.Length;
        for (int at = start; at + HeaderWidth <= n;)
        {
            long length = Length.Read(message, at + TagWidth);
            if (CountsHeader) length -= HeaderWidth;
            long next = at + HeaderWidth + length;
            if (length < 0 || next > n) return;
            link(at, at + TagWidth, at + HeaderWidth, (int)next);
            if (next >= n || IsFill(message, (int)next)) return;
            at = (int)next;
        }
    }

    // An end mark, and nothing but fill behind it.
    private static bool IsFill(ReadOnlySpan<byte> message, int at)
    {
        ReadOnlySpan<byte> rest = message[at..];
        if (rest.Length == 0 || (rest[0] != 0xFF && rest[0] != 0)) return false;
        return !rest[1..].ContainsAnyExcept((byte)0);
    }
}
