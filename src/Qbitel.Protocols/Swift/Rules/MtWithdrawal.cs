using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift.Rules;

/// <summary>
/// Types the network no longer carries: those of the standards release 2025, gone with the end of coexistence.
/// </summary>
internal static class MtWithdrawal
{
    private static readonly DateOnly EndOfCoexistence = new(2025, 11, 22), Release2026 = new(2026, 11, 14);

    public static void Note(int type, ReadOnlySpan<byte> flag, ReadOnlySpan<byte> message,
        ReadOnlySpan<FieldSlot> fields, DateOnly? asOf, MtFindings found)
    {
        DateOnly? withdrawn = type switch
        {
            102 or 201 or 203 => EndOfCoexistence,
            103 when flag.SequenceEqual("REMIT"u8) => EndOfCoexistence,
            101 when CountOf(fields, "21") > 1 => Release2026,
            _ => null,
        };
        // A message without a date is judged by the day asked for, and without one by today's network.
        if (withdrawn is not { } day || (DateOf(message, fields) ?? asOf ?? DateOnly.MaxValue) < day) return;

        string what = type == 101 ? "an MT101 of several transactions" : "the type";
        found.Note("Mt.Withdrawn", Severity.Info, $"{what} is not carried by the network from {day:yyyy-MM-dd} on",
            $"{type:000}");
    }

    private static int CountOf(ReadOnlySpan<FieldSlot> fields, string tag)
    {
        uint packed = SwiftTag.Pack(tag);
        int count = 0;
        foreach (FieldSlot field in fields) if (field.Tag == packed) count++;
        return count;
    }

    private static DateOnly? DateOf(ReadOnlySpan<byte> message, ReadOnlySpan<FieldSlot> fields)
    {
        uint value = SwiftTag.Pack("32A"), execution = SwiftTag.Pack("30");
        foreach (FieldSlot field in fields)
        {
            if (field.Tag != value && field.Tag != execution) continue;
            ReadOnlySpan<byte> text = field.Value(message);
            if (text.Length >= 6 && SwiftValue.TryReadDate(text[..6], out DateOnly date)) return date;
        }

        return null;
    }
}
