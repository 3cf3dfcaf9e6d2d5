using System.Globalization;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Iso8583;

/// <summary>
/// Which fields must stand, and what they must hold: characters, dates, currencies, the card number's check digit.
/// </summary>
internal static class Iso8583Validation
{
    // ISO 8583:1987: what an answer repeats of its request.
    private static readonly int[] Echoed = [2, 3, 4, 7, 11, 12, 13, 32, 37, 41, 42];

    public static void Run(Iso8583Message message, ParseMode mode, DiagnosticList found)
    {
        foreach (int number in message.Profile.Mandatory(message.Mti))
        {
            if (message.Find(number) is not null) continue;

            found.Add(new Diagnostic("Iso8583.MandatoryField", Severity.Error, "the message type must have the field")
            {
                Offset = message.Encoding.HeaderLength + 4,
                Length = message.Encoding.BitmapLength,
                Tag = number.ToString(CultureInfo.InvariantCulture),
                Field = message.Profile.Field(number)?.Name,
                Expected = $"field {number} in {message.Mti}",
            });
        }

        foreach (Iso8583Slice slice in message.Fields)
        {
            Iso8583FieldRule rule = message.Profile.Field(slice.Number)!;
            ReadOnlySpan<byte> value = message.ValueOf(slice);
            int misfit = rule.FirstMisfit(value, message.Encoding.Bitmap == Iso8583Bitmap.Hex);
            if (misfit >= 0)
            {
                Report(found, Severity.Error, "Iso8583.FieldContent", "the field holds a character it may not", slice,
                    rule, rule.Type.ToString(),
                    message.Shown(slice), misfit);
            }
            else if (rule.Form is { } form && !HasForm(form, value))
            {
                string code = form == "currency" ? "Iso8583.Currency" : "Iso8583.Date";
                Report(found, Severity.Error, code, "there is no such date, time or currency", slice, rule, form,
                    message.Shown(slice));
            }
            else if (slice.Number == 2 && value.Length > 0 && message.Pan is null)
            {
                Severity severity = mode == ParseMode.Strict ? Severity.Error : Severity.Warning;
                Report(found, severity, "Iso8583.Luhn", "the card number's check digit is wrong", slice, rule,
                    "12 to 19 digits, the last a Luhn check digit", null);
            }
        }
    }

    public static void RunResponse(Iso8583Message request, Iso8583Message response, DiagnosticList found)
    {
        if (request.Mti.IsResponse || response.Mti != request.Mti.Response())
        {
            found.Add(new Diagnostic("Iso8583.ResponseType", Severity.Error,
                "the message type does not answer the request's")
            {
                Offset = response.Encoding.HeaderLength,
                Expected = request.Mti.IsResponse ? "a request" : request.Mti.Response().ToString(),
                Actual = response.Mti.ToString(),
            });
        }

        foreach (int number in Echoed)
        {
            if (request.Find(number) is not { } asked || response.Find(number) is not { } answered) continue;
            if (request.ValueOf(asked).SequenceEqual(response.ValueOf(answered))) continue;
            Report(found, Severity.Error, "Iso8583.ResponseEcho", "the answer does not repeat the request's value",
                answered,
                response.Profile.Field(number)!, request.Shown(asked), response.Shown(answered));
        }
    }

    /// <summary>Whether a value is a date, time or currency of the form.</summary>
    public static bool HasForm(string form, ReadOnlySpan<byte> value) => form switch
    {
        "MMDDhhmmss" => IsDay(value) && IsTime(value[4..]),
        "hhmmss" => IsTime(value),
        "MMDD" => IsDay(value),
        "YYMM" => Ascii.TwoDigits(value, 2) is >= 1 and <= 12,
        "YYMMDD" => IsDay(value[2..]),
        "currency" => Ascii.TryReadNumber(value, 3, out int number) && Currency.TryFind(number, out _),
        _ => true,
    };

    // Without a year, 29 February may exist.
    private static bool IsDay(ReadOnlySpan<byte> value)
    {
        int month = Ascii.TwoDigits(value, 0), day = Ascii.TwoDigits(value, 2);
        return month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(2024, month);
    }

    private static bool IsTime(ReadOnlySpan<byte> value) =>
        Ascii.TwoDigits(value, 0) is >= 0 and <= 23 && Ascii.TwoDigits(value, 2) is >= 0 and <= 59
            && Ascii.TwoDigits(value, 4) is >= 0 and <= 59;

    private static void Report(
        DiagnosticList found, Severity severity, string code, string message, Iso8583Slice slice, Iso8583FieldRule rule,
            string expected, string? actual, int at = 0) =>
        found.Add(new Diagnostic(code, severity, message)
        {
            Offset = slice.ValueOffset + at,
            Length = slice.ValueLength - at,
            Tag = slice.Number.ToString(CultureInfo.InvariantCulture),
            Field = rule.Name,
            Expected = expected,
            Actual = actual,
        });
}
