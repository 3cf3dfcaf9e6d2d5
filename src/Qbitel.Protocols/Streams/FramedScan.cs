using Qbitel.Protocols.Identification;

namespace Qbitel.Protocols.Streams;

/// <summary>The reader of endless input for a protocol that has no own: message by message as its framing finds
/// them.</summary>
internal sealed class FramedScan(MessageFormat format, ParseOptions options, int limit = MessageStream.MessageLimit)
    : MessageScan
{
    private readonly CountedStream _stream = new([format], usesOwnScans: false, options, limit);

    public override void Append(ReadOnlySpan<byte> bytes) => _stream.Append(bytes);

    public override ScanSummary Complete() =>
        _stream.Complete() is { Protocols: [var only, ..] } ? only.Summary : new ScanTally().Summarise();
}
