using System.Buffers;

namespace Qbitel.Protocols.Swift;

/// <summary>Finds the blocks of the message a stream begins with.</summary>
/// <remarks>
/// A text ends with '-}' at the start of a line, so braces inside it do no harm. A message ends before the next
/// <c>{1:</c>; one that stops after its text is complete, since the trailer is not always there.
/// </remarks>
internal static class SwiftFrame
{
    public const int MaximumBlocks = 16;

    private const int MaximumTextLength = 1024 * 1024;
    private const int MaximumBlockLength = 16 * 1024;
    private const int MaximumDepth = 3;

    private static readonly SearchValues<byte> Filler = SearchValues.Create("\r\n\t $\u0001\u0003\0"u8);

    /// <summary>What stands between messages: line ends, RJE's '$', DOS-PCC's 01, 03 and padding.</summary>
    public static int SkipFiller(ReadOnlySpan<byte> bytes)
    {
        int next = bytes.IndexOfAnyExcept(Filler);
        return next < 0 ? bytes.Length : next;
    }

    /// <param name="stream">Bytes from the start of a message on.</param>
    /// <param name="blocks">Room for <see cref="MaximumBlocks"/>.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="consumed">Bytes of the message.</param>
    /// <param name="error">Why the status is not Complete.</param>
    public static FrameStatus TryRead(ReadOnlySpan<byte> stream, Span<SwiftBlock> blocks, out int count,
        out int consumed, out ParseError? error)
    {
        consumed = count = 0;
        int at = SkipFiller(stream);
        ReadOnlySpan<byte> begin = stream[at..Math.Min(stream.Length, at + 3)];
        if (begin.Length < 3 && "{1:"u8.StartsWith(begin)) return Incomplete(stream.Length, out error, "{1:");
        if (!begin.SequenceEqual("{1:"u8))
        {
            return Invalid("Mt.BlockOrder", "a message begins with block 1", at, "{1:", begin, out error);
        }

        bool hasText = false;
        while (true)
        {
            FrameStatus status = ReadBlock(stream, at, out SwiftBlock block, out error);
            if (status != FrameStatus.Complete) return status;
            if (count == MaximumBlocks)
            {
                return Invalid("Mt.TooManyBlocks", "the message has too many blocks", at, "16", [], out error);
            }

            blocks[count++] = block;
            hasText |= block.Id is '4' or '5' or 'S';
            at = consumed = block.End;
            int next = at + (stream[at..].IndexOfAnyExcept("\r\n "u8) is >= 0 and var gap ? gap : stream.Length - at);
            if (hasText && next < stream.Length && stream[next] == '}') consumed = next + 1; // said by the message
            if (next == stream.Length || stream[next] != '{') break;
            if (next + 1 == stream.Length) return Incomplete(stream.Length, out error, "the rest of a block");
            if (stream[next + 1] == '1') break;
            at = next;
        }

        if (hasText) return FrameStatus.Complete;
        if (consumed == stream.Length || stream[consumed..].IndexOfAnyExcept("\r\n "u8) < 0)
        {
            return Incomplete(stream.Length, out error, "block 4");
        }

        return Invalid("Mt.NoText", "the message has no block 4", consumed, "{4:",
            stream[consumed..Math.Min(stream.Length, consumed + 8)], out error);
    }

    /// <summary>How many bytes to drop so that the stream begins with what may be the next message.</summary>
    public static int Resynchronise(ReadOnlySpan<byte> stream)
    {
        ReadOnlySpan<byte> begin = "{1:"u8;
        if (stream.IsEmpty) return 0;
        int own = SkipFiller(stream);
        int from = Math.Min(own + 1, stream.Length);
        int next = stream[from..].IndexOf(begin);
        if (next >= 0) return from + next;
        for (int keep = Math.Min(2, stream.Length - from); keep > 0; keep--)
        {
            if (stream[^keep..].SequenceEqual(begin[..keep])) return stream.Length - keep;
        }

        return stream.Length;
    }

    private static FrameStatus ReadBlock(ReadOnlySpan<byte> stream, int at, out SwiftBlock block, out ParseError? error)
    {
        block = default;
        error = null;
        if (stream.Length < at + 3) return Incomplete(stream.Length, out error, "the rest of a block");
        if (!char.IsAsciiLetterOrDigit((char)stream[at + 1]) || stream[at + 2] != ':')
        {
            return Invalid("Mt.BlockForm", "a block begins with its name and a colon", at, "{n:", stream.Slice(at, 3),
                out error);
        }

        char id = (char)stream[at + 1];
        ReadOnlySpan<byte> content = stream[(at + 3)..];
        if (id == '4' && !content.IsEmpty && content[0] != '{') return ReadText(stream, at, out block, out error);

        int depth = 1;
        ReadOnlySpan<byte> within = content[..Math.Min(content.Length, MaximumBlockLength)];
        for (int i = 0; within[i..].IndexOfAny((byte)'{', (byte)'}') is >= 0 and var next; i += next + 1)
        {
            int brace = i + next;
            if (within[brace] == '{' && ++depth > MaximumDepth)
            {
                return Invalid("Mt.BlockForm", "braces are nested too deep", at + 3 + brace, "}", "{"u8, out error);
            }

            if (within[brace] != '}' || --depth > 0) continue;

            block = new SwiftBlock(id, at, brace + 4, at + 3, brace);
            return FrameStatus.Complete;
        }

        return content.Length >= MaximumBlockLength
            ? Invalid("Mt.BlockForm", "the block does not end", at, $"}} within {MaximumBlockLength} bytes", [],
                out error)
            : Incomplete(stream.Length, out error, "}");
    }

    private static FrameStatus ReadText(ReadOnlySpan<byte> stream, int at, out SwiftBlock block, out ParseError? error)
    {
        block = default;
        error = null;
        ReadOnlySpan<byte> content = stream.Slice(at + 3, Math.Min(stream.Length - at - 3, MaximumTextLength));
        bool isText = content[0] is (byte)'\r' or (byte)'\n';
        for (int i = 0; content[i..].IndexOf("-}"u8) is >= 0 and var next; i += next + 2)
        {
            // Not at the start of a line it is an end only where a block follows; text that has no lines ends at the
            // first.
            int end = i + next;
            ReadOnlySpan<byte> after = content[(end + 2)..];
            bool isEnd = !isText || content[end - 1] == '\n' || after.StartsWith("{5:"u8) || after.StartsWith("{S:"u8)
                || after.StartsWith("{1:"u8);
            if (!isEnd) continue;

            block = new SwiftBlock('4', at, end + 5, at + 3, end);
            return FrameStatus.Complete;
        }

        return content.Length == MaximumTextLength
            ? Invalid("Mt.BlockForm", "the text does not end", at, $"-}} within {MaximumTextLength} bytes", [],
                out error)
            : Incomplete(stream.Length, out error, "-} at the start of a line");
    }

    private static FrameStatus Invalid(string code, string message, int offset, string expected,
        ReadOnlySpan<byte> found, out ParseError? error)
    {
        error = new ParseError(new Diagnostic(code, Severity.Error, message)
        {
            Offset = offset,
            Length = found.Length,
            Expected = expected,
            Actual = Redaction.None.Mask(found),
        });
        return FrameStatus.Invalid;
    }

    private static FrameStatus Incomplete(int offset, out ParseError? error, string expected)
    {
        error = new ParseError(
            new Diagnostic("Mt.Incomplete", Severity.Error, "the message is cut")
            {
                Offset = offset,
                Expected = expected,
                Actual = "the end of the input",
            },
            IsIncomplete: true)
        { BytesNeeded = 1 };
        return FrameStatus.Incomplete;
    }
}
