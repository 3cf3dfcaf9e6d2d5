using System.Runtime.InteropServices;

namespace Qbitel.Cryptography.Cards.KeyBlocks;

/// <summary>What a key block says of its key in fixed places, found without an allocation.</summary>
/// <remarks>The reading is that of <see cref="KeyBlockHeader"/>, which has the optional blocks as well.</remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct KeyBlockLayout
{
    private const int ExtendedLengthDigits = 4;

    private readonly char _use, _kind;

    private KeyBlockLayout(ReadOnlySpan<char> text, int totalSize, int headerSize, int options)
    {
        Version = text[0];
        (_use, _kind) = (text[5], text[6]);
        Algorithm = text[7];
        Mode = text[8];
        Exportability = text[11];
        TotalSize = totalSize;
        HeaderSize = headerSize;
        Options = options;
    }

    public char Version { get; }

    /// <summary>A, D, T, H …</summary>
    public char Algorithm { get; }

    public char Mode { get; }

    /// <summary>E, S or N.</summary>
    public char Exportability { get; }

    /// <summary>Characters of the whole block, as its length field says.</summary>
    public int TotalSize { get; }

    /// <summary>Characters of the header with its optional blocks.</summary>
    public int HeaderSize { get; }

    /// <summary>How many optional blocks there are, the padding included.</summary>
    public int Options { get; }

    internal int BlockSize => Version is 'D' or 'E' ? 16 : 8;

    internal int MacSize => Version switch { 'A' or 'C' => 4, 'B' => 8, _ => 16 };

    internal bool IsPadded => Version != 'E';

    /// <summary>Whether the key is of a usage, e.g. P0.</summary>
    public bool HasUsage(ReadOnlySpan<char> usage) => usage is [char use, char kind] && use == _use && kind == _kind;

    /// <summary>Reads the header of a block that is there whole.</summary>
    /// <exception cref="CardException">With <see cref="CardFault.KeyBlockFormat"/>: where, and what was
    /// expected.</exception>
    public static KeyBlockLayout Read(ReadOnlySpan<char> text)
    {
        if (text.Length < KeyBlockHeader.FixedSize)
            throw Fault($"has {text.Length} characters; the header alone has {KeyBlockHeader.FixedSize}");
        if (text.ContainsAnyExceptInRange(' ', '~')) throw Fault("holds a character that is not printable ASCII");
        if (text[0] is < 'A' or > 'E') throw Fault("is of an unknown version; A to E are known");

        int totalSize = Number(text[1..5], 10, "its length");
        int count = Number(text[12..14], 10, "the number of its optional blocks");
        if (!KeyBlockCodes.IsUsage(text[5..7])) throw Fault("has an unknown key usage in characters 6 and 7");
        if (!KeyBlockCodes.IsAlgorithm(text[7])) throw Fault("has an unknown algorithm in character 8");
        if (!KeyBlockCodes.IsMode(text[8])) throw Fault("has an unknown mode of use in character 9");
        if (!IsAlphanumeric(text[9..11]))
            throw Fault("has a key version that is not letters and digits in characters 10 and 11");
        if (text[11] is not ('E' or 'N' or 'S')) throw Fault("has an unknown exportability in character 12");
        if (text[14] is < '0' or > '9' || text[15] is < '0' or > '9')
            throw Fault("has an unknown context in characters 15 and 16");

        int size = KeyBlockHeader.FixedSize;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<char> id = ReadOption(text, ref size, out _);
            if (id.SequenceEqual(KeyBlockOption.Padding) && i != count - 1)
                throw Fault("has padding before its last optional block");
        }

        KeyBlockLayout layout = new(text, totalSize, size, count);
        return size % layout.BlockSize == 0 ? layout
            : throw Fault($"has a header that is not a multiple of {layout.BlockSize} characters");
    }

    /// <summary>One optional block, and the place after it.</summary>
    internal static ReadOnlySpan<char> ReadOption(ReadOnlySpan<char> text, ref int at, out ReadOnlySpan<char> data)
    {
        if (text.Length < at + 4) throw Fault($"ends within the optional block at character {at + 1}");

        ReadOnlySpan<char> id = text.Slice(at, 2);
        if (!IsAlphanumeric(id)) throw Fault($"has an identifier that is not letters and digits at character {at + 1}");

        int length = Number(text.Slice(at + 2, 2), 16, "the length of an optional block");
        int head = 4;
        if (length == 0)
        {
            if (text.Length < at + 6) throw Fault($"ends within the optional block at character {at + 1}");
            int digits = Number(text.Slice(at + 4, 2), 16, "the length of a length");
            head = 6 + digits;
            if (digits is 0 or > ExtendedLengthDigits || text.Length < at + head)
                throw Fault($"has a length of a length that cannot be at character {at + 5}");
            length = Number(text.Slice(at + 6, digits), 16, "the length of an optional block");
        }

        if (length < head || text.Length < at + length)
            throw Fault($"has an optional block of a length that cannot be at character {at + 3}");

        data = text[(at + head)..(at + length)];
        at += length;
        return id;
    }

    internal static bool IsAlphanumeric(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c)) return false;
        }

        return true;
    }

    private static int Number(ReadOnlySpan<char> digits, int radix, string what)
    {
        int number = 0;
        foreach (char c in digits)
        {
            int digit = c is >= '0' and <= '9' ? c - '0' : c is >= 'A' and <= 'F' ? c - 'A' + 10 : radix;
            if (digit >= radix) throw Fault($"has something other than digits for {what}");
            number = (number * radix) + digit;
        }

        return number;
    }

    private static CardException Fault(string what) => KeyBlockHeader.Fault(what);
}
