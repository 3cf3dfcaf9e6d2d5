using System.Buffers;

namespace Qbitel.Protocols.Identification;

/// <summary>Covers values of JSON, so that what is left is JSON with values of the same form.</summary>
internal static class CoveredJson
{
    private static readonly SearchValues<byte> Numeric = SearchValues.Create("0123456789+-.eE"u8);

    public static void Cover(ReportField field, Span<byte> value)
    {
        bool isWord = value.SequenceEqual("true"u8) || value.SequenceEqual("false"u8) || value.SequenceEqual("null"u8);
        if (isWord) return;
        if (field.Redaction == Redaction.None || !value.Contains((byte)'\\')) CoverPlain(field, value);
        else CoverEscaped(value);
    }

    private static void CoverPlain(ReportField field, Span<byte> value)
    {
        if (field.Tag == "cardExpiryDate" && value.Length == 4)
        {
            "0001"u8.CopyTo(value); // a month that is one
        }
        else if (field.Tag is "browserIP" or "appIp" && field.Redaction == Redaction.Text)
        {
            foreach (ref byte digit in value) if (char.IsAsciiHexDigit((char)digit)) digit = (byte)'0';
        }
        else if (field.Redaction is Redaction.Text or Redaction.Account && IsNumber(value))
        {
            foreach (ref byte digit in value) if (char.IsAsciiDigit((char)digit)) digit = (byte)'1';
        }
        else
        {
            Covering.Cover(field.Redaction, value);
        }
    }

    // An escape stays one: of a character by its number a letter, of a quote or a line end what it was.
    private static void CoverEscaped(Span<byte> value)
    {
        for (int at = 0; at < value.Length;)
        {
            int next = value[at..].IndexOf((byte)'\\');
            int end = next < 0 ? value.Length : at + next;
            Covering.CoverText(value[at..end]);
            if (end + 5 < value.Length && value[end + 1] == 'u') "0078"u8.CopyTo(value[(end + 2)..]);
            at = end + (end + 1 < value.Length && value[end + 1] == 'u' ? 6 : 2);
        }
    }

    // A number without quotes may not begin with zeros.
    private static bool IsNumber(ReadOnlySpan<byte> value) =>
        !value.ContainsAnyExcept(Numeric) && value.ContainsAnyInRange((byte)'0', (byte)'9');
}
