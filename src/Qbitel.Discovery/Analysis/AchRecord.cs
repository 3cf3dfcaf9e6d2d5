using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Analysis;

/// <summary>One record of an ACH file that came alone: NACHA's layouts of 94 characters.</summary>
internal static class AchRecord
{
    public const int Size = 94;

    private static readonly string[] Classes =
    [
        "ACK", "ADV", "ARC", "ATX", "BOC", "CCD", "CIE", "COR", "CTX", "DNE", "ENR", "IAT", "MTE", "POP", "POS", "PPD",
        "RCK", "SHR", "TEL", "TRC", "TRX", "WEB", "XCK",
    ];

    /// <summary>Whether numbers hold digits, and all else is text.</summary>
    public static bool Fits(ReadOnlySpan<byte> record)
    {
        if (record.Length != Size) return false;
        TextCode code = CodeOf(record);
        foreach (byte b in record) if (!code.IsPrinted(b)) return false;
        return (char)(record[0] - code.Zero + '0') switch
        {
            '1' => Are(code, record, 1, 2) && Are(code, record, 23, 6) && Are(code, record, 34, 6),
            '5' => Are(code, record, 1, 3) && Are(code, record, 69, 6) && Are(code, record, 79, 15),
            '6' => Are(code, record, 1, 11) && Are(code, record, 29, 10) && Are(code, record, 78, 16),
            '7' => Are(code, record, 1, 2) && Are(code, record, 87, 7),
            '8' => Are(code, record, 1, 43) && Are(code, record, 79, 15),
            '9' => Are(code, record, 1, 54),
            _ => false,
        };
    }

    /// <summary>Whether the record holds a constant or code that no other record of digits has.</summary>
    public static bool Proves(ReadOnlySpan<byte> record)
    {
        if (!Fits(record)) return false;
        TextCode code = CodeOf(record);
        return (char)(record[0] - code.Zero + '0') switch
        {
            '1' => code.Digits(record.Slice(34, 6)) == "094101",
            '5' => code.Digits(record.Slice(1, 3)) is "200" or "220" or "225" or "280"
                && Classes.Contains(Letters(code, record.Slice(50, 3))),
            _ => false,
        };
    }

    /// <summary>The digit that names its kind.</summary>
    public static string TypeOf(ReadOnlySpan<byte> record) =>
        ((char)(record[0] - CodeOf(record).Zero + '0')).ToString();

    private static TextCode CodeOf(ReadOnlySpan<byte> record) => record[0] >= 0xF0 ? TextCode.Ebcdic : TextCode.Ascii;

    private static bool Are(TextCode code, ReadOnlySpan<byte> record, int start, int length)
    {
        foreach (byte b in record.Slice(start, length)) if (!code.IsDigit(b)) return false;
        return true;
    }

    private static string Letters(TextCode code, ReadOnlySpan<byte> bytes) => code.Name == "ascii"
        ? System.Text.Encoding.ASCII.GetString(bytes)
        : string.Concat(bytes.ToArray().Select(b => (char)(b switch
        {
            >= 0xC1 and <= 0xC9 => 'A' + b - 0xC1,
            >= 0xD1 and <= 0xD9 => 'J' + b - 0xD1,
            >= 0xE2 and <= 0xE9 => 'S' + b - 0xE2,
            _ => '?',
        })));
}
