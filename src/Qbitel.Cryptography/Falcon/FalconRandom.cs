using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Qbitel.Cryptography.Falcon;

/// <summary>
/// The generator that feeds the sampler of one signing attempt: ChaCha20 (RFC 8439) with a 64-bit counter, eight blocks
/// at a time, as the reference implementation of round 3 has it.
/// </summary>
/// <remarks>
/// The key and the nonce come from SHAKE256. The counter is XORed into the nonce, and the words of the eight blocks lie
/// interleaved: both are the reference's, and its known answers depend on them. It works in the caller's memory, which
/// the caller zeroes.
/// </remarks>
internal ref struct FalconRandom
{
    public const int MemorySize = BufferSize + StateSize;

    private const int BufferSize = 512;
    private const int StateSize = 56; // key, nonce, counter
    private const int Blocks = 8;

    private readonly Span<byte> _buffer;
    private readonly Span<byte> _state;
    private int _position;

    /// <param name="memory">Of <see cref="MemorySize"/>; what <see cref="SeedOf"/> gives of it is random.</param>
    public FalconRandom(Span<byte> memory)
    {
        _buffer = memory[..BufferSize];
        _state = SeedOf(memory);
        Refill();
    }

    public static Span<byte> SeedOf(Span<byte> memory) => memory.Slice(BufferSize, StateSize);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NextUInt64()
    {
        // A few bytes at the end may be dropped, as in the reference, so that the buffer is never empty afterwards.
        if (_position >= BufferSize - 9) Refill();
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(_buffer[_position..]);
        _position += sizeof(ulong);
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint NextByte()
    {
        uint value = _buffer[_position++];
        if (_position == BufferSize) Refill();
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Refill()
    {
        unchecked
        {
            ulong counter = BinaryPrimitives.ReadUInt64LittleEndian(_state[48..]);
            BinaryPrimitives.WriteUInt64LittleEndian(_state[48..], counter + Blocks);
            Span<uint> counters = stackalloc uint[2 * Blocks];
            for (uint i = 0; i < Blocks; i++)
            {
                counters[(int)i] = (uint)(counter + i);
                counters[(int)i + Blocks] = (uint)((counter + i) >> 32);
            }

            // "expand 32-byte k"
            Vector256<uint> i0 = Vector256.Create(0x61707865u), i1 = Vector256.Create(0x3320646eu);
            Vector256<uint> i2 = Vector256.Create(0x79622d32u), i3 = Vector256.Create(0x6b206574u);
            Vector256<uint> i14 = Word(10) ^ Vector256.Create<uint>(counters);
            Vector256<uint> i15 = Word(11) ^ Vector256.Create<uint>(counters[Blocks..]);

            Vector256<uint> x0 = i0, x1 = i1, x2 = i2, x3 = i3, x4 = Word(0), x5 = Word(1), x6 = Word(2), x7 = Word(3);
            Vector256<uint> x8 = Word(4), x9 = Word(5), x10 = Word(6), x11 = Word(7), x12 = Word(8), x13 = Word(9);
            Vector256<uint> x14 = i14, x15 = i15;
            for (int round = 0; round < 10; round++)
            {
                QuarterRound(ref x0, ref x4, ref x8, ref x12);
                QuarterRound(ref x1, ref x5, ref x9, ref x13);
                QuarterRound(ref x2, ref x6, ref x10, ref x14);
                QuarterRound(ref x3, ref x7, ref x11, ref x15);
                QuarterRound(ref x0, ref x5, ref x10, ref x15);
                QuarterRound(ref x1, ref x6, ref x11, ref x12);
                QuarterRound(ref x2, ref x7, ref x8, ref x13);
                QuarterRound(ref x3, ref x4, ref x9, ref x14);
            }

            Store(0, x0 + i0);
            Store(1, x1 + i1);
            Store(2, x2 + i2);
            Store(3, x3 + i3);
            Store(4, x4 + Word(0));
            Store(5, x5 + Word(1));
            Store(6, x6 + Word(2));
            Store(7, x7 + Word(3));
            Store(8, x8 + Word(4));
            Store(9, x9 + Word(5));
            Store(10, x10 + Word(6));
            Store(11, x11 + Word(7));
            Store(12, x12 + Word(8));
            Store(13, x13 + Word(9));
            Store(14, x14 + i14);
            Store(15, x15 + i15);
            _position = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void QuarterRound(
        ref Vector256<uint> a, ref Vector256<uint> b, ref Vector256<uint> c, ref Vector256<uint> d)
    {
        a += b;
        d = Rotate(d ^ a, 16);
        c += d;
        b = Rotate(b ^ c, 12);
        a += b;
        d = Rotate(d ^ a, 8);
        c += d;
        b = Rotate(b ^ c, 7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Rotate(Vector256<uint> value, int bits) => (value << bits) | (value >>> (32 - bits));

    // A word of key or nonce, the same for all blocks.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Vector256<uint> Word(int index) =>
        Vector256.Create(BinaryPrimitives.ReadUInt32LittleEndian(_state[(sizeof(uint) * index)..]));

    // Word 'index' of the eight blocks, side by side and little-endian.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Store(int index, Vector256<uint> words)
    {
        Span<byte> destination = _buffer.Slice(sizeof(uint) * Blocks * index, sizeof(uint) * Blocks);
        if (BitConverter.IsLittleEndian)
        {
            words.AsByte().CopyTo(destination);
            return;
        }

        for (int i = 0; i < Blocks; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(destination[(sizeof(uint) * i)..], words[i]);
    }
}
