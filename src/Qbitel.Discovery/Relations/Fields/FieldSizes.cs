using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Fields;

/// <summary>How wide a number is, where its greater bytes are always zero and several widths say the same.</summary>
internal static class FieldSizes
{
    private static readonly RelationKind[] OfFixedSize =
        [RelationKind.Checksum, RelationKind.Echo, RelationKind.Text, RelationKind.Float];

    /// <summary>Of findings that share a kind and their least byte, the one whose width is the most natural.</summary>
    public static IEnumerable<Finding> Choose(IEnumerable<Finding> findings)
    {
        List<Finding> all = [.. findings];
        foreach (Finding finding in all)
            if (OfFixedSize.Contains(finding.Kind) || !finding.Form.IsBinary) yield return finding;

        // The byte that changes most is the last of a big-endian number, the first of a little-endian one.
        foreach (IGrouping<(RelationKind, int), Finding> same in all
            .Where(f => !OfFixedSize.Contains(f.Kind) && f.Form.IsBinary).GroupBy(f => (f.Kind,
                f.Form.Coding == NumberCoding.BigEndian ? f.At + f.Form.Size - 1 : f.At)))
        {
            List<Finding> big = [.. same.Where(f => f.Form.Coding == NumberCoding.BigEndian)];
            List<Finding> little = [.. same.Where(f => f.Form.Coding == NumberCoding.LittleEndian || f.Form.Size == 1)];
            Finding? first = Widest(big), second = Widest(little);
            // Zeros on both sides: the side on which the number would stand at a multiple of its size.
            yield return first is null || (second is not null && second.Form.Size > 1
                && (first.Form.Size == 1 || (IsAligned(second) && !IsAligned(first)))) ? second! : first;
        }
    }

    private static bool IsAligned(Finding finding) => finding.At % Math.Min(finding.Form.Size, 4) == 0;

    private static Finding? Widest(List<Finding> same)
    {
        if (same.Count == 0) return null;
        Finding widest = same.OrderByDescending(f => f.Form.Size).ThenBy(f => f.LogP).First();
        if (widest.Form.Size < 3 || widest is { Form.Size: 3, Kind: RelationKind.Length }) return widest;

        // But for lengths, a number of three bytes is one of one byte and one of two.
        if (widest.Form.Size == 3) return same.Find(f => f.Form.Size == 2) ?? widest;

        // Zeros that reach further than four bytes belong to other fields: alignment decides.
        foreach (int size in (int[])[8, 4, 2])
        {
            if (same.Find(f => f.Form.Size == size && IsAligned(f)) is { } aligned) return aligned;
        }

        return same.Find(f => f.Form.Size == 4) ?? widest;
    }
}
