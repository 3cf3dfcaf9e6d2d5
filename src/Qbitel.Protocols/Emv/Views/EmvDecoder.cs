using System.Globalization;
using Qbitel.Protocols.Emv.Words;

namespace Qbitel.Protocols.Emv.Views;

/// <summary>Says in words what data objects, traces and single values hold: hexadecimal text or bytes.</summary>
public static class EmvDecoder
{
    /// <summary>A trace where the input reads as one, else data objects.</summary>
    /// <param name="input">All of it.</param>
    /// <param name="options">How strict; null for <see cref="ParseOptions.Default"/>.</param>
    /// <param name="scheme">Whose application it is; found out where unknown.</param>
    public static EmvDocument Decode(ReadOnlySpan<byte> input, ParseOptions? options = null,
        EmvScheme scheme = EmvScheme.Unknown)
    {
        EmvDocument objects = DecodeTlv(input, options, scheme);
        if (objects.IsValid || !input.Contains((byte)'\n')) return objects;
        EmvDocument trace = DecodeTrace(input, options);
        return trace.IsValid || trace.Nodes.Count > 0 ? trace : objects;
    }

    /// <summary>Data objects, in bytes or as text in hexadecimal.</summary>
    /// <param name="input">All of it.</param>
    /// <param name="options">How strict; null for <see cref="ParseOptions.Default"/>.</param>
    /// <param name="scheme">Whose application it is; found out where unknown.</param>
    public static EmvDocument DecodeTlv(ReadOnlySpan<byte> input, ParseOptions? options = null,
        EmvScheme scheme = EmvScheme.Unknown)
    {
        options ??= ParseOptions.Default;
        DiagnosticList found = new();
        if (input.IsEmpty) found.Add(Wrong("Common.Empty", "the input is empty", 0, "data objects"));
        HexText? source = Source(input, found);
        if (source is null) return new EmvDocument("emv-tlv", null, EmvScheme.Unknown, [], found.Found, []);

        List<EmvNode> nodes = TlvView.Read(source, options, scheme, "", found, out List<BerTlv> objects);
        if (objects.Count == 0 && !found.HasErrors)
            found.Add(Wrong("Common.Empty", "there is no data object", 0, "a data object"));
        if (options.Mode == ParseMode.Strict) found.Harden();
        if (scheme == EmvScheme.Unknown) scheme = EmvTlvReading.SchemeOf(source.Bytes, objects);
        string? type = objects.Count > 0 && objects[0].IsConstructed && objects.Count(each => each.Depth == 0) == 1
            ? EmvTag.Show(objects[0].Tag) : null;
        return new EmvDocument("emv-tlv", type, scheme, nodes, found.Found, Summarise(source.Bytes, objects, scheme));
    }

    /// <summary>A trace of commands and responses.</summary>
    /// <param name="input">All of it.</param>
    /// <param name="options">How strict; null for <see cref="ParseOptions.Default"/>.</param>
    public static EmvDocument DecodeTrace(ReadOnlySpan<byte> input, ParseOptions? options = null)
    {
        if (!input.IsEmpty) return SessionView.Read(input, options ?? ParseOptions.Default);
        return new EmvDocument("emv-apdu", null, EmvScheme.Unknown, [],
            [Wrong("Common.Empty", "the input is empty", 0, "commands and responses")], []);
    }

    /// <summary>The value of one tag.</summary>
    /// <param name="tag">Whose value it is.</param>
    /// <param name="input">The value, in bytes or as text in hexadecimal.</param>
    /// <param name="scheme">Whose application it is.</param>
    public static EmvDocument DecodeValue(uint tag, ReadOnlySpan<byte> input, EmvScheme scheme = EmvScheme.Unknown)
    {
        DiagnosticList found = new();
        if (!BerTlv.IsTag(tag)) found.Add(Wrong("Emv.Tag", "this is no tag", 0, "a tag of one to three bytes"));
        HexText? source = Source(input, found);
        if (source is null || found.HasErrors)
            return new EmvDocument("emv-value", null, scheme, [], found.Found, []);
        if (BerTlv.IsConstructedTag(tag))
            return DecodeTlv(input, null, scheme) with { Kind = "emv-value", MessageType = EmvTag.Show(tag) };

        EmvTagRule? rule = EmvTagTable.Find(tag, scheme);
        if (rule is not null && !rule.AllowsLength(source.Bytes.Length))
        {
            found.Add(new Diagnostic("Emv.ValueLength", Severity.Error, "the value has another length than its tag's")
            {
                Offset = 0,
                Tag = EmvTag.Show(tag),
                Expected = rule.Lengths,
                Actual = string.Create(CultureInfo.InvariantCulture, $"{source.Bytes.Length} bytes"),
            });
        }

        EmvNode node = TlvView.Bare(source, tag, 0, source.Bytes.Length, new EmvContext(scheme, null), "");
        return new EmvDocument("emv-value", EmvTag.Show(tag), scheme, [node], found.Found, []);
    }

    /// <summary>Bytes, or the digits they are written in; null where digits are odd or followed by something else.
    /// </summary>
    internal static HexText? Source(ReadOnlySpan<byte> input, DiagnosticList found)
    {
        if (!HexText.MayBe(input)) return input.IsEmpty ? null : HexText.Binary(input);
        if (HexText.TryRead(input, 0, input.Length, out HexText text, out int wrong)) return text;
        found.Add(Wrong("Emv.Hex", "the digits do not make whole bytes", Math.Max(0, wrong),
            "pairs of hexadecimal digits, and white space"));
        return null;
    }

    private static List<KeyValuePair<string, string>> Summarise(ReadOnlySpan<byte> bytes, List<BerTlv> objects,
        EmvScheme scheme)
    {
        List<KeyValuePair<string, string>> summary =
            [new("objects", objects.Count.ToString(CultureInfo.InvariantCulture))];
        if (scheme != EmvScheme.Unknown) summary.Add(new("scheme", scheme.ToString()));
        EmvContext context = new(scheme, TlvView.CurrencyOf(bytes, objects));
        foreach ((uint tag, string name, bool inWords) in (ReadOnlySpan<(uint, string, bool)>)
            [(EmvTag.Pan, "card", false), (0x9F02, "amount", true), (0x9A, "date", true), (0x9C, "type", true),
                (0x9F27, "cryptogram", true), (0x9F36, "counter", true)])
        {
            BerTlv item = objects.Find(each => each.Tag == tag);
            if (item.Tag != tag) continue;
            ReadOnlySpan<byte> value = bytes.Slice(item.ValueOffset, item.ValueLength);
            string? shown = inWords ? EmvWords.Of(tag, value, context) is [EmvWord word, ..] ? word.Text : null
                : EmvValue.Show(tag, value, scheme);
            if (shown is not null) summary.Add(new(name, shown));
        }

        return summary;
    }

    private static Diagnostic Wrong(string code, string message, int offset, string expected) =>
        new(code, Severity.Error, message) { Offset = offset, Expected = expected };
}
