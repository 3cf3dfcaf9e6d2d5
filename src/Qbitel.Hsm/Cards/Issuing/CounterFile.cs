using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Qbitel.Hsm.Cards.Issuing;

/// <summary>
/// The highest transaction counter of every card, which is never accepted again: a file that only grows.
/// </summary>
/// <remarks>
/// A counter is taken in memory at once, so that of two requests with one counter only one goes on, and is on disk when
/// <see cref="AppendAsync"/> returns. What a killed writer left half written at the end is cut off at the next start; a
/// damaged record before it is refused. One process at a time. Safe for concurrent use. Cards are told by an index, so
/// the file holds no card number.
/// </remarks>
public sealed class CounterFile : IDisposable
{
    public const int RecordSize = 24;

    private const int HeaderSize = 8;
    private const int CompactAt = 4; // as many records as cards, before a start writes the file anew
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, ushort> _highest;
    private readonly SafeFileHandle _file;
    private long _end;

    private CounterFile(SafeFileHandle file, Dictionary<UInt128, ushort> highest, long end)
    {
        _file = file;
        _highest = highest;
        _end = end;
    }

    private static ReadOnlySpan<byte> Magic => "QBITCTR1"u8;

    public int Cards
    {
        get
        {
            lock (_gate) return _highest.Count;
        }
    }

    /// <summary>Opens the file, or makes an empty one for its owner only.</summary>
    /// <exception cref="InvalidDataException">The file is not one of counters, or a record before its end is
    /// damaged.</exception>
    /// <exception cref="IOException">Another process has it open, or it cannot be read.</exception>
    public static CounterFile Open(string path)
    {
        string full = Path.GetFullPath(path), fresh = full + ".new";
        bool exists = File.Exists(full);
        SafeFileHandle file = OpenExclusively(full, FileMode.OpenOrCreate);
        try
        {
            if (!exists) Flush(full);
            Dictionary<UInt128, ushort> highest = [];
            long end = Read(file, full, highest, out long records);
            if (records > 1024 && records > (long)CompactAt * highest.Count)
            {
                // Readers of the old file keep it locked until the new one has its name.
                File.Delete(fresh);
                SafeFileHandle smaller = OpenExclusively(fresh, FileMode.CreateNew);
                end = Write(smaller, highest);
                File.Move(fresh, full, overwrite: true);
                Flush(full);
                file.Dispose();
                file = smaller;
            }

            return new CounterFile(file, highest, end);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Takes a counter of a card; false where it, or a greater one, was taken before.</summary>
    /// <param name="card">The card's index.</param>
    /// <param name="counter">Its counter.</param>
    /// <param name="maxGap">How much further than the last one it may be.</param>
    /// <param name="last">The last one before; null for a card that is new here.</param>
    public bool TryTake(UInt128 card, ushort counter, int maxGap, out ushort? last)
    {
        lock (_gate)
        {
            last = _highest.TryGetValue(card, out ushort known) ? known : null;
            if (last is { } before && (counter <= before || counter - before > maxGap)) return false;
            _highest[card] = counter;
            return true;
        }
    }

    /// <summary>Makes counters that were taken durable, all at once. One call at a time.</summary>
    /// <exception cref="IOException">They are not on disk.</exception>
    public async ValueTask AppendAsync(
        IReadOnlyList<(UInt128 Card, ushort Counter)> taken, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(taken);
        if (taken.Count == 0) return;

        byte[] records = new byte[taken.Count * RecordSize];
        for (int i = 0; i < taken.Count; i++)
            WriteRecord(records.AsSpan(i * RecordSize, RecordSize), taken[i].Card, taken[i].Counter);
        await RandomAccess.WriteAsync(_file, records, _end, cancellationToken);
        RandomAccess.FlushToDisk(_file);
        _end += records.Length;
    }

    public void Dispose() => _file.Dispose();

    private static long Read(SafeFileHandle file, string path, Dictionary<UInt128, ushort> highest, out long records)
    {
        long size = RandomAccess.GetLength(file);
        records = 0;
        byte[] block = new byte[RecordSize * 4096];
        if (size < HeaderSize)
        {
            // New, or killed in the act of making it.
            RandomAccess.SetLength(file, 0);
            return Write(file, highest);
        }

        if (RandomAccess.Read(file, block.AsSpan(0, HeaderSize), 0) != HeaderSize
            || !block.AsSpan(0, HeaderSize).SequenceEqual(Magic))
        {
            throw new InvalidDataException($"{path} is no file of card counters. Name another one.");
        }

        long whole = HeaderSize + ((size - HeaderSize) / RecordSize * RecordSize), at = HeaderSize;
        while (at < whole)
        {
            int count = (int)Math.Min(block.Length, whole - at);
            if (RandomAccess.Read(file, block.AsSpan(0, count), at) != count)
                throw new IOException($"{path} became shorter while it was read.");
            for (int i = 0; i < count; i += RecordSize)
            {
                if (!TryReadRecord(block.AsSpan(i, RecordSize), out UInt128 card, out ushort counter))
                {
                    // The last batch of a machine that lost power may have holes; what comes before is sound.
                    if (IsTornTail(file, at + i, whole)) return Cut(file, at + i);
                    throw new InvalidDataException(
                        $"{path} is damaged at offset {at + i}. Restore it from a backup: without it old counters "
                        + "would be accepted again.");
                }

                records++;
                if (!highest.TryGetValue(card, out ushort known) || counter > known) highest[card] = counter;
            }

            at += count;
        }

        return size == whole ? whole : Cut(file, whole);
    }

    // Sound records after an unsound one are damage, not a torn end.
    private static bool IsTornTail(SafeFileHandle file, long from, long to)
    {
        Span<byte> record = stackalloc byte[RecordSize];
        for (long at = from; at < to; at += RecordSize)
        {
            if (RandomAccess.Read(file, record, at) != RecordSize || TryReadRecord(record, out _, out _)) return false;
        }

        return true;
    }

    private static long Cut(SafeFileHandle file, long size)
    {
        RandomAccess.SetLength(file, size);
        RandomAccess.FlushToDisk(file);
        return size;
    }

    private static long Write(SafeFileHandle file, Dictionary<UInt128, ushort> highest)
    {
        byte[] content = new byte[HeaderSize + (highest.Count * RecordSize)];
        Magic.CopyTo(content);
        int at = HeaderSize;
        foreach ((UInt128 card, ushort counter) in highest)
        {
            WriteRecord(content.AsSpan(at, RecordSize), card, counter);
            at += RecordSize;
        }

        RandomAccess.Write(file, content, 0);
        RandomAccess.FlushToDisk(file);
        return content.Length;
    }

    private static void WriteRecord(Span<byte> record, UInt128 card, ushort counter)
    {
        BinaryPrimitives.WriteUInt128BigEndian(record, card);
        BinaryPrimitives.WriteUInt32BigEndian(record[16..], counter);
        BinaryPrimitives.WriteUInt32BigEndian(record[20..], Checksum(record[..20]));
    }

    private static bool TryReadRecord(ReadOnlySpan<byte> record, out UInt128 card, out ushort counter)
    {
        card = BinaryPrimitives.ReadUInt128BigEndian(record);
        uint value = BinaryPrimitives.ReadUInt32BigEndian(record[16..]);
        counter = (ushort)(value & 0xFFFF);
        return value <= ushort.MaxValue && BinaryPrimitives.ReadUInt32BigEndian(record[20..]) == Checksum(record[..20]);
    }

    // CRC-32C (RFC 3720, B.4) against torn writes, begun so that zeros are no record; who can write the file is not
    // kept out by it.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (uint word in MemoryMarshal.Cast<byte, uint>(bytes)) crc = BitOperations.Crc32C(crc, word);
        return crc;
    }

    private static SafeFileHandle OpenExclusively(string path, FileMode mode)
    {
        // A handle cannot be asked for with a mode of its file; so the file is made first, by its owner alone.
        if (mode == FileMode.CreateNew || !File.Exists(path))
        {
            using FileStream made = new(path, new FileStreamOptions
            {
                Mode = mode,
                Access = FileAccess.Write,
                Share = FileShare.None,
                UnixCreateMode = OwnerOnly,
                BufferSize = 0,
            });
        }

        return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    private static void Flush(string path) => Software.Posix.FlushFolder(Path.GetDirectoryName(path)!);
}
