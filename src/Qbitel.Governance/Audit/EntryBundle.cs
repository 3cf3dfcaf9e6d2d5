using System.Buffers;
using System.Buffers.Binary;

namespace Qbitel.Governance.Audit;

/// <summary>Up to 256 entries in one file, each after its length in two bytes, big-endian (C2SP tlog-tiles).</summary>
internal ref struct EntryBundle(ReadOnlySpan<byte> file)
{
    private readonly ReadOnlySpan<byte> _file = file;

    /// <summary>Where the next entry begins.</summary>
    public int Offset { get; private set; }

    public readonly bool IsAtEnd => Offset == _file.Length;

    /// <summary>False where the file ends before the entry does.</summary>
    public bool TryRead(out ReadOnlySpan<byte> entry)
    {
        entry = default;
        ReadOnlySpan<byte> rest = _file[Offset..];
        if (rest.Length < 2) return false;

        int length = BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (rest.Length < 2 + length) return false;

        entry = rest.Slice(2, length);
        Offset += 2 + length;
        return true;
    }

    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> entry)
    {
        BinaryPrimitives.WriteUInt16BigEndian(output.GetSpan(2), checked((ushort)entry.Length));
        output.Advance(2);
        output.Write(entry);
    }
}
