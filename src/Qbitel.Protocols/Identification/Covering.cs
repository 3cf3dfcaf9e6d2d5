using System.Buffers;
using System.Globalization;
using System.Text;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Identification;

/// <summary>
/// Writes over what may not be shown, byte for byte: letters become X, digits 0, separators and line ends stay, so that
/// what is left has the form of what was there.
/// </summary>
internal static class Covering
{
    // Of as many bytes as the letter they cover (UTF-8).
    private static readonly byte[][] Letters =
        [[], [(byte)'X'], [0xCE, 0xA7], [0xEF, 0xBC, 0xB8], [0xF0, 0x9D, 0x90, 0x97]];

    public static void Cover(Redaction redaction, Span<byte> value)
    {
        switch (redaction)
        {
            case Redaction.None:
                CoverStrayPans(value);
                break;
            case Redaction.Pan when value.Length >= 12 && Ascii.IsDigits(value):
                CoverPan(value);
                break;
            case Redaction.Secret or Redaction.Pan when IsHexadecimal(value):
                value.Fill((byte)'0'); // a binary field written in digits stays one
                break;
            case Redaction.Secret or Redaction.Pan when IsBinary(value):
                value.Clear();
                break;
            case Redaction.Account:
                CoverAccount(value);
                break;
            default:
                CoverText(value);
                break;
        }
    }

    public static void CoverText(Span<byte> text)
    {
        if (IsDate(text))
        {
            "1900-01-01"u8.CopyTo(text); // a day nobody has, and still one
            return;
        }

        for (int i = 0; i < text.Length;)
        {
            byte b = text[i];
            if (b >= 0x80)
            {
                bool isRune = Rune.DecodeFromUtf8(text[i..], out _, out int length) == OperationStatus.Done;
                int size = isRune ? length : 1;
                Letters[size].CopyTo(text[i..]);
                i += size;
                continue;
            }

            text[i++] = char.IsAsciiDigit((char)b) ? (byte)'0'
                : char.IsAsciiLetterLower((char)b) ? (byte)'x'
                : char.IsAsciiLetterUpper((char)b) ? (byte)'X' : b;
        }
    }

    /// <summary>Text in EBCDIC, whose letters and digits all lie above 0x80.</summary>
    public static void CoverEbcdic(Span<byte> text)
    {
        foreach (ref byte b in text)
        {
            if (b >= 0xF0) b = 0xF0;
            else if (b >= 0xC0) b = 0xE7;
            else if (b >= 0x80) b = 0xA7;
        }
    }

    /// <summary>An account number, with its slashes; an IBAN stays one, of the same country.</summary>
    public static void CoverAccount(Span<byte> account)
    {
        int start = account.IndexOfAnyExcept((byte)'/', (byte)' ');
        int end = account.LastIndexOfAnyExcept((byte)'/', (byte)' ') + 1;
        if (start < 0 || end - start > 34 || !Iban.TryParse(Encoding.Latin1.GetString(account[start..end]), out _))
        {
            CoverText(account);
            return;
        }

        Span<byte> iban = account[start..end];
        CoverText(iban[4..]);
        "00"u8.CopyTo(iban[2..]);

        // ISO 13616: 98 less the remainder of the number with 00 for its check digits.
        string text = Encoding.Latin1.GetString(iban);
        int check = 98 - Mod97.Remainder(text.AsSpan(0, 4), Mod97.Remainder(text.AsSpan(4)));
        check.TryFormat(iban[2..4], out _, "D2", CultureInfo.InvariantCulture);
    }

    /// <summary>Card numbers in what is public otherwise.</summary>
    public static void CoverStrayPans(Span<byte> text)
    {
        for (int i = 0; i < text.Length;)
        {
            int run = 0;
            while (i + run < text.Length && char.IsAsciiDigit((char)text[i + run])) run++;
            if (run is >= 13 and <= 19 && Masking.LooksLikePan(Encoding.Latin1.GetString(text.Slice(i, run))))
                CoverPan(text.Slice(i, run));

            i += Math.Max(run, 1);
        }
    }

    // The first six and last four stay, as on a receipt; what stands there afterwards is no card's number.
    private static void CoverPan(Span<byte> digits)
    {
        digits[6..^4].Fill((byte)'0');
        if (Masking.LuhnHolds(Encoding.Latin1.GetString(digits))) digits[6] = (byte)'1';
    }

    private static bool IsHexadecimal(ReadOnlySpan<byte> value) =>
        value.Length >= 2 && value.Length % 2 == 0
            && !value.ContainsAnyExcept(Hexadecimal);

    private static bool IsBinary(ReadOnlySpan<byte> value) =>
        value.ContainsAnyExceptInRange((byte)' ', (byte)'~') && value.ContainsAnyExcept(Printed);

    private static readonly SearchValues<byte> Hexadecimal = SearchValues.Create("0123456789ABCDEFabcdef"u8);

    private static readonly SearchValues<byte> Printed =
        SearchValues.Create([.. Enumerable.Range(' ', 95).Select(each => (byte)each), (byte)'\r', (byte)'\n']);

    private static bool IsDate(ReadOnlySpan<byte> text) =>
        text.Length == 10 && text[4] == '-' && text[7] == '-' && Ascii.IsDigits(text[..4])
            && Ascii.IsDigits(text[5..7]) && Ascii.IsDigits(text[8..]);
}
