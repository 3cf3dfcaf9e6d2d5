namespace Qbitel.Discovery.Grammars.Layouts;

/// <summary>Something of no fixed size that follows so many bytes further on.</summary>
internal abstract record RegionStep(int Skip)
{
    /// <summary>Where it ends; negative where it does not fit. A measure of it, so that what varies is told from what
    /// does not.</summary>
    public abstract int Walk(ReadOnlySpan<byte> bytes, int at, int origin, out long measure);
}

/// <summary>As many bytes as a number says.</summary>
internal sealed record SizedStep(int Skip, LinkShape Link) : RegionStep(Skip)
{
    public override int Walk(ReadOnlySpan<byte> bytes, int at, int origin, out long measure) =>
        Link.Next(bytes, at + Skip, bytes.Length, origin, out measure);
}

/// <summary>Several numbers, and then as many stretches, each as long as its number says.</summary>
internal sealed record LengthsStep(int Skip, string Type, int Width, int Count, int Between) : RegionStep(Skip)
{
    private readonly QuickNumber _length = new(Type, Width);

    public override int Walk(ReadOnlySpan<byte> bytes, int at, int origin, out long measure)
    {
        measure = 0;
        int from = at + Skip;
        long to = from + (Width * Count) + Between;
        if (to > bytes.Length) return -1;
        for (int i = 0; i < Count; i++)
        {
            if (!_length.TryRead(bytes, from + (i * Width), out long size)) return -1;
            to += size;
            if (to > bytes.Length) return -1;
            measure = unchecked((measure * 257) + size);
        }

        return (int)to;
    }
}

/// <summary>Text up to a delimiter.</summary>
internal sealed record UntilStep(int Skip, byte[] Delimiter) : RegionStep(Skip)
{
    public override int Walk(ReadOnlySpan<byte> bytes, int at, int origin, out long measure)
    {
        measure = 0;
        if (at + Skip > bytes.Length) return -1;
        int size = bytes[(at + Skip)..].IndexOf(Delimiter);
        measure = size;
        return size < 0 ? -1 : at + Skip + size + Delimiter.Length;
    }
}

/// <summary>As many links as a number says.</summary>
internal sealed record CountedStep(int Skip, string Type, int Width, LinkShape Link) : RegionStep(Skip)
{
    private readonly QuickNumber _count = new(Type, Width);

    public override int Walk(ReadOnlySpan<byte> bytes, int at, int origin, out long measure)
    {
        measure = 0;
        int from = at + Skip + Width;
        if (from > bytes.Length || !_count.TryRead(bytes, at + Skip, out measure)
            || measure > bytes.Length - from || measure > 4096)
        {
            return -1;
        }

        for (long count = measure; count > 0; count--)
        {
            int next = Link.Next(bytes, from, bytes.Length, origin, out _);
            if (next <= from) return -1;
            from = next;
        }

        return from;
    }
}

/// <summary>Links up to a mark that stands where one would begin.</summary>
internal sealed record MarkedStep(int Skip, LinkShape Link, byte Mark) : RegionStep(Skip)
{
    public override int Walk(ReadOnlySpan<byte> bytes, int at, int origin, out long measure)
    {
        measure = 0;
        int from = at + Skip;
        while (from < bytes.Length && bytes[from] != Mark)
        {
            from = Link.Next(bytes, from, bytes.Length, origin, out _);
            if (from < 0) return -1;
            measure++;
        }

        return from < bytes.Length ? from + 1 : -1;
    }
}

/// <summary>The same byte up to the end.</summary>
internal sealed record FillStep(byte Value) : RegionStep(0)
{
    public override int Walk(ReadOnlySpan<byte> bytes, int at, int origin, out long measure)
    {
        measure = bytes.Length - at;
        return bytes[at..].IndexOfAnyExcept(Value) < 0 ? bytes.Length : -1;
    }
}

/// <summary>Links up to so many bytes before the end.</summary>
internal sealed record OpenStep(int Skip, LinkShape Link, int Tail) : RegionStep(Skip)
{
    public override int Walk(ReadOnlySpan<byte> bytes, int at, int origin, out long measure)
    {
        measure = 0;
        int from = at + Skip, end = bytes.Length - Tail;
        while (from < end)
        {
            from = Link.Next(bytes, from, end, origin, out _);
            if (from < 0) return -1;
            measure++;
        }

        return from == end ? from : -1;
    }
}
