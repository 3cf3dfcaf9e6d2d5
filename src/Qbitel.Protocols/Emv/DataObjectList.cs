using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Emv;

/// <summary>Tags and lengths that a card asks for, as in its CDOL (EMV Book 3, 5.4).</summary>
public sealed class DataObjectList
{
    private const int MaxEntries = 128;

    private readonly DataObjectEntry[] _entries;

    private DataObjectList(DataObjectEntry[] entries) => _entries = entries;

    public IReadOnlyList<DataObjectEntry> Entries => _entries;

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
                    Tag = EmvTag.Show(tag),
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
    /// Writes the values the list asks for, each filled up or cut to the length asked (EMV Book 3, 5.4): numbers on the
    /// left, others on the right.
    /// </summary>
    /// <param name="data">Data objects.</param>
    /// <param name="destination">Of <see cref="Size"/>.</param>
    /// <param name="missing">The first tag that is not there; nothing is put in its place.</param>
    public bool TryFill(ReadOnlySpan<byte> data, Span<byte> destination, out uint missing)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, Size, nameof(destination));
        missing = 0;
        Span<byte> rest = destination[..Size];
        foreach (DataObjectEntry entry in _entries)
        {
            if (!BerTlvReader.TryFind(data, entry.Tag, out ReadOnlySpan<byte> value))
            {
                destination[..Size].Clear();
                missing = entry.Tag;
                return false;
            }

            Fit(entry, value, rest[..entry.Length]);
            rest = rest[entry.Length..];
        }

        return true;
    }

    /// <summary>
    /// Writes them as a terminal does: zeros stand for what is not there, and for data objects that hold others.
    /// </summary>
    /// <param name="data">Data objects.</param>
    /// <param name="destination">Of <see cref="Size"/>.</param>
    /// <returns>How many of the values are zeros for want of data.</returns>
    public int Fill(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, Size, nameof(destination));
        int absent = 0;
        Span<byte> rest = destination[..Size];
        foreach (DataObjectEntry entry in _entries)
        {
            Span<byte> place = rest[..entry.Length];
            if (BerTlv.IsConstructedTag(entry.Tag)
                || !BerTlvReader.TryFind(data, entry.Tag, out ReadOnlySpan<byte> value))
            {
                place.Clear();
                absent++;
            }
            else
            {
                Fit(entry, value, place);
            }

            rest = rest[entry.Length..];
        }

        return absent;
    }

    private static void Fit(DataObjectEntry entry, ReadOnlySpan<byte> value, Span<byte> place)
    {
        int kept = Math.Min(value.Length, place.Length);
        EmvFormat format = EmvTagTable.Find(entry.Tag)?.Format ?? EmvFormat.Binary;
        if (format == EmvFormat.Numeric)
        {
            place[..^kept].Clear();
            value[^kept..].CopyTo(place[^kept..]);
            return;
        }

        value[..kept].CopyTo(place);
        place[kept..].Fill(format == EmvFormat.CompressedNumeric ? (byte)0xFF : (byte)0);
    }
}

/// <summary>One data object a list asks for.</summary>
/// <param name="Tag">One to three bytes as a number.</param>
/// <param name="Length">How many bytes of it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DataObjectEntry(uint Tag, int Length);
