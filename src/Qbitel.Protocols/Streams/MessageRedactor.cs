using System.Buffers;
using Qbitel.Protocols.Identification;

namespace Qbitel.Protocols.Streams;

/// <summary>
/// Covers personal data in messages of any protocols, in place: every length, separator and line end stays, and so the
/// messages read as before. What reads as no message is covered whole.
/// </summary>
/// <remarks>Not thread-safe. Bytes appended come out of the writer message by message.</remarks>
public sealed class MessageRedactor
{
    private readonly CoveredStream _stream;

    /// <param name="output">Gets as many bytes as are appended.</param>
    /// <param name="protocol">One of <see cref="MessageIdentifier.Protocols"/>; null to find out.</param>
    /// <param name="options">How the messages are read.</param>
    /// <exception cref="ArgumentException">The protocol is not known.</exception>
    public MessageRedactor(IBufferWriter<byte> output, string? protocol = null, ParseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        _stream = new CoveredStream(Formats(protocol), options ?? ParseOptions.Default, output,
            isShown: false);
    }

    public void Append(ReadOnlySpan<byte> bytes) => _stream.Append(bytes);

    /// <summary>Ends the input; nothing may be appended after it.</summary>
    public RedactionSummary Complete() => _stream.Complete();

    /// <summary>
    /// The whole input with what may not be shown covered, as long as it was, to be looked at: what is not covered is
    /// as
    /// it was, also a checksum that is no longer right.
    /// </summary>
    /// <inheritdoc cref="MessageRedactor(IBufferWriter{byte}, string?, ParseOptions?)"/>
    public static byte[] Cover(ReadOnlySpan<byte> input, string? protocol = null, ParseOptions? options = null)
    {
        ArrayBufferWriter<byte> output = new(Math.Max(1, input.Length));
        CoveredStream stream = new(options?.Layout is { } layout ? [new LayoutFormat(layout)] : Formats(protocol),
            options ?? ParseOptions.Default, output, isShown: true);
        stream.Append(input);
        stream.Complete();
        return output.WrittenSpan.ToArray();
    }

    private static IReadOnlyList<MessageFormat> Formats(string? protocol) =>
        protocol is null ? MessageFormat.All : [MessageIdentifier.Format(protocol)];
}
