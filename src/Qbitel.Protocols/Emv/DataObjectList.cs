using System.Globalization;
using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Emv;

/// <summary>Tags and lengths that a card asks for, as in its CDOL (EMV Book 3, 5.4).</summary>
public sealed class DataObjectList
{
    private const int MaxEntries = 128;

    // EMV Book 3, 5.4 and Annex A: numeric values keep their low digits.
    private static readonly uint[] Numeric =
    [
        EmvTag.AmountAuthorised, EmvTag.AmountOther, EmvTag.TerminalCountry, EmvTag.TransactionCurrency,
        EmvTag.TransactionDate, EmvTag.TransactionType, EmvTag.PanSequence, 0x9F21, 0x9F35, 0x9F41, 0x9F15, 0x9F01,
    ];

    // Card numbers are compressed numeric: their digits stay on the left and are filled up with F.
    private static readonly uint[] CompressedNumeric = [EmvTag.Pan, 0x9F20];

    private DataObjectList(DataObjectEntry[] entries) => Entries = entries;

    public IReadOnlyList<DataObjectEntry> Entries { get; }

    /// <summary>Bytes of the filled list.</summary>
    public int Size { get; private init; }

    /// <summary>Whether it has the tag.</summary>
    public bool Asks(uint tag)
    {
        foreach (DataObjectEntry entry in Entries)
            if (entry.Tag == tag) return true;

        return false;
    }

    /// <summary>Reads a list of tags, each with one byte of length.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out DataObjectList list, out ParseError error)
    {
        list = null!;
        error = null!;
        List<DataObjectEntry> entries = [];
        int at = 0, size = 0;
        while (at < bytes.Length)
        {
            int start = at;
            uint tag = bytes[at++];
            bool continues = (tag & 0x1F) == 0x1F;
            for (int i = 0; continues && i < 2 && at < bytes.Length; i++)
            {
                tag = (tag << 8) | bytes[at];
                continues = (bytes[at++] & 0x80) != 0;
            }

            if (at >= bytes.Length || continues || entries.Count == MaxEntries)
            {
                bool isCut = at >= bytes.Length;
                error = new ParseError(new Diagnostic("Emv.Dol", Severity.Error, "the data object list cannot be read")
                {
                    Offset = start,
                    Tag = tag.ToString("X2", CultureInfo.InvariantCulture),
                    Expected = isCut ? "a tag and its length" : continues ? "a tag of at most 3 bytes"
                        : $"at most {MaxEntries} entries",
                    Actual = isCut ? "the end of the list" : "more",
                }, isCut);
                return false;
            }

            entries.Add(new DataObjectEntry(tag, bytes[at++]));
            size += entries[^1].Length;
        }

        list = new DataObjectList([.. entries]) { Size = size };
        return true;
    }

    /// <summary>
    /// Writes the values the list asks for, each filled up or cut to the length asked: numbers on the left, others on
    /// the right, card numbers with F.
    /// </summary>
    /// <param name="data">Data objects.</param>
    /// <param name="destination">Of <see cref="Size"/>.</param>
    /// <param name="missing">The first tag that is not there; nothing is put in its place.</param>
    public bool TryFill(ReadOnlySpan<byte> data, Span<byte> destination, out uint missing)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, Size, nameof(destination));
        missing = 0;
        Span<byte> rest = destination[..Size];
        rest.Clear();
        foreach (DataObjectEntry entry in Entries)
        {
            if (!BerTlvReader.TryFind(data, entry.Tag, out ReadOnlySpan<byte> value))
            {
                destination.Clear();
                missing = entry.Tag;
                return false;
            }

            Span<byte> place = rest[..entry.Length];
            int kept = Math.Min(value.Length, entry.Length);
            if (Array.IndexOf(CompressedNumeric, entry.Tag) >= 0) place.Fill(0xFF);
            if (Array.IndexOf(Numeric, entry.Tag) >= 0) value[^kept..].CopyTo(place[^kept..]);
            else value[..kept].CopyTo(place);
            rest = rest[entry.Length..];
        }

        return true;
    }
}

/// <summary>One data object a list asks for.</summary>
/// <param name="Tag">One to three bytes as a number.</param>
/// <param name="Length">How many bytes of it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DataObjectEntry(uint Tag, int Length);
