using System.Buffers;
using System.Diagnostics;
using System.Text;

namespace Qbitel.Protocols.Xml;

/// <summary>
/// Reads one text of XML 1.0 with namespaces into the table of its elements, in one pass over the bytes. It takes what
/// the platform's reader takes, less DTDs, entities of one's own, and what is past <see cref="MxLimits"/>.
/// </summary>
/// <remarks>
/// Several elements may stand side by side: a header beside its document is one text (see <see cref="TryRead"/>).
/// </remarks>
internal ref partial struct MxTextReader
{
    public const string XmlNamespace = "http://www.w3.org/XML/1998/namespace";
    public const string XmlnsNamespace = "http://www.w3.org/2000/xmlns/";

    private static readonly SearchValues<byte> ValueMarks = SearchValues.Create("<&\"'\t\r\n"u8);

    private static readonly SearchValues<byte> ReferenceCharacters =
        SearchValues.Create("#0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    private readonly ReadOnlySpan<byte> _text;
    private readonly int _start;
    private int _at;
    private int _open = -1;
    private int _depth;
    private MxNode[] _nodes = ArrayPool<MxNode>.Shared.Rent(256);
    private int _nodeCount;
    private MxAttribute[] _attributes = ArrayPool<MxAttribute>.Shared.Rent(64);
    private int _attributeCount;
    private string[] _namespaces = ["", XmlnsNamespace, XmlNamespace, ""];
    private int _namespaceCount = 3;
    private Binding[] _bindings = ArrayPool<Binding>.Shared.Rent(16);
    private int _bindingCount;

    // The namespace of elements without a prefix.
    private byte _default;
    private Diagnostic? _fault;
    private bool _isIncomplete;

    private MxTextReader(ReadOnlySpan<byte> text, int start)
    {
        _text = text;
        _start = _at = start;
    }

    /// <summary>
    /// Reads from a place on: what may stand before an element, headers (AppHdr) and the first element that is none,
    /// and what may stand after it.
    /// </summary>
    /// <param name="bytes">UTF-8, checked by <see cref="MxCharacters.IndexOfInvalid"/>.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="text">The elements; offsets are from the start of the bytes.</param>
    /// <param name="end">Where the next message may begin.</param>
    /// <param name="error">Why there is no such text.</param>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, int start, out MxText text, out int end,
        out ParseError error)
    {
        MxTextReader reader = new(bytes.Span, start);
        try
        {
            bool isRead = reader.Read(wantsTail: true);
            end = reader._at;
            error = isRead ? null! : new ParseError(reader._fault!, reader._isIncomplete);
            text = isRead ? new MxText(bytes, Copy(reader._nodes, reader._nodeCount),
                Copy(reader._attributes, reader._attributeCount), reader._namespaces) : null!;
            return isRead;
        }
        finally
        {
            reader.Return();
        }
    }

    /// <summary>Finds the end of the first message: headers and one element that is none.</summary>
    public static FrameStatus TryFrame(ReadOnlySpan<byte> stream, int start, out int end, out ParseError? error)
    {
        MxTextReader reader = new(stream, start);
        try
        {
            bool isRead = reader.Read(wantsTail: false);
            end = reader._at;
            error = isRead ? null : new ParseError(reader._fault!, reader._isIncomplete);
            return isRead ? FrameStatus.Complete
                : reader._isIncomplete ? FrameStatus.Incomplete : FrameStatus.Invalid;
        }
        finally
        {
            reader.Return();
        }
    }

    private readonly void Return()
    {
        ArrayPool<MxNode>.Shared.Return(_nodes);
        ArrayPool<MxAttribute>.Shared.Return(_attributes);
        ArrayPool<Binding>.Shared.Return(_bindings);
    }

    private bool Read(bool wantsTail)
    {
        if (StartsWith("<?xml"u8) && _at + 5 < _text.Length && MxCharacters.IsSpace(_text[_at + 5]) && !Declaration())
            return false;

        bool isRead = false; // the message itself, with all its headers
        while (true)
        {
            if (isRead || !SkimTags())
            {
                if (_at == _text.Length) break;
                if (_text[_at] != '<')
                {
                    if (!Text()) return false;
                    continue;
                }

                byte mark = _at + 1 < _text.Length ? _text[_at + 1] : (byte)0;
                if (mark == '!')
                {
                    if (!Declared()) return false;
                    continue;
                }

                // A message after this one may begin with a declaration of its own.
                if (isRead && StartsWith("<?xml"u8) && _at + 5 < _text.Length && MxCharacters.IsSpace(_text[_at + 5]))
                    break;
                if (mark == '?')
                {
                    if (!Instruction()) return false;
                    continue;
                }

                if (isRead && mark != '/') break;
                if (!(mark == '/' ? EndTag() : StartTag())) return false;
            }

            if (_open >= 0 || IsHeader(_nodeCount)) continue;
            isRead = true;
            if (!wantsTail) return true;
        }

        if (_open >= 0) return Incomplete("the end of the element");
        return _nodeCount > 0 && (isRead || wantsTail) || Incomplete("an element");
    }

    // Whether what was just closed at the top is a header, which stands beside the document it belongs to.
    private readonly bool IsHeader(int count)
    {
        int node = count - 1;
        while (_nodes[node].Parent >= 0) node = _nodes[node].Parent;
        ref readonly MxNode root = ref _nodes[node];
        return _text.Slice(root.NameStart, root.NameLength).SequenceEqual("AppHdr"u8);
    }

    private bool StartTag()
    {
        int start = _at++;
        if (!Name(start, "the name of an element", out int prefix, out int name)) return false;
        if (_depth >= MxLimits.Depth) return Limit(start, "Mx.TooDeep", $"deeper than {MxLimits.Depth} elements");
        if (_nodeCount == MxLimits.Elements)
            return Limit(start, "Mx.TooManyElements", $"more than {MxLimits.Elements} elements");

        if (_nodeCount == _nodes.Length) Grow(ref _nodes);
        int index = _nodeCount++;
        _nodes[index] = new MxNode
        {
            Start = start,
            PrefixLength = (byte)prefix,
            NameLength = (byte)name,
            Parent = _open,
        };

        bool isEmpty = false;
        while (true)
        {
            int before = _at;
            SkipSpace();
            if (_at == _text.Length) return Incomplete("the end of the tag");
            byte c = _text[_at];
            if (c == '>') break;
            if (c == '/')
            {
                if (_at + 1 == _text.Length) return Incomplete("the end of the tag");
                if (_text[_at + 1] != '>') return Fault(_at, "/>", "another character");
                isEmpty = true;
                _at++;
                break;
            }

            if (_at == before) return Fault(_at, "white space, > or />", "another character");
            if (!Attribute(index)) return false;
        }

        _at++;
        ref MxNode node = ref _nodes[index];
        node.ValueStart = _at;
        if (!Resolve(ref node)) return false;
        if (isEmpty)
        {
            Close(index, _at);
            return true;
        }

        _open = index;
        _depth++;
        return true;
    }

    private void Close(int index, int valueEnd)
    {
        ref MxNode node = ref _nodes[index];
        node.ValueLength = valueEnd - node.ValueStart;
        node.End = _at;
        node.Next = _nodeCount;
        Undeclare(index);
    }

    private bool EndTag()
    {
        int start = _at;
        if (_open < 0) return Fault(start, "an element", "an end tag without its start");

        ref readonly MxNode node = ref _nodes[_open];
        ReadOnlySpan<byte> name = _text.Slice(node.Start + 1, node.PrefixLength + node.NameLength);
        ReadOnlySpan<byte> rest = _text[(start + 2)..];
        if (!rest.StartsWith(name))
        {
            return name.StartsWith(rest) ? Incomplete("the end tag")
                : Fault(start, "the end tag of the element that is open", "another");
        }

        _at = start + 2 + name.Length;
        SkipSpace();
        if (_at == _text.Length) return Incomplete("the end of the tag");
        if (_text[_at] != '>') return Fault(_at, "the end tag of the element that is open", "another");

        _at++;
        int closed = _open;
        _open = node.Parent;
        _depth--;
        Close(closed, start);
        return true;
    }

    private bool Text()
    {
        int start = _at;
        ReadOnlySpan<byte> rest = _text[start..];
        int length = rest.IndexOfAny(MxRuns.Marks);
        if (length < 0) length = rest.Length;
        MxContent content = rest[..length].ContainsAnyExcept(MxCharacters.Space) ? MxContent.Text : MxContent.None;
        _at += length;
        while (_at < _text.Length && _text[_at] != '<')
        {
            byte mark = _text[_at];
            if (mark == '&')
            {
                if (!Reference()) return false;
                content |= MxContent.Text | MxContent.Markup;
            }
            else if (mark == ']')
            {
                if (_text[_at..].StartsWith("]]>"u8)) return Fault(_at, "]]&gt;", "]]> outside CDATA");
                content |= MxContent.Text;
                _at++;
            }
            else
            {
                content |= MxContent.Markup; // a carriage return
                _at++;
            }

            rest = _text[_at..];
            length = rest.IndexOfAny(MxRuns.Marks);
            if (length < 0) length = rest.Length;
            if ((content & MxContent.Text) == MxContent.None && rest[..length].ContainsAnyExcept(MxCharacters.Space))
                content |= MxContent.Text;
            _at += length;
        }

        if (_open >= 0)
        {
            _nodes[_open].Content |= content;
            return true;
        }

        int gap = Math.Max(0, _text[start.._at].IndexOfAnyExcept(MxCharacters.Space));
        return (content & MxContent.Text) == MxContent.None || Fault(start + gap, "an element", "text");
    }

    private bool Reference()
    {
        ReadOnlySpan<byte> rest = _text[(_at + 1)..];
        int end = rest.IndexOfAnyExcept(ReferenceCharacters);
        if (end < 0) return rest.Length > MxLimits.Name ? NotAReference() : Incomplete("the end of the reference");
        if (rest[end] != ';' || !MxCharacters.TryReference(rest[..end], out _)) return NotAReference();

        _at += end + 2;
        return true;
    }

    private bool NotAReference() => Fault(_at, "one of the five entities of XML, or a character by its number",
        "another reference", "Mx.Entity");

    // A comment, CDATA, or what is refused.
    private bool Declared()
    {
        int start = _at;
        ReadOnlySpan<byte> rest = _text[start..];
        if (rest.StartsWith("<!--"u8))
        {
            int dashes = rest[4..].IndexOf("--"u8);
            if (dashes < 0 || 4 + dashes + 2 == rest.Length) return Incomplete("the end of the comment");
            if (rest[4 + dashes + 2] != '>') return Fault(start + 4 + dashes, "-->", "-- inside a comment");
            _at = start + 4 + dashes + 3;
            if (_open >= 0) _nodes[_open].Content |= MxContent.Markup;
            return true;
        }

        if (rest.StartsWith("<![CDATA["u8) && _open >= 0)
        {
            int end = rest.IndexOf("]]>"u8);
            if (end < 0) return Incomplete("the end of the CDATA section");
            // To the schema, white space is white space wherever it comes from.
            bool isText = rest[9..end].ContainsAnyExcept(MxCharacters.Space);
            _nodes[_open].Content |= isText ? MxContent.Markup | MxContent.Text : MxContent.Markup;
            _at = start + end + 3;
            return true;
        }

        if (rest.StartsWith("<!DOCTYPE"u8)) return Fault(start, "XML without a DTD", "a DTD", "Mx.Dtd");
        bool isCut = "<!--"u8.StartsWith(rest) || "<!DOCTYPE"u8.StartsWith(rest)
            || (_open >= 0 && "<![CDATA["u8.StartsWith(rest));
        return isCut ? Incomplete("the rest of the markup") : Fault(start, "an element, a comment or CDATA", "another");
    }

    private bool Instruction()
    {
        int start = _at, target = start + 2;
        int length = MxCharacters.NameLength(_text[target..]);
        int after = target + length;
        if (after == _text.Length) return Incomplete("the end of the instruction");
        if (length == 0 || (length == 3 && System.Text.Ascii.EqualsIgnoreCase(_text.Slice(target, 3), "xml"u8)))
            return Fault(start, "an instruction with a name of its own", "another");
        if (!MxCharacters.IsSpace(_text[after]) && _text[after] != '?')
            return Fault(after, "white space or ?>", "another character");
        if (_text[after] == '?' && after + 1 < _text.Length && _text[after + 1] != '>')
            return Fault(after, "white space or ?>", "another character");

        int end = _text[after..].IndexOf("?>"u8);
        if (end < 0) return Incomplete("the end of the instruction");
        _at = after + end + 2;
        if (_open >= 0) _nodes[_open].Content |= MxContent.Markup;
        return true;
    }

    private bool Attribute(int index)
    {
        int start = _at;
        if (!Name(start - 1, "the name of an attribute", out int prefix, out int name)) return false;
        SkipSpace();
        if (_at == _text.Length) return Incomplete("the value of the attribute");
        if (_text[_at] != '=') return Fault(_at, "=", "another character");
        _at++;
        SkipSpace();
        if (_at == _text.Length) return Incomplete("the value of the attribute");
        byte quote = _text[_at];
        if (quote is not ((byte)'"' or (byte)'\'')) return Fault(_at, "a quote", "another character");

        int valueStart = ++_at;
        bool hasMarkup = false;
        while (true)
        {
            int mark = _text[_at..].IndexOfAny(ValueMarks);
            if (mark < 0) return Incomplete("the end of the attribute");
            _at += mark;
            byte c = _text[_at];
            if (c == quote) break;
            if (c == '<') return Fault(_at, "&lt;", "< in an attribute");
            if (c == '&')
            {
                if (!Reference()) return false;
                hasMarkup = true;
                continue;
            }

            hasMarkup |= c is not ((byte)'"' or (byte)'\'');
            _at++;
        }

        ref MxNode node = ref _nodes[index];
        if (node.AttributeCount == MxLimits.Attributes)
            return Limit(start, "Mx.TooManyAttributes", $"more than {MxLimits.Attributes} attributes");

        node.AttributeCount++;
        if (_attributeCount == _attributes.Length) Grow(ref _attributes);
        _attributes[_attributeCount++] = new MxAttribute
        {
            Start = start,
            Node = index,
            PrefixLength = (byte)prefix,
            NameLength = (byte)name,
            ValueStart = valueStart,
            ValueLength = _at - valueStart,
            HasMarkup = hasMarkup,
        };
        _at++;
        return true;
    }

    // A name with at most one prefix; the reader stands after it.
    private bool Name(int before, string expected, out int prefix, out int name)
    {
        int start = before + 1;
        prefix = 0;
        name = MxCharacters.NameLength(_text[start..]);
        _at = start + name;
        if (name > 0 && _at < _text.Length && _text[_at] == ':')
        {
            prefix = name + 1;
            name = MxCharacters.NameLength(_text[(_at + 1)..]);
            _at += 1 + name;
        }

        if (name > MxLimits.Name || prefix > MxLimits.Name)
            return Limit(start, "Mx.NameTooLong", $"a name of more than {MxLimits.Name} bytes");
        if (_at == _text.Length) return Incomplete(expected);
        if (name == 0 || _text[_at] == ':') return Fault(_at, expected, "another character");
        return true;
    }

    private readonly bool StartsWith(ReadOnlySpan<byte> text) => _text[_at..].StartsWith(text);

    private void SkipSpace()
    {
        while (_at < _text.Length && MxCharacters.IsSpace(_text[_at])) _at++;
    }

    private bool Limit(int offset, string code, string found) =>
        Fault(offset, "a text within the limits of a message", found, code);

    private bool Incomplete(string expected)
    {
        _isIncomplete = true;
        return Tell("Mx.Incomplete", "the text breaks off", _text.Length, expected, "the end of the text");
    }

    private bool Fault(int offset, string expected, string found, string code = "Mx.NotWellFormed") =>
        Tell(code, "the text is not XML as messages may be", offset, expected, found);

    private bool Tell(string code, string message, int offset, string expected, string found)
    {
        TextPosition place = TextPosition.Of(_text[_start..], offset - _start);
        StringBuilder path = new();
        for (int node = _open; node >= 0; node = _nodes[node].Parent)
        {
            path.Insert(0, Encoding.UTF8.GetString(_text.Slice(_nodes[node].NameStart, _nodes[node].NameLength)))
                .Insert(0, '/');
        }

        _fault = new Diagnostic(code, Severity.Error, message)
        {
            Offset = offset,
            Line = place.Line,
            Column = place.Column,
            Path = path.Length == 0 ? "/" : path.ToString(),
            Expected = expected,
            Actual = found,
        };
        Debug.Assert(offset <= _text.Length, "a place in the text");
        return false;
    }

    private static T[] Copy<T>(T[] rented, int count)
    {
        if (count == 0) return [];
        T[] copy = GC.AllocateUninitializedArray<T>(count);
        Array.Copy(rented, copy, count);
        return copy;
    }

    private static void Grow<T>(ref T[] array)
    {
        T[] larger = ArrayPool<T>.Shared.Rent(2 * array.Length);
        array.CopyTo(larger, 0);
        ArrayPool<T>.Shared.Return(array);
        array = larger;
    }
}
