using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Fields;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Trials;

/// <summary>Numbers that say where another field begins.</summary>
/// <remarks>The null model asks the fields of another message.</remarks>
internal static class PointerTest
{
    public static void Run(Group group, List<Candidates> candidates, IReadOnlyList<FieldMap> maps, List<Finding> found,
        ref long tested)
    {
        List<HashSet<int>> starts = [.. group.Positions.Select(i =>
            maps[i].Fields.Where(f => f.Start > 8).Select(f => f.Start).ToHashSet())];
        if (starts.All(s => s.Count == 0)) return;

        foreach (Candidates candidate in candidates.Where(c => c.Form.IsBinary))
        {
            tested++;
            int agreeing = 0, byChance = 0;
            for (int i = 0; i < group.Count; i++)
            {
                if (candidate.Values[i] is < 0 or > int.MaxValue) continue;
                int value = (int)candidate.Values[i];
                if (starts[i].Contains(value)) agreeing++;
                if (starts[(i + 1) % group.Count].Contains(value)) byChance++;
            }

            if (agreeing < Candidates.NeededShare * group.Count) continue;
            double log = Chance.LogTail(agreeing, group.Count, Chance.Share(byChance, group.Count));
            found.Add(new Finding(candidate.At, candidate.Form, RelationKind.Pointer, "integer", agreeing, group.Count,
                log, "is the place at which another field begins")
            { Parameters = [new("of", "field"), new("endianness", candidate.Form.Endianness)] });
        }
    }
}
