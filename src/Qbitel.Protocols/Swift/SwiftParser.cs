using System.Text;

namespace Qbitel.Protocols.Swift;

/// <summary>Reads FIN messages of any type: one, or all of a file.</summary>
/// <param name="mode">Lenient reads what has the form of a message, whatever its rules say; strict throws at the first
/// error of either.</param>
public sealed class SwiftParser(ParseMode mode = ParseMode.Lenient)
{
    /// <summary>
    /// Reads the one message of some bytes. Where an acknowledgement stands before its message, the message is
    /// returned.
    /// </summary>
    /// <exception cref="MessageFormatException">The bytes are not a message.</exception>
    public SwiftMessage Parse(ReadOnlySpan<byte> bytes)
    {
        IReadOnlyList<SwiftMessage> all = ParseAll(bytes);
        if (all.Count == 2 && all[0].IsAcknowledgement) return all[1];
        return all.Count == 1 ? all[0] : SwiftMessage.Parse(bytes);
    }

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte})"/>
    public SwiftMessage Parse(string text) => Parse(Encoding.Latin1.GetBytes(text));

    /// <summary>
    /// Reads every message of a file: concatenated, one after an acknowledgement, RJE with '$', DOS-PCC with padding.
    /// </summary>
    /// <exception cref="MessageFormatException">Something in the file is not a message.</exception>
    public IReadOnlyList<SwiftMessage> ParseAll(ReadOnlySpan<byte> bytes)
    {
        List<SwiftMessage> all = [];
        int at = 0;
        while (all.Count == 0 || SwiftFrame.SkipFiller(bytes[at..]) < bytes.Length - at)
        {
            FrameStatus status = SwiftMessage.TryRead(
                bytes[at..], out SwiftMessage message, out int consumed, out ParseError? error);
            if (status != FrameStatus.Complete)
            {
                Diagnostic finding = error!.Diagnostic;
                finding = finding with { Offset = finding.Offset + at, Record = all.Count + 1 };
                throw new MessageFormatException(error with { Diagnostic = finding });
            }

            if (mode == ParseMode.Strict
                && message.Validate(mode).FirstError() is { } broken)
            {
                throw new MessageFormatException(new ParseError(broken with
                {
                    Offset = broken.Offset + at,
                    Record = all.Count + 1
                }));
            }

            all.Add(message);
            at += consumed;
        }

        return all;
    }
}
