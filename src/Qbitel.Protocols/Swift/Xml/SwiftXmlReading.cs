using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Swift.Xml;

/// <summary>Writes one message element as FIN, and says what in it has no place there.</summary>
internal sealed class SwiftXmlReading(MxText text, int message)
{
    // A text of FIN is at most a mebibyte; the names around its fields are several times as much.
    private const int MaximumSize = 8 * 1024 * 1024;
    private const int MaximumName = 31;

    // The parts of the headers in the order FIN has them.
    private static readonly string[] Basic =
        ["applicationId", "serviceId", "logicalTerminal", "sessionNumber", "sequenceNumber"];

    private static readonly string[] Input =
        ["messageType", "receiverAddress", "messagePriority", "deliveryMonitoring", "obsolescencePeriod"];

    private static readonly string[] Output = ["messageType", "senderInputTime", "MIRDate", "MIRLogicalTerminal",
        "MIRSessionNumber", "MIRSequenceNumber", "receiverOutputDate", "receiverOutputTime", "messagePriority"];

    private readonly SwiftXmlWriter _fin = new(text);
    private readonly List<Diagnostic> _findings = [];
    private bool _isBroken;

    public SwiftXmlMessage Run()
    {
        int start = text.Nodes[message].Start, end = text.Nodes[message].End;
        if (end - start > MaximumSize)
        {
            Refuse("Mt.TooLarge", "the message is too large", start, $"at most {MaximumSize} bytes");
            return new SwiftXmlMessage(start, null, new SwiftPlaces(start), _findings);
        }

        for (int block = text.FirstChild(message); block >= 0; block = text.NextSibling(block)) Block(block);
        SwiftPlaces places = _fin.Places(end);
        if (_isBroken) return new SwiftXmlMessage(start, null, places, _findings);

        FrameStatus status = SwiftMessage.TryRead(_fin.ToBytes(), out SwiftMessage read, out _, out ParseError? error);
        if (status == FrameStatus.Complete) return new SwiftXmlMessage(start, read, places, _findings);

        // The element has ended, so that nothing more will come: what FIN would wait for is missing.
        Diagnostic fault = error!.Diagnostic;
        _findings.Add(places.Place(error.IsIncomplete ? fault with { Code = "Mt.NoText" } : fault));
        return new SwiftXmlMessage(start, null, places, _findings);
    }

    private void Block(int block)
    {
        string name = text.NameText(block);
        int start = text.Nodes[block].ValueStart;
        if (name is "block" && text.AttributeText(block, "name"u8) is { } own)
        {
            if (own.Length == 1 && char.IsAsciiLetterOrDigit(own[0])) name += own;
            else Refuse("Mt.BlockForm", "a block of one's own has a name of one character", start, "a letter");
        }

        if (name.Length != 6 || !name.StartsWith("block", StringComparison.Ordinal))
        {
            Unknown(block);
            return;
        }

        _fin.Form([(byte)'{', (byte)name[5], (byte)':'], start);
        if (name[5] == '1') Header(block, Basic);
        else if (name[5] == '2') ApplicationHeader(block, start);
        else if (name[5] == '4' && !IsOfTags(block)) Text(block, start);
        else Tags(block);
        _fin.Form("}"u8, start + text.Nodes[block].ValueLength);
    }

    private void ApplicationHeader(int block, int start)
    {
        string? type = text.AttributeText(block, "type"u8);
        bool isOutput = type is "output" || (type is not "input" && text.Child(block, "senderInputTime"u8) >= 0);
        if (type is not ("input" or "output"))
            Warn("the block does not say its direction", text.Nodes[block].Start, "type input or output");
        _fin.Form(isOutput ? "O"u8 : "I"u8, start);
        Header(block, isOutput ? Output : Input);
    }

    private void Header(int block, string[] parts)
    {
        foreach (string part in parts)
        {
            for (int child = text.FirstChild(block); child >= 0; child = text.NextSibling(child))
                if (text.NameText(child) == part) Value(child, "{}\r\n");
        }

        for (int child = text.FirstChild(block); child >= 0; child = text.NextSibling(child))
            if (!parts.Contains(text.NameText(child))) Unknown(child);
    }

    // The network's own messages have a text of tags in braces, whose names are numbers of three digits.
    private bool IsOfTags(int block)
    {
        bool hasTag = false;
        for (int tag = text.FirstChild(block); tag >= 0; tag = text.NextSibling(tag))
        {
            if (!text.Name(tag).SequenceEqual("tag"u8)) continue;
            hasTag = true;
            int name = text.Child(tag, "name"u8);
            if (name < 0 || text.ValueText(name) is not { Length: 3 } number || !Ascii.IsDigits(number)) return false;
        }

        return hasTag;
    }

    private void Tags(int block)
    {
        for (int tag = text.FirstChild(block); tag >= 0; tag = text.NextSibling(tag))
        {
            if (!IsTag(tag, out int name, out int value)) continue;
            _fin.Form("{"u8, text.Nodes[tag].Start);
            Value(name, "{}:\r\n");
            _fin.Form(":"u8, text.Nodes[value].ValueStart);
            Value(value, "{}");
            _fin.Form("}"u8, End(value));
        }
    }

    private void Text(int block, int start)
    {
        _fin.Form("\r\n"u8, start);
        for (int tag = text.FirstChild(block); tag >= 0; tag = text.NextSibling(tag))
        {
            if (!IsTag(tag, out int name, out int value)) continue;
            if (!IsName(name))
            {
                Refuse("Mt.TagForm", "the name is not that of a field", text.Nodes[name].ValueStart,
                    "letters and digits");
                continue;
            }

            _fin.Form(":"u8, text.Nodes[tag].Start);
            Value(name, "");
            _fin.Form(":"u8, text.Nodes[value].ValueStart);
            int begin = _fin.Length;
            Value(value, "");
            CheckText(begin);
            _fin.Form("\r\n"u8, End(value));
        }

        _fin.Form("-"u8, start + text.Nodes[block].ValueLength);
    }

    private bool IsTag(int node, out int name, out int value)
    {
        (name, value) = (text.Child(node, "name"u8), text.Child(node, "value"u8));
        if (text.Name(node).SequenceEqual("field"u8))
        {
            Refuse("Mt.XmlForm", "a field kept in its components is not put together", text.Nodes[node].Start,
                "a tag with name and value");
            return false;
        }

        if (!text.Name(node).SequenceEqual("tag"u8))
        {
            Unknown(node);
            return false;
        }

        if (name < 0 || value < 0)
        {
            Refuse("Mt.XmlForm", "the tag has no name or no value", text.Nodes[node].Start, "name and value");
            return false;
        }

        for (int child = text.FirstChild(node); child >= 0; child = text.NextSibling(child))
            if (child != name && child != value) Unknown(child);
        return true;
    }

    private bool IsName(int node)
    {
        string name = text.ValueText(node);
        return name.Length is > 1 and <= MaximumName && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
    }

    private void Value(int node, string barred)
    {
        if (text.FirstChild(node) >= 0)
        {
            Refuse("Mt.XmlForm", "a value holds no elements", text.Nodes[text.FirstChild(node)].Start, "text");
            return;
        }

        int begin = _fin.Length;
        _fin.Value(node);
        for (int i = begin; i < _fin.Length; i++)
        {
            if (!barred.Contains((char)_fin[i], StringComparison.Ordinal)) continue;
            RefuseValue(i);
            return;
        }
    }

    // What would end the field or the text before its time.
    private void CheckText(int begin)
    {
        for (int i = begin; i < _fin.Length; i++)
        {
            bool endsField = i > begin && _fin[i - 1] == '\n' && _fin[i] is (byte)':' or (byte)'-';
            bool endsText = _fin[i] == '-' && i + 2 < _fin.Length && _fin[i + 1] == '}' && _fin[i + 2] == '{';
            if (!endsField && !endsText) continue;
            RefuseValue(i);
            return;
        }
    }

    private int End(int node) => text.Nodes[node].ValueStart + text.Nodes[node].ValueLength;

    private void RefuseValue(int offset) => Refuse("Mt.XmlForm", "the value cannot stand in FIN, where it would end",
        _fin.Source(offset), "a value of one field");

    private void Unknown(int node) =>
        Warn("the notation has no such element here", text.Nodes[node].Start, "the blocks and their parts");

    private void Warn(string message, int offset, string expected) =>
        Add(new Diagnostic("Mt.XmlElement", Severity.Warning, message) { Offset = offset, Expected = expected });

    private void Refuse(string code, string message, int offset, string expected)
    {
        _isBroken = true;
        Add(new Diagnostic(code, Severity.Error, message) { Offset = offset, Expected = expected });
    }

    private void Add(Diagnostic finding)
    {
        if (_findings.Count <= DiagnosticList.Limit) _findings.Add(finding);
    }
}
