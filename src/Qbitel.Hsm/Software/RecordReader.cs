using System.Buffers.Binary;

namespace Qbitel.Hsm.Software;

/// <summary>Reads a token file front to back; whatever is missing or too much is reported with its offset.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> bytes, string file, HsmOperation operation)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Offset { get; private set; }

    public ReadOnlySpan<byte> Bytes(int count, string field)
    {
        if (_bytes.Length - Offset < count)
        {
            throw Damage.In(
                operation, file, $"{field} needs {count} bytes at offset {Offset}, {_bytes.Length - Offset} are left.");
        }

        ReadOnlySpan<byte> found = _bytes.Slice(Offset, count);
        Offset += count;
        return found;
    }

    public byte Byte(string field) => Bytes(1, field)[0];

    public ushort UInt16(string field) => BinaryPrimitives.ReadUInt16BigEndian(Bytes(2, field));

    public uint UInt32(string field) => BinaryPrimitives.ReadUInt32BigEndian(Bytes(4, field));

    public long Int64(string field) => BinaryPrimitives.ReadInt64BigEndian(Bytes(8, field));

    public void Expect(ReadOnlySpan<byte> expected, string field)
    {
        int at = Offset;
        if (!Bytes(expected.Length, field).SequenceEqual(expected)) throw Wrong(at, $"{field} is not the expected one");
    }

    public void Version(ushort known)
    {
        int at = Offset;
        ushort found = UInt16("format version");
        if (found != known) throw Wrong(at, $"format version {found} is not known, this program knows {known}");
    }

    public void End()
    {
        if (Offset != _bytes.Length) throw Wrong(Offset, $"{_bytes.Length - Offset} bytes follow the end");
    }

    public readonly HsmException Wrong(int offset, string what) =>
        Damage.In(operation, file, $"{what} (offset {offset}).");
}
