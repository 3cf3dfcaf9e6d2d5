using Qbitel.Discovery.Traces;
using Qbitel.Discovery.Traces.Framing;

namespace Qbitel.Discovery.Analysis;

/// <summary>
/// Cuts all traffic into messages: as TLS, as a protocol that cuts itself, by a rule found, or else one segment one
/// message.
/// </summary>
internal sealed class MessageCutter(int maxMessages)
{
    // Hostile streams look like the beginning of a message at every byte; looking again has an end.
    private const int MaxSearches = 10_000;

    private readonly List<CutMessage> _messages = [];
    private int _searches = MaxSearches;

    /// <summary>There were more messages: the rest of their streams is kept in fragments.</summary>
    public bool ReachedLimit { get; private set; }

    private bool IsFull => _messages.Count >= maxMessages && (ReachedLimit = true);

    /// <summary>What the servers of TLS streams chose.</summary>
    public List<(int? Version, int? CipherSuite, int? Group)> TlsChoices { get; } = [];

    /// <summary>The messages in order of the input, numbered.</summary>
    public List<CutMessage> Cut(Traffic traffic)
    {
        foreach (Datagram datagram in traffic.Datagrams)
        {
            _messages.Add(new CutMessage
            {
                Order = (datagram.Packet, 0),
                Flow = datagram.Flow,
                Direction = datagram.Direction,
                Bytes = datagram.Bytes,
            });
        }

        List<StreamSection> left = [.. traffic.Streams.Where(section => !AsTls(section) && !AsSelfCutting(section))];
        foreach (FramingFit fit in FramingSearch.Find(left))
        {
            foreach (FramedStream framed in fit.Streams)
            {
                AddPieces(framed, fit.Rule);
                left.Remove(framed.Section);
            }
        }

        foreach (StreamSection section in left) AddSegments(section);

        _messages.Sort((a, b) => a.Order.CompareTo(b.Order));
        bool isLines = traffic.Source is "jsonl" or "hex";
        for (int i = 0; i < _messages.Count; i++)
            _messages[i].Index = isLines ? checked((int)_messages[i].Order.Packet) : i;
        return _messages;
    }

    private bool AsTls(StreamSection section)
    {
        if (TlsRecords.TryCut(section) is not { } starts) return false;

        for (int i = 0; i + 1 < starts.Count; i++)
        {
            if (IsFull)
            {
                AddFragment(section, starts[i], section.Bytes.Length, null);
                return true;
            }

            CutMessage record = Add(section, starts[i], starts[i + 1], null, isFragment: false);
            record.Known = new KnownReading("tls", null, TlsRecords.TypeOf(record.Bytes.Span), 1, 0);
        }

        AddFragment(section, starts[^1], section.Bytes.Length, null);
        (int? Version, int? CipherSuite, int? Group) choice = TlsRecords.Choice(section.Bytes.Span);
        if (choice.Version is not null) TlsChoices.Add(choice);
        return true;
    }

    // A stream whose first message reads to its end as a known protocol is that protocol's; where a later one does not
    // hold, the next that does is looked for, and the bytes between are kept as a fragment.
    private bool AsSelfCutting(StreamSection section)
    {
        if (FirstKnown(section) is not { } start) return false;

        ReadOnlySpan<byte> bytes = section.Bytes.Span;
        AddFragment(section, 0, start, null);
        int broken = -1; // where bytes that are no message begin
        string protocol = "";
        for (int at = start; at < bytes.Length;)
        {
            if (!IsFull && KnownProtocols.First(bytes[at..]) is { } next)
            {
                AddFragment(section, broken, at, null);
                broken = -1;
                Add(section, at, at + next.Length, null, isFragment: false).Known = next.Reading;
                protocol = next.Reading.Protocol;
                at += next.Length;
                continue;
            }

            if (broken < 0) broken = at;
            if (IsFull || _searches-- <= 0) break;
            at = NextCandidate(section, at, protocol);
        }

        AddFragment(section, broken, bytes.Length, null);
        return true;
    }

    // Where the codec thinks the next message of the same protocol begins, or where a segment does: there another
    // protocol may begin.
    private static int NextCandidate(StreamSection section, int at, string protocol)
    {
        int segment = section.SegmentAt(at) + 1;
        int next = segment < section.Segments.Count ? section.Segments[segment].Start : section.Bytes.Length;
        return KnownProtocols.TryResynchronise(protocol, section.Bytes.Span[at..], out int skip)
            ? Math.Min(next, at + skip) : next;
    }

    private static int? FirstKnown(StreamSection section)
    {
        ReadOnlySpan<byte> bytes = section.Bytes.Span;
        if (section.StartsAtBeginning) return KnownProtocols.First(bytes) is null ? null : 0;

        foreach (StreamSegment segment in section.Segments)
        {
            if (KnownProtocols.First(bytes[segment.Start..]) is not null) return segment.Start;
        }

        return null;
    }

    private void AddPieces(FramedStream framed, FramingRule rule)
    {
        AddFragment(framed.Section, 0, framed.Starts[0], rule);
        for (int i = 0; i < framed.Count; i++)
        {
            if (IsFull)
            {
                AddFragment(framed.Section, framed.Starts[i], framed.Section.Bytes.Length, rule);
                return;
            }

            Add(framed.Section, framed.Starts[i], framed.Starts[i + 1], rule, isFragment: false);
        }

        AddFragment(framed.Section, framed.Starts[^1], framed.Section.Bytes.Length, rule);
    }

    private void AddSegments(StreamSection section)
    {
        for (int i = 0; i < section.Segments.Count; i++)
        {
            int end = i + 1 < section.Segments.Count ? section.Segments[i + 1].Start : section.Bytes.Length;
            Add(section, section.Segments[i].Start, end, null, isFragment: false);
        }
    }

    private void AddFragment(StreamSection section, int start, int end, FramingRule? rule)
    {
        // Where a sample ends says nothing about the traffic.
        if (section.End == SectionEnd.Sampled && end == section.Bytes.Length) return;
        if (start >= 0 && start < end) Add(section, start, end, rule, isFragment: true);
    }

    private CutMessage Add(StreamSection section, int start, int end, FramingRule? rule, bool isFragment)
    {
        CutMessage message = new()
        {
            Order = (section.Segments[section.SegmentAt(start)].Packet, start),
            Flow = section.Flow,
            Direction = section.Direction,
            Bytes = section.Bytes[start..end],
            Rule = rule,
            IsFromStream = true,
            IsFragment = isFragment,
        };
        _messages.Add(message);
        return message;
    }
}
