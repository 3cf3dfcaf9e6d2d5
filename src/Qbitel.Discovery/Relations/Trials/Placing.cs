using System.Globalization;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Fields;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Trials;

/// <summary>Puts what was proved for a group into the messages of it.</summary>
internal static class Placing
{
    private const int MinOpaque = 64;

    public static void Add(Group group, Finding finding, FieldMap[] maps)
    {
        Relation relation = finding.ToRelation();
        string name = string.Create(CultureInfo.InvariantCulture, $"{finding.Semantic}_{finding.At}")
            .Replace('-', 'e');
        foreach (int i in group.Members)
        {
            maps[i].TryAdd(new Hint(finding.Start(maps[i].Length), finding.Form.Size,
                finding.Kind == RelationKind.Float ? finding.Form.Size == 4 ? "float32" : "float64" : finding.Form.Name,
                finding.Semantic, true, relation)
            { Name = name });
        }
    }

    public static void Add(IReadOnlyList<Sample> samples, Group group, Chain chain, FieldMap[] maps)
    {
        Relation relation = chain.ToRelation();
        foreach (int i in group.Members)
        {
            ReadOnlySpan<byte> message = samples[i].Bytes.Span;
            int links = 0, empty = 0, goal = message.Length - chain.Trailer;
            if (ChainTest.TryWalk(message, chain.Form, chain.Start, goal, ref links, ref empty, null))
                maps[i].TryAddAll(Links(message, chain, goal, relation));
        }
    }

    public static void Add(IReadOnlyList<Sample> samples, Group group, Bitmap bitmap, FieldMap[] maps)
    {
        Relation relation = bitmap.ToRelation();
        foreach (int i in group.Members)
        {
            ReadOnlySpan<byte> message = samples[i].Bytes.Span;
            List<Hint> own =
                [new Hint(bitmap.At, bitmap.Size, "bitmap", "bitmap", true, relation) { Name = "bitmap" }];
            int at = bitmap.FieldsAt;
            for (int bit = 0; bit < bitmap.Sizes.Length; bit++)
            {
                if ((message[bitmap.At + (bit / 8)] >> (7 - (bit % 8)) & 1) == 0 || bitmap.Sizes[bit] == 0) continue;
                own.Add(new Hint(at, bitmap.Sizes[bit], "bytes", "unknown", true, relation)
                { Name = string.Create(CultureInfo.InvariantCulture, $"bit{bit + 1}") });
                at += bitmap.Sizes[bit];
            }

            if (at == message.Length) maps[i].TryAddAll(own);
        }
    }

    public static void Add(IReadOnlyList<Sample> samples, Group group,
        IReadOnlyList<(int Gap, NumberForm Form, Relation Relation)> texts, FieldMap[] maps)
    {
        // A row of texts up to an empty one is one name.
        int rows = 0, longer = 0;
        foreach (ReadOnlyMemory<byte> bytes in texts.Count > 0 ? group.Bytes : [])
        {
            if (TextRunTest.EndOfRow(bytes.Span, texts[0].Gap, texts[0].Form, out int count) < 0) continue;
            rows++;
            if (count > 1) longer++;
        }

        bool isRow = rows > 0 && rows >= Candidates.NeededShare * group.Count && longer >= 0.3 * group.Count;
        foreach (int i in group.Members)
        {
            ReadOnlySpan<byte> message = samples[i].Bytes.Span;
            int at = 0;
            if (isRow)
            {
                int from = texts[0].Gap, to = TextRunTest.EndOfRow(message, from, texts[0].Form, out _);
                if (to > from)
                {
                    maps[i].TryAdd(new Hint(from, to - from, "bytes", "string", true, texts[0].Relation)
                    { Name = "texts" });
                }

                continue;
            }

            for (int t = 0; t < texts.Count; t++)
            {
                (int gap, NumberForm form, Relation relation) = texts[t];
                int lengthAt = at + gap, textAt = lengthAt + form.Size;
                if (!TextRunTest.TryEnd(message, lengthAt, form, out int end)) break;
                List<Hint> own = [new Hint(lengthAt, form.Size, form.Name, "length", true, relation)
                { Name = string.Create(CultureInfo.InvariantCulture, $"text{t}.length") }];
                if (end > textAt)
                {
                    own.Add(new Hint(textAt, end - textAt, "ascii", "string", true, relation)
                    { Name = string.Create(CultureInfo.InvariantCulture, $"text{t}") });
                }

                maps[i].TryAddAll(own);
                at = end;
            }
        }
    }

    public static void Add(IReadOnlyList<Sample> samples, Group group, ScatteredTexts texts, FieldMap[] maps)
    {
        Relation relation = texts.ToRelation();
        foreach (int i in group.Members)
        {
            ReadOnlySpan<byte> message = samples[i].Bytes.Span;
            foreach ((int lengthAt, int start, int end) in ScatteredTextTest.In(samples[i].Bytes, texts.Form))
            {
                Hint text = new(start, end - start, "ascii", "string", true, relation) { Name = "text" };
                bool isClear = true;
                foreach (NumberForm rival in texts.Rivals)
                    isClear &= !rival.TryRead(message, start - rival.Size, out long number) || number != end - start;
                if (isClear)
                {
                    maps[i].TryAddAll([new Hint(lengthAt, texts.Form.Size, texts.Form.Name, "length", true, relation)
                    { Name = "text.length" }, text]);
                }
                else
                {
                    maps[i].TryAdd(text);
                }
            }
        }
    }

    public static void AddConstant(Group group, int start, int length, Relation relation, FieldMap[] maps)
    {
        bool isWord = length > 1;
        foreach (int i in group.Members)
        {
            maps[i].TryAdd(new Hint(start, length, isWord ? "ascii" : "uint8", isWord ? "const" : "unknown", false,
                relation)
            { Name = string.Create(CultureInfo.InvariantCulture, $"const_{start}") });
        }
    }

    // Behind a header that is understood, to the next field or the end.
    public static void AddOpaque(Group group, int start, Relation relation, FieldMap[] maps)
    {
        foreach (int i in group.Members)
        {
            IReadOnlyList<Hint> fields = maps[i].Fields;
            int from = start, to = maps[i].Length;
            if (!fields.Any(f => f.Start <= start)) continue;
            foreach (Hint field in fields)
            {
                if (field.Start + field.Length <= from) continue;
                if (field.Start - from >= MinOpaque)
                {
                    to = field.Start;
                    break;
                }

                from = field.Start + field.Length;
            }

            if (to - from >= MinOpaque)
                maps[i].TryAdd(new Hint(from, to - from, "bytes", "bytes", true, relation) { Name = "opaque" });
        }
    }

    private static List<Hint> Links(ReadOnlySpan<byte> message, Chain chain, int goal, Relation relation)
    {
        string tagType = chain.Form.TagSize == 1 ? "uint8"
            : chain.Form.Length.Coding == NumberCoding.LittleEndian ? "uint16le" : "uint16be";
        List<Hint> own = [];
        int at = chain.Start;
        while (at < goal)
        {
            if (chain.Form.HasEnd && message[at] is 0 or 0xFF)
            {
                bool isEnd = message[at] == 0xFF;
                own.Add(new Hint(at, 1, "uint8", isEnd ? "unknown" : "padding", true, relation)
                { Name = isEnd ? "end" : "fill" });
                at++;
                if (!isEnd) continue;
                if (at < goal)
                {
                    own.Add(new Hint(at, goal - at, "bytes", "padding", true, relation) { Name = "padding" });
                }

                break;
            }

            if (!chain.Form.TryNext(message[..goal], at, out int valueAt, out int end)) break;
            int lengthAt = at + chain.Form.TagSize;
            string tag = Convert.ToHexStringLower(message[at..lengthAt]);
            if (chain.Form.TagSize > 0)
                own.Add(new Hint(at, chain.Form.TagSize, tagType, "unknown", true, relation) { Name = "tag" });
            own.Add(new Hint(lengthAt, chain.Form.Length.Size, chain.Form.Length.Name, "length", true, relation)
            { Name = "tag.length" });
            if (end > valueAt)
                own.Add(new Hint(valueAt, end - valueAt, "bytes", "unknown", true, relation) { Name = $"value{tag}" });
            at = end;
        }

        return own;
    }
}
