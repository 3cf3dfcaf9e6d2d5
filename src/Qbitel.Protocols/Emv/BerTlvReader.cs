using System.Globalization;
using System.Runtime.CompilerServices;

namespace Qbitel.Protocols.Emv;

/// <summary>
/// Walks data objects in the order of their bytes, those within others after what holds them, without an allocation.
/// </summary>
/// <remarks>
/// Tags of one to three bytes; lengths of one byte, or of one or two after 81 or 82, of up to four where they are
/// allowed; no indefinite lengths. Zero bytes between objects are skipped, and FF where the mode is not strict (EMV
/// Book
/// 3, Annex B1); FF8101 to FF8106 are read as tags all the same. Every object lies within the one that holds it. After
/// a fault nothing more is read.
/// </remarks>
public ref struct BerTlvReader
{
    public const int MaxDepth = 16;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ParseMode _mode;
    private Ends _ends;
    private int _depth;
    private int _at;
    private bool _isFaulty;

    public BerTlvReader(ReadOnlySpan<byte> bytes, ParseMode mode = ParseMode.Lenient)
    {
        _bytes = bytes;
        _mode = mode;
        _ends[0] = bytes.Length;
    }

    /// <summary>Whether lengths of three and four bytes are read.</summary>
    public bool AllowLongLengths { get; init; }

    /// <summary>Why nothing more is read; null at the end of what is sound.</summary>
    public ParseError? Error { get; private set; }

    /// <summary>How many objects had a length longer than it need be.</summary>
    public int LongLengths { get; private set; }

    /// <summary>The next object; false at the end and after a fault.</summary>
    public bool TryRead(out BerTlv item)
    {
        item = default;
        if (_isFaulty) return false;

        while (true)
        {
            while (_depth > 0 && _at == _ends[_depth]) _depth--;
            if (_at == _ends[_depth]) return false;
            byte first = _bytes[_at];
            if (first != 0 && (first != 0xFF || !IsPadding(_ends[_depth]))) break;
            _at++;
        }

        int start = _at, end = _ends[_depth], length;
        if (!TryReadShort(start, end, out uint tag, out length)
            && (!TryReadTag(end, out tag) || !TryReadLength(start, end, tag, out length)))
        {
            return false;
        }

        item = new BerTlv(tag, start, _at, length, _depth);
        if (!item.IsConstructed)
        {
            _at += length;
            return true;
        }

        if (_depth + 1 >= MaxDepth)
            return Fail("Emv.Depth", start, tag, $"at most {MaxDepth} levels of data objects", "one more");

        _ends[++_depth] = _at + length;
        return true;
    }

    /// <summary>The value of the first object of a tag, wherever it stands; false also where a fault comes
    /// first.</summary>
    public static bool TryFind(ReadOnlySpan<byte> bytes, uint tag, out ReadOnlySpan<byte> value)
    {
        BerTlvReader reader = new(bytes);
        while (reader.TryRead(out BerTlv item))
        {
            if (item.Tag != tag) continue;
            value = bytes.Slice(item.ValueOffset, item.ValueLength);
            return true;
        }

        value = default;
        return false;
    }

    // FF8101 to FF8106 are templates of a kernel (EMV Contactless Book C-2); before any other byte FF is filler.
    private readonly bool IsPadding(int end) => _mode != ParseMode.Strict
        && !(end - _at > 2 && _bytes[_at + 1] == 0x81 && _bytes[_at + 2] is >= 0x01 and <= 0x06);

    // Nearly every object: a tag of one or two bytes, a length of one, and a value that is there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadShort(int start, int end, out uint tag, out int length)
    {
        ReadOnlySpan<byte> bytes = _bytes;
        int at = start;
        length = 0;
        tag = bytes[at++];
        if ((tag & 0x1F) == 0x1F)
        {
            if (at >= end || bytes[at] >= 0x80) return false;
            tag = (tag << 8) | bytes[at++];
        }

        if (at >= end) return false;
        length = bytes[at++];
        if (length >= 0x80 || length > end - at) return false;
        _at = at;
        return true;
    }

    private bool TryReadTag(int end, out uint tag)
    {
        int start = _at;
        tag = _bytes[_at++];
        if ((tag & 0x1F) != 0x1F) return true;

        for (int i = 0; i < 2; i++)
        {
            if (_at == end) return Cut(start, tag, end, "the rest of a tag");
            byte next = _bytes[_at++];
            tag = (tag << 8) | next;
            if ((next & 0x80) == 0) return true;
        }

        return Fail("Emv.Tag", start, tag, "a tag of at most 3 bytes", "a longer one");
    }

    private bool TryReadLength(int start, int end, uint tag, out int length)
    {
        length = 0;
        if (_at == end) return Cut(start, tag, end, "a length");

        int first = _bytes[_at++];
        if (first < 0x80)
        {
            length = first;
        }
        else
        {
            int count = first & 0x7F, most = AllowLongLengths ? 4 : 2;
            if (count == 0) return Fail("Emv.Length", start, tag, "a definite length", "an indefinite one");
            if (count > most)
            {
                return Fail("Emv.Length", start, tag,
                    string.Create(CultureInfo.InvariantCulture, $"a length of at most {most} bytes"),
                    string.Create(CultureInfo.InvariantCulture, $"one of {count} bytes"));
            }

            if (end - _at < count) return Cut(start, tag, end, "the rest of a length");
            uint wide = 0;
            for (int i = 0; i < count; i++) wide = (wide << 8) | _bytes[_at++];
            if (wide < 0x80 || (count > 1 && wide >> (8 * (count - 1)) == 0))
            {
                LongLengths++;
                if (_mode == ParseMode.Strict)
                    return Fail("Emv.Length", start, tag, "the shortest form of a length", "a longer one");
            }

            if (wide > int.MaxValue)
                return Fail("Emv.Length", start, tag, "a length that memory can hold", "a longer one");
            length = (int)wide;
        }

        return length <= end - _at
            || Cut(start, tag, end, string.Create(CultureInfo.InvariantCulture, $"a value of {length} bytes"),
                length - (end - _at));
    }

    // What is cut at the end of the input may be completed by more of it; what is cut by its holder may not.
    private bool Cut(int start, uint tag, int end, string expected, int missing = 1)
    {
        bool isIncomplete = end == _bytes.Length && _depth == 0;
        Fail(isIncomplete ? "Emv.Incomplete" : "Emv.Length", start, tag, expected,
            string.Create(CultureInfo.InvariantCulture, $"{end - _at} bytes to the end"));
        Error = new ParseError(Error!.Diagnostic, isIncomplete)
        {
            BytesNeeded = isIncomplete ? missing : null,
        };
        return false;
    }

    private bool Fail(string code, int offset, uint tag, string expected, string found)
    {
        _isFaulty = true;
        string shown = EmvTag.Show(tag);
        Error = new ParseError(new Diagnostic(code, Severity.Error, "the data object cannot be read")
        {
            Offset = offset,
            Tag = shown,
            Path = string.Create(CultureInfo.InvariantCulture, $"/{shown}"),
            Expected = expected,
            Actual = found,
        });
        return false;
    }

    [InlineArray(MaxDepth)]
    private struct Ends
    {
        private int _first;
    }
}
