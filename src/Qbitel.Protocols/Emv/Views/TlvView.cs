using System.Globalization;
using Qbitel.Protocols.Emv.Words;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Emv.Views;

/// <summary>Data objects as nodes.</summary>
internal static class TlvView
{
    /// <summary>Reads all data objects of some bytes, and what is wrong with them; what cannot be read is a node of its
    /// own, of which nothing is shown.</summary>
    /// <param name="source">The bytes, and where they stand.</param>
    /// <param name="options">How strict.</param>
    /// <param name="scheme">Whose application it is; found out where unknown.</param>
    /// <param name="path">Of what holds them.</param>
    /// <param name="found">Gets what is wrong.</param>
    /// <param name="objects">The data objects, for who asks for some of them.</param>
    public static List<EmvNode> Read(HexText source, ParseOptions options, EmvScheme scheme, string path,
        DiagnosticList found, out List<BerTlv> objects)
    {
        DiagnosticList own = new();
        objects = [];
        byte[] bytes = source.Bytes;
        int end = EmvTlvReading.Read(bytes, options.Mode, options.Profile == LongLengths, objects, own);
        if (scheme == EmvScheme.Unknown) scheme = EmvTlvReading.SchemeOf(bytes, objects);
        EmvTlvReading.Judge(bytes, objects, scheme, own, formOnly: false);
        if (options.Mode == ParseMode.Strict) own.Harden();
        foreach (Diagnostic finding in own.Found) found.Add(Place(finding, source, path));

        EmvContext context = new(scheme, CurrencyOf(bytes, objects));
        List<EmvNode> roots = [];
        List<EmvNode> open = [];
        foreach (BerTlv item in objects)
        {
            open.RemoveRange(Math.Min(item.Depth, open.Count), open.Count - Math.Min(item.Depth, open.Count));
            string above = open.Count > 0 ? open[^1].Path! : path;
            EmvNode node = Node(source, item, context, $"{above}/{EmvTag.Show(item.Tag)}");
            if (open.Count > 0) open[^1].Add(node);
            else roots.Add(node);
            open.Add(node);
        }

        foreach ((int from, int to) in Unread(bytes, objects, end))
        {
            roots.Add(new EmvNode("unread", null, $"{to - from} bytes that cannot be read", source, from, from, to)
            {
                Path = $"{path}/unread",
                Redaction = Redaction.Secret,
            });
        }

        return [.. roots.OrderBy(node => node.From)];
    }

    /// <summary>The profile in which lengths of three and four bytes are read.</summary>
    public const string LongLengths = "long-lengths";

    /// <summary>One value without its tag in the bytes, as a response of format 1 or a filled list has it.</summary>
    public static EmvNode Bare(HexText source, uint tag, int from, int to, EmvContext context, string path)
    {
        ReadOnlySpan<byte> value = source.Bytes.AsSpan(from, to - from);
        return new EmvNode(EmvTag.Show(tag), EmvTagTable.NameOf(tag, context.Scheme),
            EmvValue.Show(tag, value, context.Scheme), source, from, from, to)
        {
            Words = EmvWords.Of(tag, value, context),
            Redaction = EmvTag.RedactionOf(tag),
            Path = $"{path}/{EmvTag.Show(tag)}",
        };
    }

    public static Currency? CurrencyOf(ReadOnlySpan<byte> bytes, IReadOnlyList<BerTlv> objects)
    {
        foreach (BerTlv item in objects)
        {
            if (item.Tag == EmvTag.TransactionCurrency)
                return EmvCodes.CurrencyOf(bytes.Slice(item.ValueOffset, item.ValueLength));
        }

        return null;
    }

    /// <summary>A finding about bytes, as one about the input they stand in.</summary>
    public static Diagnostic Place(Diagnostic finding, HexText source, string path)
    {
        int index = (int)Math.Clamp(finding.Offset ?? 0, 0, source.Bytes.Length);
        int offset = source.Start(Math.Min(index, Math.Max(0, source.Bytes.Length - 1)));
        int? length = finding.Length is { } size
            ? source.End(Math.Clamp(index + size, 0, source.Bytes.Length)) - offset : null;
        return finding with { Offset = offset, Length = length > 0 ? length : null, Path = path + finding.Path };
    }

    private static EmvNode Node(HexText source, BerTlv item, EmvContext context, string path)
    {
        ReadOnlySpan<byte> value = source.Bytes.AsSpan(item.ValueOffset, item.ValueLength);
        string shown = item.IsConstructed
            ? string.Create(CultureInfo.InvariantCulture,
                $"{item.ValueLength} {(item.ValueLength == 1 ? "byte" : "bytes")}")
            : EmvValue.Show(item.Tag, value, context.Scheme);
        return new EmvNode(EmvTag.Show(item.Tag), EmvTagTable.NameOf(item.Tag, context.Scheme), shown, source,
            item.Offset, item.ValueOffset, item.End)
        {
            Words = item.IsConstructed ? [] : EmvWords.Of(item.Tag, value, context),
            Redaction = EmvTag.RedactionOf(item.Tag),
            Path = path,
        };
    }

    // A constructed object whose content could not be read to its end, and what follows the last object that could be.
    private static List<(int From, int To)> Unread(byte[] bytes, List<BerTlv> objects, int end)
    {
        List<(int From, int To)> unread = [];
        for (int i = 0; i < objects.Count; i++)
        {
            if (objects[i].Depth > 0) continue;
            int last = i;
            while (last + 1 < objects.Count && objects[last + 1].Depth > 0) last++;
            // Inside, the end of what was read is that of the last object which is no holder.
            int read = objects[last].IsConstructed ? objects[last].ValueOffset : objects[last].End;
            if (objects[i].IsConstructed && IsMore(read, objects[i].End)) unread.Add((read, objects[i].End));
        }

        if (IsMore(end, bytes.Length)) unread.Add((end, bytes.Length));
        return unread;

        bool IsMore(int from, int to) => from < to
            && bytes.AsSpan(from, to - from).ContainsAnyExcept((byte)0, (byte)0xFF);
    }
}
