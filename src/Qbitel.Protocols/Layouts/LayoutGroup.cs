namespace Qbitel.Protocols.Layouts;

/// <summary>Parts within a part: all that a length measures, or what an earlier field chooses.</summary>
/// <param name="Name">Unique among its neighbours and what encloses them.</param>
/// <param name="Size">An earlier length, or the rest; null where its parts say themselves where they end.</param>
/// <param name="Choice">What chooses the case; null where there is but one.</param>
/// <param name="Cases">Of two that fit the first counts.</param>
public sealed record LayoutGroup(string Name, FieldSize? Size, GroupChoice? Choice, IReadOnlyList<GroupCase> Cases)
    : LayoutPart(Name)
{
    public double Confidence { get; init; }

    public string Evidence { get; init; } = "";

    /// <summary>The case for a value of the field that chooses; null where there is none.</summary>
    public GroupCase? CaseOf(ReadOnlySpan<byte> value)
    {
        foreach (GroupCase each in Cases)
        {
            if (Choice is null || each.Value is not { } wanted) return each;
            bool fits = wanted.Length == value.Length;
            for (int i = 0; fits && i < value.Length; i++)
            {
                int mask = Choice.Mask.Length == 0 ? 0xFF : Choice.Mask.Span[i];
                fits = (value[i] & mask) == wanted.Span[i];
            }

            if (fits) return each;
        }

        return null;
    }
}

/// <param name="Field">An earlier neighbour of fixed size, up to four bytes.</param>
/// <param name="Mask">Which of its bits choose; empty for all.</param>
public sealed record GroupChoice(string Field, ReadOnlyMemory<byte> Mask);

/// <param name="Name">Unique in the group.</param>
/// <param name="Value">The bits that choose it; null for all other values.</param>
/// <param name="Parts">In the order of the wire; none where nothing is there.</param>
public sealed record GroupCase(string Name, ReadOnlyMemory<byte>? Value, IReadOnlyList<LayoutPart> Parts);
