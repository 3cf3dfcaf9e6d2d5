namespace Qbitel.Protocols.Iso8583.Detection;

/// <summary>Finds out how messages are written: encodings, bitmap, headers, lengths and what they count.</summary>
/// <remarks>Field tables are those of the general profiles, or the caller's own. Numbers in binary
/// (<see cref="Coding.DigitCoding.Binary"/>) and a third bitmap in field 65 are not looked for.</remarks>
public static class Iso8583Detector
{
    /// <summary>A message is not longer.</summary>
    internal const int MostBytes = 64 * 1024;

    /// <summary>The odds against a message before anything is seen, in bits.</summary>
    private const double Doubt = 16;

    /// <summary>Variants told by single messages that are then tried on all.</summary>
    private const int MostVariants = 24;

    /// <summary>Messages from which variants are taken; all others are only read by them.</summary>
    private const int MostSources = 24;

    private const int MostCandidates = 8;

    private static readonly Lazy<Iso8583Profile[]> General = new(() =>
    [
        Iso8583Profile.Ascii1987, Iso8583Profile.Shipped("1993-ascii"), Iso8583Profile.Shipped("2003-ascii"),
        Iso8583Profile.Shipped("1987-bcd"), // field 55 as bytes
        Iso8583Profile.Shipped("pos-tpdu"), // each field filled in its own way
    ]);

    /// <summary>Finds out how one message is written.</summary>
    /// <param name="message">Exactly one, with its header.</param>
    /// <param name="profiles">The field tables that may be meant; null for the general ones.</param>
    public static Iso8583Detection Detect(ReadOnlySpan<byte> message, IReadOnlyList<Iso8583Profile>? profiles = null) =>
        Detect([message.ToArray()], profiles);

    /// <summary>Whether bytes begin as a message could, whatever follows it; costs nothing.</summary>
    internal static bool CanBegin(ReadOnlySpan<byte> bytes) => VariantStart.CanBegin(bytes, isOne: false);

    /// <summary>Whether bytes begin as one message of their length could; costs nothing.</summary>
    internal static bool CanBe(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= MostBytes && VariantStart.CanBegin(bytes, isOne: true);

    /// <summary>Reads one message in the variant that is likeliest; false where none reads all of it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Iso8583Message message)
    {
        message = null!;
        return CanBe(bytes) && Detect(bytes).Winner is { } winner
            && Iso8583Message.TryParse(bytes, winner.Profile, winner.Encoding, out message, out _);
    }

    /// <summary>Finds out how messages of one variant are written.</summary>
    /// <param name="messages">Each exactly one, with its header.</param>
    /// <param name="profiles">The field tables that may be meant; null for the general ones.</param>
    public static Iso8583Detection Detect(IReadOnlyList<ReadOnlyMemory<byte>> messages,
        IReadOnlyList<Iso8583Profile>? profiles = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        profiles ??= General.Value;
        List<VariantReading> variants = [];
        List<VariantReading> failures = [];
        for (int i = 0; i < Math.Min(messages.Count, MostSources); i++)
        {
            if (messages[i].Length > MostBytes) continue;
            (List<VariantReading> whole, List<VariantReading> failed) = VariantSearch.Run(messages[i].Span, profiles);
            Merge(variants, whole);
            failures.AddRange(failed);
        }

        List<Iso8583Candidate> candidates = [];
        Dictionary<string, int> effects = new(StringComparer.Ordinal);
        foreach (VariantReading variant in variants.Concat(failures.OrderByDescending(each => each.Bits)
            .Take(MostCandidates)))
        {
            if (candidates.Count >= 4 * MostCandidates
                || candidates.Exists(each => each.Encoding == variant.Encoding && each.Profile == variant.Profile))
            {
                continue;
            }

            Iso8583Candidate candidate = VariantScore.Of(variant, messages, out string effect);
            if (effects.TryGetValue(effect, out int same))
            {
                // Two variants that read, or fail, the same in every field: which of both is meant is not told.
                candidates[same] = Same(candidates[same], candidate);
                continue;
            }

            effects.TryAdd(effect, candidates.Count);
            candidates.Add(candidate);
        }

        // Where no message type stands anywhere, it is still said what is missing.
        if (candidates.Count == 0 && messages.Count > 0)
        {
            VariantReading none = new(profiles[0], profiles[0].Encoding, VariantDimensions.None, 0, 0, IsWhole: false);
            candidates.Add(VariantScore.Of(none, messages, out _));
        }

        return new Iso8583Detection(messages.Count, Rank(candidates));
    }

    private static List<Iso8583Candidate> Rank(List<Iso8583Candidate> candidates)
    {
        // What fails is kept out of the comparison unless it proved more than anything that reads to the end.
        candidates = [.. candidates.OrderByDescending(each => each.Bits)];
        double best = Math.Max(candidates.Count > 0 ? candidates[0].Bits : 0, Doubt);
        double sum = Math.Pow(2, Doubt - best) + candidates.Sum(each => Math.Pow(2, each.Bits - best));
        return [.. candidates.Take(MostCandidates).Select(each => each with
        {
            Likelihood = Math.Pow(2, each.Bits - best) / sum,
        }).OrderByDescending(each => each.Likelihood).ThenByDescending(each => each.Bits)];
    }

    // Variants of different messages that do not contradict each other are one variant that both tell a part of.
    private static void Merge(List<VariantReading> variants, List<VariantReading> whole)
    {
        List<VariantReading> merged = [];
        foreach (VariantReading found in whole.Take(MostVariants))
        {
            merged.Add(found);
            foreach (VariantReading known in variants)
                if (VariantMerge.TryMerge(known, found, out VariantReading? both)) merged.Add(both);
        }

        foreach (VariantReading each in merged.Concat(variants).OrderByDescending(each => each.Bits).ToList())
        {
            int same = variants.FindIndex(known => known.Encoding == each.Encoding && known.Profile == each.Profile);
            if (same >= 0) variants[same] = variants[same] with { Told = variants[same].Told | each.Told };
            else variants.Add(each);
        }

        List<VariantReading> kept = [.. variants.OrderByDescending(each => each.Bits).Take(MostVariants)];
        variants.Clear();
        variants.AddRange(kept);
    }

    private static Iso8583Candidate Same(Iso8583Candidate kept, Iso8583Candidate other)
    {
        HashSet<string> untold = new(kept.Untold, StringComparer.Ordinal);
        foreach (((string name, string value, _), (_, string also, _)) in kept.Choices.Zip(other.Choices))
            if (value != also) untold.Add(name);
        return kept with { Untold = [.. kept.Choices.Select(each => each.Name).Where(untold.Contains)] };
    }
}
