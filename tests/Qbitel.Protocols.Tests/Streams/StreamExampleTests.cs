using System.Buffers;
using Qbitel.Protocols.Streams;

namespace Qbitel.Protocols.Tests.Streams;

/// <summary>The example of the guide to messages.</summary>
public sealed class StreamExampleTests
{
    [Fact]
    public void A_stream_is_counted_and_covered()
    {
        byte[][] blocks = [ScanSamples.Fix, ScanSamples.Swift[..100], ScanSamples.Swift[100..]];

        #region ScanAndRedact
        MessageScanner scanner = new(); // of any protocols, in constant memory
        foreach (byte[] block in blocks) scanner.Append(block);
        foreach (ProtocolSummary part in scanner.Complete().Protocols)
            Console.WriteLine($"{part.Protocol}: {part.Summary.Messages} messages, {part.Summary.Invalid} invalid");

        ArrayBufferWriter<byte> covered = new();
        MessageRedactor redactor = new(covered);
        foreach (byte[] block in blocks) redactor.Append(block);
        RedactionSummary done = redactor.Complete(); // covered has as many bytes as came in
        #endregion

        Assert.Equal((2L, 0L, (long)covered.WrittenCount), (done.Messages, done.UnreadBytes, done.Bytes));
    }
}
