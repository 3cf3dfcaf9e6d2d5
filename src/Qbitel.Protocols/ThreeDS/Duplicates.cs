using Qbitel.Protocols.ThreeDS.Json;

namespace Qbitel.Protocols.ThreeDS;

/// <summary>Names that an object has twice, which readers would not all read alike.</summary>
internal static class Duplicates
{
    // Comparing each with each is faster than keeping names, up to here.
    private const int Few = 64;

    public static void Find(JsonParts parts, DiagnosticList found)
    {
        // Written without escapes, names are the same where their bytes are.
        bool hasEscapes = parts.Text.Contains((byte)'\\');
        for (int i = 0; i < parts.Count && !found.IsFull; i++)
            if (parts[i].IsObject) FindIn(parts, i, hasEscapes, found);
    }

    private static void FindIn(JsonParts parts, int holder, bool hasEscapes, DiagnosticList found)
    {
        int count = 0;
        Span<int> members = stackalloc int[Few];
        HashSet<string>? names = null;
        for (int i = holder + 1; i < parts[holder].End && !found.IsFull; i = parts[i].End)
        {
            if (names is null && count < Few)
            {
                if (IsAmong(parts, members[..count], i, hasEscapes)) Add(parts, holder, i, found);
                members[count++] = i;
                continue;
            }

            if (names is null)
            {
                names = new(StringComparer.Ordinal);
                foreach (int member in members) names.Add(parts.NameOf(parts[member]));
            }

            if (!names.Add(parts.NameOf(parts[i]))) Add(parts, holder, i, found);
        }
    }

    private static bool IsAmong(JsonParts parts, ReadOnlySpan<int> members, int part, bool hasEscapes)
    {
        ReadOnlySpan<byte> name = parts.RawName(parts[part]);
        bool isEscaped = hasEscapes && name.Contains((byte)'\\');
        foreach (int member in members)
        {
            ReadOnlySpan<byte> other = parts.RawName(parts[member]);
            if (name.Length == other.Length && name.SequenceEqual(other)) return true;
            if (!hasEscapes || !(isEscaped || other.Contains((byte)'\\'))) continue;
            if (parts.NameOf(parts[member]) == parts.NameOf(parts[part])) return true;
        }

        return false;
    }

    private static void Add(JsonParts parts, int holder, int part, DiagnosticList found) =>
        found.Add(new Diagnostic("ThreeDS.Duplicate", Severity.Error, "the field comes twice")
        {
            Offset = parts[part].Start,
            Length = parts[part].Offset + parts[part].Length - parts[part].Start,
            Path = $"{PathText.Of(parts, holder).TrimEnd('/')}/{PathText.Shown(parts.NameOf(parts[part]))}",
            Field = PathText.Shown(parts.NameOf(parts[part])),
            Expected = "each field once",
            Actual = "the field again",
        });
}
