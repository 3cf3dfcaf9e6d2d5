using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Qbitel.Protocols.ThreeDS.Jose;
using Qbitel.Protocols.ThreeDS.Json;
using Qbitel.Protocols.ThreeDS.Rules;

namespace Qbitel.Protocols.ThreeDS;

/// <summary>Holds values to the forms of the table.</summary>
internal static class FieldCheck
{
    /// <summary>Bytes of an authentication value.</summary>
    public const int AuthenticationValueSize = 20;

    /// <summary>Whether the value has the form; objects and entries of lists are looked into by the caller.</summary>
    public static bool Fits(JsonParts parts, int part, FieldForm form)
    {
        JsonPart value = parts[part];
        switch (form.Kind)
        {
            case "any":
                return value.Kind != JsonTokenType.Null;
            case "object":
                return value.IsObject;
            case "list":
                return value.IsArray && CountsFit(parts, part, form);
            case "bool":
                return value.Kind == JsonTokenType.True || (value.Kind == JsonTokenType.False && form.Minimum == 0);
            case "jwk":
                return JoseKey.TryRead(parts, part, out _);
            case "jwe" or "jws" when value.IsObject:
                return IsJose(form.Kind, parts.RawValue(value));
        }

        return value.IsString && Fits(parts.ValueOf(value), form);
    }

    /// <summary>Whether a text has the form.</summary>
    public static bool Fits(string text, FieldForm form) => form.Kind switch
    {
        "any" => true,
        "text" => Length(text) >= form.Minimum && Length(text) <= form.Maximum,
        "digits" => text.Length >= form.Minimum && text.Length <= form.Maximum && Ascii.IsDigits(text),
        "amount" => text.Length >= form.Minimum && text.Length <= form.Maximum && Ascii.IsDigits(text),
        "minutes" => text.Length is > 0 and <= 9 && Ascii.IsDigits(text)
            && int.Parse(text, CultureInfo.InvariantCulture) is var minutes
            && minutes >= form.Minimum && minutes <= form.Maximum,
        "code" => form.Codes!.Contains(text),
        "status" => FieldTable.Statuses.Any(status => status.Code == text),
        "version" => IsVersion(text),
        "uuid" => text.Length == 36 && Guid.TryParseExact(text, "D", out _),
        "url" => text.Length <= form.Maximum && IsAddress(text),
        "ip" => IsIp(text),
        "date" => IsTime(text, "yyyyMMdd"),
        "time" => IsTime(text, "yyyyMMddHHmmss"),
        "minute" => IsTime(text, "yyyyMMddHHmm"),
        "yymm" => text.Length == 4 && Ascii.IsDigits(text) && Ascii.TwoDigits(text, 2) is >= 1 and <= 12,
        "country" => text.Length == 3 && Ascii.IsDigits(text),
        "currency" => text.Length == 3 && Ascii.IsDigits(text),
        "email" => text.Length <= form.Maximum && text.IndexOf('@', StringComparison.Ordinal) is > 0 and int at
            && at < text.Length - 1 && !text.AsSpan().ContainsAnyInRange('\0', ' '),
        "pan" => text.Length is >= 13 and <= 19 && Ascii.IsDigits(text),
        "cavv" => IsAuthenticationValue(text),
        "base64url" => text.Length <= form.Maximum && JoseText.TryDecode(Encoding.UTF8.GetBytes(text), out _),
        "offset" => IsOffset(text),
        "jwe" or "jws" => text.Length <= form.Maximum && IsJose(form.Kind, Encoding.UTF8.GetBytes(text)),
        _ => false,
    };

    /// <summary>28 characters of Base64, which are 20 bytes.</summary>
    public static bool IsAuthenticationValue(string text)
    {
        Span<byte> bytes = stackalloc byte[AuthenticationValueSize + 4];
        return text.Length == 28 && !text.AsSpan().ContainsAnyInRange('\0', ' ')
            && Convert.TryFromBase64String(text, bytes, out int size) && size == AuthenticationValueSize;
    }

    private static bool CountsFit(JsonParts parts, int list, FieldForm form)
    {
        int count = 0;
        for (int i = list + 1; i < parts[list].End; i = parts[i].End) count++;
        return count >= form.Minimum && count <= form.Maximum;
    }

    private static int Length(string text)
    {
        int low = 0;
        foreach (char c in text) if (char.IsLowSurrogate(c)) low++;
        return text.Length - low;
    }

    private static bool IsVersion(string text)
    {
        string[] numbers = text.Split('.');
        return text.Length <= 8 && numbers.Length == 3 && numbers.All(each => each.Length > 0 && Ascii.IsDigits(each));
    }

    private static bool IsAddress(string text) =>
        text.Length > 0 && !text.AsSpan().ContainsAnyInRange('\0', ' ')
            && Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
        && uri.Scheme.Length > 0 && text.Contains(':', StringComparison.Ordinal);

    private static bool IsIp(string text)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return text.Length <= 45 && !text.AsSpan().ContainsAny('%', '[', ']')
                && IPAddress.TryParse(text, out IPAddress? address)
                    && address.AddressFamily == AddressFamily.InterNetworkV6;
        }

        // Not as the platform reads it, to which 1.1 and 0x7f.1 are addresses too.
        string[] numbers = text.Split('.');
        return text.Length <= 15 && numbers.Length == 4 && numbers.All(each => each.Length is >= 1 and <= 3
            && Ascii.IsDigits(each) && int.Parse(each, CultureInfo.InvariantCulture) <= 255);
    }

    private static bool IsTime(string text, string form) =>
        text.Length == form.Length && Ascii.IsDigits(text)
        && DateTime.TryParseExact(text, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsOffset(string text)
    {
        ReadOnlySpan<char> digits = text.AsSpan().TrimStart('-').TrimStart('+');
        return text.Length - digits.Length <= 1 && digits.Length is >= 1 and <= 4 && Ascii.IsDigits(digits);
    }

    private static bool IsJose(string kind, ReadOnlySpan<byte> bytes) =>
        kind == "jwe" ? JweMessage.TryParse(bytes, out _, out _) : JwsMessage.TryParse(bytes, out _, out _);
}
