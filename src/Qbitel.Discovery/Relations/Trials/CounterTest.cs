using System.Globalization;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Fields;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Trials;

/// <summary>Numbers that grow from message to message of a flow and direction by one or a few; wrap allowed.</summary>
/// <remarks>The null model takes the order away: how often two messages of the trace, taken at random, would differ by
/// as little.</remarks>
internal static class CounterTest
{
    private const int MaxStep = 16, RandomPairs = 512;

    /// <summary>Whether steps of one direction alone count, or those of all messages of a flow.</summary>
    public static void Run(Group group, List<Candidates> candidates, List<Finding> found, ref long tested)
    {
        if (group.IsThinned && group.Count > 0 && group.Members.Count > 20 * group.Count) return;

        List<(int First, int Second)> pairs = [];
        Dictionary<(string, FlowDirection), int> last = [];
        for (int i = 0; i < group.Count; i++)
        {
            (string, FlowDirection) key = (group.Tested[i].Flow.Name, group.Tested[i].Direction);
            if (last.TryGetValue(key, out int before)) pairs.Add((before, i));
            last[key] = i;
        }

        if (pairs.Count < 8) return;
        foreach (Candidates candidate in candidates)
        {
            if (candidate.Form.Coding == NumberCoding.Packed) continue;
            tested++;
            if (candidate.Distinct < pairs.Count / 4) continue;

            Dictionary<long, int> steps = [];
            int small = 0;
            foreach ((int first, int second) in pairs)
            {
                long step = Step(candidate, first, second);
                if (step is < 1 or > MaxStep) continue;
                small++;
                steps[step] = steps.GetValueOrDefault(step) + 1;
            }

            if (small < Candidates.NeededShare * pairs.Count) continue;
            (long most, int times) = steps.OrderByDescending(s => s.Value).Select(s => (s.Key, s.Value)).First();
            bool isConstant = times >= Candidates.NeededShare * pairs.Count;
            double rate = (1 + ShareOfRandomPairs(candidate, isConstant ? most : 1, isConstant ? most : MaxStep))
                / (RandomPairs + 2.0);
            double log = Chance.LogTail(isConstant ? times : small, pairs.Count, rate);
            found.Add(new Finding(candidate.At, candidate.Form, RelationKind.Sequence, "sequence",
                isConstant ? times : small, pairs.Count, log, isConstant
                    ? string.Create(CultureInfo.InvariantCulture, $"grows by {most} from message to message of a flow")
                    : string.Create(CultureInfo.InvariantCulture, $"grows by 1 to {MaxStep} within a flow"))
            {
                Parameters =
                [
                    new("step", isConstant ? most.ToString(CultureInfo.InvariantCulture) : "small"),
                    new("endianness", candidate.Form.Endianness),
                ],
            });
        }
    }

    private static long Step(Candidates candidate, int first, int second)
    {
        long a = candidate.Values[first], b = candidate.Values[second];
        if (a < 0 || b < 0) return -1;
        long step = b - a;
        if (step < 0 && candidate.Form is { IsBinary: true, Size: <= 2 }) step += 1L << (8 * candidate.Form.Size);
        return step;
    }

    // A generator of its own, so that the same trace always gives the same pairs (Knuth's MMIX constants).
    private static int ShareOfRandomPairs(Candidates candidate, long least, long most)
    {
        ulong state = 1;
        int hits = 0;
        for (int i = 0; i < RandomPairs; i++)
        {
            int first = Next(), second = Next();
            long step = Step(candidate, first, second);
            if (first != second && step >= least && step <= most) hits++;
        }

        return hits;

        int Next()
        {
            state = unchecked((state * 6364136223846793005) + 1442695040888963407);
            return (int)((state >> 33) % (ulong)candidate.Values.Length);
        }
    }
}
