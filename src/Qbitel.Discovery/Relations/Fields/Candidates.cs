using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Fields;

/// <summary>The numbers that stand at one place of all messages of a group.</summary>
internal sealed class Candidates
{
    public const int MinDistinct = 5;
    public const double NeededShare = 0.95;
    private const int MaxOffset = 64;

    private Candidates(int at, NumberForm form, long[] values, int distinct)
    {
        At = at;
        Form = form;
        Values = values;
        Distinct = distinct;
    }

    public int At { get; }

    public NumberForm Form { get; }

    /// <summary>One for each message tested; -1 where there is none.</summary>
    public long[] Values { get; }

    public int Distinct { get; }

    /// <summary>Every number that differs between messages enough to be tied to something.</summary>
    public static List<Candidates> Of(Group group, IReadOnlyList<NumberForm> forms)
    {
        List<Candidates> all = [];
        foreach (NumberForm form in forms)
        {
            for (int at = 0; at < Math.Min(MaxOffset, group.Shortest); at++)
                if (TryMake(group, at, form) is { } made) all.Add(made);
        }

        return all;
    }

    public static Candidates? TryMake(Group group, int at, NumberForm form)
    {
        long[] values = new long[group.Count];
        HashSet<long> distinct = [];
        int missing = 0, most = group.Count / 20;
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> bytes = group.Bytes[i].Span;
            if (!form.TryRead(bytes, at >= 0 ? at : bytes.Length + at, out values[i]))
            {
                values[i] = -1;
                if (++missing > most) return null;
            }
            else
            {
                distinct.Add(values[i]);
            }
        }

        return distinct.Count >= MinDistinct ? new Candidates(at, form, values, distinct.Count) : null;
    }
}
