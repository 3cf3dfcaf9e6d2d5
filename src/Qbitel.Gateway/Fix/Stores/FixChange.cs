using System.Buffers.Binary;

namespace Qbitel.Gateway.Fix.Stores;

/// <summary>What one step of a session changes in its store: kept together or not at all.</summary>
/// <remarks>Holds its entries as the bytes a log writes. Cleared and used again; not safe for use by several threads at
/// once.</remarks>
public sealed class FixChange
{
    /// <summary>Left free before the entries, for whoever frames them.</summary>
    internal const int HeadLength = 16;

    // kind, number, length of the bytes
    private const int EntryHead = 1 + 8 + 4;

    private byte[] _buffer = new byte[4096];

    public bool IsEmpty => Length == HeadLength;

    /// <summary>Whether it begins new counts.</summary>
    public bool HasReset { get; private set; }

    internal int Length { get; private set; } = HeadLength;

    internal Memory<byte> Framed => _buffer.AsMemory(0, Length);

    internal ReadOnlySpan<byte> Entries => _buffer.AsSpan(HeadLength, Length - HeadLength);

    /// <summary>A number was used for a message we send; the bytes are an application's message, or none.</summary>
    public void AddSent(long number, ReadOnlySpan<byte> message) => Add(FixEntryKind.Sent, number, message);

    /// <summary>The peer's messages before this number are processed.</summary>
    public void AddExpected(long number) => Add(FixEntryKind.Expected, number, []);

    /// <summary>New counts begin; messages of before are no longer kept.</summary>
    public void AddReset(long outgoing, long incoming, DateTimeOffset at)
    {
        Span<byte> more = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(more, incoming);
        BinaryPrimitives.WriteInt64LittleEndian(more[8..], at.UtcTicks);
        Add(FixEntryKind.Reset, outgoing, more);
        HasReset = true;
    }

    /// <summary>What the application wants to find again after a crash, in place of what it said before.</summary>
    public void AddRecord(ReadOnlySpan<byte> record) => Add(FixEntryKind.Record, 0, record);

    public void Clear()
    {
        Length = HeadLength;
        HasReset = false;
    }

    /// <summary>Forgets what was added since the length was this.</summary>
    internal void Truncate(int length, bool hasReset)
    {
        Length = length;
        HasReset = hasReset;
    }

    internal static FixEntries Read(ReadOnlySpan<byte> entries) => new(entries);

    private void Add(FixEntryKind kind, long number, ReadOnlySpan<byte> bytes)
    {
        int size = EntryHead + bytes.Length;
        if (_buffer.Length - Length < size) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + size));
        Span<byte> entry = _buffer.AsSpan(Length, size);
        entry[0] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(entry[1..], number);
        BinaryPrimitives.WriteInt32LittleEndian(entry[9..], bytes.Length);
        bytes.CopyTo(entry[EntryHead..]);
        Length += size;
    }
}

/// <summary>What an entry of a change is.</summary>
internal enum FixEntryKind : byte
{
    Sent = 1,
    Expected = 2,
    Reset = 3,
    Record = 4,
}

/// <summary>The entries of a change, one after the other.</summary>
internal ref struct FixEntries(ReadOnlySpan<byte> entries)
{
    private ReadOnlySpan<byte> _rest = entries;

    public FixEntryKind Kind { get; private set; }

    public long Number { get; private set; }

    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Of a reset, the incoming number.</summary>
    public readonly long Incoming => BinaryPrimitives.ReadInt64LittleEndian(Bytes);

    /// <summary>Of a reset, its time.</summary>
    public readonly DateTimeOffset At => new(BinaryPrimitives.ReadInt64LittleEndian(Bytes[8..]), TimeSpan.Zero);

    /// <summary>Moves to the next entry; false at the end.</summary>
    /// <exception cref="InvalidDataException">The bytes are no entries.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty) return false;
        if (_rest.Length < 13) throw new InvalidDataException("an entry is cut");

        Kind = (FixEntryKind)_rest[0];
        Number = BinaryPrimitives.ReadInt64LittleEndian(_rest[1..]);
        int length = BinaryPrimitives.ReadInt32LittleEndian(_rest[9..]);
        if (Kind is < FixEntryKind.Sent or > FixEntryKind.Record || length < 0 || length > _rest.Length - 13
            || (Kind == FixEntryKind.Reset && length != 16))
        {
            throw new InvalidDataException("an entry is not one of this version");
        }

        Bytes = _rest.Slice(13, length);
        _rest = _rest[(13 + length)..];
        return true;
    }
}
