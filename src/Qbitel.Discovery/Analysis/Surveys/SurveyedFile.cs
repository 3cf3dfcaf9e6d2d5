using System.Security.Cryptography;
using Qbitel.Discovery.Captures;

namespace Qbitel.Discovery.Analysis.Surveys;

/// <summary>A file of a capture as it was read: how far, and what tells it from others.</summary>
/// <remarks>The first and last bytes read tell it; to read all of it again is what is to be saved.</remarks>
internal sealed record SurveyedFile(CaptureKind Kind, long Position, long Length, byte[] Beginning, byte[] End)
{
    private const int IdentitySize = 64 << 10;

    public static async Task<SurveyedFile> AtAsync(Stream capture, CaptureKind kind, long position,
        CancellationToken cancellationToken)
    {
        int size = (int)Math.Min(IdentitySize, position);
        byte[] beginning = await HashAsync(capture, 0, size, cancellationToken).ConfigureAwait(false);
        byte[] end = await EndAsync(capture, position, cancellationToken).ConfigureAwait(false);
        return new SurveyedFile(kind, position, capture.Length, beginning, end);
    }

    public async Task<bool> BeginsAsync(Stream capture, CancellationToken cancellationToken)
    {
        int size = (int)Math.Min(IdentitySize, Position);
        if (capture.Length < size) return false;
        byte[] hash = await HashAsync(capture, 0, size, cancellationToken).ConfigureAwait(false);
        return hash.AsSpan().SequenceEqual(Beginning);
    }

    /// <summary>Looks at the end of what was read, of a capture that begins as this one.</summary>
    /// <exception cref="InputFormatException">It is not the capture read, to which more may have come.</exception>
    public async Task RequireSameAsync(Stream capture, CancellationToken cancellationToken)
    {
        if (capture.Length < Position)
        {
            throw new InputFormatException(capture.Length, $"the capture read before, of at least {Position} bytes",
                $"{capture.Length} bytes");
        }

        if (!(await EndAsync(capture, Position, cancellationToken).ConfigureAwait(false)).AsSpan().SequenceEqual(End))
        {
            throw new InputFormatException(Math.Max(0, Position - IdentitySize), "the capture read before",
                "other bytes");
        }
    }

    /// <exception cref="InputFormatException">It is not the capture read, or more came to it since.</exception>
    public async Task RequireEndedAsync(Stream capture, CancellationToken cancellationToken)
    {
        await RequireSameAsync(capture, cancellationToken).ConfigureAwait(false);
        if (capture.Length != Length)
        {
            throw new InputFormatException(Length,
                $"the {Length} bytes that were there when the file after it was read",
                $"{capture.Length} bytes");
        }
    }

    public bool Equals(SurveyedFile? other) => other is not null && Kind == other.Kind && Position == other.Position
        && Beginning.SequenceEqual(other.Beginning) && End.SequenceEqual(other.End);

    public override int GetHashCode() => HashCode.Combine(Kind, Position);

    public void Save(StateWriter state)
    {
        state.Write((byte)Kind);
        state.Write(Position);
        state.Write(Length);
        state.Bytes(Beginning);
        state.Bytes(End);
    }

    public static SurveyedFile Load(StateReader state)
    {
        var kind = (CaptureKind)state.ReadByte();
        if (kind is not (CaptureKind.Pcap or CaptureKind.PcapNg)) throw state.Wrong("a kind of capture", $"{kind}");
        return new SurveyedFile(kind, state.ReadCounter(), state.ReadCounter(), state.ReadBlock(), state.ReadBlock());
    }

    private static async Task<byte[]> EndAsync(Stream capture, long position, CancellationToken cancellationToken)
    {
        int size = (int)Math.Min(IdentitySize, position);
        return await HashAsync(capture, position - size, size, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<byte[]> HashAsync(
        Stream capture, long start, int size, CancellationToken cancellationToken)
    {
        byte[] block = new byte[size];
        capture.Position = start;
        await capture.ReadExactlyAsync(block, cancellationToken).ConfigureAwait(false);
        return SHA256.HashData(block);
    }
}
