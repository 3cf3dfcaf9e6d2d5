using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Emv.Words;

/// <summary>What bits mean, by the name of their table.</summary>
internal static class BitTable
{
    private static readonly FrozenDictionary<string, Meaning[]> Tables = DataTable.Lines("Emv/Words/bits.txt")
        .Select(line => line.Split(' ', 4)).GroupBy(parts => parts[0], parts => Read(parts), StringComparer.Ordinal)
        .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);

    public static bool Has(string table) => Tables.ContainsKey(table);

    /// <summary>What is set in a value, in the order of the table; bits beyond the table are told as
    /// reserved.</summary>
    /// <param name="table">Its name.</param>
    /// <param name="value">The bytes it is about.</param>
    /// <param name="words">What is added to.</param>
    /// <param name="from">Bytes of the whole value that stand before these.</param>
    public static void Read(string table, ReadOnlySpan<byte> value, List<EmvWord> words, int from = 0)
    {
        Span<byte> known = stackalloc byte[value.Length > 64 ? 64 : value.Length];
        known.Clear();
        foreach (Meaning meaning in Tables[table])
        {
            if (meaning.Byte > value.Length) continue;
            int masked = value[meaning.Byte - 1] & meaning.Mask;
            if (meaning.Byte <= known.Length) known[meaning.Byte - 1] |= meaning.Mask;
            bool isField = meaning.Value is null;
            if (!isField && masked != meaning.Value) continue;

            int shift = BitOperations.TrailingZeroCount(meaning.Mask);
            string text = isField
                ? string.Format(CultureInfo.InvariantCulture, meaning.Text, masked >> shift) : meaning.Text;
            int bit = BitOperations.IsPow2(meaning.Mask) ? shift + 1 : 0;
            words.Add(new EmvWord(from + meaning.Byte, bit, text));
        }

        for (int i = 0; i < known.Length; i++)
        {
            int reserved = value[i] & ~known[i] & 0xFF;
            for (int bit = 8; bit > 0; bit--)
            {
                if ((reserved & (1 << (bit - 1))) != 0)
                    words.Add(new EmvWord(from + i + 1, bit, "set, and reserved or not known here"));
            }
        }
    }

    private static Meaning Read(string[] parts)
    {
        int at = int.Parse(parts[1], CultureInfo.InvariantCulture);
        byte mask = Hex(parts[2][..2]);
        int? value = parts[2].Length == 2 ? mask : parts[2][2] == '=' ? Hex(parts[2][3..]) : null;
        return new Meaning(at, mask, value, parts[3]);
    }

    private static byte Hex(string digits)
        => byte.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Meaning(int Byte, byte Mask, int? Value, string Text);
}
