using System.Text;

namespace Qbitel.Discovery.Captures;

/// <summary>Reads what <see cref="StateWriter"/> wrote; anything else ends in an <see
/// cref="InputFormatException"/>.</summary>
internal sealed class StateReader(MemoryStream stream) : BinaryReader(stream, Encoding.UTF8, leaveOpen: true)
{
    private long Left => stream.Length - stream.Position;

    public Endpoint ReadEndpoint()
    {
        byte[] address = ReadBlock();
        if (address.Length is not (4 or 16)) throw Wrong("an address of 4 or 16 bytes", $"{address.Length}");
        return new Endpoint(address, ReadUInt16());
    }

    public byte[] ReadBlock() => ReadBytes(ReadCount());

    public DateTimeOffset? ReadTime()
    {
        long ticks = ReadInt64();
        if (ticks == -1) return null;
        return ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : throw Wrong("a time", $"{ticks} ticks");
    }

    /// <summary>A number that will still be counted up.</summary>
    public long ReadCounter()
    {
        long count = ReadInt64();
        return count is >= 0 and < 1L << 56 ? count : throw Wrong("a count", $"{count}");
    }

    /// <summary>A number that counts what follows, each at least a byte.</summary>
    public int ReadCount()
    {
        int count = Read7BitEncodedInt();
        return count >= 0 && count <= Left ? count : throw Wrong($"at most {Left} elements", $"{count}");
    }

    public void List(Action read)
    {
        for (int left = ReadCount(); left > 0; left--) read();
    }

    public InputFormatException Wrong(string expected, string found) => new(stream.Position, expected, found);
}
