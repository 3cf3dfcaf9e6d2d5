namespace Qbitel.Discovery.Boundaries.Evidence;

/// <summary>For each offset of a message, how far bytes of one kind reach to the left and to the right.</summary>
internal sealed class ByteRuns
{
    private readonly int[] _left, _right;

    public ByteRuns(ReadOnlySpan<byte> message, Func<byte, bool> isOfKind)
    {
        _left = new int[message.Length + 1];
        _right = new int[message.Length + 1];
        for (int i = 0; i < message.Length; i++) _left[i + 1] = isOfKind(message[i]) ? _left[i] + 1 : 0;
        for (int i = message.Length - 1; i >= 0; i--) _right[i] = isOfKind(message[i]) ? _right[i + 1] + 1 : 0;
    }

    public int Left(int offset) => _left[offset];

    public int Right(int offset) => _right[offset];

    public static bool IsPrintable(byte b) => b is >= 0x20 and < 0x7F;

    public static bool IsZero(byte b) => b == 0;

    public static bool IsDigit(byte b) => b is >= (byte)'0' and <= (byte)'9';

    public static bool IsLetter(byte b) => char.IsAsciiLetter((char)b);

    /// <summary>EBCDIC letters, digits and the blank.</summary>
    public static bool IsEbcdic(byte b) => b is 0x40 or 0x4B or 0x61 or (>= 0xC1 and <= 0xC9) or (>= 0xD1 and <= 0xD9)
        or (>= 0xE2 and <= 0xE9) or (>= 0xF0 and <= 0xF9) or (>= 0x81 and <= 0x89) or (>= 0x91 and <= 0x99)
        or (>= 0xA2 and <= 0xA9);

    public static bool IsPackedDigits(byte b) => (b >> 4) < 10 && (b & 15) < 10;
}
