using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using Microsoft.Win32.SafeHandles;
using Qbitel.Governance.Audit;
using Qbitel.Hsm.Software;

namespace Qbitel.Hsm.Cards.Issuing;

/// <summary>One decision as it is kept: its place, its audit entry, and the counter it took.</summary>
internal readonly record struct KeptDecision(AuditEntry Entry, (UInt128 Card, ushort Counter)? Taken);

/// <summary>Decisions on disk until they are in the audit log: a file of two halves that are filled in turn.</summary>
/// <remarks>
/// <para>All of it is written once with zeros, so that later writes change no metadata of the file system: a group
/// costs the disk one write and one flush of its own. A half is used again when all in it is in the audit log.</para>
/// <para>A record has its length, its number, the number its group began with, the card's index and counter, the
/// entry's leaf, and a checksum; it begins at a multiple of 8. After a power cut the last group may have holes, and
/// nothing of it was acknowledged. A number that is missing before the end, or a sound group after it, is damage and
/// refused.</para>
/// <para>One writer; <see cref="Release"/> may be called beside it.</para>
/// </remarks>
internal sealed class DecisionFile : IDisposable
{
    public const int DefaultHalfSize = 16 << 20;

    private const int PageSize = 4096;
    private const int HeadSize = 4 + 8 + 8 + 16 + 4;
    private const uint NoCounter = uint.MaxValue;
    private const int LargestRecord = HeadSize + AuditEntry.MaxLeafSize + 4;

    private readonly SafeFileHandle _file;
    private readonly int _halfSize;
    private readonly long[] _last = [0, 0]; // the highest number in each half
    private int _active;
    private int _at;
    private long _next = 1;
    private long _released;

    private DecisionFile(SafeFileHandle file, int halfSize)
    {
        _file = file;
        _halfSize = halfSize;
    }

    private static ReadOnlySpan<byte> Magic => "QBITDEC1"u8;

    /// <summary>The number of the record written last.</summary>
    public long Last => _next - 1;

    /// <summary>Opens the file, or makes an empty one for its owner only.</summary>
    /// <param name="path">Where.</param>
    /// <param name="halfSize">Of a new file; whole pages.</param>
    /// <param name="left">What may not be in the audit log yet, in its order.</param>
    /// <exception cref="InvalidDataException">The file is another one, or damaged.</exception>
    /// <exception cref="IOException">Another process has it open, or it cannot be read.</exception>
    public static DecisionFile Open(string path, int halfSize, out List<KeptDecision> left)
    {
        string full = Path.GetFullPath(path);
        if (!File.Exists(full)) Make(full, halfSize);
        SafeFileHandle handle = File.OpenHandle(full, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        try
        {
            long size = RandomAccess.GetLength(handle);
            byte[] page = new byte[PageSize];
            if (size <= PageSize || (size - PageSize) % (2 * PageSize) != 0 || size > int.MaxValue
                || RandomAccess.Read(handle, page, 0) != PageSize || !page.AsSpan(0, 8).SequenceEqual(Magic))
            {
                throw new InvalidDataException($"{full} is no file of card decisions. Name another one.");
            }

            DecisionFile file = new(handle, (int)((size - PageSize) / 2));
            file.Read(full, page, out left);
            return file;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes the place for so many decisions with this total size of leaves; false while there is none.
    /// </summary>
    public bool TryMakeRoom(int count, int leaves)
    {
        int most = leaves + (count * (HeadSize + 4 + 8));
        if (_at + most <= _halfSize) return true;
        if (most > _halfSize || _last[1 - _active] > Interlocked.Read(ref _released)) return false;

        // The mark that frees the other half is on disk before anything there is written over.
        Posix.FlushData(_file);
        _active = 1 - _active;
        _at = 0;
        return true;
    }

    /// <summary>Writes a group and flushes it: one write, one flush.</summary>
    /// <exception cref="IOException">It is not on disk.</exception>
    public void Append(IReadOnlyList<KeptDecision> group)
    {
        ArrayBufferWriter<byte> records = new(group.Count * 512);
        long number = _next;
        foreach (KeptDecision decision in group) Write(records, decision, number++, _next);
        RandomAccess.Write(_file, records.WrittenSpan, Start(_active) + _at);
        Posix.FlushData(_file);
        _at += records.WrittenCount;
        _next = number;
        _last[_active] = number - 1;
    }

    /// <summary>Says that all up to a number is in the audit log, and its place free.</summary>
    public void Release(long number)
    {
        // The next flush takes it along: an older mark after a power cut makes the next start ask the log about more.
        Span<byte> mark = stackalloc byte[20];
        Magic.CopyTo(mark);
        BinaryPrimitives.WriteInt64BigEndian(mark[8..], number);
        BinaryPrimitives.WriteUInt32BigEndian(mark[16..], Checksum(mark[..16]));
        RandomAccess.Write(_file, mark, 0);
        Interlocked.Exchange(ref _released, number);
    }

    public void Dispose() => _file.Dispose();

    private static void Make(string path, int halfSize)
    {
        // Under another name until it is whole: a kill in between leaves no file that looks damaged.
        string fresh = path + ".new";
        File.Delete(fresh);
        using (FileStream made = new(fresh, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            BufferSize = 0,
        }))
        {
            byte[] zeros = new byte[1 << 20];
            for (long left = PageSize + (2L * halfSize); left > 0; left -= Math.Min(left, zeros.Length))
                made.Write(zeros, 0, (int)Math.Min(left, zeros.Length));
            Span<byte> mark = stackalloc byte[20];
            Magic.CopyTo(mark);
            BinaryPrimitives.WriteUInt32BigEndian(mark[16..], Checksum(mark[..16]));
            made.Position = 0;
            made.Write(mark);
            made.Flush(flushToDisk: true);
        }

        File.Move(fresh, path);
        Posix.FlushFolder(Path.GetDirectoryName(path)!);
    }

    private void Read(string path, ReadOnlySpan<byte> page, out List<KeptDecision> left)
    {
        if (BinaryPrimitives.ReadUInt32BigEndian(page[16..]) != Checksum(page[..16])) throw Damaged(path);
        _released = BinaryPrimitives.ReadInt64BigEndian(page[8..]);
        byte[][] halves = [new byte[_halfSize], new byte[_halfSize]];
        int[] ends = [0, 0];
        SortedDictionary<long, KeptDecision> found = [];
        for (int i = 0; i < 2; i++)
        {
            if (RandomAccess.Read(_file, halves[i], Start(i)) != _halfSize)
                throw new IOException($"{path} became shorter while it was read.");
            while (TryReadRecord(halves[i].AsSpan(ends[i]), out int size, out long number, out _, out KeptDecision kept)
                && (_last[i] == 0 || number == _last[i] + 1))
            {
                found[number] = kept;
                _last[i] = number;
                ends[i] += size;
            }
        }

        _active = _last[1] > _last[0] ? 1 : 0;
        _at = ends[_active];
        _next = Math.Max(_released, _last[_active]) + 1;
        left = [];
        for (long number = _released + 1; number <= _last[_active]; number++)
            left.Add(found.TryGetValue(number, out KeptDecision kept) ? kept : throw Damaged(path));
        for (int i = 0; i < 2; i++)
        {
            RequireTorn(path, halves[i].AsSpan(ends[i]), _last[_active] + 1);

            // What is left of older rounds and torn groups must never be taken for what follows the next group.
            RandomAccess.Write(_file, new byte[_halfSize - ends[i]], Start(i) + ends[i]);
        }

        Posix.FlushData(_file);
    }

    /// <summary>
    /// After an end there may be older records, and holes and pieces of the group that was being written.
    /// </summary>
    private static void RequireTorn(string path, ReadOnlySpan<byte> rest, long expected)
    {
        for (int at = 0; at + HeadSize < rest.Length; at += 8)
        {
            if (BinaryPrimitives.ReadInt64BigEndian(rest[(at + 4)..]) >= expected
                && TryReadRecord(rest[at..], out _, out _, out long group, out _) && group > expected)
            {
                throw Damaged(path);
            }
        }
    }

    private static InvalidDataException Damaged(string path) => new(
        $"{path} is damaged: decisions that were answered cannot be read. Restore it from a backup; without it old "
        + "counters would be accepted again.");

    private long Start(int half) => PageSize + ((long)half * _halfSize);

    private static void Write(ArrayBufferWriter<byte> records, KeptDecision decision, long number, long group)
    {
        ReadOnlySpan<byte> leaf = decision.Entry.ToLeaf().Span;
        int size = (HeadSize + leaf.Length + 4 + 7) & ~7;
        Span<byte> record = records.GetSpan(size)[..size];
        record.Clear();
        BinaryPrimitives.WriteInt32BigEndian(record, HeadSize + leaf.Length + 4);
        BinaryPrimitives.WriteInt64BigEndian(record[4..], number);
        BinaryPrimitives.WriteInt64BigEndian(record[12..], group);
        BinaryPrimitives.WriteUInt128BigEndian(record[20..], decision.Taken?.Card ?? 0);
        BinaryPrimitives.WriteUInt32BigEndian(record[36..], decision.Taken?.Counter ?? NoCounter);
        leaf.CopyTo(record[HeadSize..]);
        int end = HeadSize + leaf.Length;
        BinaryPrimitives.WriteUInt32BigEndian(record[end..], Checksum(record[..end]));
        records.Advance(size);
    }

    private static bool TryReadRecord(
        ReadOnlySpan<byte> bytes, out int size, out long number, out long group, out KeptDecision kept)
    {
        (size, number, group, kept) = (0, 0, 0, default);
        if (bytes.Length < HeadSize + 4) return false;
        int length = BinaryPrimitives.ReadInt32BigEndian(bytes);
        if (length is <= HeadSize + 4 or > LargestRecord || length > bytes.Length) return false;
        uint counter = BinaryPrimitives.ReadUInt32BigEndian(bytes[36..]);
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[(length - 4)..]) != Checksum(bytes[..(length - 4)])
            || counter is > ushort.MaxValue and not NoCounter
            || !AuditEntry.TryParse(bytes[HeadSize..(length - 4)], out AuditEntry? entry, out _))
        {
            return false;
        }

        size = (length + 7) & ~7;
        number = BinaryPrimitives.ReadInt64BigEndian(bytes[4..]);
        group = BinaryPrimitives.ReadInt64BigEndian(bytes[12..]);
        kept = new KeptDecision(entry,
            counter == NoCounter ? null : (BinaryPrimitives.ReadUInt128BigEndian(bytes[20..]), (ushort)counter));
        return true;
    }

    // CRC-32C (RFC 3720, B.4) against torn writes; who can write the file is not kept out by it.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        for (; bytes.Length >= 8; bytes = bytes[8..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte b in bytes) crc = BitOperations.Crc32C(crc, b);
        return crc;
    }
}
