using Qbitel.Protocols.Identification;

namespace Qbitel.Protocols.Streams;

/// <summary>A stream of messages that are judged and counted.</summary>
internal sealed class CountedStream(
    IReadOnlyList<MessageFormat> formats, bool usesOwnScans, ParseOptions options, int limit)
    : MessageStream(formats, limit)
{
    private readonly List<Entry> _found = [];
    private readonly ParseOptions _options = options with { FieldLimit = 0 };
    private MessageScan? _own;
    private ScanTally? _lost;
    private long _ownStart;

    public StreamSummary Complete()
    {
        End();
        return new StreamSummary(Offset, [.. _found.Select(each => new ProtocolSummary(each.Format?.Name,
            ScanSummaries.Join([.. each.Own, each.Tally.Summarise()])))]);
    }

    protected override void Message(MessageFormat format, ReadOnlySpan<byte> message) =>
        Found(format).Tally.Add(format.Parse(message, format.OwnOptions(_options)), Offset, message.Length);

    protected override void Lost(MessageFormat? format, Diagnostic? why, ReadOnlySpan<byte> bytes)
    {
        // All bytes of one place are counted where it began.
        if (why is not null || _lost is null) _lost = Found(format).Tally;
        if (why is not null) _lost.AddLost(why, Offset);
        _lost.Skip(bytes.Length);
    }

    protected override bool BeginOwn(MessageFormat format)
    {
        _own = usesOwnScans ? format.CreateScan(format.OwnOptions(_options)) : null;
        _ownStart = Offset;
        return _own is not null;
    }

    protected override void Own(MessageFormat format, ReadOnlySpan<byte> bytes) => _own!.Append(bytes);

    protected override void EndOwn(MessageFormat format) =>
        Found(format).Own.Add(ScanSummaries.At(_own!.Complete(), _ownStart));

    private Entry Found(MessageFormat? format)
    {
        if (_found.Find(entry => entry.Format == format) is { } known) return known;
        _found.Add(new Entry(format, new ScanTally(), []));
        return _found[^1];
    }

    private sealed record Entry(MessageFormat? Format, ScanTally Tally, List<ScanSummary> Own);
}
