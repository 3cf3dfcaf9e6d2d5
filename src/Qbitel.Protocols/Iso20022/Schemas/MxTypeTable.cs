using System.Text;

namespace Qbitel.Protocols.Iso20022.Schemas;

/// <summary>
/// The facts of all message schemas as they lie in the assembly. A type is found in the sorted text without reading the
/// others.
/// </summary>
internal static class MxTypeTable
{
    private static readonly byte[] Text = Read("Iso20022/Schemas/types.txt");

    /// <summary>Messages by name: root element, element of the message, its type, variants of types.</summary>
    public static IReadOnlyDictionary<string, string[]> Messages { get; } =
        DataTable.Lines("Iso20022/Schemas/messages.txt").Select(line => line.Split(' '))
            .ToDictionary(words => words[0], StringComparer.Ordinal);

    /// <summary>The lines of a type, the first without its name; null where there is no such type.</summary>
    public static string[]? Find(string key)
    {
        Span<byte> wanted = stackalloc byte[key.Length];
        Encoding.ASCII.GetBytes(key, wanted);
        int low = 0, high = Text.Length;
        while (low < high)
        {
            int start = EntryStart(low + ((high - low) / 2));
            int end = EntryEnd(start);
            ReadOnlySpan<byte> entry = Text.AsSpan(start, end - start);
            int space = entry.IndexOf((byte)' ');
            int order = wanted.SequenceCompareTo(entry[..space]);
            if (order == 0) return Encoding.ASCII.GetString(entry[(space + 1)..]).Split('\n');
            if (order < 0) high = start;
            else low = end + 1;
        }

        return null;
    }

    // Lines of an entry after its first begin with a space.
    private static int EntryStart(int at)
    {
        while (true)
        {
            int start = at == 0 ? 0 : Text.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;
            if (start == 0 || Text[start] != ' ') return start;
            at = start - 1;
        }
    }

    private static int EntryEnd(int start)
    {
        int end = start;
        do
        {
            int next = Text.AsSpan(end + 1).IndexOf((byte)'\n');
            end = next < 0 ? Text.Length : end + 1 + next;
        }
        while (end + 1 < Text.Length && Text[end + 1] == ' ');
        return end;
    }

    private static byte[] Read(string path)
    {
        using Stream table = DataTable.Open(path);
        byte[] text = new byte[table.Length];
        table.ReadExactly(text);
        int types = 0; // the comment lines at the head are not sorted with the types
        while (text[types] == '#') types += text.AsSpan(types).IndexOf((byte)'\n') + 1;
        return text[types..^1];
    }
}
