using System.Buffers;
using System.Globalization;
using System.Text;

namespace Qbitel.Protocols.EmvQr;

/// <summary>Reads numbered objects: two digits of a number, two of a length, and so many characters.</summary>
internal static class EmvQrText
{
    private const int MaxDepth = 3;

    /// <summary>
    /// Reads objects up to the checksum; the text ends with it, or more of another kind follows.
    /// </summary>
    /// <param name="text">The code's text, and what may follow it.</param>
    /// <param name="inBytes">Whether lengths are taken as bytes, as some write them.</param>
    /// <param name="objects">In their order, those within a template after it.</param>
    /// <param name="findings">Templates whose value is not objects.</param>
    /// <param name="consumed">Where the checksum ends.</param>
    public static ParseError? Read(ReadOnlySpan<byte> text, bool inBytes, List<EmvQrObject> objects,
        DiagnosticList findings, out int consumed)
    {
        consumed = 0;
        int at = 0;
        while (at < text.Length)
        {
            if (Header(text, at, inBytes, out int number, out int length) is { } wrong) return wrong;
            string path = number.ToString("D2", CultureInfo.InvariantCulture);
            Add(text, path, at, length, inBytes, 1, objects, findings);
            at += 4 + length;
            consumed = at;
            if (number == 63) return null;
        }

        return Cut(text.Length, "object 63, the checksum, at the end");
    }

    private static void Add(ReadOnlySpan<byte> text, string path, int at, int length, bool inBytes, int depth,
        List<EmvQrObject> objects, DiagnosticList findings)
    {
        EmvQrRule? rule = EmvQrTable.Find(path);
        int place = objects.Count;
        objects.Add(null!);
        bool isTemplate = rule is { Form.IsTemplate: true } && depth < MaxDepth;
        int end = at + 4 + length;
        for (int inside = at + 4; isTemplate && inside < end;)
        {
            if (Header(text[..end], inside, inBytes, out int number, out int size) is { } wrong)
            {
                findings.Add(wrong.Diagnostic with
                {
                    Code = "EmvQr.Template",
                    Message = "the value of a template is not objects",
                    Path = "/" + path,
                    Actual = "something else",
                });
                objects.RemoveRange(place + 1, objects.Count - place - 1);
                isTemplate = false;
                break;
            }

            Add(text, $"{path}/{number.ToString("D2", CultureInfo.InvariantCulture)}", inside, size, inBytes, depth + 1,
                objects, findings);
            inside += 4 + size;
        }

        objects[place] = new EmvQrObject(path, at, at + 4, length, isTemplate)
        {
            Name = rule?.Name,
            Redaction = isTemplate ? Redaction.None
                : rule is null || rule.Form.IsTemplate ? Redaction.Text : rule.Redaction,
        };
    }

    /// <summary>The number of the object at a place, and the bytes of its value.</summary>
    private static ParseError? Header(ReadOnlySpan<byte> text, int at, bool inBytes, out int number, out int length)
    {
        number = length = 0;
        ReadOnlySpan<byte> head = text.Slice(at, Math.Min(4, text.Length - at));
        if (!Ascii.IsDigits(head))
        {
            return new ParseError(new Diagnostic("EmvQr.Object", Severity.Error, "no object begins here")
            {
                Offset = at,
                Expected = "two digits of a number and two of a length",
                Actual = "other characters",
            });
        }

        if (head.Length < 4) return Cut(text.Length, "the rest of an object");
        number = Ascii.TwoDigits(head, 0);
        int characters = Ascii.TwoDigits(head, 2);
        int from = at + 4;
        if (inBytes)
        {
            length = characters;
            return text.Length - from < length ? Cut(text.Length, $"a value of {characters} bytes") : null;
        }

        for (int i = 0; i < characters; i++)
        {
            if (from + length >= text.Length) return Cut(text.Length, $"a value of {characters} characters");
            OperationStatus status = Rune.DecodeFromUtf8(text[(from + length)..], out _, out int size);
            if (status == OperationStatus.NeedMoreData) return Cut(text.Length, $"a value of {characters} characters");
            if (status != OperationStatus.Done)
            {
                return new ParseError(new Diagnostic("EmvQr.Text", Severity.Error, "the text is not UTF-8")
                {
                    Offset = from + length,
                    Expected = "characters in UTF-8",
                    Actual = "other bytes",
                });
            }

            length += size;
        }

        return null;
    }

    private static ParseError Cut(int offset, string expected) =>
        new(new Diagnostic("EmvQr.Incomplete", Severity.Error, "the code is cut")
        {
            Offset = offset,
            Expected = expected,
            Actual = "the end of the input",
        }, IsIncomplete: true);
}
