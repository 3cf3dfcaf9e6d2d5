using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Fields;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Trials;

/// <summary>A number before a chain that counts its links.</summary>
internal static class LinkCountTest
{
    // Few messages have five different numbers of links; the chain itself is proved already.
    private const int MinDistinct = 3;

    public static void Run(Group group, Chain chain, List<Finding> found, ref long tested)
    {
        int[] links = new int[group.Count];
        for (int i = 0; i < links.Length; i++)
        {
            int empty = 0, goal = group.Bytes[i].Length - chain.Trailer;
            if (!ChainTest.TryWalk(group.Bytes[i].Span, chain.Form, chain.Start, goal, ref links[i], ref empty, null))
                links[i] = -1;
        }

        foreach (NumberForm form in NumberForm.All.Where(f => f.IsBinary))
        {
            for (int at = 0; at + form.Size <= chain.Start; at++)
            {
                tested++;
                int agreeing = 0;
                Dictionary<long, int> values = [], counts = [];
                for (int i = 0; i < links.Length; i++)
                {
                    if (!form.TryRead(group.Bytes[i].Span, at, out long value)) value = -2;
                    values[value] = values.GetValueOrDefault(value) + 1;
                    counts[links[i]] = counts.GetValueOrDefault(links[i]) + 1;
                    if (value == links[i]) agreeing++;
                }

                if (values.Count < MinDistinct || agreeing < Candidates.NeededShare * links.Length) continue;
                double rate = values.Sum(v => (double)v.Value * counts.GetValueOrDefault(v.Key))
                    / ((double)links.Length * links.Length);
                found.Add(new Finding(at, form, RelationKind.Count, "count", agreeing, links.Length,
                    Chance.LogTail(agreeing, links.Length, rate), "counts the links of the chain")
                { Parameters = [new("of", "links"), new("endianness", form.Endianness)] });
            }
        }
    }
}
