using System.Globalization;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Fields;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Trials;

/// <summary>Text behind its length, one after the other; what stands between them has one size.</summary>
/// <remarks>The null model gives every message the length of another one.</remarks>
internal static class TextRunTest
{
    private const int MaxGap = 48, MaxTexts = 8;

    private static readonly NumberForm[] Forms =
    [
        new(1, NumberCoding.BigEndian), new(2, NumberCoding.BigEndian), new(2, NumberCoding.LittleEndian),
        new(4, NumberCoding.BigEndian), new(4, NumberCoding.LittleEndian),
    ];

    /// <summary>For each text: bytes from the end of the one before it, how its length is written, and why.</summary>
    public static List<(int Gap, NumberForm Form, double LogP, Relation Relation)> Find(Group group, ref long tested)
    {
        List<(int, NumberForm, double, Relation)> found = [];
        int[] anchors = new int[group.Count];
        while (found.Count < MaxTexts && group.Count >= 8)
        {
            (int Gap, NumberForm Form, int Agreeing, double LogP)? best = null;
            for (int gap = 0; gap <= MaxGap; gap++)
            {
                foreach (NumberForm form in Forms)
                {
                    tested++;
                    int agreeing = Agreeing(group, anchors, gap, form, 0, out int distinct, out int texts);
                    if (agreeing < Candidates.NeededShare * group.Count || distinct < Candidates.MinDistinct
                        || texts * 2 < group.Count)
                    {
                        continue;
                    }

                    int byChance = 0;
                    for (int shift = 1; shift <= 3; shift++)
                        byChance += Agreeing(group, anchors, gap, form, shift, out _, out _);
                    double log = Chance.LogTail(agreeing, group.Count,
                        Math.Min(0.99, Chance.Share(byChance, 3 * group.Count)));
                    // Zeros before a length may be its own: where it is aligned, or written as the one before it.
                    bool isNatural = found.Count == 0 ? gap % form.Size == 0 : form == found[0].Item2;
                    if (form.Size > 1 && !isNatural) continue;
                    if (best is null || log < best.Value.LogP - 1 || (form.Size > best.Value.Form.Size
                        && gap + form.Size == best.Value.Gap + best.Value.Form.Size && log <= best.Value.LogP))
                    {
                        best = (gap, form, agreeing, log);
                    }
                }
            }

            if (best is not { } text || text.LogP > Math.Log(1e-6)) break;
            found.Add((text.Gap, text.Form, text.LogP, new Relation(RelationKind.Length, string.Create(
                CultureInfo.InvariantCulture,
                $"counts the characters of the text after it in {text.Agreeing} of {group.Count} messages, "
                + $"{Chance.Words(text.LogP)}"),
                Chance.Share(text.Agreeing, group.Count))
            { Parameters = [new("of", "text"), new("addend", "0"), new("endianness", text.Form.Endianness)] }));
            for (int i = 0; i < anchors.Length; i++)
            {
                bool holds = TryEnd(group.Bytes[i].Span, anchors[i] + text.Gap, text.Form, out int end);
                anchors[i] = anchors[i] >= 0 && holds ? end : -1;
            }
        }

        return found;
    }

    /// <summary>Where a row of texts ends whose last length is zero, as in names of domains; -1 where there is
    /// none.</summary>
    public static int EndOfRow(ReadOnlySpan<byte> message, int at, NumberForm form, out int texts)
    {
        texts = 0;
        if (form.Size > 1) return -1; // four zeros are a number
        while (TryEnd(message, at, form, out int end, isInRow: true))
        {
            if (end == at + form.Size) return texts > 0 ? end : -1;
            texts++;
            at = end;
        }

        return -1;
    }

    /// <summary>The end of the text whose length stands at a place; false where it is none.</summary>
    public static bool TryEnd(ReadOnlySpan<byte> message, int at, NumberForm form, out int end, bool isInRow = false)
    {
        end = -1;
        if (!form.TryRead(message, at, out long length) || length > message.Length - at - form.Size) return false;
        end = at + form.Size + (int)length;
        return (isInRow && length == 0) || IsWhole(message, at + form.Size, end);
    }

    private static int Agreeing(Group group, int[] anchors, int gap, NumberForm form, int shift, out int distinct,
        out int texts)
    {
        HashSet<long> lengths = [];
        int agreeing = 0, most = group.Count / 20, missed = 0;
        texts = 0;
        for (int i = 0; i < group.Count; i++)
        {
            int other = (i + shift) % group.Count;
            ReadOnlySpan<byte> message = group.Bytes[i].Span;
            int start = anchors[i] + gap + form.Size;
            if (anchors[i] >= 0 && anchors[other] >= 0
                && form.TryRead(group.Bytes[other].Span, anchors[other] + gap, out long length)
                && start <= message.Length && length <= message.Length - start
                && IsWhole(message, start, start + (int)length))
            {
                agreeing++;
                lengths.Add(length);
                if (length > 1) texts++;
            }
            else if (++missed > most && shift == 0)
            {
                break;
            }
        }

        distinct = lengths.Count;
        return agreeing;
    }

    // Text, and no more of it behind.
    private static bool IsWhole(ReadOnlySpan<byte> message, int start, int end) =>
        !message[start..end].ContainsAnyExceptInRange((byte)0x20, (byte)0x7E)
        && (end == message.Length || message[end] is < 0x20 or > 0x7E);
}
