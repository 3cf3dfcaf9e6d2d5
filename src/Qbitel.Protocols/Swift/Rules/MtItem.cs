using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift.Rules;

/// <summary>One place of a sequence: a field with its options, or a sequence within.</summary>
internal sealed class MtItem
{
    /// <summary>The tags that stand at this place; of a sequence, those it may begin with.</summary>
    public required TagSet[] Tags { get; init; }

    /// <summary>The name or qualifier a field must begin with, as <c>:SETT/</c>; empty for any.</summary>
    public byte[] Qualifier { get; init; } = [];

    /// <summary>The field of each option; empty where this is a sequence.</summary>
    public MtField?[] Options { get; init; } = [];

    public MtSequence? Sequence { get; init; }

    public bool IsMandatory { get; init; }

    /// <summary>Whether its absence is only a warning.</summary>
    public bool IsExpected { get; init; }

    /// <summary>How often it may stand.</summary>
    public int Most { get; init; } = 1;

    /// <summary>The first item of a set whose fields stand in any order; itself where it is in none.</summary>
    public int Place { get; set; }

    /// <summary>Whether every field may stand here.</summary>
    public bool IsAny { get; init; }

    public required string Label { get; init; }

    public bool Takes(uint tag, ReadOnlySpan<byte> value)
    {
        if (IsAny) return true;
        foreach (TagSet tags in Tags)
        {
            if (!tags.Has(tag)) continue;
            if (Sequence?.Block is { } block) return value.SequenceEqual(block);
            return value.StartsWith(Qualifier);
        }

        return false;
    }

    public MtField? Field(uint tag) => Options.Length == 0 ? null : Options[SwiftTag.Option(tag)];
}
