namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>Takes messages off the front of a stream, and decides how much a garbled one covers.</summary>
public static class FixFraming
{
    // How far past the place BodyLength names a trailer is looked for.
    private const int SearchLimit = 4096;

    /// <summary>Looks at what a stream begins with.</summary>
    /// <param name="stream">Everything received and not yet taken.</param>
    /// <param name="maximumLength">A longer message is garbled.</param>
    /// <param name="length">Bytes of the message where it is complete, bytes to drop where it is garbled.</param>
    /// <param name="error">Why it is garbled.</param>
    /// <remarks>
    /// A message whose BodyLength is wrong covers all bytes up to the first trailer at or after the place that
    /// BodyLength names: where it says too much, the message that follows goes with it and is asked for again, which is
    /// what the session tests of the FIX community expect. Anything else garbled ends where the next <c>8=FIX</c>
    /// begins.
    /// </remarks>
    public static FrameStatus TryTake(ReadOnlySpan<byte> stream, int maximumLength, out int length,
        out ParseError? error)
    {
        FrameStatus status = FixFrame.TryRead(stream, out FixFrame frame, out error);
        length = status == FrameStatus.Complete ? frame.Length : 0;
        bool isTooLong = frame.BodyLength > 0 && frame.Length > maximumLength;
        if (isTooLong && status != FrameStatus.Invalid)
        {
            error = new ParseError(
                new Diagnostic("Fix.BodyLength", Severity.Error, "the message is longer than this session takes")
                {
                    Offset = 0,
                    Tag = "9",
                    Expected = $"at most {maximumLength} bytes",
                    Actual = $"{frame.Length} bytes",
                });
            length = FixFrame.Resynchronise(stream);
            return FrameStatus.Invalid;
        }

        if (status != FrameStatus.Invalid) return status;

        int claimed = frame.BodyOffset + frame.BodyLength;
        bool isTrailerWrong = frame.BodyLength > 0 && claimed <= stream.Length && !isTooLong
            && error!.Diagnostic.Code is "Fix.BodyLength" or "Fix.CheckSum";
        length = isTrailerWrong ? EndOfGarbled(stream, claimed) : FixFrame.Resynchronise(stream);
        if (length > 0) return FrameStatus.Invalid;

        error = null;
        return FrameStatus.Incomplete;
    }

    // 0 where more bytes are needed to tell.
    private static int EndOfGarbled(ReadOnlySpan<byte> stream, int claimed)
    {
        int from = claimed - 1;
        ReadOnlySpan<byte> rest = stream[from..Math.Min(stream.Length, from + SearchLimit)];
        int trailer = rest.IndexOf("\u000110="u8), next = rest.IndexOf("\u00018=FIX"u8);
        if (next >= 0 && (trailer < 0 || next < trailer)) return from + next + 1;

        if (trailer >= 0)
        {
            int end = rest[(trailer + 1)..].IndexOf(FixReader.Soh);
            if (end >= 0) return from + trailer + 1 + end + 1;
        }

        return stream.Length - from < SearchLimit ? 0 : FixFrame.Resynchronise(stream);
    }
}
