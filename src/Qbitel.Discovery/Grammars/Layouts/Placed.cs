using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Grammars.Layouts;

/// <summary>A part with its place in each message.</summary>
internal sealed class Placed(LayoutPart part, int[] starts, int[] lengths)
{
    public LayoutPart Part { get; set; } = part;

    public int[] Starts { get; } = starts;

    public int[] Lengths { get; } = lengths;

    /// <summary>Of a chain, its items in each message.</summary>
    public int[]? Counts { get; init; }

    public int? Size => ((Part as LayoutField)?.Size as FixedSize)?.Bytes;

    public long? Value(TypeSamples samples, int message, string type)
    {
        int start = Starts[message], length = Lengths[message];
        ReadOnlySpan<byte> bytes = samples.Bytes(message);
        return start + length <= bytes.Length && NumberCoding.TryRead(type, bytes.Slice(start, length), out long value)
            ? value : null;
    }
}
