namespace Qbitel.Discovery.Traces.Framing;

/// <summary>Streams that one rule cuts into messages.</summary>
internal sealed record FramingFit(FramingRule Rule, IReadOnlyList<FramedStream> Streams, double Bits);

/// <summary>
/// Finds how streams of unknown protocols are cut into messages: by trying every rule, and keeping what chance does not
/// explain.
/// </summary>
internal static class FramingSearch
{
    private const int MinFrames = 3;
    private const int MinMeanSize = 4; // a run of zeros is no stream of tiny messages
    private const int MaxLengthOffset = 8;
    private const int MaxAddend = 16;
    private const int MaxFixedLength = 4_096;
    private const int MaxSample = 512; // streams a rule is judged by; it is then tried on all

    // Some 2,500 rules are tried (11 bits); 15 more make one wrong acceptance in 30,000 searches.
    private const double MinBits = 26;

    private static readonly IReadOnlyList<FramingRule> Rules = [.. LengthRules(), .. DelimiterFraming.All];

    /// <summary>The rules that explain streams, the best evidence first; every stream is in at most one.</summary>
    public static IReadOnlyList<FramingFit> Find(IReadOnlyList<StreamSection> streams)
    {
        List<FramingFit> found = [];
        List<StreamSection> left = [.. streams.Where(s => s.Bytes.Length > 0)];
        while (left.Count > 0 && Best([.. left.Take(MaxSample)]) is { } best)
        {
            List<FramedStream> cut = [.. left.Select(section => FramedStream.TryCut(section, best.Rule))
                .OfType<FramedStream>()];
            HashSet<StreamSection> explained = [.. cut.Select(s => s.Section)];
            if (left.RemoveAll(explained.Contains) == 0) break;
            found.Add(best with { Streams = cut });
        }

        return found;
    }

    private static FramingFit? Best(List<StreamSection> streams)
    {
        FramingEvidence evidence = new(streams);
        FramingFit? best = null;
        foreach (FramingRule rule in Rules.Concat(FixedRules(streams)))
        {
            List<FramedStream> cut = [];
            int frames = 0;
            long size = 0;
            foreach (StreamSection section in streams)
            {
                if (FramedStream.TryCutSample(section, rule) is not { } framed) continue;
                cut.Add(framed);
                frames += framed.Count;
                size += framed.Starts[^1] - framed.Starts[0];
            }

            if (frames < MinFrames || size < MinMeanSize * (long)frames) continue;
            double bits = evidence.Bits(rule, cut);
            if (bits >= MinBits && (best is null || bits > best.Bits + 1e-9)) best = new FramingFit(rule, cut, bits);
        }

        return best;
    }

    // Wide fields first: a field of four bytes whose upper two are zero cuts as one of two does, and says more.
    private static IEnumerable<FramingRule> LengthRules()
    {
        (int Width, LengthEncoding Encoding)[] forms =
        [
            (4, LengthEncoding.LittleEndian), (4, LengthEncoding.BigEndian), (4, LengthEncoding.AsciiDecimal),
            (2, LengthEncoding.LittleEndian), (2, LengthEncoding.BigEndian), (2, LengthEncoding.PackedDecimal),
                (1, LengthEncoding.BigEndian),
        ];
        foreach ((int width, LengthEncoding encoding) in forms)
        {
            for (int offset = 0; offset <= MaxLengthOffset; offset++)
            {
                int after = offset + width;
                foreach (int addend in Enumerable.Range(-MaxAddend, after + (2 * MaxAddend) + 1)
                    .OrderBy(a => a == 0 || a == after ? 0 : 1))
                {
                    yield return new LengthFraming(offset, width, encoding, addend);
                }
            }
        }
    }

    // Records of one length divide every finished stream; the smallest stream bounds the lengths worth trying.
    private static IEnumerable<FramingRule> FixedRules(List<StreamSection> streams)
    {
        HashSet<int> lengths = [];
        foreach (StreamSection section in streams.Where(s => s.End == SectionEnd.Finished
            && s.StartsAtBeginning).Take(64))
        {
            int size = section.Bytes.Length;
            for (int length = 4; length <= Math.Min(MaxFixedLength, size / MinFrames); length++)
            {
                if (size % length == 0) lengths.Add(length);
            }
        }

        return lengths.Order().Select(length => new FixedFraming(length));
    }
}
