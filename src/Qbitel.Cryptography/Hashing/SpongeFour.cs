using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Qbitel.Cryptography.Hashing;

/// <summary>
/// Four sponges side by side (FIPS 202, Algorithm 8), which absorb and squeeze pieces of one length, whatever it is.
/// </summary>
/// <remarks>
/// Stream j is what a <see cref="Sponge"/> would make of the j-th inputs alone. Where fewer are needed, leave out the
/// last: absorb the same, or nothing new, for it and squeeze into a spare span. It lives on the stack and is passed by
/// reference: a copy is other sponges. <see cref="Clear"/> one that held a secret.
/// </remarks>
internal ref struct SpongeFour
{
    private const byte ShakeSuffix = 0x1F;

    private readonly int _rate;
    private States _states;
    private int _position;
    private bool _squeezing;

    private SpongeFour(int rate) => _rate = rate;

    public static SpongeFour Shake128() => new(Sponge.Shake128Rate);

    public static SpongeFour Shake256() => new(Sponge.Shake256Rate);

    /// <summary>Absorbs the same bytes into all four.</summary>
    public void Absorb(scoped ReadOnlySpan<byte> data) => Absorb(data, data, data, data);

    /// <summary>Absorbs one byte into each.</summary>
    public void Absorb(byte first, byte second, byte third, byte fourth) => Absorb(
        new ReadOnlySpan<byte>(in first),
        new ReadOnlySpan<byte>(in second),
        new ReadOnlySpan<byte>(in third),
        new ReadOnlySpan<byte>(in fourth));

    /// <summary>Absorbs four inputs of one length.</summary>
    public void Absorb(
        scoped ReadOnlySpan<byte> first,
        scoped ReadOnlySpan<byte> second,
        scoped ReadOnlySpan<byte> third,
        scoped ReadOnlySpan<byte> fourth)
    {
        Debug.Assert(!_squeezing, "a sponge that has been squeezed absorbs no more");

        Span<ulong> lanes = _states;
        int length = first.Length;
        second = second[..length];
        third = third[..length];
        fourth = fourth[..length];
        for (int i = 0; i < length;)
        {
            int lane = 4 * (_position >> 3), shift = 8 * (_position & 7);
            if (shift == 0 && length - i >= sizeof(ulong))
            {
                lanes[lane] ^= BinaryPrimitives.ReadUInt64LittleEndian(first[i..]);
                lanes[lane + 1] ^= BinaryPrimitives.ReadUInt64LittleEndian(second[i..]);
                lanes[lane + 2] ^= BinaryPrimitives.ReadUInt64LittleEndian(third[i..]);
                lanes[lane + 3] ^= BinaryPrimitives.ReadUInt64LittleEndian(fourth[i..]);
                _position += sizeof(ulong);
                i += sizeof(ulong);
            }
            else
            {
                lanes[lane] ^= (ulong)first[i] << shift;
                lanes[lane + 1] ^= (ulong)second[i] << shift;
                lanes[lane + 2] ^= (ulong)third[i] << shift;
                lanes[lane + 3] ^= (ulong)fourth[i] << shift;
                _position++;
                i++;
            }

            if (_position == _rate) Permute();
        }
    }

    /// <summary>Squeezes the next bytes of each stream into four spans of one length.</summary>
    public void Squeeze(
        scoped Span<byte> first, scoped Span<byte> second, scoped Span<byte> third, scoped Span<byte> fourth)
    {
        Span<ulong> lanes = _states;
        if (!_squeezing)
        {
            int last = 4 * ((_rate >> 3) - 1);
            for (int j = 0; j < 4; j++)
            {
                lanes[(4 * (_position >> 3)) + j] ^= (ulong)ShakeSuffix << (8 * (_position & 7));
                lanes[last + j] ^= 0x8000000000000000;
            }

            _squeezing = true;
            Permute();
        }

        int length = first.Length;
        second = second[..length];
        third = third[..length];
        fourth = fourth[..length];
        for (int i = 0; i < length;)
        {
            if (_position == _rate) Permute();

            int lane = 4 * (_position >> 3), shift = 8 * (_position & 7);
            int room = Math.Min(length - i, _rate - _position);
            if (CodePath.IsAvx2 && shift == 0 && room >= 4 * sizeof(ulong))
            {
                WriteFourLanes(lanes[lane..], first[i..], second[i..], third[i..], fourth[i..]);
                _position += 4 * sizeof(ulong);
                i += 4 * sizeof(ulong);
            }
            else if (shift == 0 && room >= sizeof(ulong))
            {
                BinaryPrimitives.WriteUInt64LittleEndian(first[i..], lanes[lane]);
                BinaryPrimitives.WriteUInt64LittleEndian(second[i..], lanes[lane + 1]);
                BinaryPrimitives.WriteUInt64LittleEndian(third[i..], lanes[lane + 2]);
                BinaryPrimitives.WriteUInt64LittleEndian(fourth[i..], lanes[lane + 3]);
                _position += sizeof(ulong);
                i += sizeof(ulong);
            }
            else
            {
                first[i] = unchecked((byte)(lanes[lane] >> shift));
                second[i] = unchecked((byte)(lanes[lane + 1] >> shift));
                third[i] = unchecked((byte)(lanes[lane + 2] >> shift));
                fourth[i] = unchecked((byte)(lanes[lane + 3] >> shift));
                _position++;
                i++;
            }
        }
    }

    /// <summary>Forgets what was absorbed and starts again, empty.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // so that clearing a sponge nobody reads again is not optimized away
    public void Clear()
    {
        ((Span<ulong>)_states).Clear();
        _position = 0;
        _squeezing = false;
    }

    // Rows are lanes and columns streams: turned over, each row is 32 bytes of one stream.
    private static void WriteFourLanes(
        ReadOnlySpan<ulong> lanes, Span<byte> first, Span<byte> second, Span<byte> third, Span<byte> fourth)
    {
        Vector256<ulong> row0 = Vector256.Create(lanes), row1 = Vector256.Create(lanes[4..]);
        Vector256<ulong> row2 = Vector256.Create(lanes[8..]), row3 = Vector256.Create(lanes[12..]);
        Vector256<ulong> even01 = Avx2.UnpackLow(row0, row1), odd01 = Avx2.UnpackHigh(row0, row1);
        Vector256<ulong> even23 = Avx2.UnpackLow(row2, row3), odd23 = Avx2.UnpackHigh(row2, row3);
        Avx2.Permute2x128(even01, even23, 0x20).AsByte().CopyTo(first);
        Avx2.Permute2x128(odd01, odd23, 0x20).AsByte().CopyTo(second);
        Avx2.Permute2x128(even01, even23, 0x31).AsByte().CopyTo(third);
        Avx2.Permute2x128(odd01, odd23, 0x31).AsByte().CopyTo(fourth);
    }

    private void Permute()
    {
        Keccak.PermuteFour(_states);
        _position = 0;
    }

    [InlineArray(4 * Keccak.Lanes)]
    private struct States
    {
        private ulong _lane;
    }
}
