using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Qbitel.Governance;

/// <summary>RFC 8785 (JSON Canonicalization Scheme): one sequence of bytes for one JSON value, so that it can be hashed
/// and signed.</summary>
public static class CanonicalJson
{
    private const string Unpaired = "A string holds an unpaired surrogate.";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <exception cref="FormatException">The value has no canonical form: an unpaired surrogate, or a number no double
    /// can hold.</exception>
    public static byte[] Serialize(JsonElement value)
    {
        ArrayBufferWriter<byte> output = new();
        try
        {
            Write(output, value);
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException(Unpaired, e); // how System.Text.Json reports an escaped half of a pair
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads any JSON text and gives its canonical form; duplicate names, comments and trailing commas are
    /// refused.</summary>
    public static bool TryCanonicalize(
        ReadOnlyMemory<byte> json, [NotNullWhen(true)] out byte[]? canonical, [NotNullWhen(false)] out string? error)
    {
        canonical = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Strict);
            canonical = Serialize(document.RootElement);
            error = null;
            return true;
        }
        catch (JsonException e)
        {
            error = $"line {e.LineNumber + 1}, byte {e.BytePositionInLine}: not valid JSON";
        }
        catch (InvalidOperationException)
        {
            error = Unpaired;
        }
        catch (FormatException e)
        {
            error = e.Message;
        }

        return false;
    }

    /// <summary>The hash of the canonical form.</summary>
    public static Digest Hash(JsonElement value) => Digest.Of(Serialize(value));

    // RFC 8785, section 3.2.2.2: the shortest escapes, everything else as UTF-8.
    internal static void WriteString(IBufferWriter<byte> output, string text)
    {
        output.Write("\""u8);
        int plain = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] >= ' ' && text[i] is not ('"' or '\\')) continue;

            WriteUtf8(output, text.AsSpan(plain, i - plain));
            plain = i + 1;
            WriteUtf8(output, text[i] switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\t' => "\\t",
                '\n' => "\\n",
                '\f' => "\\f",
                '\r' => "\\r",
                char control => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)control:x4}"),
            });
        }

        WriteUtf8(output, text.AsSpan(plain));
        output.Write("\""u8);
    }

    // ECMA-262, Number::toString: digits d of length k, and n so that the value is 0.d * 10^n.
    internal static string FormatNumber(double value)
    {
        if (!double.IsFinite(value)) throw new FormatException("A number is too large for a double.");
        if (value == 0) return "0";

        (string digits, int n) = Decompose(double.Abs(value).ToString("R", CultureInfo.InvariantCulture));
        int k = digits.Length;

        string text = n switch
        {
            _ when k <= n && n <= 21 => digits + new string('0', n - k),
            > 0 and <= 21 => $"{digits[..n]}.{digits[n..]}",
            > -6 and <= 0 => "0." + new string('0', -n) + digits,
            _ => digits[..1] + (k > 1 ? "." + digits[1..] : "")
                + (n > 0 ? "e+" : "e-") + int.Abs(n - 1).ToString(CultureInfo.InvariantCulture),
        };
        return value < 0 ? "-" + text : text;
    }

    private static void Write(IBufferWriter<byte> output, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(output, value);
                break;
            case JsonValueKind.Array:
                output.Write("["u8);
                bool first = true;
                foreach (JsonElement item in value.EnumerateArray())
                {
                    if (!first) output.Write(","u8);
                    first = false;
                    Write(output, item);
                }

                output.Write("]"u8);
                break;
            case JsonValueKind.String:
                WriteString(output, value.GetString()!);
                break;
            case JsonValueKind.Number:
                WriteUtf8(output, FormatNumber(value.GetDouble()));
                break;
            case JsonValueKind.True:
                output.Write("true"u8);
                break;
            case JsonValueKind.False:
                output.Write("false"u8);
                break;
            case JsonValueKind.Null:
                output.Write("null"u8);
                break;
            default:
                throw new ArgumentException("The JSON element holds no value.", nameof(value));
        }
    }

    // RFC 8785, section 3.2.3: members in the order of their UTF-16 code units.
    private static void WriteObject(IBufferWriter<byte> output, JsonElement value)
    {
        List<(string Name, JsonElement Value)> members = [.. value.EnumerateObject().Select(p => (p.Name, p.Value))];
        members.Sort((x, y) => string.CompareOrdinal(x.Name, y.Name));

        output.Write("{"u8);
        for (int i = 0; i < members.Count; i++)
        {
            if (i > 0 && members[i - 1].Name == members[i].Name)
                throw new FormatException("An object names a member twice.");
            if (i > 0) output.Write(","u8);
            WriteString(output, members[i].Name);
            output.Write(":"u8);
            Write(output, members[i].Value);
        }

        output.Write("}"u8);
    }

    private static (string Digits, int PointPosition) Decompose(string shortest)
    {
        int exponent = 0;
        int e = shortest.IndexOf('E', StringComparison.Ordinal);
        string mantissa = e < 0 ? shortest : shortest[..e];
        if (e >= 0)
            exponent = int.Parse(shortest.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        int position = (point < 0 ? mantissa.Length : point) + exponent;
        string digits = point < 0 ? mantissa : mantissa.Remove(point, 1);
        int leading = digits.Length - digits.TrimStart('0').Length;
        return (digits.Trim('0'), position - leading);
    }

    private static void WriteUtf8(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        if (!text.IsEmpty) Encoding.UTF8.GetBytes(text, output);
    }
}
