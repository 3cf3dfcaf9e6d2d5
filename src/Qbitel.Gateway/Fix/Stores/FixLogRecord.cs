using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Qbitel.Gateway.Fix.Stores;

/// <summary>The form of a log of changes.</summary>
/// <remarks>
/// The file begins with <c>QFIXLOG1</c> and the session's name in 248 bytes, filled with zeros. A record is the length
/// of its payload (4 bytes), a CRC-32C (4), how many bytes of the file were on disk when it was written (8), and the
/// payload: entries of kind (1), number (8), length (4) and bytes. Numbers are little-endian. The checksum is of the
/// length, the mark and the payload.
/// </remarks>
internal static class FixLogRecord
{
    public const int FirstOffset = 256;
    public const int HeadLength = FixChange.HeadLength;
    public const int MaximumPayload = 1 << 30;

    public static byte[] Head(string name)
    {
        byte[] head = new byte[FirstOffset];
        "QFIXLOG1"u8.CopyTo(head);
        if (Encoding.UTF8.GetByteCount(name) > FirstOffset - 8)
            throw new ArgumentException("the session's name is too long", nameof(name));
        Encoding.UTF8.GetBytes(name, head.AsSpan(8));
        return head;
    }

    /// <summary>Whose log a file is.</summary>
    /// <exception cref="FixStoreException">It is no log.</exception>
    public static string ReadHead(SafeFileHandle file, long length, string path)
    {
        Span<byte> head = stackalloc byte[FirstOffset];
        if (length < FirstOffset || RandomAccess.Read(file, head, 0) < FirstOffset || !head.StartsWith("QFIXLOG1"u8))
            throw new FixStoreException($"{path} is not a FIX message store.");
        return Encoding.UTF8.GetString(head[8..].TrimEnd((byte)0));
    }

    /// <summary>Fills the head of a record whose payload follows it.</summary>
    public static void Seal(Span<byte> record, long durable)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - HeadLength);
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], durable);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], CheckSum(record));
    }

    /// <summary>The length of the record that stands here, 0 where none whole does.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadLength) return 0;

        int payload = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (payload is <= 0 or > MaximumPayload || payload > bytes.Length - HeadLength
            || bytes[HeadLength] is < (byte)FixEntryKind.Sent or > (byte)FixEntryKind.Record)
        {
            return 0;
        }

        ReadOnlySpan<byte> record = bytes[..(HeadLength + payload)];
        return BinaryPrimitives.ReadUInt32LittleEndian(record[4..]) == CheckSum(record) ? record.Length : 0;
    }

    public static long DurableMark(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt64LittleEndian(record[8..]);

    private static uint CheckSum(ReadOnlySpan<byte> record)
    {
        uint crc = BitOperations.Crc32C(uint.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(record));
        ReadOnlySpan<byte> rest = record[8..];
        for (; rest.Length >= 8; rest = rest[8..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(rest));
        foreach (byte one in rest) crc = BitOperations.Crc32C(crc, one);
        return ~crc;
    }
}
