using System.Buffers;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using Qbitel.Protocols.Iso20022.Rules;
using Qbitel.Protocols.Iso20022.Schemas;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022;

/// <summary>One message of an input: its header, its document, and what was found wrong with them.</summary>
internal sealed partial class MxDocument
{
    private readonly MxInput _input;
    private readonly MxText _text;
    private readonly int _header, _root;

    private MxDocument(MxInput input, MxText text, int header, int root, string? type, MxSchema? schema,
        IReadOnlyList<Diagnostic> findings)
    {
        _input = input;
        _text = text;
        _header = header;
        _root = root;
        Type = type;
        Schema = schema;
        Findings = findings;
    }

    /// <summary>The business application header, where one came along.</summary>
    public MxElement? Header => _header < 0 ? null : new MxElement(_text, _header, _header);

    /// <summary>The Document; the header itself where it came alone.</summary>
    public MxElement Root => new(_text, _root, _root);

    /// <summary>Such as <c>pacs.008.001.08</c>; null where nothing tells it.</summary>
    public string? Type { get; }

    /// <summary>Null where there are no facts of the message.</summary>
    public MxSchema? Schema { get; }

    /// <summary>What breaks the schema, or rules that hold in every community.</summary>
    public IReadOnlyList<Diagnostic> Findings { get; }

    /// <summary>The table it is a part of.</summary>
    public MxText Text => _text;

    public int RootNode => _root;

    /// <summary>-1 where there is none.</summary>
    public int HeaderNode => _header;

    /// <summary>The message type a namespace names, the standard's or a community's; null for none.</summary>
    public static string? TypeOf(string name)
    {
        if (name.Length == MxSchema.NamespacePrefix.Length + 15
            && name.StartsWith(MxSchema.NamespacePrefix, StringComparison.Ordinal))
        {
            return name[MxSchema.NamespacePrefix.Length..];
        }

        return name.Length > 15 && TypeName().Match(name) is { Success: true } found ? found.Value : null;
    }

    internal static MxDocument Judge(MxInput input, MxText text, int header, int root)
    {
        DiagnosticList list = new();
        if (header >= 0)
        {
            MxFindings headerFindings = new(text, header, list);
            HeaderType(text, header, headerFindings, out _);
        }

        MxFindings findings = new(text, root, list);
        bool isHeader = text.Name(root).SequenceEqual("AppHdr"u8);
        string? type = isHeader ? HeaderType(text, root, findings, out MxSchema? schema)
            : BodyType(text, header, root, findings, out schema);
        MxRules.Check(text, root, findings);
        return new MxDocument(input, text, header, root, type, schema, list.Found);
    }

    /// <summary>
    /// The input with the value of one element replaced; every other byte stays.
    /// </summary>
    /// <param name="path">Below the root, repetitions counted from 1, such as
    /// <c>FIToFICstmrCdtTrf/CdtTrfTxInf[2]/PmtId/UETR</c>.</param>
    /// <param name="value">The text, without references: what needs one is written as one.</param>
    /// <exception cref="ArgumentException">There is no such element, or it holds others.</exception>
    public byte[] With(string path, string value)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(value);
        if (!IsText(value)) throw new ArgumentException("the value holds what no XML text may hold", nameof(value));

        int node = _root;
        foreach (string step in path.Split('/'))
        {
            int bracket = step.IndexOf('[', StringComparison.Ordinal);
            byte[] name = Encoding.UTF8.GetBytes(bracket < 0 ? step : step[..bracket]);
            int number = bracket < 0 ? 1 : int.Parse(step.AsSpan(bracket + 1, step.Length - bracket - 2),
                System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture);
            int child = _text.FirstChild(node);
            while (child >= 0 && (!_text.Name(child).SequenceEqual(name) || --number > 0))
                child = _text.NextSibling(child);
            if (child < 0) throw new ArgumentException($"the message has no {path}", nameof(path));
            node = child;
        }

        if (!_text.IsLeaf(node)) throw new ArgumentException($"{path} holds elements, not a value", nameof(path));

        ref readonly MxNode at = ref _text.Nodes[node];
        // All of the input: the message may be only a part of it.
        ReadOnlySpan<byte> bytes = _input.Text.Span;
        ArrayBufferWriter<byte> written = new(bytes.Length + value.Length);
        bool isEmptyTag = at.ValueStart == at.End;
        // <a/> has no room for a value: its solidus, which stands before the bracket, gives way to an end tag.
        int before = isEmptyTag ? bytes[..at.End].LastIndexOf((byte)'/') : at.ValueStart;
        written.Write(bytes[..before]);
        if (isEmptyTag) written.Write(">"u8);
        written.Write(Encoding.UTF8.GetBytes(SecurityElement.Escape(value)
            .Replace("\r", "&#13;", StringComparison.Ordinal)));
        if (isEmptyTag)
        {
            written.Write("</"u8);
            written.Write(bytes.Slice(at.Start + 1, at.PrefixLength + at.NameLength));
            written.Write(">"u8);
        }

        written.Write(bytes[(at.ValueStart + at.ValueLength)..]);
        if (MxEncoding.Utf16(_input.Source.Span) is not { } encoding) return written.WrittenSpan.ToArray();
        return [.. encoding.Preamble, .. encoding.GetBytes(Encoding.UTF8.GetString(written.WrittenSpan))];
    }

    // The type the header names, judged by its schema.
    private static string? HeaderType(MxText text, int header, MxFindings findings, out MxSchema? schema)
    {
        schema = null;
        string? type = TypeOf(text.NamespaceOf(header));
        if (type is null)
        {
            type = Closest(text, header, MxSchema.Known.Reverse()
                .Where(name => name.StartsWith("head.001.", StringComparison.Ordinal)));
            if (type is not null) Unnamed(text, header, type, findings);
        }

        if (type is not null && MxSchema.TryLoad(type, out MxSchema known) && known.Root == "AppHdr")
        {
            schema = known;
            MxValidator.Check(text, header, schema, findings);
        }

        return type;
    }

    private static string? BodyType(MxText text, int header, int root, MxFindings findings, out MxSchema? schema)
    {
        schema = null;
        string space = text.NamespaceOf(root);
        string? stated = header < 0 ? null : Stated(text, header);
        string? type = TypeOf(space);
        if (type is null)
        {
            int child = text.FirstChild(root);
            type = stated is not null && MxSchema.TryLoad(stated, out _) ? stated : child < 0 ? null
                : Closest(text, root, MxSchema.WithElement(text.NameText(child)));
            if (type is null)
            {
                findings.Add("Mx.UnknownMessage", root,
                    "neither the namespace nor the content tells which message it is",
                    $"a namespace {MxSchema.NamespacePrefix} and a message", Redaction.None.Mask(space));
                return null;
            }

            Unnamed(text, root, type, findings);
        }
        else if (!space.StartsWith("urn:", StringComparison.Ordinal))
        {
            findings.Add("Mx.Namespace", root, "the namespace is a community's; the standard's schema was applied",
                MxSchema.NamespacePrefix + type, Redaction.None.Mask(space), severity: Severity.Warning);
        }

        if (stated is not null && stated != type)
        {
            new MxFindings(text, header, findings.List).Add("Mx.HeaderMessage", header,
                "the header names another message than its document is", type, stated, "MsgDefIdr", Severity.Warning);
        }

        if (MxSchema.TryLoad(type, out MxSchema known))
        {
            schema = known;
            MxValidator.Check(text, root, schema, findings);
        }
        else
        {
            findings.Add("Mx.NoRuleSet", root, "the text is well-formed; there are no facts of this message type here",
                "a message of the table", type, severity: Severity.Info);
        }

        return type;
    }

    // The message a header announces, without the marks communities put behind it.
    private static string? Stated(MxText text, int header)
    {
        int node = text.Child(header, "MsgDefIdr"u8);
        if (node < 0) return null;

        string stated = text.ValueText(node);
        return MxSchema.TryLoad(stated, out MxSchema known) ? known.Name
            : TypeName().Match(stated) is { Success: true } found ? found.Value : null;
    }

    private static void Unnamed(MxText text, int root, string type, MxFindings findings) =>
        findings.Add("Mx.NoNamespace", root, "the namespace names no message; it was told by what the message holds",
            MxSchema.NamespacePrefix + type, Redaction.None.Mask(text.NamespaceOf(root)), severity: Severity.Warning);

    // The candidate that fits best, the latest of those that fit as well.
    private static string? Closest(MxText text, int root, IEnumerable<string> candidates)
    {
        string? best = null;
        int fewest = int.MaxValue;
        foreach (string candidate in candidates)
        {
            DiagnosticList tried = new();
            MxValidator.Check(text, root, MxSchema.Load(candidate), new MxFindings(text, root, tried));
            for (int node = root; node < text.Nodes[root].Next; node++)
                text.Nodes[node].Content &= ~(MxContent.Complex | MxContent.Unknown);
            if (tried.Found.Count < fewest) (best, fewest) = (candidate, tried.Found.Count);
            if (fewest == 0) break;
        }

        return best;
    }

    private static bool IsText(string value)
    {
        for (int i = 0; i < value.Length; i++)
        {
            bool isPair = i + 1 < value.Length && char.IsSurrogatePair(value[i], value[i + 1]);
            if (!isPair && !XmlConvert.IsXmlChar(value[i])) return false;
            if (isPair) i++;
        }

        return true;
    }

    [GeneratedRegex(@"[a-z]{4}\.[0-9]{3}\.[0-9]{3}\.[0-9]{2}", RegexOptions.NonBacktracking)]
    private static partial Regex TypeName();
}
