using Qbitel.Discovery.Captures;

namespace Qbitel.Discovery.Traces;

/// <summary>An input in which every line is a message; empty ones are passed over.</summary>
internal abstract class LineMessages(string source, CaptureLimits limits, WarningLog warnings)
{
    private readonly List<Datagram> _messages = [];
    private long _payloadSize;

    protected CaptureLimits Limits { get; } = limits;

    /// <summary>Lines begun: the number of the present one as editors count.</summary>
    protected long LineCount { get; private set; }

    /// <summary>Where the present line begins in the input.</summary>
    protected long Offset { get; private set; }

    public async ValueTask<Traffic> ReadAsync(Stream stream, byte[] beginning, int count,
        CancellationToken cancellationToken)
    {
        byte[] buffer = beginning;
        int start = count >= 3 && beginning.AsSpan(0, count).StartsWith("\uFEFF"u8) ? 3 : 0, end = count;
        Offset = start;
        bool atEnd = false;
        while (true)
        {
            int newline = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                if (!Line(buffer.AsMemory(start, newline))) break;
                start += newline + 1;
                Offset += newline + 1;
                continue;
            }

            if (atEnd)
            {
                if (end > start) Line(buffer.AsMemory(start, end - start));
                break;
            }

            if (end - start > Limits.MaxRecordSize)
            {
                throw new InputFormatException(Offset, $"a line of at most {Limits.MaxRecordSize} bytes",
                    "a longer one", LineCount + 1);
            }

            if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                end -= start;
                start = 0;
            }

            if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            int read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken).ConfigureAwait(false);
            end += read;
            atEnd = read == 0;
        }

        return new Traffic(source, _messages, [], LineCount, warnings);
    }

    /// <summary>The message of a line, whose number counts from 0.</summary>
    /// <exception cref="InputFormatException">The line holds none.</exception>
    protected abstract Datagram Read(ReadOnlyMemory<byte> line, long number);

    private bool Line(ReadOnlyMemory<byte> line)
    {
        long number = LineCount++;
        if (line.Span.Trim(" \t\r"u8).IsEmpty) return true;
        if (_messages.Count == Limits.MaxParts || _payloadSize > Limits.MaxPayloadSize)
        {
            warnings.Add("Capture.Limit", Offset,
                $"stopped before line {LineCount}: no more than {Limits.MaxPayloadSize} bytes, "
                + $"{Limits.MaxParts} messages");
            LineCount--;
            return false;
        }

        Datagram message = Read(line, number);
        _payloadSize += message.Bytes.Length;
        _messages.Add(message);
        return true;
    }
}
