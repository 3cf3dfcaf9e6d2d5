using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift.Rules;

/// <summary>Fields and sequences in the order of the standard.</summary>
internal sealed class MtSequence
{
    public required string Name { get; init; }

    /// <summary>The name in 16R and 16S, where these enclose the sequence.</summary>
    public byte[]? Block { get; init; }

    /// <summary>Whether the order of the items is not looked at.</summary>
    public bool IsUnordered { get; init; }

    public required MtItem[] Items { get; init; }

    /// <summary>The rules between the fields of one occurrence.</summary>
    public required MtRule[] Rules { get; init; }

    /// <summary>What may follow the sequence in those around it, besides itself.</summary>
    public List<TagSet> Follow { get; } = [];

    public bool MayFollow(uint tag)
    {
        foreach (TagSet tags in Follow) if (tags.Has(tag)) return true;
        return false;
    }

    /// <summary>The tags a sequence can begin with: those up to its first mandatory item.</summary>
    public static TagSet[] First(IEnumerable<MtItem> items)
    {
        List<TagSet> first = [];
        foreach (MtItem item in items)
        {
            first.AddRange(item.Tags);
            if (item.IsMandatory) break;
        }

        return [.. first];
    }

    /// <summary>Tells the sequences within what may follow them.</summary>
    public void Link()
    {
        for (int i = 0; i < Items.Length; i++)
        {
            if (Items[i].Sequence is not { } inner) continue;
            if (Items[i].Most > 1) inner.Follow.AddRange(Items[i].Tags);
            foreach (MtItem later in Items[(i + 1)..]) inner.Follow.AddRange(later.Tags);
            inner.Follow.AddRange(Follow);
            inner.Link();
        }
    }
}
