using Qbitel.Protocols.Iso20022;

namespace Qbitel.Protocols.Identification;

/// <summary>What shows that a message of the standard is one of a payment service.</summary>
internal static class RailEvidence
{
    /// <summary>How far into a text its marks are looked for.</summary>
    public const int Window = 16 * 1024;

    /// <summary>Whether an element of the text holds exactly 22 characters in the form of an IMAD.</summary>
    public static bool HasImad(ReadOnlySpan<byte> text) => AnyValue(text, static value => IsImad(value));

    /// <summary>Whether an element of the text holds a day, a routing number and up to 18 characters.</summary>
    public static bool HasFedNowId(ReadOnlySpan<byte> text) => AnyValue(text, static value => IsFedNowId(value));

    /// <summary>Whether an element holds such an identifier of the service itself.</summary>
    public static bool HasFedNowsOwnId(ReadOnlySpan<byte> text) => AnyValue(text, static value =>
        IsFedNowId(value) && value.AsSpan(8, 9).SequenceEqual("021150706"u8));

    /// <summary>An endpoint has a letter: without one, the text may as well be another service's number.</summary>
    public static bool IsImad(ReadOnlySpan<byte> value)
    {
        if (value.Length != 22 || !IsDay(value) || !Ascii.IsDigits(value[16..])) return false;

        ReadOnlySpan<byte> endpoint = value[8..16];
        bool letters = false;
        foreach (byte c in endpoint)
        {
            if (char.IsAsciiLetterUpper((char)c)) letters = true;
            else if (!char.IsAsciiDigit((char)c)) return false;
        }

        return letters;
    }

    public static bool IsFedNowId(ReadOnlySpan<byte> value) =>
        value.Length is > 17 and <= 35 && IsDay(value) && Ascii.IsDigits(value[8..17]) && !value.Contains((byte)'\n');

    /// <summary>The identifiers of a message and of the one it is about.</summary>
    public static IEnumerable<string> Identifiers(MxElement body)
    {
        foreach (MxElement element in body.All())
        {
            if (element.Name is "MsgId" or "OrgnlMsgId" or "Id" or "Ref" && element.Value is { Length: > 17 } value
                && (element.Name != "Id" || element.Path.EndsWith("/Assgnmt/Id", StringComparison.Ordinal)))
            {
                yield return value;
            }
        }
    }

    // A year of this century or the last, a month and a day.
    private static bool IsDay(ReadOnlySpan<byte> text) =>
        Ascii.IsDigits(text[..8]) && Ascii.TwoDigits(text, 0) is 19 or 20 && Ascii.TwoDigits(text, 4) is >= 1 and <= 12
        && Ascii.TwoDigits(text, 6) is >= 1 and <= 31;

    private static bool AnyValue(ReadOnlySpan<byte> text, Func<byte[], bool> isOne)
    {
        for (int at = text.IndexOf((byte)'>'); at >= 0 && at < text.Length;)
        {
            ReadOnlySpan<byte> rest = text[(at + 1)..];
            int end = rest.IndexOf((byte)'<');
            if (end < 0) return false;
            if (end is > 17 and <= 35 && isOne(rest[..end].ToArray())) return true;

            int next = rest[end..].IndexOf((byte)'>');
            if (next < 0) return false;
            at += 1 + end + next;
        }

        return false;
    }
}
