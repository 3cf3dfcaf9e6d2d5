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
    /// <exception cref="CardException">With <see cref="CardFault.KeyBlockFormat"/>: where, and what was
    /// expected.</exception>
    internal static KeyBlockHeader Read(ReadOnlySpan<char> text, out KeyBlockLayout layout)
    {
        layout = KeyBlockLayout.Read(text);
        List<KeyBlockOption> options = [];
        int at = FixedSize;
        for (int i = 0; i < layout.Options; i++)
        {
            string id = new(KeyBlockLayout.ReadOption(text, ref at, out ReadOnlySpan<char> data));
            if (id != KeyBlockOption.Padding) options.Add(new KeyBlockOption(id, new string(data)));
        }

        return new KeyBlockHeader
        {
            Version = layout.Version,
            Usage = new string(text[5..7]),
            Algorithm = layout.Algorithm,
            Mode = layout.Mode,
            KeyVersion = new string(text[9..11]),
            Exportability = layout.Exportability,
            Context = new string(text[14..16]),
            Options = options,
        };
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

    private static void WriteOption(StringBuilder text, string id, string data)
    {
        if (!KeyBlockLayout.IsAlphanumeric(id) || id.Length != 2)
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
}
