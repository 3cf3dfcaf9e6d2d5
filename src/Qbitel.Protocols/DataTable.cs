using System.Reflection;

namespace Qbitel.Protocols;

/// <summary>The tables of facts that lie beside the code: text lines, <c>#</c> begins a comment line.</summary>
internal static class DataTable
{
    public static Stream Open(string path) =>
        Assembly.GetExecutingAssembly().GetManifestResourceStream(path)
        ?? throw new InvalidOperationException($"the table {path} is not in the assembly");

    public static IEnumerable<string> Lines(string path)
    {
        using StreamReader reader = new(Open(path));
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#') yield return line;
        }
    }
}
