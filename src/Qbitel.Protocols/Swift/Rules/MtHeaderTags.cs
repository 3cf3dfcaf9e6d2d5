using System.Globalization;
using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift.Rules;

/// <summary>The tags of blocks 3 and 5, and of the network's answers in block 4: names, and what they say.</summary>
internal static class MtHeaderTags
{
    public static string? Name(string block, string tag) => (block, tag) switch
    {
        ("3", "103") => "Service Identifier",
        ("3", "106") => "Message Input Reference",
        ("3", "108") => "Message User Reference",
        ("3", "111") => "Service Type Identifier",
        ("3", "113") => "Banking Priority",
        ("3", "119") => "Validation Flag",
        ("3", "121") => "Unique End-to-End Transaction Reference",
        ("3", "165") => "Payment Release Information",
        ("3", "423") => "Balance Checkpoint",
        ("3", "424") => "Related Reference",
        ("3", "433") => "Sanctions Screening Information",
        ("3", "434") => "Payment Controls Information",
        ("4", "108") => "Message User Reference",
        ("4", "177") => "Date and Time",
        ("4", "405") => "Reason of Refusal",
        ("4", "451") => "Acceptance",
        ("5", "CHK") => "Checksum",
        ("5", "DLM") => "Delayed Message",
        ("5", "MAC") => "Message Authentication Code",
        ("5", "MRF") => "Message Reference",
        ("5", "PDE") => "Possible Duplicate Emission",
        ("5", "PDM") => "Possible Duplicate Message",
        ("5", "SYS") => "System Originated Message",
        ("5", "TNG") => "Test and Training",
        _ => null,
    };

    /// <summary>What a value says in words; null where it says it itself.</summary>
    public static string? Meaning(string block, string tag, string value) => (block, tag) switch
    {
        ("3", "111") when value == "001" => "tracked as a payment of gpi",
        ("3", "119") when value == "RFDD" => "request for direct debit",
        ("3", "121") when value.Length == 36 => "the same from the first bank to the last",
        ("3", "423") when value.Length >= 12 => Join(Date(value[..6]), Time(value[6..12])),
        ("3", "433") when value.StartsWith("/AOK/", StringComparison.Ordinal) => "screened, without a hit",
        ("3", "433") when value.StartsWith("/FPO/", StringComparison.Ordinal) => "screened, a hit was found false",
        ("3", "433") when value.StartsWith("/NOK/", StringComparison.Ordinal) => "screened, a hit stands",
        ("3", "106") => InputReference(value),
        ("4", "177") when value.Length == 10 => Join(Date(value[..6]), Time(value[6..])),
        ("5", "CHK") => "made by the network over the text",
        ("5", "DLM") => "delivered after its time",
        ("5", "MRF") => Sent("refers to a message", value),
        ("5", "PDE") => Sent("the sender may have sent it before", value),
        ("5", "PDM") => Sent("the network may have delivered it before", value),
        ("5", "SYS") => Sent("made by the network", value),
        ("5", "TNG") => "of tests and training, no obligation",
        _ => null,
    };

    /// <summary>YYMMDD; null where it is no date.</summary>
    public static string? Date(string digits) => SwiftValue.TryReadDate(digits, out DateOnly date)
        ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    /// <summary>HHMM, perhaps with SS; null where it is no time.</summary>
    public static string? Time(string digits) => TimeOnly.TryParseExact(digits,
        digits.Length == 6 ? "HHmmss" : "HHmm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time)
        ? time.ToString(digits.Length == 6 ? "HH:mm:ss" : "HH:mm", CultureInfo.InvariantCulture) : null;

    // Perhaps a date, and a time before the reference the message had when it was sent.
    private static string Sent(string words, string value)
    {
        if (value.Length < 32 || InputReference(value[^28..]) is not { } reference) return words;
        return Time(value[^32..^28]) is { } time ? $"{words}: at {time}, {reference}" : $"{words}: {reference}";
    }

    private static string? InputReference(string value) =>
        value.Length == 28 && Date(value[..6]) is { } date && Ascii.IsDigits(value.AsSpan(18))
            ? $"{date} of {value[6..18]}, session {value[18..22]}, sequence {value[22..]}" : null;

    private static string? Join(string? date, string? time) => date is null || time is null ? null : $"{date} {time}";
}
