namespace Qbitel.Protocols.Xml;

/// <content>The tags and values most of a message is made of, in one loop.</content>
internal ref partial struct MxTextReader
{
    // Most of a message is tags without prefix, white space between them, and values without marks: these
    // are read here, and what is anything else where the reader then stands is left to the others. True where the last
    // element that was open is closed.
    private bool SkimTags()
    {
        ReadOnlySpan<byte> text = _text;
        MxNode[] nodes = _nodes;
        int at = _at, open = _open, depth = _depth, count = _nodeCount;
        int declared = _bindingCount == 0 ? -1 : _bindings[_bindingCount - 1].Node;
        bool isClosed = false;
        while (open >= 0 && at < text.Length)
        {
            byte c = text[at];
            if (c != '<')
            {
                int end = at;
                if (MxCharacters.IsSpace(c))
                {
                    // A line end and the indentation of the next line.
                    end += 1 + MxRuns.Blanks(text[(end + 1)..]);
                    while (end < text.Length && text[end] is (byte)' ' or (byte)'\n' or (byte)'\t') end++;
                    if (c == '\r' || end == text.Length || text[end] != '<') break;
                }
                else
                {
                    end = MxRuns.Plain(text[at..]);
                    if (end < 0) end = text[at..].IndexOfAny(MxRuns.Marks);
                    if (end < 0 || text[at + end] != '<') break;
                    end += at;
                    nodes[open].Content |= MxContent.Text;
                }

                at = end;
            }

            if (at + 1 >= text.Length) break;
            if (text[at + 1] == '/')
            {
                ref MxNode node = ref nodes[open];
                int length = node.PrefixLength + node.NameLength;
                if (!MxRuns.IsEndTag(text[at..], text[(node.Start + 1)..], length)) break;

                node.ValueLength = at - node.ValueStart;
                node.End = at + length + 3;
                node.Next = count;
                if (open == declared)
                {
                    Undeclare(open);
                    declared = _bindingCount == 0 ? -1 : _bindings[_bindingCount - 1].Node;
                }

                open = node.Parent;
                depth--;
                at += length + 3;
                isClosed = open < 0;
                continue;
            }

            int name = MxRuns.Alphanumerics(text[(at + 1)..]), after = at + 1 + name;
            if (name == 0 || text[at + 1] <= '9' || after >= text.Length || depth == MxLimits.Depth
                || count == MxLimits.Elements)
            {
                break;
            }

            int attributes = _attributeCount;
            if (text[after] != '>' && !SkimAttribute(count, ref after)) break;

            if (count == nodes.Length)
            {
                Grow(ref _nodes);
                nodes = _nodes;
            }

            ref MxNode child = ref nodes[count];
            child = default;
            child.Start = at;
            child.ValueStart = after + 1;
            child.Parent = open;
            child.NameLength = (byte)name;
            child.Namespace = _default;
            child.AttributeCount = (byte)(_attributeCount - attributes);

            // Most elements hold a value and nothing else: these are closed as they are opened.
            int value = MxRuns.Value(text[(after + 1)..]), close = after + 1 + value;
            if (value >= 0 && MxRuns.IsEndTag(text[close..], text[(at + 1)..], name))
            {
                child.Content = value == 0 ? MxContent.None : MxContent.Text;
                child.ValueLength = value;
                child.End = at = close + name + 3;
                child.Next = ++count;
                continue;
            }

            open = count++;
            depth++;
            at = after + 1;
        }

        _at = at;
        _open = open;
        _depth = depth;
        _nodeCount = count;
        return isClosed;
    }

    // One attribute of letters and digits, such as the currency of an amount: <IntrBkSttlmAmt Ccy="EUR">. Stands at the
    // bracket after it.
    private bool SkimAttribute(int node, ref int at)
    {
        ReadOnlySpan<byte> rest = _text[at..];
        int name = rest[0] == ' ' ? MxRuns.Alphanumerics(rest[1..]) : 0;
        if (name == 0 || rest[1] <= '9' || rest.Length < name + 5 || rest[name + 1] != '=' || rest[name + 2] != '"'
            || rest.Slice(1, name).SequenceEqual("xmlns"u8))
        {
            return false;
        }

        int value = MxRuns.Alphanumerics(rest[(name + 3)..]), end = name + 3 + value;
        if (end + 1 >= rest.Length || rest[end] != '"' || rest[end + 1] != '>') return false;

        if (_attributeCount == _attributes.Length) Grow(ref _attributes);
        _attributes[_attributeCount++] = new MxAttribute
        {
            Start = at + 1,
            Node = node,
            NameLength = (byte)name,
            ValueStart = at + name + 3,
            ValueLength = value,
        };
        at += end + 1;
        return true;
    }
}
