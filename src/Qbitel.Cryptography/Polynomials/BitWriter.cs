using System.Buffers.Binary;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>
/// Packs integers of fixed width, least significant bit first (FIPS 203, Algorithm 5; FIPS 204, Algorithms 16 and 17).
/// </summary>
/// <remarks>It writes whole words of 32 bits: 256 integers of any width end on one.</remarks>
internal ref struct BitWriter(Span<byte> destination)
{
    private Span<byte> _rest = destination;
    private ulong _pending;
    private int _pendingBits;

    /// <summary>Appends the low <paramref name="width"/> bits of a value that has no others set.</summary>
    public void Write(uint value, int width)
    {
        _pending |= (ulong)value << _pendingBits;
        _pendingBits += width;
        if (_pendingBits < 32) return;

        BinaryPrimitives.WriteUInt32LittleEndian(_rest, unchecked((uint)_pending));
        _rest = _rest[sizeof(uint)..];
        _pending >>= 32;
        _pendingBits -= 32;
    }
}
