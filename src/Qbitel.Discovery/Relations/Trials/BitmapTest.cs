using System.Globalization;
using System.Numerics;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Fields;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Trials;

/// <summary>A bitmap that announces optional fields of fixed sizes, in the order of its bits.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Sizes">The size of the field that each bit announces, the most significant bit first; 0 where
/// none.</param>
/// <param name="FieldsAt">Where the first announced field begins.</param>
/// <param name="Agreeing">Messages whose length the sizes make up.</param>
/// <param name="Looked">Messages looked at.</param>
/// <param name="LogP">Natural logarithm of the probability that chance does as well.</param>
internal sealed record Bitmap(int At, int Size, int[] Sizes, int FieldsAt, int Agreeing, int Looked, double LogP)
{
    public Relation ToRelation() => new(RelationKind.Bitmap, string.Create(CultureInfo.InvariantCulture,
        $"its bits announce fields whose sizes make up the length in {Agreeing} of {Looked} messages, "
        + $"{Chance.Words(LogP)}"),
        Chance.Share(Agreeing, Looked))
    {
        Parameters =
        [
            new("order", "most-significant-first"),
            new("sizes", string.Join(',', Sizes.Select(s => s.ToString(CultureInfo.InvariantCulture)))),
        ],
    };
}

/// <summary>Looks for a bitmap.</summary>
/// <remarks>
/// The sizes are solved for on one half of the messages and judged on the other. The null model gives every message the
/// bitmap of another one: how often the length would still be right.
/// </remarks>
internal static class BitmapTest
{
    private const int MaxOffset = 32, MinBits = 4, MaxFieldSize = 64;

    public static Bitmap? Find(Group group, ref long tested)
    {
        if (group.Count < 24 || group.Bytes.Select(b => b.Length).Distinct().Count() < Candidates.MinDistinct)
            return null;

        foreach (int size in (ReadOnlySpan<int>)[8, 4, 2, 1])
        {
            for (int at = 0; at + size <= Math.Min(MaxOffset, group.Shortest); at++)
            {
                tested++;
                ulong[] bitmaps = new ulong[group.Count];
                ulong all = 0, none = ulong.MaxValue;
                for (int i = 0; i < bitmaps.Length; i++)
                {
                    foreach (byte b in group.Bytes[i].Span.Slice(at, size)) bitmaps[i] = (bitmaps[i] << 8) | b;
                    all |= bitmaps[i];
                    none &= bitmaps[i];
                }

                ulong varying = all & ~none;
                if (!IsBitmap(all, varying, size)) continue;
                int count = BitOperations.PopCount(varying);
                if (count < MinBits || count > group.Count / 4) continue;
                if (Judge(group, at, size, bitmaps, varying) is { } found) return found;
            }
        }

        return null;
    }

    // It begins with a byte that changes; one that does not is zero, or of another field.
    private static bool IsBitmap(ulong all, ulong varying, int size)
    {
        for (int i = 0; i < size; i++)
        {
            int shift = 8 * (size - 1 - i);
            if ((varying >> shift & 0xFF) == 0 && (i == 0 || (all >> shift & 0xFF) != 0)) return false;
        }

        return true;
    }

    private static Bitmap? Judge(Group group, int at, int size, ulong[] bitmaps, ulong varying)
    {
        List<int> bits = [.. Enumerable.Range(0, 64).Where(b => (varying >> b & 1) != 0).Reverse()];
        if (Solve(group, bitmaps, bits) is not { } solved) return null;

        int agreeing = 0, byChance = 0;
        Dictionary<ulong, int> distinct = [];
        for (int i = 0; i < bitmaps.Length; i++)
        {
            if (Length(bitmaps[i], bits, solved) == group.Bytes[i].Length) agreeing++;
            if (Length(bitmaps[(i + 1) % bitmaps.Length], bits, solved) == group.Bytes[i].Length) byChance++;
            distinct[bitmaps[i]] = distinct.GetValueOrDefault(bitmaps[i]) + 1;
        }

        // As many unknowns as different bitmaps would always be solved.
        if (agreeing < Candidates.NeededShare * bitmaps.Length || distinct.Count < 2 * (bits.Count + 1)) return null;
        int[] sizes = new int[8 * size];
        for (int i = 0; i < bits.Count; i++) sizes[(8 * size) - 1 - bits[i]] = solved[i + 1];
        // A bit that is always set announces what is counted in the constant part.
        int fieldsAt = solved[0];
        double log = Chance.LogTail(agreeing - bits.Count - 1, bitmaps.Length,
            Math.Min(0.9, Chance.Share(byChance, bitmaps.Length)));
        return sizes.Count(s => s > 0) < MinBits || fieldsAt < at + size ? null
            : new Bitmap(at, size, sizes, fieldsAt, agreeing, bitmaps.Length, log);
    }

    private static int Length(ulong bitmap, List<int> bits, int[] solved)
    {
        int length = solved[0];
        for (int i = 0; i < bits.Count; i++) if ((bitmap >> bits[i] & 1) != 0) length += solved[i + 1];
        return length;
    }

    // Gauss and Jordan over the even messages: a constant, and a size for each bit; null where they are no small whole
    // numbers.
    private static int[]? Solve(Group group, ulong[] bitmaps, List<int> bits)
    {
        int unknowns = bits.Count + 1;
        double[,] normal = new double[unknowns, unknowns + 1];
        double[] row = new double[unknowns];
        for (int i = 0; i < bitmaps.Length; i += 2)
        {
            row[0] = 1;
            for (int k = 0; k < bits.Count; k++) row[k + 1] = bitmaps[i] >> bits[k] & 1;
            for (int r = 0; r < unknowns; r++)
            {
                if (row[r] == 0) continue;
                for (int c = 0; c < unknowns; c++) normal[r, c] += row[c];
                normal[r, unknowns] += group.Bytes[i].Length;
            }
        }

        for (int pivot = 0; pivot < unknowns; pivot++)
        {
            int best = pivot;
            for (int r = pivot + 1; r < unknowns; r++)
                if (Math.Abs(normal[r, pivot]) > Math.Abs(normal[best, pivot])) best = r;
            if (Math.Abs(normal[best, pivot]) < 1e-6) return null;
            for (int c = 0; c <= unknowns; c++)
                (normal[pivot, c], normal[best, c]) = (normal[best, c], normal[pivot, c]);
            for (int r = 0; r < unknowns; r++)
            {
                if (r == pivot) continue;
                double factor = normal[r, pivot] / normal[pivot, pivot];
                for (int c = pivot; c <= unknowns; c++) normal[r, c] -= factor * normal[pivot, c];
            }
        }

        int[] solved = new int[unknowns];
        for (int i = 0; i < unknowns; i++)
        {
            double value = normal[i, unknowns] / normal[i, i];
            if (Math.Abs(value - Math.Round(value)) > 0.05 || value < -0.05 || (i > 0 && value > MaxFieldSize)
                || value > 65_535)
            {
                return null;
            }

            solved[i] = (int)Math.Round(value);
        }

        return solved;
    }
}
