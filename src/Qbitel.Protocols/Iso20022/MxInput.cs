using System.Text;
using Qbitel.Protocols.Iso20022.Schemas;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022;

/// <summary>
/// All messages of one input: a Document alone, with its AppHdr beside it, inside envelopes, or as CDATA inside them;
/// one after the other.
/// </summary>
internal sealed class MxInput
{
    // CDATA within CDATA is not looked into.
    private const int PayloadDepth = 1;

    private readonly List<MxDocument> _documents = [];

    private MxInput(ReadOnlyMemory<byte> source, ReadOnlyMemory<byte> text)
    {
        Source = source;
        Text = text;
    }

    /// <summary>As it came.</summary>
    public ReadOnlyMemory<byte> Source { get; }

    /// <summary>In UTF-8; the source itself unless that is UTF-16.</summary>
    public ReadOnlyMemory<byte> Text { get; }

    public IReadOnlyList<MxDocument> Documents => _documents;

    /// <summary>What broke the reading after the last document; null where the input was read to its end.</summary>
    public ParseError? Error { get; private set; }

    /// <param name="source">UTF-8, or UTF-16 with a byte order mark. The memory is kept.</param>
    /// <param name="input">With at least one document.</param>
    /// <param name="error">Why there is none.</param>
    public static bool TryRead(ReadOnlyMemory<byte> source, out MxInput input, out ParseError error)
    {
        input = null!;
        if (!MxEncoding.TryDecode(source, out ReadOnlyMemory<byte> text, out error)) return false;

        MxInput read = new(source, text);
        int at = text.Span.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        while (at < text.Length)
        {
            if (!MxTextReader.TryRead(text, at, out MxText part, out int end, out error))
            {
                read.Error = error;
                break;
            }

            read.Collect(part, 0);
            at = end;
        }

        if (read._documents.Count > 0)
        {
            input = read;
            return true;
        }

        error = read.Error ?? (text.IsEmpty ? new ParseError(Absent("Mx.Incomplete"), IsIncomplete: true)
            : new ParseError(Absent("Mx.NotThisMessage")));
        return false;
    }

    private static Diagnostic Absent(string code) => new(code, Severity.Error, "there is no such message in the text")
    {
        Offset = 0,
        Path = "/",
        Expected = "a Document of ISO 20022",
        Actual = "none",
    };

    private void Collect(MxText text, int payloadDepth)
    {
        int header = -1, node = 0;
        while (node < text.Nodes.Length)
        {
            if (text.Name(node).SequenceEqual("AppHdr"u8))
            {
                if (header >= 0) Add(text, -1, header);
                header = node;
                node = text.Nodes[node].Next;
            }
            else if (text.Name(node).SequenceEqual("Document"u8) && IsMessage(text, node))
            {
                Add(text, header, node);
                header = -1;
                node = text.Nodes[node].Next;
            }
            else
            {
                if (payloadDepth < PayloadDepth && (text.Nodes[node].Content & MxContent.Markup) != MxContent.None)
                    Payload(text, node, payloadDepth);
                node++;
            }
        }

        if (header >= 0) Add(text, -1, header);
    }

    private void Add(MxText text, int header, int root) =>
        _documents.Add(MxDocument.Judge(this, text, header, root));

    // An element of an envelope may be called so too: a message has a namespace of its type, or holds what only a
    // message holds.
    private static bool IsMessage(MxText text, int node) =>
        text.NamespaceOf(node).StartsWith(MxSchema.NamespacePrefix, StringComparison.Ordinal)
        || MxDocument.TypeOf(text.NamespaceOf(node)) is not null
        || (text.FirstChild(node) is >= 0 and int child && MxSchema.WithElement(text.NameText(child)).Any());

    // A message may stand as CDATA inside an element of an envelope, and is read where it stands.
    private void Payload(MxText text, int node, int depth)
    {
        ref readonly MxNode at = ref text.Nodes[node];
        ReadOnlySpan<byte> content = text.Span.Slice(at.ValueStart, at.ValueLength);
        int open = content.IndexOf("<![CDATA["u8);
        if (open < 0 || content[..open].ContainsAnyExcept(MxCharacters.Space)) return;

        int length = content[open..].IndexOf("]]>"u8) - 9;
        ReadOnlySpan<byte> data = content.Slice(open + 9, length);
        int gap = data.IndexOfAnyExcept(MxCharacters.Space);
        if (gap < 0 || data[gap] != '<') return;

        int start = at.ValueStart + open + 9 + gap, end = start - gap + length;
        if (MxTextReader.TryRead(text.Bytes[..end], start, out MxText payload, out _, out ParseError error))
            Collect(payload, depth + 1);
        else if (data.IndexOf("urn:iso:std:iso:20022:"u8) >= 0)
            Error ??= error;
    }
}
