using System.Text;
using System.Xml;
using Qbitel.Protocols.Xml;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Iso20022;

/// <summary>Our reader of XML against the platform's: the same texts are well-formed, with the same elements.</summary>
public sealed class MxTextReaderTests(ITestOutputHelper output)
{
    private static readonly string[] Texts =
    [
        "<a/>", "<?xml version='1.0' encoding=\"UTF-8\" standalone='yes'?><a>x</a>", "<a b='1' c=\"2\">t<d/>u</a>",
        "<p:a xmlns:p='u' p:b='1' b='2'><p:c xmlns='v'><d xmlns=''/></p:c></p:a>",
        "<!-- c --><?pi data?><a><![CDATA[<x>]]]]><![CDATA[>]]>&amp;&#65;&#x1F600;\r\n\r</a> <!-- end --> ",
        "<a xml:space='preserve' xml:lang='de'>é😀</a>", "<a b='&lt;&#10;\t\n'>]]]&gt;</a>",
        "<ä-1.x:é xmlns:ä-1.x='u'>a</ä-1.x:é>", "<a\n\tb\r=\n'c'\n></a\n>", "<a>>'\"</a>", "<a b='>'/>",
        "<a xmlns:x='u' xmlns:y='u' x:b='1' y:c='1'/>", "<a><b><c>1</c><c>2</c></b><b/></a>",
    ];

    private static readonly string[] Faults =
    [
        "", " ", "x", "<a", "<a>", "<a></b>", "<a/><b", "</a>", "<a b/>", "<a b=c/>", "<a b='1'c='2'/>",
        "<a b='1' b='2'/>", "<a xmlns:x='u' xmlns:y='u' x:b='1' y:b='1'/>", "<a b='<'/>", "<a>&b;</a>", "<a>&#0;</a>",
        "<a>&#xD800;</a>", "<a>&#x110000;</a>", "<a>&amp</a>", "<a>]]></a>", "<a><!-- -- --></a>", "<a><!--></a>",
        "<a><?xml version='1.0'?></a>", "<a><?XML?></a>", "<a><??></a>", " <?xml version='1.0'?><a/>",
        "<?xml version='1.1'?><a/>", "<?xml encoding='utf-8'?><a/>", "<?xml version='1.0' encoding='wtf'?><a/>",
        "<!DOCTYPE a><a/>", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "<p:a/>", "<a p:b='1'/>", "<a xmlns:p=''/>",
        "<a xmlns:xml='u'/>", "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>",
        "<a xmlns='http://www.w3.org/XML/1998/namespace'/>", "<a xml:space='x'/>", "<a:/>", "<:a/>", "<a:b:c/>",
        "< a/>", "<a / >", "<1a/>", "<a>\u0001</a>", "<a>\uFFFE</a>", "<![CDATA[x]]><a/>", "<a/>x", "<a><![CDATA[x</a>",
        "<a><?p x</a>", "<a><?p?x?></a>",
    ];

    [Fact]
    public void Texts_are_read_as_the_platform_reads_them()
    {
        foreach (string text in Texts) Assert.True(Compare(Encoding.UTF8.GetBytes(text)), text);
        foreach (string text in Faults) Assert.False(Compare(Encoding.UTF8.GetBytes(text)), text);
    }

    [Fact, Trait("Soak", "iso20022-wellformed")]
    public void Changed_texts_are_well_formed_where_the_platform_says_so()
    {
        // Not those with a declaration: the platform reads <?xml version='1.0['?> as the version 1.0, we do not.
        byte[][] originals = [.. Texts.Where(text => !text.StartsWith("<?xml ", StringComparison.Ordinal))
            .Select(Encoding.UTF8.GetBytes), Pacs008Tests.Build().Source.ToArray()];
        MxMutation mutation = new(20022);
        int times = Soak.Times(20_000, 1_000_000), wellFormed = 0;
        for (int i = 0; i < times; i++)
            if (Compare(mutation.Of(originals[mutation.Next(originals.Length)]))) wellFormed++;

        Assert.InRange(wellFormed, times / 20, times * 19 / 20);
        output.WriteLine($"{times} changed texts, {wellFormed} of them well-formed: the same verdict on each");
    }

    [Fact]
    public void Samples_are_read_as_the_platform_reads_them()
    {
        int read = 0;
        foreach (string folder in (string[])["iso20022/messages", "fedwire-iso20022/messages", "fednow/messages"])
        {
            string path = SharedFiles.Path("samples/" + folder);
            foreach (string file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories))
                if (Compare(File.ReadAllBytes(file))) read++;
        }

        Assert.True(read > 20, $"only {read} samples are well-formed");
    }

    [Theory]
    [InlineData("<a>\n  <b></c>", 9, 2, 6, "/a/b")]
    [InlineData("<a>é&x;", 5, 1, 5, "/a")]
    public void Fault_is_placed(string text, int offset, int line, int column, string path)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Assert.False(MxTextReader.TryRead(bytes, 0, out _, out _, out ParseError error));
        Assert.Equal((offset, line, column, path), ((int)error.Offset!, error.Diagnostic.Line, error.Diagnostic.Column,
            error.Path));
        Assert.False(error.IsIncomplete);
    }

    [Fact]
    public void Every_beginning_of_a_text_is_incomplete()
    {
        foreach (string text in Texts)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            int end = bytes.AsSpan().LastIndexOf(text.Contains("-- end", StringComparison.Ordinal) ? "</a>"u8 : ">"u8);
            for (int length = 0; length < end; length++)
            {
                if (MxCharacters.IndexOfInvalid(bytes.AsSpan(0, length), out _) >= 0) continue;
                Assert.False(MxTextReader.TryRead(bytes.AsMemory(0, length), 0, out _, out _, out ParseError error));
                Assert.True(error.IsIncomplete, $"{text[..Math.Min(length, text.Length)]}: {error}");
            }
        }
    }

    [Fact]
    public void Limits_hold()
    {
        Refused(string.Concat(Enumerable.Repeat("<a>", 65)), "Mx.TooDeep");
        Refused("<a " + string.Concat(Enumerable.Range(0, 65).Select(i => $"b{i}='' ")) + "/>", "Mx.TooManyAttributes");
        Refused($"<{new string('a', 201)}/>", "Mx.NameTooLong");
        Refused("<a>" + string.Concat(Enumerable.Range(0, 300).Select(i => $"<b xmlns='{i}'/>")) + "</a>",
            "Mx.TooManyNamespaces");
        Refused("<a>" + string.Concat(Enumerable.Repeat("<b/>", MxLimits.Elements)) + "</a>", "Mx.TooManyElements");
        Refused("<!DOCTYPE a><a/>", "Mx.Dtd");
        Refused("<a>&e;</a>", "Mx.Entity");
        Refused("<?xml version='1.0' encoding='utf-16'?><a/>", "Mx.Encoding");

        static void Refused(string text, string code)
        {
            Assert.False(MxTextReader.TryRead(Encoding.UTF8.GetBytes(text), 0, out _, out _, out ParseError error));
            Assert.Equal(code, error.Code);
        }
    }

    private static bool Compare(byte[] bytes)
    {
        // The platform does not see a character that the end of the bytes cuts off; we do.
        if (MxCharacters.IndexOfInvalid(bytes, out bool isCut) >= 0 && isCut) return false;

        List<string>? theirs = Theirs(bytes), ours = Ours(bytes);
        Assert.True((theirs is null) == (ours is null),
            $"{(ours is null ? "refused" : "taken")}: {Encoding.UTF8.GetString(bytes)}");
        if (theirs is not null) Assert.Equal(theirs, ours!);
        return theirs is not null;
    }

    // Each element as namespace, name, depth, attributes and, where it has no elements inside, its value.
    private static List<string>? Ours(byte[] bytes)
    {
        int start = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? 3 : 0;
        if (MxCharacters.IndexOfInvalid(bytes, out _) >= 0) return null;
        if (!MxTextReader.TryRead(bytes, start, out MxText text, out int end, out _) || end < bytes.Length) return null;
        if (text.Nodes[0].Next < text.Nodes.Length) return null; // two elements side by side

        List<string> elements = [];
        for (int i = 0; i < text.Nodes.Length; i++)
        {
            MxNode node = text.Nodes[i];
            StringBuilder element = new();
            int depth = 0;
            for (int around = node.Parent; around >= 0; around = text.Nodes[around].Parent) depth++;
            element.Append(depth).Append('{').Append(text.NamespaceOf(i)).Append('}').Append(text.NameText(i));
            foreach (MxAttribute attribute in text.Attributes.AsSpan(text.FirstAttribute(i), node.AttributeCount))
            {
                byte[]? rented = null;
                element.Append(" {").Append(text.Namespaces[attribute.Namespace]).Append('}')
                    .Append(Encoding.UTF8.GetString(bytes, attribute.NameStart, attribute.NameLength)).Append('=')
                    .Append(Encoding.UTF8.GetString(text.Value(in attribute, ref rented)));
            }

            if (text.FirstChild(i) < 0) element.Append(" = ").Append(text.ValueText(i));
            elements.Add(element.ToString());
        }

        return elements;
    }

    private static List<string>? Theirs(byte[] bytes)
    {
        XmlReaderSettings settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
        List<string> elements = [];
        List<(int Index, bool IsLeaf, StringBuilder Value)> open = [];
        try
        {
            using XmlReader xml = XmlReader.Create(new MemoryStream(bytes), settings);
            while (xml.Read())
            {
                if (xml.NodeType == XmlNodeType.Element)
                {
                    if (xml.Depth >= MxLimits.Depth) return null;
                    StringBuilder element = new();
                    element.Append(xml.Depth).Append('{').Append(xml.NamespaceURI).Append('}').Append(xml.LocalName);
                    bool isEmpty = xml.IsEmptyElement;
                    while (xml.MoveToNextAttribute())
                    {
                        element.Append(" {").Append(xml.NamespaceURI).Append('}').Append(xml.LocalName).Append('=')
                            .Append(xml.Value);
                    }

                    if (open.Count > 0) open[^1] = open[^1] with { IsLeaf = false };
                    elements.Add(element.ToString());
                    open.Add((elements.Count - 1, true, new StringBuilder()));
                    if (isEmpty) Close();
                }
                else if (xml.NodeType == XmlNodeType.EndElement)
                {
                    Close();
                }
                else if (open.Count > 0 && xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA
                    or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace)
                {
                    if (open.Count > 0) open[^1].Value.Append(xml.Value);
                }
            }
        }
        catch (XmlException)
        {
            return null;
        }

        return elements;

        void Close()
        {
            (int index, bool isLeaf, StringBuilder value) = open[^1];
            open.RemoveAt(open.Count - 1);
            if (isLeaf) elements[index] += " = " + value;
        }
    }
}
