using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Qbitel.Cryptography.Hashing;

/// <summary>
/// FIPS 202, Algorithm 8: the sponge over Keccak, which absorbs, and then squeezes, in pieces of any size.
/// </summary>
/// <remarks>
/// It is passed by reference: a copy is another sponge. <see cref="Clear"/> one that held a secret.
/// </remarks>
internal struct Sponge
{
    public const int Shake128Rate = 168;
    public const int Shake256Rate = 136;

    // FIPS 202, sections 6.1 and 6.2: the bits that follow the message, with the first bit of the padding.
    private const byte Sha3Suffix = 0x06;
    private const byte ShakeSuffix = 0x1F;

    private readonly int _rate;
    private readonly byte _suffix;
    private State _state;
    private int _position;
    private bool _squeezing;

    private Sponge(int rate, byte suffix)
    {
        _rate = rate;
        _suffix = suffix;
    }

    public static Sponge Shake128() => new(Shake128Rate, ShakeSuffix);

    public static Sponge Shake256() => new(Shake256Rate, ShakeSuffix);

    /// <summary>SHA3-224, -256, -384 or -512: squeeze exactly <paramref name="digestSize"/> bytes.</summary>
    public static Sponge Sha3(int digestSize) => new(200 - (2 * digestSize), Sha3Suffix);

    public void Absorb(scoped ReadOnlySpan<byte> data)
    {
        Debug.Assert(!_squeezing, "a sponge that has been squeezed absorbs no more");

        Span<ulong> lanes = _state;
        while (!data.IsEmpty)
        {
            if (_position == 0 && data.Length >= _rate)
            {
                for (int i = 0; i < _rate >> 3; i++)
                    lanes[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(data[(8 * i)..]);
                _position = _rate;
                data = data[_rate..];
            }
            else if ((_position & 7) == 0 && data.Length >= sizeof(ulong))
            {
                lanes[_position >> 3] ^= BinaryPrimitives.ReadUInt64LittleEndian(data);
                _position += sizeof(ulong);
                data = data[sizeof(ulong)..];
            }
            else
            {
                lanes[_position >> 3] ^= (ulong)data[0] << (8 * (_position & 7));
                _position++;
                data = data[1..];
            }

            if (_position == _rate) Permute();
        }
    }

    public void Absorb(byte value) => Absorb(new ReadOnlySpan<byte>(in value));

    public void Squeeze(scoped Span<byte> destination)
    {
        Span<ulong> lanes = _state;
        if (!_squeezing)
        {
            lanes[_position >> 3] ^= (ulong)_suffix << (8 * (_position & 7));
            lanes[(_rate >> 3) - 1] ^= 0x8000000000000000;
            _squeezing = true;
            Permute();
        }

        while (!destination.IsEmpty)
        {
            if (_position == _rate) Permute();

            if (BitConverter.IsLittleEndian)
            {
                int size = Math.Min(destination.Length, _rate - _position);
                MemoryMarshal.AsBytes(lanes).Slice(_position, size).CopyTo(destination);
                _position += size;
                destination = destination[size..];
            }
            else
            {
                destination[0] = unchecked((byte)(lanes[_position >> 3] >> (8 * (_position & 7))));
                _position++;
                destination = destination[1..];
            }
        }
    }

    /// <summary>Forgets what was absorbed and starts again, empty.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // so that clearing a sponge nobody reads again is not optimized away
    public void Clear()
    {
        ((Span<ulong>)_state).Clear();
        _position = 0;
        _squeezing = false;
    }

    private void Permute()
    {
        Keccak.Permute(_state);
        _position = 0;
    }

    [InlineArray(Keccak.Lanes)]
    private struct State
    {
        private ulong _lane;
    }
}
