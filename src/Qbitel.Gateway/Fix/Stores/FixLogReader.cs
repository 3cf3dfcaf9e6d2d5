using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Qbitel.Gateway.Fix.Stores;

/// <summary>Reads the records of a log from a place on.</summary>
internal sealed class FixLogReader(SafeFileHandle file, long offset, long end, int chunk)
{
    private byte[] _buffer = new byte[chunk];
    private long _bufferOffset = offset;
    private int _filled;
    private int _at;
    private int _payload;

    /// <summary>Where the record just read begins; after the last, where the next would.</summary>
    public long Offset { get; private set; } = offset;

    public ReadOnlySpan<byte> Payload => _buffer.AsSpan(_at - _payload, _payload);

    /// <summary>Moves to the next record; false where no whole one follows.</summary>
    public bool Next()
    {
        Offset = _bufferOffset + _at;
        if (!Fill(FixLogRecord.HeadLength)) return false;

        int payload = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(_at));
        if (payload is <= 0 or > FixLogRecord.MaximumPayload || !Fill(FixLogRecord.HeadLength + payload)) return false;

        int length = FixLogRecord.LengthOf(_buffer.AsSpan(_at, FixLogRecord.HeadLength + payload));
        if (length == 0) return false;

        _at += length;
        _payload = payload;
        return true;
    }

    /// <summary>Refuses a log where what is not a whole record was on disk before a later record was written.</summary>
    /// <exception cref="FixStoreException">It is damaged, not just cut.</exception>
    public void RequireTornTail(string path)
    {
        byte[] rest = new byte[(int)Math.Min(end - Offset, 64 << 20)];
        int size = RandomAccess.Read(file, rest, Offset);
        for (int at = 1; at < size; at++)
        {
            ReadOnlySpan<byte> there = rest.AsSpan(at, size - at);
            if (FixLogRecord.LengthOf(there) > 0 && FixLogRecord.DurableMark(there) > Offset)
            {
                throw new FixStoreException(
                    $"{path} is damaged at byte {Offset}: a record that was on disk is no longer whole, and later ones "
                    + "are. Restore it from a copy, or agree with the peer to reset the counts and remove it.");
            }
        }
    }

    // At least this many bytes from the present place, if the file has them.
    private bool Fill(int needed)
    {
        if (_filled - _at >= needed) return true;
        if (end - _bufferOffset - _at < needed) return false;

        _buffer.AsSpan(_at, _filled - _at).CopyTo(_buffer);
        _bufferOffset += _at;
        _filled -= _at;
        _at = 0;
        if (_buffer.Length < needed) Array.Resize(ref _buffer, needed);
        while (_filled < needed)
        {
            int want = (int)Math.Min(_buffer.Length - _filled, end - _bufferOffset - _filled);
            int read = RandomAccess.Read(file, _buffer.AsSpan(_filled, want), _bufferOffset + _filled);
            if (read == 0) return false;
            _filled += read;
        }

        return true;
    }
}
