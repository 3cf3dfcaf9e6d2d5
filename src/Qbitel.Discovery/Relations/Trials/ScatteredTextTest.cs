using System.Globalization;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Fields;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Trials;

/// <summary>Texts behind their lengths, wherever they stand: in messages whose parts move, no place is the same in all
/// of them, but a number is seldom the size of just the text behind it.</summary>
/// <remarks>The null model gives the texts without such a number the sizes of other ones; without any, one number in
/// 256 is right.</remarks>
internal static class ScatteredTextTest
{
    private const int MinText = 3, MinTexts = 4, MinSizes = 3, MaxWidth = 4, Others = 3, MaxTexts = 20_000;

    // Of the texts with a number of their size before them, so many would have one by chance.
    private const double MaxByChance = 0.1;

    // Of the texts with a narrow length, so many have the wide one too, where lengths are wide.
    private const double NeededOfWide = 0.9;

    private static readonly NumberForm[] Big =
        [new(1, NumberCoding.BigEndian), new(2, NumberCoding.BigEndian), new(4, NumberCoding.BigEndian)];

    private static readonly NumberForm[] Little =
        [new(2, NumberCoding.LittleEndian), new(4, NumberCoding.LittleEndian)];

    /// <summary>How the lengths of texts are written; null where texts have none.</summary>
    public static ScatteredTexts? Find(Group group, ref long tested)
    {
        // The same text behind the same bytes says a thing once.
        List<Text> texts = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < group.Count && seen.Count < MaxTexts; i++)
        {
            foreach ((int start, int end) in Runs(group.Bytes[i]))
            {
                string key = Convert.ToBase64String(group.Bytes[i].Span[Math.Max(0, start - MaxWidth)..end]);
                texts.Add(new Text(group.Bytes[i], start, end, seen.Add(key)));
            }
        }

        List<ScatteredTexts> all = [];
        foreach (NumberForm form in (IEnumerable<NumberForm>)[.. Big, .. Little])
        {
            tested++;
            if (Judge(texts, form) is { } judged) all.Add(judged);
        }

        // A wide number whose greater bytes are zero looks like a narrow one; of several that hold, the widest counts
        // that holds about as often. Names of domains are rows of texts that end with an empty one or point to another,
        // and one field.
        int most = all.Select(t => t.Places).DefaultIfEmpty().Max();
        List<ScatteredTexts> held = [.. all.Where(t => 1 - t.Right <= MaxByChance && !(t.IsRow && t.Form.Size == 1))];
        return held.Where(t => t.Places >= NeededOfWide * most).OrderByDescending(t => t.Form.Size)
            .FirstOrDefault() is { } widest
            ? widest with { Rivals = [.. held.Where(t => t.Form.Size > widest.Form.Size).Select(t => t.Form)] } : null;
    }

    /// <summary>The texts of one message: where the length stands, where the text begins and ends.</summary>
    public static IEnumerable<(int LengthAt, int Start, int End)> In(ReadOnlyMemory<byte> message, NumberForm form)
    {
        foreach ((int start, int end) in Runs(message))
        {
            if (Begin(message.Span, form, start, end) is { } at) yield return (at - form.Size, at, end);
        }
    }

    private sealed record Text(ReadOnlyMemory<byte> Message, int Start, int End, bool IsNew);

    private static ScatteredTexts? Judge(List<Text> all, NumberForm form)
    {
        int places = all.Count(t => Begin(t.Message.Span, form, t.Start, t.End) is not null);
        List<Text> runs = [.. all.Where(t => t.IsNew)];
        if (runs.Count < MinTexts) return null;

        int texts = 0, byChance = 0, compared = 0, rows = 0, ended = 0;
        HashSet<int> sizes = [];
        for (int k = 0; k < runs.Count; k++)
        {
            (int start, int end) = (runs[k].Start, runs[k].End);
            ReadOnlySpan<byte> message = runs[k].Message.Span;
            if (Begin(message, form, start, end) is { } at)
            {
                texts++;
                sizes.Add(end - at);
                if (TextRunTest.TryEnd(message, end, form, out int next) && next > end + form.Size) continue;
                rows++;
                if (end < message.Length && message[end] is 0 or 0xC0 or 0xC1) ended++; // RFC 1035, 4.1.4
                continue;
            }

            for (int o = 1; o <= Others; o++)
            {
                Text other = runs[(k + (o * 7)) % runs.Count];
                compared++;
                if (Begins(message, form, start, other.End - other.Start)) byChance++;
            }
        }

        double rate = (byChance + 1.0) / (compared + 256);
        return texts < MinTexts || sizes.Count < MinSizes ? null
            : new ScatteredTexts(form, places, texts, runs.Count, Chance.LogTail(texts, runs.Count, rate),
                1 - (rate * runs.Count / texts), ended > 0.3 * rows, []);
    }

    // Where the text begins behind a number that is its size: the number's last byte may be a printed one.
    private static int? Begin(ReadOnlySpan<byte> message, NumberForm form, int start, int end)
    {
        if (Begins(message, form, start, end - start)) return start;
        return form.Coding == NumberCoding.BigEndian && end - start > MinText
            && Begins(message, form, start + 1, end - start - 1)
            ? start + 1 : null;
    }

    private static bool Begins(ReadOnlySpan<byte> message, NumberForm form, int at, int size) =>
        form.TryRead(message, at - form.Size, out long number) && number == size;

    private static List<(int Start, int End)> Runs(ReadOnlyMemory<byte> memory)
    {
        ReadOnlySpan<byte> message = memory.Span;
        List<(int, int)> runs = [];
        for (int at = 0; at < message.Length;)
        {
            int next = message[at..].IndexOfAnyInRange((byte)0x20, (byte)0x7E);
            if (next < 0) break;
            int start = at + next, size = message[start..].IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E);
            at = size < 0 ? message.Length : start + size;
            if (at - start >= MinText) runs.Add((start, at));
        }

        return runs;
    }
}

/// <summary>How the lengths of a trace's texts are written.</summary>
/// <param name="Form">The number.</param>
/// <param name="Places">Where one stands before a text.</param>
/// <param name="Texts">Different ones with one before them.</param>
/// <param name="Looked">Different texts in all.</param>
/// <param name="LogP">Natural logarithm of the probability that chance does as well.</param>
/// <param name="Right">Share of those texts that chance does not explain.</param>
/// <param name="IsRow">What follows the last of texts in a row is zero or a pointer.</param>
/// <param name="Rivals">Wider forms that hold for some of them: of those texts only the text is certain.</param>
internal sealed record ScatteredTexts(NumberForm Form, int Places, int Texts, int Looked, double LogP, double Right,
    bool IsRow, IReadOnlyList<NumberForm> Rivals)
{
    public Relation ToRelation() => new(RelationKind.Length, string.Create(CultureInfo.InvariantCulture,
        $"counts the characters of the text after it, as numbers before {Texts} of {Looked} different texts do, "
        + $"{Chance.Words(LogP)}"),
        Right)
    { Parameters = [new("of", "text"), new("addend", "0"), new("endianness", Form.Endianness)] };
}
