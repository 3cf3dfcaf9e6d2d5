using System.Globalization;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Fields;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Trials;

/// <summary>Digits at one place, packed or as text, that are a date in every message.</summary>
/// <remarks>The null model draws digits evenly; of all numbers of as many, few are dates.</remarks>
internal static class DateTest
{
    private const int MinDistinct = 20, MaxOffset = 128;

    private static readonly string[] Forms = ["yyyyMMddHHmmss", "yyMMddHHmmss", "yyyyMMdd", "MMddHHmmss", "yyMMdd"];

    public static void Run(Group group, List<Finding> found, ref long tested)
    {
        foreach (string form in Forms)
        {
            double chance = DigitDates.Forms.First(f => f.Form == form).Chance;
            string semantic = DigitDates.Forms.First(f => f.Form == form).Semantic;
            foreach (NumberCoding coding in (ReadOnlySpan<NumberCoding>)
                [NumberCoding.Packed, NumberCoding.Ascii, NumberCoding.Ebcdic])
            {
                int size = coding == NumberCoding.Packed ? form.Length / 2 : form.Length;
                for (int at = 0; at + size <= Math.Min(MaxOffset, group.Shortest); at++)
                {
                    tested++;
                    HashSet<string> distinct = new(StringComparer.Ordinal);
                    int holding = 0, wrong = 0;
                    foreach (ReadOnlyMemory<byte> bytes in group.Bytes)
                    {
                        string digits = Digits(bytes.Span.Slice(at, size), coding);
                        if (!DigitDates.Holds(form, digits))
                        {
                            if (++wrong * 100 > group.Count) break;
                            continue;
                        }

                        holding++;
                        distinct.Add(digits);
                    }

                    if (wrong * 100 > group.Count || distinct.Count <= MinDistinct) continue;
                    found.Add(new Finding(at, new NumberForm(size, coding), RelationKind.Timestamp, semantic, holding,
                        group.Count, distinct.Count * Math.Log(chance), string.Create(CultureInfo.InvariantCulture,
                            $"is a valid {form}, {distinct.Count} different ones,"))
                    { Parameters = [new("form", form)] });
                }
            }
        }
    }

    private static string Digits(ReadOnlySpan<byte> bytes, NumberCoding coding) => coding switch
    {
        NumberCoding.Packed => Convert.ToHexString(bytes),
        NumberCoding.Ebcdic => TextCode.Ebcdic.Digits(bytes),
        _ => TextCode.Ascii.Digits(bytes),
    };
}
