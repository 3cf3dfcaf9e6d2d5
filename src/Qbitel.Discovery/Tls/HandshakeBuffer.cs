using System.Buffers;
using System.Buffers.Binary;

namespace Qbitel.Discovery.Tls;

/// <summary>
/// Cuts what the server sends into records and handshake messages, in memory and time bounded by what it may send.
/// </summary>
internal sealed class HandshakeBuffer(int maxBytes)
{
    private const int HeaderSize = 5, MaxRecordSize = (1 << 14) + 256;

    private readonly Window _input = new(), _handshake = new();
    private int _total;

    /// <summary>How many records have been read, to say where something went wrong.</summary>
    public int RecordNumber { get; private set; }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > maxBytes - _total)
        {
            throw new TlsProtocolException(
                $"the server sent more than {maxBytes} bytes without finishing its handshake");
        }

        _total += bytes.Length;
        _input.Add(bytes);
    }

    /// <summary>The next whole record, or null until more has come.</summary>
    public (byte[] Header, byte[] Body)? NextRecord()
    {
        ReadOnlySpan<byte> input = _input.Bytes;
        if (input.Length < HeaderSize) return null;

        ReadOnlySpan<byte> header = input[..HeaderSize];
        if (header[0] is < 20 or > 24 || header[1] != 3)
        {
            throw new TlsProtocolException(
                $"record {RecordNumber + 1} starts with {Convert.ToHexString(header)}: this is not TLS");
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
        if (length > MaxRecordSize)
            throw new TlsProtocolException($"record {RecordNumber + 1} has {length} bytes, more than TLS allows");
        if (input.Length < HeaderSize + length) return null;

        (byte[], byte[]) record = (header.ToArray(), input.Slice(HeaderSize, length).ToArray());
        _input.Drop(HeaderSize + length);
        RecordNumber++;
        return record;
    }

    public void AddHandshake(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty) throw new TlsProtocolException($"record {RecordNumber}: an empty handshake record");
        _handshake.Add(content);
    }

    /// <summary>The next whole handshake message with its four-byte header, or null until more has come.</summary>
    public byte[]? NextMessage()
    {
        ReadOnlySpan<byte> handshake = _handshake.Bytes;
        if (handshake.Length < 4) return null;

        int length = 4 + ((handshake[1] << 16) | (handshake[2] << 8) | handshake[3]);
        if (length > maxBytes)
        {
            throw new TlsProtocolException(
                $"record {RecordNumber}: a handshake message of {length} bytes, more than the limit of {maxBytes}");
        }

        if (handshake.Length < length) return null;

        byte[] message = handshake[..length].ToArray();
        _handshake.Drop(length);
        return message;
    }

    /// <summary>True where a message is still incomplete, which must not be at a change of keys.</summary>
    public bool HasPartialMessage => !_handshake.Bytes.IsEmpty;

    /// <summary>Bytes that come at one end and go at the other, without moving the rest each time.</summary>
    private sealed class Window
    {
        private readonly ArrayBufferWriter<byte> _all = new();
        private int _start;

        public ReadOnlySpan<byte> Bytes => _all.WrittenSpan[_start..];

        public void Add(ReadOnlySpan<byte> bytes) => _all.Write(bytes);

        public void Drop(int count)
        {
            _start += count;
            if (_start < _all.WrittenCount) return;
            _all.ResetWrittenCount();
            _start = 0;
        }
    }
}
