using System.Numerics;
using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Fix;

/// <summary>
/// Where one message lies at the start of a stream: its parts, found by BodyLength and proved by CheckSum.
/// </summary>
/// <param name="Version">What field 8 says.</param>
/// <param name="BodyOffset">The first byte after the SOH of field 9, which is the '3' of <c>35=</c>.</param>
/// <param name="BodyLength">Bytes up to and including the SOH before <c>10=</c>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FixFrame(FixVersion Version, int BodyOffset, int BodyLength)
{
    /// <summary>A larger body is refused before anything is stored.</summary>
    public const int MaximumBodyLength = 16 * 1024 * 1024;

    private const int TrailerLength = 7; // 10=ddd and SOH

    /// <summary>Bytes of the whole message.</summary>
    public int Length => BodyOffset + BodyLength + TrailerLength;

    /// <summary>
    /// Reads the frame of the message a stream begins with, without allocating unless there is an error.
    /// </summary>
    /// <remarks>After <see cref="FrameStatus.Invalid"/> a reader goes on at <see cref="Resynchronise"/>.</remarks>
    public static FrameStatus TryRead(ReadOnlySpan<byte> stream, out FixFrame frame, out ParseError? error)
    {
        frame = default;
        ReadOnlySpan<byte> begin = "8=FIX"u8;
        if (!stream.StartsWith(begin[..Math.Min(begin.Length, stream.Length)]))
        {
            return Invalid(out error, "Fix.BeginString", "a message begins with field 8", 0, "8=FIX",
                stream[..Math.Min(stream.Length, 16)]);
        }

        int soh = stream[..Math.Min(stream.Length, 16)].IndexOf(FixReader.Soh);
        if (soh < 0 && stream.Length < 16)
        {
            return Incomplete(out error, stream.Length, 16 - stream.Length, "the rest of field 8");
        }

        if (soh < 0 || !FixVersion.TryParse(stream[2..soh], out FixVersion version))
        {
            return Invalid(out error, "Fix.BeginString", "the version is not one of FIX", 2, FixVersion.Known,
                stream[2..(soh < 0 ? 16 : soh)]);
        }

        int at = soh + 1;
        ReadOnlySpan<byte> rest = stream[at..];
        if (rest.Length < 2 && "9="u8.StartsWith(rest))
        {
            return Incomplete(out error, stream.Length, 2 - rest.Length, "field 9");
        }

        if (!rest.StartsWith("9="u8))
        {
            return Invalid(out error, "Fix.FieldOrder", "the second field is 9", at, "9=",
                rest[..Math.Min(rest.Length, 8)]);
        }

        ReadOnlySpan<byte> length = rest[2..Math.Min(rest.Length, 12)];
        int end = length.IndexOf(FixReader.Soh);
        if (end < 0 && length.Length < 10 && Ascii.IsDigits(length))
        {
            return Incomplete(out error, stream.Length, 1, "the rest of field 9");
        }

        if (end < 0 || !Ascii.TryReadNumber(length[..end], 9, out int bodyLength)
            || bodyLength is < 5 or > MaximumBodyLength)
        {
            return Invalid(out error, "Fix.BodyLength", "the length is not a number of bytes a body can have", at + 2,
                $"5 to {MaximumBodyLength}", end < 0 ? length : length[..end]);
        }

        frame = new FixFrame(version, at + 2 + end + 1, bodyLength);
        return CheckBody(stream, ref frame, out error);
    }

    /// <summary>How many bytes to drop so that the stream begins with what may be the next message.</summary>
    public static int Resynchronise(ReadOnlySpan<byte> stream)
    {
        ReadOnlySpan<byte> begin = "8=FIX"u8;
        if (stream.IsEmpty) return 0;
        int next = stream[1..].IndexOf(begin);
        if (next >= 0) return next + 1;

        // The end may hold the first bytes of a beginning.
        for (int keep = Math.Min(begin.Length - 1, stream.Length - 1); keep > 0; keep--)
        {
            if (stream[^keep..].SequenceEqual(begin[..keep])) return stream.Length - keep;
        }

        return stream.Length;
    }

    /// <summary>The byte sum modulo 256, which field 10 holds in three digits.</summary>
    internal static byte CheckSum(ReadOnlySpan<byte> bytes)
    {
        // Lanes that wrap at 256 add up to the same remainder.
        ReadOnlySpan<Vector<byte>> vectors = MemoryMarshal.Cast<byte, Vector<byte>>(bytes);
        Vector<byte> lanes = default;
        foreach (Vector<byte> vector in vectors) lanes = unchecked(lanes + vector);

        byte sum = Vector.Sum(lanes);
        foreach (byte b in bytes[(vectors.Length * Vector<byte>.Count)..]) sum = unchecked((byte)(sum + b));
        return sum;
    }

    private static FrameStatus CheckBody(ReadOnlySpan<byte> stream, ref FixFrame frame, out ParseError? error)
    {
        int start = frame.BodyOffset, end = start + frame.BodyLength;
        ReadOnlySpan<byte> body = stream[start..Math.Min(stream.Length, end)];
        if (!body.StartsWith("35="u8[..Math.Min(3, body.Length)]))
        {
            return Invalid(out error, "Fix.FieldOrder", "the third field is 35", start, "35=",
                body[..Math.Min(body.Length, 8)]);
        }

        if (body.Length == frame.BodyLength && body[^1] != FixReader.Soh)
        {
            return Invalid(out error, "Fix.BodyLength", "the body does not end with a field where field 9 says",
                end - 1, "SOH", body[^1..]);
        }

        ReadOnlySpan<byte> trailer = stream[Math.Min(stream.Length, end)..];
        if (!trailer.StartsWith("10="u8[..Math.Min(3, trailer.Length)]))
        {
            return Invalid(out error, "Fix.BodyLength", "field 10 is not where field 9 says", end, "10=",
                trailer[..Math.Min(trailer.Length, 8)]);
        }

        if (stream.Length < frame.Length)
        {
            return Incomplete(out error, stream.Length, frame.Length - stream.Length, "the rest of the message");
        }

        byte sum = CheckSum(stream[..end]);
        if (!Ascii.TryReadNumber(trailer[3..6], 3, out int stated) || trailer[6] != FixReader.Soh)
        {
            return Invalid(out error, "Fix.CheckSum", "the checksum is three digits and SOH", end + 3, "ddd",
                trailer[3..7]);
        }

        if (stated != sum)
        {
            return Invalid(out error, "Fix.CheckSum", "the checksum is not the sum of the bytes", end + 3, $"{sum:D3}",
                trailer[3..6]);
        }

        error = null;
        return FrameStatus.Complete;
    }

    private static FrameStatus Invalid(out ParseError? error, string code, string message, int offset, string expected,
        ReadOnlySpan<byte> found)
    {
        error = new ParseError(new Diagnostic(code, Severity.Error, message)
        {
            Offset = offset,
            Length = found.Length,
            Tag = code switch { "Fix.BeginString" => "8", "Fix.BodyLength" => "9", "Fix.CheckSum" => "10", _ => null },
            Expected = expected,
            Actual = Redaction.None.Mask(found),
        });
        return FrameStatus.Invalid;
    }

    private static FrameStatus Incomplete(out ParseError? error, int offset, int needed, string expected)
    {
        error = new ParseError(
            new Diagnostic("Fix.Incomplete", Severity.Error, "the message is cut")
            {
                Offset = offset,
                Expected = expected,
                Actual = "the end of the input",
            },
            IsIncomplete: true)
        { BytesNeeded = needed };
        return FrameStatus.Incomplete;
    }
}
