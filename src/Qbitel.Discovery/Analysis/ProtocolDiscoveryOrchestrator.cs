using System.Globalization;
using Qbitel.Discovery.Boundaries;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Grammars;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Values;
using Qbitel.Discovery.Tls;
using Qbitel.Discovery.Traces;
using Qbitel.Discovery.Traces.Framing;

namespace Qbitel.Discovery.Analysis;

/// <summary>
/// From captured traffic to the protocols in it: known ones by reading every message to its end, unknown ones by
/// likeness.
/// </summary>
/// <remarks>Safe for concurrent use. The same input and config give the same document.</remarks>
public sealed class ProtocolDiscoveryOrchestrator(CaptureLimits? limits = null)
{
    private const int MaxMessages = 2_000_000;
    private const int MaxInvalid = 1_000;
    private const int Folds = 5;
    private const int MaxForGrammar = 4_000, MaxBytesForGrammar = 1 << 20;
    private const int MaxHeldBack = 2_000; // of a group; more would not change the measure

    /// <summary>Reads a pcap, a pcapng or lines of JSON, recognised by content, and discovers what is in it.</summary>
    /// <exception cref="InputFormatException">The input cannot be read, and where.</exception>
    public async Task<DiscoveryDocument> DiscoverProtocolsAsync(
        Stream input, DiscoveryConfig? config = null, CancellationToken cancellationToken = default)
    {
        Traffic traffic = await TrafficReader.ReadAsync(input, limits, cancellationToken).ConfigureAwait(false);
        return Discover(traffic, config);
    }

    /// <summary>Discovers what is in traffic already read.</summary>
    public static DiscoveryDocument Discover(Traffic traffic, DiscoveryConfig? config = null) =>
        Discover(traffic, config, () => BoundaryModel.Shipped);

    /// <param name="traffic">What was captured.</param>
    /// <param name="config">Null for the defaults.</param>
    /// <param name="model">Asked for only where a protocol is unknown.</param>
    internal static DiscoveryDocument Discover(Traffic traffic, DiscoveryConfig? config, Func<BoundaryModel> model)
    {
        ArgumentNullException.ThrowIfNull(traffic);
        config ??= new DiscoveryConfig();
        ArgumentOutOfRangeException.ThrowIfNegative(config.MaxMessages, nameof(config));

        MessageCutter cutter = new(MaxMessages);
        List<CutMessage> messages = [.. cutter.Cut(traffic).Take(config.MaxMessages)];
        List<InvalidMessage> invalid = [];
        List<CutMessage> unknown = [];
        Dictionary<string, int> failed = new(StringComparer.Ordinal);
        foreach (CutMessage message in messages)
        {
            if (message.Known is null && !message.IsFragment)
                message.Known = KnownProtocols.Whole(message.Bytes.Span, message.Rule?.HeaderSize);
        }

        KnownTraces.Name(messages);
        foreach (CutMessage message in messages)
        {
            if (message.Known is not null) continue;

            if (KnownProtocols.Claim(message.Bytes.Span) is { } claim)
            {
                failed[claim.Protocol] = failed.GetValueOrDefault(claim.Protocol) + 1;
                if (invalid.Count < MaxInvalid)
                    invalid.Add(new InvalidMessage(message.Index, claim.Protocol, claim.Error));
            }
            else if (!message.IsFragment && message.Bytes.Length > 0)
            {
                unknown.Add(message);
            }
        }

        List<DiscoveredProtocol> protocols = [.. messages.Where(m => m.Known is not null)
            .GroupBy(m => m.Known!.Protocol, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => Known(g.Key, [.. g], failed.GetValueOrDefault(g.Key), cutter))];
        protocols.AddRange(Unknown(PayloadGroups.Sort(unknown), config.Seed, model));

        HashSet<int> assigned = [.. protocols.SelectMany(p => p.Messages.Select(m => m.Index))];
        return new DiscoveryDocument
        {
            Protocols = protocols,
            Unassigned = [.. messages.Select(m => m.Index).Where(index => !assigned.Contains(index))],
            Summary = new DiscoverySummary
            {
                Source = traffic.Source,
                PacketCount = traffic.PacketCount,
                MessageCount = messages.Count,
                FlowCount = FlowsOf(messages).Count,
                Invalid = invalid,
                Warnings = cutter.ReachedLimit
                    ? [.. traffic.Warnings,
                        new InputWarning("Discovery.Limit", 0,
                        $"more than {MaxMessages} messages; the rest of their streams is not cut")]
                    : traffic.Warnings,
                WarningCounts = traffic.WarningCounts,
            },
        };
    }

    private static DiscoveredProtocol Known(string name, List<CutMessage> messages, int failed, MessageCutter cutter)
    {
        double held = (double)messages.Count / (messages.Count + failed);
        return new DiscoveredProtocol
        {
            Name = name,
            Confidence = held * messages.Average(m => m.Known!.Confidence),
            Variant = name switch
            {
                "tls" => TlsVariant(cutter.TlsChoices),
                "iso8583" => [.. Iso8583Fields.Variant([.. messages.Select(m => m.Known!)])],
                _ => VariantOf(messages),
            },
            MessageTypes = TypesOf(messages.Select(m => m.Known!.Type ?? "")),
            Flows = FlowsOf(messages),
            Messages = [.. messages.Select(m =>
                new DiscoveredMessage(m.Index, m.Known!.Type ?? "", () => KnownFields.Of(m.Known, m.Bytes.Span)))],
        };
    }

    private static IEnumerable<DiscoveredProtocol> Unknown(List<List<CutMessage>> groups, long seed,
        Func<BoundaryModel> model)
    {
        double[] found = HeldBackAgreement(groups, seed);
        for (int i = 0; i < groups.Count; i++)
        {
            InferredProtocol inferred = UnknownProtocol.Infer([.. groups[i].Select(m =>
                new Sample(m.Index, m.Bytes, m.Flow, m.Direction, null))], model());
            yield return new DiscoveredProtocol
            {
                Name = $"unknown-{(i + 1).ToString(CultureInfo.InvariantCulture)}",
                Confidence = found[i],
                Variant = groups[i].Select(m => m.Rule).OfType<FramingRule>().Distinct().ToList() is [var rule]
                    ? [.. rule.Describe()] : [],
                MessageTypes = TypesOf(inferred.Types),
                Flows = FlowsOf(groups[i]),
                Basis = inferred,
                Grammar = ProtocolGrammar.Learn(inferred, Enough(inferred.Samples)).Describe(),
                Messages = [.. groups[i].Select((m, k) =>
                    new DiscoveredMessage(m.Index, inferred.Types[k], () => FieldsOf(inferred.Fields[k])))],
            };
        }
    }

    // The first of a long trace tell its grammar, and what that costs does not grow with the trace.
    private static Func<int, bool> Enough(IReadOnlyList<Sample> samples)
    {
        int count = 0;
        for (long bytes = 0; count < samples.Count && count < MaxForGrammar && bytes < MaxBytesForGrammar; count++)
            bytes += samples[count].Bytes.Length;
        return i => i < count;
    }

    private static List<DiscoveredField> FieldsOf(IReadOnlyList<InferredField> fields) =>
        [.. fields.Select(f => new DiscoveredField(f.Start, f.Length, f.Name, f.Type, f.Semantic, f.Confidence))];

    // One fifth of the messages is held back at a time; it agrees when the profile made of the others is the most like
    // it of all groups'.
    private static double[] HeldBackAgreement(List<List<CutMessage>> all, long seed)
    {
        List<List<CutMessage>> groups = [.. all.Select(group => group.Take(MaxHeldBack).ToList())];
        int[] agreed = new int[groups.Count];
        for (int fold = 0; fold < Folds; fold++)
        {
            PayloadProfile[] profiles = [.. groups.Select(group => Profile(group.Where(m => FoldOf(m, seed) != fold)))];
            for (int i = 0; i < groups.Count; i++)
            {
                foreach (CutMessage message in groups[i].Where(m => FoldOf(m, seed) == fold))
                {
                    double own = PayloadGroups.LikenessTo(profiles[i], message.Bytes.Span);
                    if (profiles[i].Count > 0
                        && !profiles.Where((_, other) => other != i)
                        .Any(p => PayloadGroups.LikenessTo(p, message.Bytes.Span) >= own))
                    {
                        agreed[i]++;
                    }
                }
            }
        }

        // Laplace's rule: with few messages held back, agreement of all of them proves little.
        return [.. groups.Select((group, i) => Chance.Share(agreed[i], group.Count))];
    }

    private static PayloadProfile Profile(IEnumerable<CutMessage> messages)
    {
        PayloadProfile profile = new();
        foreach (CutMessage message in messages) profile.Add(message.Bytes.Span);
        return profile;
    }

    // Mixed with the seed, so that messages which alternate in the input do not fall into the same fold (SplitMix64).
    private static int FoldOf(CutMessage message, long seed)
    {
        unchecked
        {
            ulong x = (ulong)seed + ((ulong)message.Index * 0x9E3779B97F4A7C15);
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            return (int)((x ^ (x >> 31)) % Folds);
        }
    }

    private static List<KeyValuePair<string, string>> VariantOf(List<CutMessage> messages)
    {
        List<KeyValuePair<string, string>> variant = [];
        string versions = string.Join(", ",
            messages.Select(m => m.Known!.Version).OfType<string>().Distinct().Order(StringComparer.Ordinal));
        if (versions.Length > 0) variant.Add(new("version", versions));

        string headers = string.Join(", ", messages.Select(m => m.Known!.HeaderSize).Distinct().Order()
            .Select(size => size == 0 ? "none" : $"{size.ToString(CultureInfo.InvariantCulture)} bytes"));
        if (headers != "none") variant.Add(new("header", headers));
        return variant;
    }

    private static List<KeyValuePair<string, string>> TlsVariant(
        List<(int? Version, int? CipherSuite, int? Group)> choices)
    {
        List<KeyValuePair<string, string>> variant = [];
        Add("version", choices.Select(c => c.Version), TlsNumbers.VersionName);
        Add("group", choices.Select(c => c.Group), TlsNumbers.GroupName);
        Add("cipherSuite", choices.Select(c => c.CipherSuite), TlsNumbers.CipherSuiteName);
        return variant;

        void Add(string name, IEnumerable<int?> numbers, Func<int, string> nameOf)
        {
            int[] known = [.. numbers.OfType<int>().Distinct().Order()];
            if (known.Length == 0) return;
            variant.Add(new(name, string.Join(", ", known.Select(nameOf))));
            variant.Add(new($"{name}Number",
                string.Join(", ", known.Select(n => $"0x{n.ToString("X4", CultureInfo.InvariantCulture)}"))));
        }
    }

    private static List<DiscoveredMessageType> TypesOf(IEnumerable<string> types) =>
        [.. types.GroupBy(t => t, StringComparer.Ordinal).Select(g => new DiscoveredMessageType(g.Key, g.Count()))
            .OrderByDescending(t => t.Count).ThenBy(t => t.Name, StringComparer.Ordinal)];

    private static List<string> FlowsOf(IEnumerable<CutMessage> messages) =>
        [.. messages.Select(m => m.Flow.Name).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)];
}
