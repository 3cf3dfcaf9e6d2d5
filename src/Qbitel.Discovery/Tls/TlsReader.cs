using System.Buffers.Binary;

namespace Qbitel.Discovery.Tls;

/// <summary>Reads the vectors of RFC 8446, section 3, and says where they break off.</summary>
internal ref struct TlsReader(ReadOnlySpan<byte> bytes, string what)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsEmpty => _rest.IsEmpty;

    public int Byte() => Take(1)[0];

    public int Short() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public int Medium()
    {
        ReadOnlySpan<byte> three = Take(3);
        return (three[0] << 16) | (three[1] << 8) | three[2];
    }

    public ReadOnlySpan<byte> Bytes(int count) => Take(count);

    public TlsReader Vector(int width) => new(Take(width switch { 1 => Byte(), 2 => Short(), _ => Medium() }), what);

    public ReadOnlySpan<byte> Rest()
    {
        ReadOnlySpan<byte> rest = _rest;
        _rest = [];
        return rest;
    }

    public readonly void End()
    {
        if (!_rest.IsEmpty) throw new TlsProtocolException($"{what}: {_rest.Length} bytes after its end");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
            throw new TlsProtocolException($"{what}: {count} bytes expected, {_rest.Length} left");
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
