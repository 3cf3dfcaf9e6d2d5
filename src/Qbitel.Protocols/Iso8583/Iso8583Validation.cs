using System.Globalization;
using Qbitel.Protocols.Iso8583.Coding;
using Qbitel.Protocols.Iso8583.Subfields;

namespace Qbitel.Protocols.Iso8583;

/// <summary>
/// Which fields must stand, and what they must hold: characters, dates, currencies, the card number's check digit.
/// </summary>
internal static class Iso8583Validation
{
    // ISO 8583:1987: what an answer repeats of its request.
    public static readonly IReadOnlyList<int> StandardEcho = [2, 3, 4, 7, 11, 12, 13, 32, 37, 41, 42];

    public static void Run(Iso8583Message message, ParseMode mode, DiagnosticList found)
    {
        foreach (int number in message.Profile.Mandatory(message.Mti))
        {
            if (message.Find(number) is not null) continue;

            found.Add(new Diagnostic("Iso8583.MandatoryField", Severity.Error, "the message type must have the field")
            {
                Offset = message.Layout.BitmapOffset,
                Length = message.Encoding.BitmapLength,
                Tag = number.ToString(CultureInfo.InvariantCulture),
                Field = message.Profile.Field(number)?.Name,
                Expected = $"field {number} in {message.Mti}",
            });
        }

        Severity tolerated = mode == ParseMode.Strict ? Severity.Error : Severity.Warning;
        foreach (Iso8583Slice slice in message.Fields) RunField(message, slice, tolerated, found);
        if (message.Find(64) is { } mac && message.Fields[^1].Number > 64)
        {
            Report(message, found, tolerated, "Iso8583.Mac", "fields follow the message authentication code", mac,
                "the code in field 128 where a message has two bitmaps", null);
        }
    }

    /// <summary>What an answer must have of its request.</summary>
    public static void RunResponse(Iso8583Message request, Iso8583Message response, DiagnosticList found)
    {
        if (request.Mti.IsResponse || response.Mti != request.Mti.Response())
        {
            found.Add(new Diagnostic("Iso8583.ResponseType", Severity.Error,
                "the message type does not answer the request's")
            {
                Offset = response.Layout.MtiOffset,
                Expected = request.Mti.IsResponse ? "a request" : request.Mti.Response().ToString(),
                Actual = response.Mti.ToString(),
            });
        }

        foreach (int number in request.Profile.Echoed)
        {
            if (request.Find(number) is not { } asked || response.Find(number) is not { } answered) continue;
            if (request.Text(asked) == response.Text(answered)) continue;
            Report(response, found, Severity.Error, "Iso8583.ResponseEcho",
                "the answer does not repeat the request's value", answered, request.Shown(asked),
                response.Shown(answered));
        }

        if (response.Mti.IsResponse && response.Profile.FieldOrNone(39) is { } rule && response.Find(39) is null)
        {
            found.Add(new Diagnostic("Iso8583.ResponseCode", Severity.Error,
                "an answer says what became of the request")
            {
                Offset = response.Layout.BitmapOffset,
                Tag = "39",
                Field = rule.Name,
                Expected = "field 39",
            });
        }
    }

    private static void Report(
        Iso8583Message message, DiagnosticList found, Severity severity, string code, string sentence,
        Iso8583Slice slice, string expected, string? actual, int at = 0) =>
        found.Add(new Diagnostic(code, severity, sentence)
        {
            Offset = slice.ValueOffset + at,
            Length = slice.ValueLength - at,
            Tag = slice.Number.ToString(CultureInfo.InvariantCulture),
            Field = message.Profile.Field(slice.Number)?.Name,
            Expected = expected,
            Actual = actual,
        });

    private static void RunField(Iso8583Message message, Iso8583Slice slice, Severity tolerated, DiagnosticList found)
    {
        Iso8583FieldRule rule = message.Profile.Field(slice.Number)!;
        FieldShape shape = message.Plan.Shape(slice.Number);
        ReadOnlySpan<byte> value = message.ValueOf(slice);
        string text = message.Text(slice);
        int misfit = FieldCharacters.FirstMisfit(rule.Type, text);
        if (misfit >= 0)
        {
            Report(message, found, Severity.Error, "Iso8583.FieldContent", "the field holds a character it may not",
                slice, FieldCharacters.NameOf(rule.Type), message.Shown(slice),
                Math.Min(shape.ByteOf(misfit, slice.Characters), slice.ValueLength));
            return;
        }

        if (shape.Form == WireForm.Integer && text.Length > shape.Length)
        {
            Report(message, found, Severity.Error, "Iso8583.FieldContent", "the number has more digits than the field",
                slice, $"at most {shape.Length} digits", message.Shown(slice));
            return;
        }

        if (!shape.IsPaddedWell(value, slice.Characters))
        {
            Report(message, found, tolerated, "Iso8583.Padding", "the half byte that fills up is another than expected",
                slice, shape.Padding == DigitPadding.RightF ? "F after the digits" : "0 before the digits", null);
        }

        if (rule.Form is { } form && !Iso8583Forms.Has(form, text))
        {
            Report(message, found, Severity.Error, form == "currency" ? "Iso8583.Currency" : "Iso8583.Date",
                "there is no such date, time or currency", slice, form, message.Shown(slice));
        }
        else if (slice.Number == 2 && value.Length > 0 && message.Pan is null)
        {
            Report(message, found, tolerated, "Iso8583.Luhn", "the card number's check digit is wrong", slice,
                "12 to 19 digits, the last a Luhn check digit", null);
        }
        else if (slice.Number == 11 && text.AsSpan().TrimStart('0').IsEmpty)
        {
            Report(message, found, tolerated, "Iso8583.Stan", "a trace number of zeros names no message", slice,
                "a number from 1 on", text);
        }
        else if (slice.Number == 37 && text.AsSpan().TrimStart("0 ").IsEmpty)
        {
            Report(message, found, tolerated, "Iso8583.Rrn", "a reference of zeros or spaces names no transaction",
                slice, "12 letters and digits", text);
        }
        else if (slice.Number == 35 && text.Length > 0 && !Iso8583Track2.TryParse(text, out _))
        {
            Report(message, found, tolerated, "Iso8583.Track2", "the track has no card number, separator and expiry",
                slice, "up to 19 digits, = or D, an expiry and a service code", null);
        }

        if (rule.Subfields is { } layout && slice.ValueLength > 0) RunSubfields(message, slice, layout, found);
    }

    private static void RunSubfields(Iso8583Message message, Iso8583Slice slice, SubfieldLayout layout,
        DiagnosticList found)
    {
        byte[] content = message.Content(slice, layout);
        List<Iso8583Subfield> parts = [];
        string number = slice.Number.ToString(CultureInfo.InvariantCulture);
        if (SubfieldReader.Read(content, layout, parts) is { } fault)
        {
            int place = message.PlaceOf(slice, layout, fault.Offset ?? 0);
            found.Add(fault with
            {
                Severity = layout.IsOptional ? Severity.Info : Severity.Error,
                Offset = place,
                Length = slice.End - place,
                Tag = number,
                Path = $"{number}.{fault.Path}",
                Field = message.Profile.Field(slice.Number)!.Name,
            });
        }

        foreach (Iso8583Subfield part in parts)
        {
            SubfieldRule? rule = layout.Find(part.Path);
            string code = "Iso8583.Subfield", sentence;
            Severity severity = layout.IsOptional ? Severity.Info : Severity.Error;
            if (rule is null && part.Name is null)
            {
                (code, sentence, severity) =
                    ("Iso8583.UnknownTag", "the profile does not know this part; it is kept as it is", Severity.Info);
            }
            else if (rule is { Type: { } type } && type != Iso8583Type.Binary && FieldCharacters.FirstMisfit(type,
                System.Text.Encoding.Latin1.GetString(content, part.ValueOffset, part.ValueLength)) >= 0)
            {
                sentence = "the part holds a character it may not";
            }
            else if (rule is { Length: > 0, PrefixDigits: 0 } && layout.Kind is SubfieldKind.Tlv
                && part.ValueLength > rule.Length)
            {
                sentence = "the part is longer than it may be";
            }
            else
            {
                continue;
            }

            int place = message.PlaceOf(slice, layout, part.ValueOffset);
            found.Add(new Diagnostic(code, severity, sentence)
            {
                Offset = place,
                Length = message.PlaceOf(slice, layout, part.End) - place,
                Tag = number,
                Path = $"{number}.{part.Path}",
                Field = part.Name,
                Expected = rule is null ? "a part that the profile names"
                    : rule.Type is { } expected ? FieldCharacters.NameOf(expected) : $"at most {rule.Length}",
            });
        }
    }
}
