namespace Qbitel.Cryptography.Falcon;

/// <summary>The bytes of keys and signatures (Falcon specification, round 3, section 3.11), for degree 512.</summary>
internal static class FalconEncoding
{
    public const int PublicKeySize = 897;
    public const int PrivateKeySize = 1281;
    public const int NonceSize = 40;

    /// <summary>Header and nonce, before s2.</summary>
    public const int SignaturePrefixSize = 1 + NonceSize;

    public const int PaddedSignatureSize = 666;

    /// <summary>The longest signature without padding that is made or read, as in liboqs.</summary>
    public const int MaxCompressedSignatureSize = 752;

    public const byte SignatureHeader = 0x39; // 0011 nnnn, n = 9: compressed s2, padded or not

    private const byte PublicKeyHeader = 0x09;
    private const byte PrivateKeyHeader = 0x59;
    private const int PublicBits = 14;
    private const int ShortBits = 6; // of a coefficient of f and g
    private const int LongBits = 8; // of F
    private const int MaxCoefficient = 2047; // of s2

    public static void EncodePublicKey(ReadOnlySpan<uint> h, Span<byte> destination)
    {
        destination[0] = PublicKeyHeader;
        BitWriter writer = new(destination[1..]);
        foreach (uint value in h) writer.Write(value, PublicBits);
    }

    public static bool TryDecodePublicKey(ReadOnlySpan<byte> source, Span<uint> h)
    {
        if (source.Length != PublicKeySize || source[0] != PublicKeyHeader) return false;

        BitReader reader = new(source[1..]);
        foreach (ref uint value in h)
        {
            value = reader.Read(PublicBits);
            if (value >= FalconRing.Q) return false;
        }

        return true;
    }

    public static void EncodePrivateKey(
        ReadOnlySpan<sbyte> f, ReadOnlySpan<sbyte> g, ReadOnlySpan<sbyte> bigF, Span<byte> destination)
    {
        destination[0] = PrivateKeyHeader;
        BitWriter writer = new(destination[1..]);
        foreach (sbyte value in f) writer.Write(unchecked((uint)value) & ((1u << ShortBits) - 1), ShortBits);
        foreach (sbyte value in g) writer.Write(unchecked((uint)value) & ((1u << ShortBits) - 1), ShortBits);
        foreach (sbyte value in bigF) writer.Write(unchecked((byte)value), LongBits);
    }

    /// <remarks>A coefficient of the lowest value its bits can hold is refused: its negative would not fit.</remarks>
    public static bool TryDecodePrivateKey(
        ReadOnlySpan<byte> source, Span<sbyte> f, Span<sbyte> g, Span<sbyte> bigF)
    {
        if (source.Length != PrivateKeySize || source[0] != PrivateKeyHeader) return false;

        BitReader reader = new(source[1..]);
        return Read(ref reader, ShortBits, f) & Read(ref reader, ShortBits, g) & Read(ref reader, LongBits, bigF);
    }

    /// <summary>Compress (Algorithm 17): writes s2 and zeroes the rest of the destination.</summary>
    /// <returns>The bytes of s2, or 0 if a coefficient is too large or the destination too short.</returns>
    public static int Compress(ReadOnlySpan<short> s2, Span<byte> destination)
    {
        unchecked
        {
            ulong pending = 0;
            int bits = 0, written = 0;
            foreach (short value in s2)
            {
                int sign = value >> 31;
                uint magnitude = (uint)((value ^ sign) - sign);
                if (magnitude > MaxCoefficient) return 0;

                // The sign, the low seven bits, and the rest in unary: at most 24 bits after the 7 that may wait.
                int length = 9 + (int)(magnitude >> 7);
                uint code = (((uint)sign & 0x80) | (magnitude & 0x7F)) << (length - 8) | 1;
                pending = (pending << length) | code;
                for (bits += length; bits >= 8; written++)
                {
                    if (written == destination.Length) return 0;
                    bits -= 8;
                    destination[written] = (byte)(pending >> bits);
                }
            }

            if (bits > 0)
            {
                if (written == destination.Length) return 0;
                destination[written++] = (byte)(pending << (8 - bits));
            }

            destination[written..].Clear();
            return written;
        }
    }

    /// <summary>Decompress (Algorithm 18).</summary>
    /// <returns>
    /// The bytes of s2, or 0 if they are not what <see cref="Compress"/> writes: a zero with a sign, a coefficient that
    /// is too large, bits after the last one, an end too early.
    /// </returns>
    public static int Decompress(ReadOnlySpan<byte> source, Span<short> s2)
    {
        unchecked
        {
            uint pending = 0;
            int bits = 0, read = 0;
            foreach (ref short value in s2)
            {
                if (read == source.Length) return 0;
                pending = (pending << 8) | source[read++];
                uint code = pending >> bits;
                uint magnitude = code & 0x7F;
                while (true)
                {
                    if (bits == 0)
                    {
                        if (read == source.Length) return 0;
                        pending = (pending << 8) | source[read++];
                        bits = 8;
                    }

                    bits--;
                    if (((pending >> bits) & 1) != 0) break;
                    magnitude += 0x80;
                    if (magnitude > MaxCoefficient) return 0;
                }

                bool negative = (code & 0x80) != 0;
                if (negative && magnitude == 0) return 0;
                value = (short)(negative ? -(int)magnitude : (int)magnitude);
            }

            return (pending & ((1u << bits) - 1)) == 0 ? read : 0;
        }
    }

    private static bool Read(ref BitReader reader, int bits, Span<sbyte> values)
    {
        unchecked
        {
            int lowest = -(1 << (bits - 1));
            bool allowed = true;
            foreach (ref sbyte value in values)
            {
                int read = (int)(reader.Read(bits) << (32 - bits)) >> (32 - bits);
                allowed &= read != lowest;
                value = (sbyte)read;
            }

            return allowed;
        }
    }

    // Most significant bit first, unlike the lattice encodings of FIPS 203 and 204.
    private ref struct BitWriter(Span<byte> destination)
    {
        private readonly Span<byte> _destination = destination;
        private uint _pending;
        private int _bits, _written;

        public void Write(uint value, int bits)
        {
            unchecked
            {
                _pending = (_pending << bits) | value;
                for (_bits += bits; _bits >= 8;)
                {
                    _bits -= 8;
                    _destination[_written++] = (byte)(_pending >> _bits);
                }
            }
        }
    }

    private ref struct BitReader(ReadOnlySpan<byte> source)
    {
        private readonly ReadOnlySpan<byte> _source = source;
        private uint _pending;
        private int _bits, _read;

        public uint Read(int bits)
        {
            unchecked
            {
                for (; _bits < bits; _bits += 8) _pending = (_pending << 8) | _source[_read++];
                _bits -= bits;
                return (_pending >> _bits) & ((1u << bits) - 1);
            }
        }
    }
}
