using System.Globalization;
using System.Text;

namespace Qbitel.Cryptography.Cards.KeyBlocks;

/// <summary>What a key block says of its key in the clear, authenticated with it (X9.143, 6.2; ISO 20038).</summary>
public sealed record KeyBlockHeader
{
    internal const int FixedSize = 16;
    internal const int MaxBlockSize = 9999;

    private const int ExtendedLengthDigits = 4;

    /// <summary>How the block is protected: A and C by variants of a TDEA key, B by derived TDEA keys, D and E by
    /// derived AES keys.</summary>
    public required char Version { get; init; }

    /// <summary>Two characters, e.g. B0 for a base derivation key, P0 for PIN encryption.</summary>
    public required string Usage { get; init; }

    /// <summary>The algorithm of the key: A, D, T, H …</summary>
    public required char Algorithm { get; init; }

    /// <summary>What may be done with the key: B, C, D, E, G, N, S, T, V, X, Y.</summary>
    public required char Mode { get; init; }

    /// <summary>Two characters; 00 where versions are not used.</summary>
    public string KeyVersion { get; init; } = "00";

    /// <summary>E under any trusted key, S under other key blocks too, N not at all.</summary>
    public required char Exportability { get; init; }

    /// <summary>Two characters: 00, or the context in which the key is used.</summary>
    public string Context { get; init; } = "00";

    /// <summary>In their order, without the padding.</summary>
    public IReadOnlyList<KeyBlockOption> Options { get; init; } = [];

    /// <summary>The size of the cipher's blocks, in bytes: of encrypted parts, and of which the whole is a
    /// multiple.</summary>
    internal int BlockSize => Version is 'D' or 'E' ? 16 : 8;

    internal int MacSize => Version switch { 'A' or 'C' => 4, 'B' => 8, _ => 16 };

    /// <summary>Whether the clear payload fills whole blocks; under a stream of version E it need not.</summary>
    internal bool IsPadded => Version != 'E';

    /// <summary>Reads a header, which may be followed by the rest of a block.</summary>
    /// <param name="text">The block.</param>
    /// <param name="totalSize">The length the header gives.</param>
    /// <param name="size">How many characters the header has, its optional blocks included.</param>
    /// <exception cref="CardException">With <see cref="CardFault.KeyBlockFormat"/>: where, and what was
    /// expected.</exception>
    internal static KeyBlockHeader Read(ReadOnlySpan<char> text, out int totalSize, out int size)
    {
        if (text.Length < FixedSize) throw Fault($"has {text.Length} characters; the header alone has {FixedSize}");
        foreach (char c in text)
        {
            if (c is < ' ' or > '~') throw Fault("holds a character that is not printable ASCII");
        }

        char version = text[0];
        if (version is < 'A' or > 'E') throw Fault("is of an unknown version; A to E are known");

        totalSize = Number(text[1..5], 10, "its length");
        int count = Number(text[12..14], 10, "the number of its optional blocks");
        string usage = new(text[5..7]), keyVersion = new(text[9..11]), context = new(text[14..16]);
        if (!KeyBlockCodes.IsUsage(usage)) throw Fault("has an unknown key usage in characters 6 and 7");
        if (!KeyBlockCodes.IsAlgorithm(text[7])) throw Fault("has an unknown algorithm in character 8");
        if (!KeyBlockCodes.IsMode(text[8])) throw Fault("has an unknown mode of use in character 9");
        if (!IsAlphanumeric(keyVersion))
            throw Fault("has a key version that is not letters and digits in characters 10 and 11");
        if (text[11] is not ('E' or 'N' or 'S')) throw Fault("has an unknown exportability in character 12");
        if (context[0] is < '0' or > '9' || context[1] is < '0' or > '9')
            throw Fault("has an unknown context in characters 15 and 16");

        List<KeyBlockOption> options = [];
        size = FixedSize;
        for (int i = 0; i < count; i++)
        {
            KeyBlockOption option = ReadOption(text, ref size);
            bool isPadding = option.Id == KeyBlockOption.Padding;
            if (isPadding && i != count - 1) throw Fault("has padding before its last optional block");
            if (!isPadding) options.Add(option);
        }

        KeyBlockHeader header = new()
        {
            Version = version,
            Usage = usage,
            Algorithm = text[7],
            Mode = text[8],
            KeyVersion = keyVersion,
            Exportability = text[11],
            Context = context,
            Options = options,
        };
        return size % header.BlockSize == 0 ? header
            : throw Fault($"has a header that is not a multiple of {header.BlockSize} characters");
    }

    /// <summary>The header's characters for a key block of a size that depends on them: see the payload's.</summary>
    internal string Write(int payloadSize)
    {
        StringBuilder options = new();
        foreach (KeyBlockOption option in Options) WriteOption(options, option.Id, option.Data);

        int count = Options.Count;
        int beyond = options.Length % BlockSize;
        if (beyond != 0)
        {
            int fill = BlockSize - beyond;
            while (fill < 4) fill += BlockSize;
            WriteOption(options, KeyBlockOption.Padding, new string('0', fill - 4));
            count++;
        }

        int total = FixedSize + options.Length + (2 * payloadSize) + (2 * MacSize);
        if (total > MaxBlockSize || count > 99)
            throw new CardException(CardFault.InvalidInput, "The key block would be too long for its header.");

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Version}{total:D4}{Usage}{Algorithm}{Mode}{KeyVersion}{Exportability}{count:D2}{Context}{options}");
    }

    internal static CardException Fault(string what) => new(CardFault.KeyBlockFormat, $"The key block {what}.");

    private static KeyBlockOption ReadOption(ReadOnlySpan<char> text, ref int at)
    {
        if (text.Length < at + 4) throw Fault($"ends within the optional block at character {at + 1}");

        string id = new(text.Slice(at, 2));
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

        string data = new(text[(at + head)..(at + length)]);
        at += length;
        return new KeyBlockOption(id, data);
    }

    private static void WriteOption(StringBuilder text, string id, string data)
    {
        if (!IsAlphanumeric(id) || id.Length != 2)
            throw new CardException(CardFault.InvalidInput, "An optional block's identifier is two letters or digits.");
        if (data.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new CardException(CardFault.InvalidInput,
                $"The optional block {id} holds a character that is not printable ASCII.");
        }

        int length = 4 + data.Length;
        text.Append(id);
        if (length <= 0xFF) text.Append(CultureInfo.InvariantCulture, $"{length:X2}");
        else text.Append(CultureInfo.InvariantCulture, $"0004{length + 2 + ExtendedLengthDigits:X4}");
        text.Append(data);
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

    private static bool IsAlphanumeric(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterUpper(c) && !char.IsAsciiDigit(c) && !char.IsAsciiLetterLower(c)) return false;
        }

        return true;
    }
}
