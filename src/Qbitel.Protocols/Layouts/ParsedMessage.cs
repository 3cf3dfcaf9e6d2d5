namespace Qbitel.Protocols.Layouts;

/// <summary>What a layout makes of a message: the parts it found as far as it came, and what does not hold.</summary>
public sealed record ParsedMessage(ReadOnlyMemory<byte> Bytes, LayoutType? Type, IReadOnlyList<ParsedPart> Parts,
    IReadOnlyList<LayoutFinding> Findings)
{
    public bool IsValid => Findings.Count == 0;

    /// <summary>Where the reading stopped; the message's length where it came to the end.</summary>
    public int PrefixEnd { get; init; }

    /// <summary>The fields in the order of the wire, those of chains among them.</summary>
    public IEnumerable<(string Path, ParsedPart Part)> Fields() => Fields(Parts, "");

    private static IEnumerable<(string Path, ParsedPart Part)> Fields(IReadOnlyList<ParsedPart> parts, string path)
    {
        foreach (ParsedPart part in parts)
        {
            if (part.Items is null)
            {
                yield return (path + part.Part.Name, part);
                continue;
            }

            for (int i = 0; i < part.Items.Count; i++)
            {
                string item = part.Part is LayoutGroup ? $"{path}{part.Part.Name}."
                    : $"{path}{part.Part.Name}[{i.ToString(System.Globalization.CultureInfo.InvariantCulture)}].";
                foreach ((string Path, ParsedPart Part) field in Fields(part.Items[i], item)) yield return field;
            }
        }
    }
}

/// <summary>A part as it stands in a message.</summary>
/// <param name="Part">Which one.</param>
/// <param name="Start">Bytes from the beginning of the message.</param>
/// <param name="Length">Bytes, without a delimiter behind them.</param>
/// <param name="Items">Of a chain, what is in it; of a group, its parts as the only one.</param>
public sealed record ParsedPart(LayoutPart Part, int Start, int Length,
    IReadOnlyList<IReadOnlyList<ParsedPart>>? Items = null);

/// <summary>Something in a message that does not hold.</summary>
/// <param name="Code">Stable and safe to match on, e.g. <c>Layout.Length</c>.</param>
/// <param name="Offset">Where.</param>
/// <param name="Path">Which part.</param>
/// <param name="Expected">What the layout asks for.</param>
/// <param name="Found">What is there instead.</param>
/// <param name="IsIncomplete">More bytes could mend it.</param>
public sealed record LayoutFinding(string Code, int Offset, string Path, string Expected, string Found,
    bool IsIncomplete = false)
{
    public override string ToString() => $"{Code} at offset {Offset} ({Path}): expected {Expected}, found {Found}";
}
