using System.Buffers.Binary;

namespace Qbitel.Discovery.Tls;

/// <summary>Writes the vectors of RFC 8446, section 3: lengths are filled in when their content is known.</summary>
internal sealed class TlsWriter
{
    private byte[] _bytes = new byte[2048];
    private int _length;

    public TlsWriter Byte(int value)
    {
        Grow(1)[0] = checked((byte)value);
        return this;
    }

    public TlsWriter Short(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(Grow(2), checked((ushort)value));
        return this;
    }

    public TlsWriter Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Grow(value.Length));
        return this;
    }

    /// <summary>A vector with a length of <paramref name="width"/> bytes before it.</summary>
    public TlsWriter Vector(int width, Action<TlsWriter> content)
    {
        int at = _length;
        Grow(width);
        content(this);
        int length = _length - at - width;
        for (int i = width - 1; i >= 0; i--)
        {
            _bytes[at + i] = (byte)(length & 0xFF);
            length >>= 8;
        }

        return this;
    }

    public TlsWriter Extension(int type, Action<TlsWriter> content) => Short(type).Vector(2, content);

    public byte[] ToArray() => _bytes[.._length];

    private Span<byte> Grow(int count)
    {
        if (_length + count > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}
