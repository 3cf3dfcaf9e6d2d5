using System.Buffers;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Swift.Xml;

/// <summary>The messages of an XML text in the notation of the open library Prowide Core.</summary>
/// <remarks>
/// An element <c>message</c> holds <c>block1</c> to <c>block5</c>; the headers have an element for each part, the
/// others a <c>tag</c> with <c>name</c> and <c>value</c> for each field. The bytes are kept and written as they came.
/// </remarks>
internal sealed class SwiftXml
{
    // How far into a text the first message may begin.
    private const int ClaimWindow = 8 * 1024;
    private const int MaximumMessages = 10_000;

    private readonly ReadOnlyMemory<byte> _source;
    private readonly List<SwiftXmlMessage> _messages = [];

    private SwiftXml(ReadOnlyMemory<byte> source) => _source = source;

    /// <summary>At least one.</summary>
    public IReadOnlyList<SwiftXmlMessage> Messages => _messages;

    /// <summary>What broke the reading after the last message; null where the text was read to its end.</summary>
    public ParseError? Error { get; private set; }

    /// <summary>Whether the bytes are XML and speak of such messages.</summary>
    public static bool Claims(ReadOnlySpan<byte> bytes)
    {
        int start = Start(bytes);
        if (start == bytes.Length || bytes[start] != '<') return false;
        ReadOnlySpan<byte> window = bytes[..Math.Min(bytes.Length, ClaimWindow)];
        int message = window.IndexOf("<message"u8);
        return message >= 0 && window[message..].IndexOf("<block"u8) > 0;
    }

    /// <summary>Finds the end of the element the messages are in.</summary>
    public static FrameStatus TryFrame(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error)
    {
        int start = Start(stream);
        FrameStatus status = MxTextReader.TryFrame(stream, start, out consumed, out error);
        if (error is not null) error = Own(error);
        if (status == FrameStatus.Incomplete && stream.Length > MxLimits.Size) status = FrameStatus.Invalid;
        if (status == FrameStatus.Incomplete) consumed = 0;
        if (status != FrameStatus.Invalid) return status;

        int next = start + 1 < stream.Length ? stream[(start + 1)..].IndexOf((byte)'<') : -1;
        consumed = next < 0 ? Math.Min(start + 1, stream.Length) : start + 1 + next;
        return status;
    }

    /// <param name="source">UTF-8. The memory is kept.</param>
    /// <param name="error">Why there is no message; the result is then null.</param>
    public static SwiftXml? Read(ReadOnlyMemory<byte> source, out ParseError error)
    {
        error = null!;
        if (source.Length > MxLimits.Size)
        {
            error = Fault("Mt.TooLarge", "the text is too large", MxLimits.Size, $"at most {MxLimits.Size} bytes");
            return null;
        }

        int invalid = MxCharacters.IndexOfInvalid(source.Span, out bool isCut);
        if (invalid >= 0)
        {
            error = Fault(isCut ? "Mt.Incomplete" : "Mt.Characters", isCut ? "the text breaks off"
                : "the bytes are not characters of XML in UTF-8", invalid, "characters of XML 1.0", isCut);
            return null;
        }

        SwiftXml read = new(source);
        for (int at = Start(source.Span); at < source.Length;)
        {
            if (!MxTextReader.TryRead(source, at, out MxText text, out int end, out error))
            {
                read.Error = Own(error);
                break;
            }

            read.Collect(text);
            at = end;
        }

        if (read._messages.Count > 0) return read;
        error = read.Error ?? Fault("Mt.NotThisMessage", "the text holds no message", 0, "a message with its blocks");
        return null;
    }

    public void WriteTo(IBufferWriter<byte> writer) => writer.Write(_source.Span);

    private void Collect(MxText text)
    {
        for (int node = 0; node < text.Nodes.Length && _messages.Count < MaximumMessages;)
        {
            bool isMessage = text.Name(node).SequenceEqual("message"u8) && text.FirstChild(node) is >= 0 and int child
                && text.Name(child).StartsWith("block"u8);
            if (isMessage) _messages.Add(new SwiftXmlReading(text, node).Run());
            node = isMessage ? text.Nodes[node].Next : node + 1;
        }
    }

    // What the reader of XML finds wrong is wrong with this format's text.
    private static ParseError Own(ParseError error) => error with
    {
        Diagnostic = error.Diagnostic with
        {
            Code = "Mt." + error.Diagnostic.Code[(error.Diagnostic.Code.IndexOf('.',
            StringComparison.Ordinal) + 1)..]
        },
    };

    private static ParseError Fault(string code, string message, int offset, string expected, bool isCut = false) =>
        new(new Diagnostic(code, Severity.Error, message) { Offset = offset, Expected = expected }, isCut);

    // Past a byte order mark and white space.
    private static int Start(ReadOnlySpan<byte> bytes)
    {
        int start = bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        int gap = bytes[start..].IndexOfAnyExcept(MxCharacters.Space);
        return gap < 0 ? bytes.Length : start + gap;
    }
}
