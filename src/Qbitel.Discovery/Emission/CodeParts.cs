using System.Globalization;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Emission;

/// <summary>What reading and writing code says of parts alike.</summary>
internal static class CodeParts
{
    public static string Form(LayoutPart part) => part switch
    {
        LayoutChain { End: EndOfRegion } => "items to the end",
        LayoutChain { End: EndByMark } => "items up to a mark",
        LayoutChain => "items as many as a number says",
        LayoutGroup { Choice: { } choice } => $"what {choice.Field} chooses",
        LayoutGroup => "parts of its own",
        LayoutField field => $"{field.Type}, {field.Semantic}",
        _ => "",
    };

    public static bool IsNumber(LayoutField field) => NumberCoding.WidthOf(field.Type) is not null;

    public static string Property(string name) => "P" + Identifier.Pascal(name, "");

    public static int IndexOf(IReadOnlyList<LayoutPart> parts, string name) =>
        Enumerable.Range(0, parts.Count).First(i => parts[i].Name == name);

    public static string Array(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0) return "System.Array.Empty<byte>()";
        List<string> values = [];
        foreach (byte b in bytes) values.Add($"0x{b:X2}");
        return $"new byte[] {{ {string.Join(", ", values)} }}";
    }

    public static string N(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>How many bytes fill up to a multiple, as an expression.</summary>
    public static string Padding(IReadOnlyList<LayoutPart> parts, SizeToMultiple pad, string position)
    {
        string of = pad.Of == Layout.Start ? position : "n" + N(IndexOf(parts, pad.Of));
        return $"({N(pad.Unit)} - ({of} % {N(pad.Unit)})) % {N(pad.Unit)}";
    }

    public static (string From, string To) Stretch(IReadOnlyList<LayoutPart> parts, ChecksumRule rule, int index,
        string end) =>
        (rule.From == Layout.Start ? "0" : "s" + N(IndexOf(parts, rule.From)), rule.To switch
        {
            Layout.Here => "s" + N(index),
            Layout.End => end,
            _ => "s" + N(IndexOf(parts, rule.To)),
        });

    public static string Sum(ChecksumRule rule, string bytes, string from, string to, string skip, string skipEnd) =>
        Checksums.Crcs.TryGetValue(rule.Algorithm, out CrcForm crc)
            ? $"Wire.Crc({bytes}, {from}, {to}, {skip}, {skipEnd}, {N(crc.Width)}, 0x{crc.Polynomial:X}u, "
                + $"0x{crc.Initial:X}u, {(crc.IsReflected ? "true" : "false")}, 0x{crc.FinalXor:X}u)"
            : $"Wire.Sum({Identifier.Literal(rule.Algorithm)}, {bytes}, {from}, {to}, {skip}, {skipEnd})";
}
