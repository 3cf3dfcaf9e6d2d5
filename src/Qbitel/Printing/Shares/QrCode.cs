using System.Security.Cryptography;

namespace Qbitel.Printing.Shares;

/// <summary>
/// A QR code of version 8 at level Q, which takes up to 108 bytes and survives the loss of a quarter of its codewords:
/// what a custodian's share needs, and nothing more general.
/// </summary>
/// <remarks>
/// ISO/IEC 18004. It is the secret itself: zeroed on dispose. No table is looked up and no branch taken by what it
/// holds; for that the mask is always the first one, where the standard would choose by looks. Readers take any.
/// </remarks>
internal sealed class QrCode : IDisposable
{
    /// <summary>Modules of a side, without the light margin.</summary>
    public const int Size = 49;

    /// <summary>Light modules that must surround it.</summary>
    public const int Margin = 4;

    public const int MaxContent = 108;

    // ISO/IEC 18004, table 9, version 8-Q: four blocks of 18 codewords and two of 19, each with 22 to correct them.
    private const int ShortBlocks = 4, Blocks = 6, ShortSize = 18, CheckSize = 22;
    private const int DataSize = (ShortBlocks * ShortSize) + ((Blocks - ShortBlocks) * (ShortSize + 1));

    // Level Q and mask 0 with their check bits (annex C); version 8 with its check bits (annex D).
    private const int Format = 0x355F, Version = 0x085BC;

    private readonly byte[] _modules = GC.AllocateArray<byte>(Size * Size, pinned: true);

    public QrCode(ReadOnlySpan<byte> content)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, MaxContent, nameof(content));
        byte[] isFunction = new byte[Size * Size];
        DrawFunctions(isFunction);
        Span<byte> data = stackalloc byte[DataSize];
        Span<byte> codewords = stackalloc byte[DataSize + (Blocks * CheckSize)];
        try
        {
            Encode(content, data);
            Interleave(data, codewords);
            DrawCodewords(codewords, isFunction);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(data);
            CryptographicOperations.ZeroMemory(codewords);
        }
    }

    /// <summary>1 for a dark module, 0 for a light one; 0 in the margin too.</summary>
    public int this[int x, int y] => IsInside(x, y) ? _modules[(y * Size) + x] : 0;

    public void Dispose() => CryptographicOperations.ZeroMemory(_modules);

    private static bool IsInside(int x, int y) => x is >= 0 and < Size && y is >= 0 and < Size;

    // Byte mode: 0100, the length in 8 bits, the bytes, 0000; then the two padding codewords in turns.
    private static void Encode(ReadOnlySpan<byte> content, Span<byte> data)
    {
        data.Clear();
        data[0] = checked((byte)(0x40 | (content.Length >> 4)));
        data[1] = unchecked((byte)(content.Length << 4));
        for (int i = 0; i < content.Length; i++)
        {
            data[i + 1] |= (byte)(content[i] >> 4);
            data[i + 2] = unchecked((byte)(content[i] << 4));
        }

        for (int i = content.Length + 2, pad = 0xEC; i < data.Length; i++, pad ^= 0xEC ^ 0x11) data[i] = (byte)pad;
    }

    private static void Interleave(ReadOnlySpan<byte> data, Span<byte> codewords)
    {
        Span<byte> divisor = stackalloc byte[CheckSize], check = stackalloc byte[CheckSize];
        Divisor(divisor);
        for (int block = 0, from = 0; block < Blocks; block++)
        {
            int size = ShortSize + (block < ShortBlocks ? 0 : 1);
            ReadOnlySpan<byte> part = data.Slice(from, size);
            for (int i = 0; i < ShortSize; i++) codewords[(i * Blocks) + block] = part[i];
            if (size > ShortSize) codewords[(ShortSize * Blocks) + block - ShortBlocks] = part[ShortSize];
            Remainder(part, divisor, check);
            for (int i = 0; i < CheckSize; i++) codewords[DataSize + (i * Blocks) + block] = check[i];
            from += size;
        }

        CryptographicOperations.ZeroMemory(check);
    }

    // (x - 2^0)(x - 2^1)…(x - 2^21), without its leading one.
    private static void Divisor(Span<byte> divisor)
    {
        divisor.Clear();
        divisor[^1] = 1;
        byte root = 1;
        for (int i = 0; i < CheckSize; i++)
        {
            for (int j = 0; j < CheckSize; j++)
                divisor[j] = (byte)(Multiply(divisor[j], root) ^ (j + 1 < CheckSize ? divisor[j + 1] : 0));
            root = Multiply(root, 2);
        }
    }

    private static void Remainder(ReadOnlySpan<byte> data, ReadOnlySpan<byte> divisor, Span<byte> remainder)
    {
        remainder.Clear();
        foreach (byte each in data)
        {
            byte factor = (byte)(each ^ remainder[0]);
            remainder[1..].CopyTo(remainder);
            remainder[^1] = 0;
            for (int i = 0; i < CheckSize; i++) remainder[i] ^= Multiply(divisor[i], factor);
        }
    }

    // GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1.
    private static byte Multiply(int a, int b)
    {
        int product = 0;
        for (int i = 7; i >= 0; i--)
        {
            product = (product << 1) ^ (0x11D * (product >> 7));
            product ^= ((b >> i) & 1) * a;
        }

        return (byte)product;
    }

    private void DrawFunctions(byte[] isFunction)
    {
        for (int i = 0; i < Size; i++)
        {
            Set(6, i, 1 - (i & 1));
            Set(i, 6, 1 - (i & 1));
        }

        foreach ((int x, int y) in ((int, int)[])[(3, 3), (Size - 4, 3), (3, Size - 4)])
        {
            for (int dy = -4; dy <= 4; dy++)
            {
                for (int dx = -4; dx <= 4; dx++)
                {
                    int ring = Math.Max(Math.Abs(dx), Math.Abs(dy));
                    if (IsInside(x + dx, y + dy)) Set(x + dx, y + dy, ring is 2 or 4 ? 0 : 1);
                }
            }
        }

        foreach ((int x, int y) in ((int, int)[])[(6, 24), (24, 6), (24, 24), (24, 42), (42, 24), (42, 42)])
        {
            for (int dy = -2; dy <= 2; dy++)
            {
                for (int dx = -2; dx <= 2; dx++)
                    Set(x + dx, y + dy, Math.Max(Math.Abs(dx), Math.Abs(dy)) == 1 ? 0 : 1);
            }
        }

        for (int i = 0; i < 15; i++)
        {
            int bit = (Format >> i) & 1;
            (int x, int y) = i < 8 ? (8, i < 6 ? i : i + 1) : (i == 8 ? 7 : 14 - i, 8);
            Set(x, y, bit);
            (x, y) = i < 8 ? (Size - 1 - i, 8) : (8, Size - 15 + i);
            Set(x, y, bit);
        }

        Set(8, Size - 8, 1);
        for (int i = 0; i < 18; i++)
        {
            Set(Size - 11 + (i % 3), i / 3, (Version >> i) & 1);
            Set(i / 3, Size - 11 + (i % 3), (Version >> i) & 1);
        }

        void Set(int x, int y, int module)
        {
            _modules[(y * Size) + x] = (byte)module;
            isFunction[(y * Size) + x] = 1;
        }
    }

    // In pairs of columns from the right, up and down in turns, around column 6; mask 0 turns every other module.
    private void DrawCodewords(ReadOnlySpan<byte> codewords, byte[] isFunction)
    {
        int bit = 0;
        for (int right = Size - 1; right >= 1; right -= 2)
        {
            if (right == 6) right = 5;
            bool isUp = ((right + 1) & 2) == 0;
            for (int step = 0; step < Size; step++)
            {
                int y = isUp ? Size - 1 - step : step;
                for (int x = right; x > right - 2; x--)
                {
                    int place = (y * Size) + x;
                    if (isFunction[place] != 0) continue;
                    int dark = (codewords[bit / 8] >> (7 - (bit % 8))) & 1;
                    _modules[place] = (byte)(dark ^ (1 - ((x + y) & 1)));
                    bit++;
                }
            }
        }
    }
}
