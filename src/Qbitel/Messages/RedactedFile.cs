using System.Buffers;
using Qbitel.Protocols;
using Qbitel.Protocols.Streams;

namespace Qbitel.Messages;

/// <summary>A file whose personal data is covered, and what was covered.</summary>
internal sealed record RedactedFile(string File, string Output, long Bytes, long Messages, long Fields,
    long UnreadBytes, long NoLongerValid)
{
    private const int BlockSize = 256 << 10;

    /// <summary>Whether all of it could be read, and so not more was covered than had to be.</summary>
    public bool IsRead => UnreadBytes == 0 && Messages > 0;

    /// <summary>Covers a stream as it is read; the target gets as many bytes.</summary>
    /// <exception cref="RefusedException">A message is too large to be looked at.</exception>
    public static async Task<RedactedFile> CoverAsync(string file, string output, Stream source, Stream target,
        string? protocol, ParseOptions options, Action<long> read, CancellationToken cancellation)
    {
        ArrayBufferWriter<byte> covered = new(BlockSize);
        MessageRedactor redactor = new(covered, protocol, options);
        byte[] block = new byte[BlockSize];
        for (int size; (size = await source.ReadAsync(block, cancellation)) > 0; read(size))
        {
            redactor.Append(block.AsSpan(0, size));
            await target.WriteAsync(covered.WrittenMemory, cancellation);
            covered.ResetWrittenCount();
        }

        RedactionSummary summary = redactor.Complete();
        if (summary.IsTooLarge)
        {
            throw new RefusedException($"{file} holds a message that is too large to be covered field by field.",
                "Cut it into smaller files.");
        }

        await target.WriteAsync(covered.WrittenMemory, cancellation);
        return new RedactedFile(file, output, summary.Bytes, summary.Messages, summary.Fields, summary.UnreadBytes,
            summary.NoLongerValid);
    }

    /// <summary>What a person should know about it besides that it was done; null for nothing.</summary>
    public string? Remark => UnreadBytes > 0
            ? $"{File}: {UnreadBytes} bytes read as no message and were covered whole"
        : Messages == 0 ? $"{File}: there is no message in it"
        : NoLongerValid > 0
            ? $"{File}: {NoLongerValid} of {Messages} messages break a rule now that asks more of a covered value"
        : null;
}
