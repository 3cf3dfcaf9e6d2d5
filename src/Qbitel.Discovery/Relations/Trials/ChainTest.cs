using System.Globalization;
using System.Runtime.InteropServices;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Fields;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Trials;

/// <summary>How the links of a chain are written: a tag, a length, and as many bytes of value.</summary>
/// <param name="TagSize">0 to 2 bytes.</param>
/// <param name="Length">How lengths are written.</param>
/// <param name="IsInclusive">Whether a length counts its tag and itself.</param>
/// <param name="HasEnd">Whether a tag of FF ends the chain and one of 00 fills it, both without a length.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ChainForm(int TagSize, NumberForm Length, bool IsInclusive, bool HasEnd)
{
    public static readonly ChainForm[] All = [.. Every()];

    public int HeaderSize => TagSize + Length.Size;

    /// <summary>The next link; its end is where the following one begins.</summary>
    public bool TryNext(ReadOnlySpan<byte> message, int at, out int valueAt, out int end)
    {
        valueAt = at + HeaderSize;
        end = at;
        if (!Length.TryRead(message, at + TagSize, out long length)) return false;
        if (IsInclusive) length -= HeaderSize;
        if (length < 0 || length > message.Length - valueAt) return false;
        end = valueAt + (int)length;
        return true;
    }

    private static IEnumerable<ChainForm> Every()
    {
        // Where two forms read the same, the one with the smaller tag comes first.
        foreach (bool isInclusive in (bool[])[false, true])
        {
            for (int tag = 0; tag <= 2; tag++)
            {
                foreach (NumberForm length in NumberForm.All.Where(f => f.IsBinary && f.Size != 3))
                    yield return new ChainForm(tag, length, isInclusive, false);
            }
        }

        yield return new ChainForm(1, new NumberForm(1, NumberCoding.BigEndian), false, true);
        foreach (NumberCoding coding in (NumberCoding[])[NumberCoding.Ascii, NumberCoding.Ebcdic])
        {
            for (int number = 0; number < 9; number++)
                yield return new ChainForm(number % 3, new NumberForm(2 + (number / 3), coding), false, false);
        }
    }
}

/// <summary>A chain that begins at one place in all messages and ends exactly where a trailer of fixed size
/// does.</summary>
internal sealed record Chain(ChainForm Form, int Start, int Trailer, int Agreeing, int Looked, double LogP,
    double Links)
{
    public Relation ToRelation() => new(RelationKind.Chain, string.Create(CultureInfo.InvariantCulture,
        $"links of {(Form.TagSize == 0 ? "" : $"{Form.TagSize} bytes of tag, ")}a length and a value from {Start} "
        + $"end exactly {(Trailer == 0 ? "with the message" : $"{Trailer} bytes before the end")} "
        + $"in {Agreeing} of {Looked} messages, {Chance.Words(LogP)}"),
        Chance.Share(Agreeing, Looked))
    {
        Parameters =
        [
            new("tagSize", Form.TagSize.ToString(CultureInfo.InvariantCulture)), new("length", Form.Length.Name),
            new("inclusive", Form.IsInclusive ? "true" : "false"),
            new("start", Start.ToString(CultureInfo.InvariantCulture)),
            new("trailer", Trailer.ToString(CultureInfo.InvariantCulture)),
            new("end", Form.HasEnd ? "ff" : "exact"),
        ],
    };
}

/// <summary>Looks for chains.</summary>
/// <remarks>The null model begins the same chain up to three bytes too early or too late, and counts how often it still
/// ends where it should.</remarks>
internal static class ChainTest
{
    private const int MaxStart = 256, Screened = 24, MaxShift = 3, MaxLinks = 1_024, MaxEmpty = 16;

    private static readonly int[] Trailers = [0, 1, 2, 3, 4, 8];

    /// <summary>The chain that explains most; null where none does.</summary>
    public static Chain? Find(Group group, ref long tested)
    {
        if (group.Count < 8) return null;

        int step = Math.Max(1, group.Count / Screened);
        int[] some = [.. Enumerable.Range(0, group.Count).Where(i => i % step == 0)];
        int[] all = [.. Enumerable.Range(0, group.Count)];
        List<Chain> found = [];
        for (int start = 0; start <= Math.Min(MaxStart, group.Shortest); start++)
        {
            foreach (ChainForm form in ChainForm.All)
            {
                tested += Trailers.Length;
                foreach (int trailer in Trailers)
                {
                    if (Ends(group, some, form, start, trailer, out _, 0.9) >= 0.9 * some.Length
                        && Judge(group, all, form, start, trailer) is { } chain)
                    {
                        found.Add(chain);
                    }
                }
            }
        }

        // The most links say most; of chains that read the same, the first form and the latest start.
        return found.OrderByDescending(c => Math.Round(c.Links, 1)).ThenByDescending(c => c.Agreeing)
            .FirstOrDefault();
    }

    private static Chain? Judge(Group group, int[] all, ChainForm form, int start, int trailer)
    {
        int agreeing = Ends(group, all, form, start, trailer, out Tally tally, 0);
        if (agreeing < Candidates.NeededShare * all.Length || tally.WithTwo < 0.3 * all.Length
            || tally.Sizes.Count < Candidates.MinDistinct || tally.Empty > 0.4 * tally.Links || !tally.IsVaried)
        {
            return null;
        }

        int byChance = 0;
        for (int shift = -MaxShift; shift <= MaxShift; shift++)
        {
            if (shift == 0 || start + shift < 0 || IsLinkEnd(group, form, start, shift)) continue;
            byChance = Math.Max(byChance, Ends(group, all, form, start + shift, trailer, out _, 0));
        }

        double log = Chance.LogTail(agreeing, all.Length, Math.Max(1.0 / 256, Chance.Share(byChance, all.Length)));
        return byChance >= 0.8 * agreeing ? null
            : new Chain(form, start, trailer, agreeing, all.Length, log, (double)tally.Links / all.Length);
    }

    // Where first links have one size, a chain that begins behind them is the same chain.
    private static bool IsLinkEnd(Group group, ChainForm form, int start, int shift) => 2 * group.Bytes.Count(b =>
        form.TryNext(b.Span, start, out _, out int end) && end == start + shift) >= group.Count;

    // In how many messages the chain ends where it should; given up as soon as too few can.
    private static int Ends(Group group, int[] which, ChainForm form, int start, int trailer, out Tally tally,
        double needed)
    {
        tally = new Tally();
        int ends = 0, missed = 0, most = (int)((1 - needed) * which.Length);
        foreach (int i in which)
        {
            int links = 0, empty = 0;
            int goal = group.Bytes[i].Length - trailer;
            if (TryWalk(group.Bytes[i].Span, form, start, goal, ref links, ref empty, needed > 0 ? null : tally.Sizes))
            {
                ends++;
                tally.Links += links;
                tally.Add(links, FirstEnd(group.Bytes[i].Span, form, start) - start);
                tally.Empty += empty;
                if (links >= 2) tally.WithTwo++;
            }
            else if (needed > 0 && ++missed > most)
            {
                return 0;
            }
        }

        return ends;
    }

    private static int FirstEnd(ReadOnlySpan<byte> message, ChainForm form, int start) =>
        form.TryNext(message, start, out _, out int end) ? end : start;

    public static bool TryWalk(ReadOnlySpan<byte> message, ChainForm form, int start, int goal, ref int links,
        ref int empty, HashSet<long>? sizes)
    {
        int at = start;
        while (at < goal)
        {
            if (form.HasEnd && message[at] == 0xFF)
                return links > 0 && !message[(at + 1)..goal].ContainsAnyExcept((byte)0);
            if (form.HasEnd && message[at] == 0)
            {
                at++;
                continue;
            }

            if (!form.TryNext(message[..goal], at, out int valueAt, out int end)) return false;
            links++;
            if (end == valueAt) empty++;
            if (links > MaxLinks || (empty > MaxEmpty && 2 * empty > links)) return false;
            if (sizes is { Count: < 64 }) sizes.Add(((long)(valueAt - at) << 32) | (uint)(end - valueAt));
            at = end;
        }

        return at == goal && !form.HasEnd;
    }

    private sealed class Tally
    {
        public int Links { get; set; }

        public int Empty { get; set; }

        public int WithTwo { get; set; }

        public HashSet<long> Sizes { get; } = [];

        /// <summary>The number of links changes, or the size of the first: else it is a header before one
        /// length.</summary>
        public bool IsVaried => _counts.Count > 1 || _firsts.Count > 2;

        private readonly HashSet<int> _counts = [], _firsts = [];

        public void Add(int links, int firstSize)
        {
            _counts.Add(links);
            _firsts.Add(firstSize);
        }
    }
}
