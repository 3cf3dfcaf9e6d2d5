using System.Text;
using System.Xml;

namespace Qbitel.Protocols.FedNow;

/// <summary>
/// The wrapper of RTP, The Clearing House's instant payments: Message of urn:tch around a header and an element of its
/// own around a message of the standard, without a Document.
/// </summary>
internal sealed record RtpEnvelope(byte[] Text, string MessageType, bool HeaderIsEmpty, int RenamedAt, int Shift)
{
    private const string Namespace = "urn:tch";

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = 16 * 1024 * 1024,
    };

    /// <summary>Whether the text begins with the wrapper; a glance before it is read.</summary>
    public static bool IsOne(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> head = text[..Math.Min(text.Length, 4096)];
        int at = head.IndexOf("<Message"u8);
        return at >= 0 && head[at..].IndexOf("urn:tch\""u8) is > 0 and < 200;
    }

    /// <summary>
    /// Writes the text so that any reader of the standard takes it: the element around the message is called Document
    /// in the message's namespace, and a header without a word in it is blanked.
    /// </summary>
    /// <remarks>
    /// Lines stay; on the line of the renamed element, and in bytes after it, places are <see cref="Shift"/> further.
    /// </remarks>
    public static RtpEnvelope? TryOpen(ReadOnlySpan<byte> bytes)
    {
        string? wrapper = null, prefix = null, type = null;
        bool hasHeader = false, headerIsEmpty = true;
        try
        {
            using MemoryStream stream = new(bytes.ToArray());
            using XmlReader xml = XmlReader.Create(stream, Settings);
            string? top = null;
            while (xml.Read())
            {
                if (xml.NodeType == XmlNodeType.Element)
                {
                    if (xml.Depth == 0 && xml.NamespaceURI != Namespace) return null;
                    if (xml.Depth == 1) top = xml.LocalName;
                    hasHeader |= top == "AppHdr";
                    if (xml.Depth == 2 && top != "AppHdr" && wrapper is null)
                        (wrapper, prefix, type) = (top, xml.Prefix, xml.NamespaceURI.Split(':')[^1]);
                    if (xml.Depth > 2 && top == "AppHdr") headerIsEmpty = false;
                }

                // A time of year one is what a program writes that was given none.
                bool isWord = xml.NodeType == XmlNodeType.Text && top == "AppHdr"
                    && !xml.Value.StartsWith("0001-01-01", StringComparison.Ordinal);
                if (isWord) headerIsEmpty = false;
            }
        }
        catch (XmlException)
        {
            return null;
        }

        if (wrapper is null || string.IsNullOrEmpty(prefix)) return null;

        byte[] text = bytes.ToArray();
        if (hasHeader && headerIsEmpty) Blank(text);
        byte[] start = Encoding.UTF8.GetBytes("<" + wrapper), end = Encoding.UTF8.GetBytes("</" + wrapper);
        byte[] newName = Encoding.UTF8.GetBytes(prefix + ":Document");
        int at = text.AsSpan().IndexOf(start), last = text.AsSpan().LastIndexOf(end);
        if (at < 0 || last < at) return null;

        byte[] renamed =
        [
            .. text.AsSpan(0, at), (byte)'<', .. newName, .. text.AsSpan(at + start.Length, last - at - start.Length),
            .. "</"u8, .. newName, .. text.AsSpan(last + end.Length),
        ];
        return new RtpEnvelope(renamed, type!, hasHeader && headerIsEmpty, at, newName.Length + 1 - start.Length);
    }

    /// <summary>A field of the text, as one of the text that came.</summary>
    public ReportField Place(ReportField field) => field.Offset <= RenamedAt ? field : field with
    {
        Offset = field.Offset - Shift,
        ValueOffset = field.ValueOffset - Shift,
    };

    private static void Blank(Span<byte> text)
    {
        int at = text.IndexOf("<AppHdr"u8), end = text.IndexOf("</AppHdr>"u8);
        if (at < 0 || end < at) return;

        foreach (ref byte b in text[at..(end + "</AppHdr>".Length)])
        {
            if (b is not ((byte)'\r' or (byte)'\n')) b = (byte)' ';
        }
    }
}
