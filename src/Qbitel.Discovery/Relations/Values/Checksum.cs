namespace Qbitel.Discovery.Relations.Values;

/// <summary>A sum over bytes whose value is known after every byte, so that one pass tries all ends.</summary>
/// <remarks>Parameters of the cyclic ones are those under which the catalogue of R. Williams' model lists
/// them.</remarks>
internal sealed class Checksum
{
    private readonly Func<uint, byte, uint> _next;
    private readonly Func<uint, uint> _finish;
    private readonly uint _start;

    private Checksum(string name, int size, uint start, Func<uint, byte, uint> next, Func<uint, uint> finish)
    {
        Name = name;
        Size = size;
        _start = start;
        _next = next;
        _finish = finish;
    }

    public static IReadOnlyList<Checksum> All { get; } =
    [
        Reflected("crc32", 4, 0xEDB88320, 0xFFFFFFFF, 0xFFFFFFFF),
        Reflected("crc32c", 4, 0x82F63B78, 0xFFFFFFFF, 0xFFFFFFFF),
        Reflected("crc32-jamcrc", 4, 0xEDB88320, 0xFFFFFFFF, 0),
        Forward("crc32-mpeg2", 4, 0x04C11DB7, 0xFFFFFFFF, 0),
        Forward("crc32-bzip2", 4, 0x04C11DB7, 0xFFFFFFFF, 0xFFFFFFFF),
        Forward("crc32-cksum", 4, 0x04C11DB7, 0, 0xFFFFFFFF),
        Adler32(),
        Forward("crc16-ccitt-false", 2, 0x1021, 0xFFFF, 0), Forward("crc16-xmodem", 2, 0x1021, 0, 0),
        Forward("crc16-genibus", 2, 0x1021, 0xFFFF, 0xFFFF), Forward("crc16-aug-ccitt", 2, 0x1021, 0x1D0F, 0),
        Reflected("crc16-kermit", 2, 0x8408, 0, 0), Reflected("crc16-x25", 2, 0x8408, 0xFFFF, 0xFFFF),
        Reflected("crc16-mcrf4xx", 2, 0x8408, 0xFFFF, 0), Reflected("crc16-arc", 2, 0xA001, 0, 0),
        Reflected("crc16-modbus", 2, 0xA001, 0xFFFF, 0), Reflected("crc16-usb", 2, 0xA001, 0xFFFF, 0xFFFF),
        Forward("crc16-buypass", 2, 0x8005, 0, 0), Reflected("crc16-dnp", 2, 0xA6BC, 0, 0xFFFF),
        Fletcher("fletcher16", 2, 255),
        Sum("sum16", 2, 1, negate: false), Sum("sum16-negated", 2, 1, negate: true),
        Words("sum16-words", isOnes: false, complement: false),
        Words("ones-complement", isOnes: true, complement: true),
        Words("ones-complement-plain", isOnes: true, complement: false),
        Words("xor16", isOnes: null, complement: false),
        Forward("crc8", 1, 0x07, 0, 0), Forward("crc8-itu", 1, 0x07, 0, 0x55), Reflected("crc8-maxim", 1, 0x8C, 0, 0),
        Reflected("crc8-rohc", 1, 0xE0, 0xFF, 0), Forward("crc8-sae-j1850", 1, 0x1D, 0xFF, 0xFF),
        Reflected("crc8-wcdma", 1, 0xD9, 0, 0), Forward("crc8-autosar", 1, 0x2F, 0xFF, 0xFF),
        new("xor8", 1, 0, (state, b) => state ^ b, state => state),
        Sum("sum8", 1, 1, negate: false), Sum("lrc8", 1, 1, negate: true),
        new("sum8-inverted", 1, 0, (state, b) => (state + b) & 0xFF, state => ~state & 0xFF),
    ];

    public string Name { get; }

    /// <summary>Bytes of its value.</summary>
    public int Size { get; }

    /// <summary>Whether the bytes, or words, may change places without changing it.</summary>
    public bool IsOfAnyOrder => Name.StartsWith("sum", StringComparison.Ordinal)
        || Name.StartsWith("ones", StringComparison.Ordinal) || Name is "xor8" or "xor16" or "lrc8";

    public uint Start => _start;

    public uint Next(uint state, byte b) => _next(state, b);

    public uint Finish(uint state) => _finish(state);

    public uint Of(ReadOnlySpan<byte> bytes)
    {
        uint state = _start;
        foreach (byte b in bytes) state = _next(state, b);
        return _finish(state);
    }

    private static Checksum Reflected(string name, int size, uint polynomial, uint start, uint end)
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? (value >> 1) ^ polynomial : value >> 1;
            table[i] = value;
        }

        return new Checksum(name, size, start, (state, b) => table[(state ^ b) & 0xFF] ^ (state >> 8),
            state => state ^ end);
    }

    private static Checksum Forward(string name, int size, uint polynomial, uint start, uint end)
    {
        int shift = (8 * size) - 8;
        uint mask = size == 4 ? 0xFFFFFFFF : (1u << (8 * size)) - 1, top = 1u << ((8 * size) - 1);
        uint[] table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i << shift;
            for (int bit = 0; bit < 8; bit++)
                value = ((value & top) != 0 ? (value << 1) ^ polynomial : value << 1) & mask;
            table[i] = value;
        }

        return new Checksum(name, size, start,
            (state, b) => (table[((state >> shift) ^ b) & 0xFF] ^ (state << 8)) & mask, state => (state ^ end) & mask);
    }

    private static Checksum Sum(string name, int size, uint weight, bool negate)
    {
        uint mask = (1u << (8 * size)) - 1;
        return new Checksum(name, size, 0, (state, b) => (state + (b * weight)) & mask,
            state => (uint)((negate ? ~state + 1L : state) & mask));
    }

    // RFC 1950, section 9.
    private static Checksum Adler32() => new("adler32", 4, 1, (state, b) =>
    {
        uint low = ((state & 0xFFFF) + b) % 65_521;
        return ((((state >> 16) + low) % 65_521) << 16) | low;
    }, state => state);

    // Two sums over bytes in one state (RFC 1146 has the algorithm).
    private static Checksum Fletcher(string name, int size, uint modulus)
    {
        int half = 4 * size;
        uint mask = (1u << half) - 1;
        return new Checksum(name, size, 0, (state, b) =>
        {
            uint low = ((state & mask) + b) % modulus;
            return ((((state >> half) + low) % modulus) << half) | low;
        }, state => state);
    }

    // Sums of big-endian words of 16 bits: the top bit of the state says that a byte waits for its second half, which
    // has been added already as a high one. RFC 1071 for ones' complement.
    private static Checksum Words(string name, bool? isOnes, bool complement) => new(name, 2, 0, (state, b) =>
    {
        bool isSecond = state >> 31 != 0;
        uint add = isSecond ? b : (uint)b << 8, sum = state & 0xFFFF;
        sum = isOnes is null ? sum ^ add : sum + add;
        if (isOnes == true) sum = (sum & 0xFFFF) + (sum >> 16);
        return (sum & 0xFFFF) | (isSecond ? 0 : 0x80000000);
    }, state => (complement ? ~state : state) & 0xFFFF);
}
