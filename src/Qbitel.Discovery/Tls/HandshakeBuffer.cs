using System.Buffers.Binary;

namespace Qbitel.Discovery.Tls;

/// <summary>Cuts what the server sends into records and handshake messages, in bounded memory.</summary>
internal sealed class HandshakeBuffer(int maxBytes)
{
    private const int HeaderSize = 5, MaxRecordSize = (1 << 14) + 256;

    private readonly List<byte> _input = [], _handshake = [];
    private int _total, _records;

    /// <summary>How many records have been read, to say where something went wrong.</summary>
    public int RecordNumber => _records;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        _total += bytes.Length;
        if (_total > maxBytes) throw new TlsProtocolException($"the server sent more than {maxBytes} bytes without finishing its handshake");
        foreach (byte b in bytes) _input.Add(b);
    }

    /// <summary>The next whole record, or null until more has come.</summary>
    public (byte[] Header, byte[] Body)? NextRecord()
    {
        if (_input.Count < HeaderSize) return null;

        byte[] header = [.. _input[..HeaderSize]];
        if (header[0] is < 20 or > 24 || header[1] != 3)
            throw new TlsProtocolException($"record {_records + 1} starts with {Convert.ToHexString(header)}: this is not TLS");

        int length = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(3));
        if (length > MaxRecordSize) throw new TlsProtocolException($"record {_records + 1} has {length} bytes, more than TLS allows");
        if (_input.Count < HeaderSize + length) return null;

        byte[] body = [.. _input.GetRange(HeaderSize, length)];
        _input.RemoveRange(0, HeaderSize + length);
        _records++;
        return (header, body);
    }

    public void AddHandshake(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty) throw new TlsProtocolException($"record {_records}: an empty handshake record");
        foreach (byte b in content) _handshake.Add(b);
    }

    /// <summary>The next whole handshake message with its four-byte header, or null until more has come.</summary>
    public byte[]? NextMessage()
    {
        if (_handshake.Count < 4) return null;

        int length = 4 + ((_handshake[1] << 16) | (_handshake[2] << 8) | _handshake[3]);
        if (length > maxBytes) throw new TlsProtocolException($"record {_records}: a handshake message of {length} bytes, more than the limit of {maxBytes}");
        if (_handshake.Count < length) return null;

        byte[] message = [.. _handshake.GetRange(0, length)];
        _handshake.RemoveRange(0, length);
        return message;
    }

    /// <summary>True where a message is still incomplete, which must not be at a change of keys.</summary>
    public bool HasPartialMessage => _handshake.Count > 0;
}
