using System.Buffers.Binary;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>
/// Unpacks what <see cref="BitWriter"/> packs (FIPS 203, Algorithm 6; FIPS 204, Algorithms 18 and 19).
/// </summary>
internal ref struct BitReader(ReadOnlySpan<byte> source)
{
    private ReadOnlySpan<byte> _rest = source;
    private ulong _pending;
    private int _pendingBits;

    public uint Read(int width)
    {
        if (_pendingBits < width)
        {
            _pending |= (ulong)BinaryPrimitives.ReadUInt32LittleEndian(_rest) << _pendingBits;
            _rest = _rest[sizeof(uint)..];
            _pendingBits += 32;
        }

        uint value = unchecked((uint)_pending) & ((1u << width) - 1);
        _pending >>= width;
        _pendingBits -= width;
        return value;
    }
}
