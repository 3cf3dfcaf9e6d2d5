using System.Globalization;

namespace Qbitel.Discovery.Traces;

/// <summary>How a file of records says where each of them ends.</summary>
public sealed record RecordForm
{
    internal enum Rule
    {
        Fixed,
        Described,
        Blocked,
        Lines,
        Prefixed,
    }

    private RecordForm(Rule kind, int size = 0, bool isLittleEndian = false, bool countsItself = false)
    {
        Kind = kind;
        Size = size;
        IsLittleEndian = isLittleEndian;
        CountsItself = countsItself;
    }

    /// <summary>A record descriptor word before each record (RECFM=V).</summary>
    public static RecordForm Described { get; } = new(Rule.Described);

    /// <summary>Blocks of such records behind block descriptor words (RECFM=VB, VBS).</summary>
    public static RecordForm Blocked { get; } = new(Rule.Blocked);

    /// <summary>Records end with a line feed, with or without a carriage return before it.</summary>
    public static RecordForm Lines { get; } = new(Rule.Lines);

    internal Rule Kind { get; }

    /// <summary>Bytes of a record, or of its length.</summary>
    internal int Size { get; }

    internal bool IsLittleEndian { get; }

    internal bool CountsItself { get; }

    /// <summary>All records have the same length.</summary>
    public static RecordForm Fixed(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        return new(Rule.Fixed, length);
    }

    /// <summary>A binary length before each record.</summary>
    public static RecordForm Prefixed(int width, bool isLittleEndian = false, bool countsItself = false) =>
        width is 1 or 2 or 4 ? new(Rule.Prefixed, width, isLittleEndian, countsItself)
        : throw new ArgumentOutOfRangeException(nameof(width), width, "A length has 1, 2 or 4 bytes.");

    /// <summary>
    /// <c>lrecl=80</c>, <c>rdw</c>, <c>bdw</c>, <c>lines</c>, <c>length-prefix</c> (two bytes, big-endian), or
    /// <c>length-prefix=</c> with 1, 2, 4, 2le or 4le, and <c>+</c> behind it where the length counts itself.
    /// </summary>
    public static bool TryParse(string text, out RecordForm? form)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('=', 2);
        string value = parts.Length > 1 ? parts[1] : "";
        form = (parts[0], value) switch
        {
            ("rdw", "") => Described,
            ("bdw", "") => Blocked,
            ("lines", "") => Lines,
            ("length-prefix", "") when parts.Length == 1 => Prefixed(2),
            ("length-prefix", _) => value.TrimEnd('+') switch
            {
                "1" => Prefixed(1, false, value.EndsWith('+')),
                "2" or "2be" => Prefixed(2, false, value.EndsWith('+')),
                "4" or "4be" => Prefixed(4, false, value.EndsWith('+')),
                "2le" => Prefixed(2, true, value.EndsWith('+')),
                "4le" => Prefixed(4, true, value.EndsWith('+')),
                _ => null,
            },
            ("lrecl", _) when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                && length > 0 => Fixed(length),
            _ => null,
        };
        return form is not null;
    }
}
