using Qbitel.Protocols.Layouts;


namespace Qbitel.Discovery.Emission;

/// <summary>Messages as fixtures of tests: of the same form, with nothing of their content.</summary>
/// <remarks>Letters become X, digits 0, other bytes zero; only what tells types, versions and flags apart stays.
/// Lengths and check values are worked out again.</remarks>
internal static class Covered
{
    private static readonly HashSet<string> Open =
        new(StringComparer.Ordinal) { "msgtype", "version", "flags", "const", "magic", "delimiter", "bitmap" };

    /// <returns>Null where the covered message is none any more.</returns>
    public static byte[]? Of(Layout layout, ReadOnlyMemory<byte> message)
    {
        ParsedMessage parsed = LayoutParser.Parse(layout, message);
        if (!parsed.IsValid) return null;
        int key = layout.Key?.Offset ?? -1, keyEnd = key + (layout.Key?.Length ?? 0);
        byte[] bytes = message.ToArray();
        HashSet<LayoutPart> choosing = new(Choosing(parsed.Type!.Parts), ReferenceEqualityComparer.Instance);
        foreach ((_, ParsedPart part) in parsed.Fields())
        {
            if (part.Part is not LayoutField { IsDerived: false } field || Open.Contains(field.Semantic)
                || choosing.Contains(field))
            {
                continue;
            }

            for (int i = part.Start; i < part.Start + part.Length; i++)
                if (i < key || i >= keyEnd) bytes[i] = Of(bytes[i]);
        }

        ParsedMessage covered = LayoutParser.Parse(parsed.Type!, bytes);
        byte[] written;
        try
        {
            written = LayoutWriter.Write(covered);
        }
        catch (InvalidOperationException)
        {
            return null;
        }

        return LayoutParser.Parse(layout, written).IsValid ? written : null;
    }

    // What chooses the parts behind it.
    private static IEnumerable<LayoutPart> Choosing(IReadOnlyList<LayoutPart> parts) =>
        parts.SelectMany(part => part switch
        {
            LayoutChain chain => Choosing(chain.Item),
            LayoutGroup group => group.Cases.SelectMany(c => Choosing(c.Parts))
                .Concat(parts.Where(p => p.Name == group.Choice?.Field)),
            _ => [],
        });

    private static byte Of(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => (byte)'0',
        >= (byte)'A' and <= (byte)'Z' => (byte)'X',
        >= (byte)'a' and <= (byte)'z' => (byte)'x',
        >= 0xF0 and <= 0xF9 => 0xF0,
        0x20 or 0x40 or (byte)'.' or (byte)'-' or (byte)'/' => b,
        _ => 0,
    };
}
