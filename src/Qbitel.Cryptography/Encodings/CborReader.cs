using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Encodings;

/// <summary>The part of CBOR (RFC 8949) that a COSE_Key is made of: definite lengths, no tags.</summary>
/// <remarks>
/// Every method throws <see cref="CryptographicException"/> where the bytes are not what it was asked for.
/// </remarks>
internal ref struct CborReader(ReadOnlySpan<byte> data)
{
    private const int Unsigned = 0, Negative = 1, Bytes = 2, Text = 3, Array = 4, Map = 5, Simple = 7;
    private const int MaxDepth = 8;

    private ReadOnlySpan<byte> _rest = data;

    public readonly bool NextIsInteger => !_rest.IsEmpty && _rest[0] >> 5 is Unsigned or Negative;

    /// <summary>The number of entries, each of which takes two bytes or more.</summary>
    public int ReadMap()
    {
        ulong count = ReadHead(Map);
        return count <= (ulong)(_rest.Length / 2) ? (int)count : throw Malformed();
    }

    public long ReadInteger()
    {
        bool isNegative = !_rest.IsEmpty && _rest[0] >> 5 == Negative;
        ulong value = ReadHead(isNegative ? Negative : Unsigned);
        return value > long.MaxValue ? throw Malformed() : isNegative ? -1 - (long)value : (long)value;
    }

    public ReadOnlySpan<byte> ReadBytes() => Take(ReadHead(Bytes));

    /// <summary>Passes over one value of any type.</summary>
    public void Skip() => Skip(depth: 0);

    public readonly void ThrowIfNotEmpty()
    {
        if (!_rest.IsEmpty) throw Malformed();
    }

    private void Skip(int depth)
    {
        if (_rest.IsEmpty || depth > MaxDepth) throw Malformed();

        int type = _rest[0] >> 5;
        ulong value = ReadHead(type);
        switch (type)
        {
            case Bytes or Text:
                Take(value);
                break;
            case Array or Map:
                ulong items = value <= (ulong)_rest.Length ? (type == Map ? 2 * value : value) : throw Malformed();
                for (; items > 0; items--) Skip(depth + 1);
                break;
            case Unsigned or Negative or Simple:
                break;
            default:
                throw Malformed();
        }
    }

    private ReadOnlySpan<byte> Take(ulong size)
    {
        if (size > (ulong)_rest.Length) throw Malformed();

        ReadOnlySpan<byte> taken = _rest[..(int)size];
        _rest = _rest[(int)size..];
        return taken;
    }

    private ulong ReadHead(int type)
    {
        if (_rest.IsEmpty || _rest[0] >> 5 != type) throw Malformed();

        int additional = _rest[0] & 0x1F;
        int size = additional < 24 ? 0 : additional <= 27 ? 1 << (additional - 24) : throw Malformed();
        _rest = _rest[1..];
        Span<byte> value = stackalloc byte[8];
        value.Clear();
        Take((ulong)size).CopyTo(value[(8 - size)..]);
        return size == 0 ? (ulong)additional : BinaryPrimitives.ReadUInt64BigEndian(value);
    }

    private static CryptographicException Malformed() =>
        new("Not a COSE_Key: malformed CBOR, or a part of it we do not read.");
}
