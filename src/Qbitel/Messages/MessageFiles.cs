using System.IO.Enumeration;

namespace Qbitel.Messages;

/// <summary>The files a command is to read: named one by one, by folder, or by a pattern.</summary>
internal static class MessageFiles
{
    public const string StandardInput = "-";

    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
        ReturnSpecialDirectories = false,
    };

    /// <summary>Files in the order they were named; those of a folder or pattern by name.</summary>
    /// <param name="named">Paths, folders, patterns with * ? and **, or - for standard input.</param>
    /// <param name="isMany">Whether what was named may be more than one file, even where it is one today.</param>
    /// <exception cref="MisusedException">There is no such file, or standard input is named among others.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> named, out bool isMany)
    {
        isMany = named.Count > 1;
        if (named.Count > 1 && named.Contains(StandardInput, StringComparer.Ordinal))
            throw new MisusedException("Standard input can only be read alone.");

        List<string> files = [];
        foreach (string name in named)
        {
            if (name == StandardInput || File.Exists(name))
            {
                files.Add(name);
            }
            else if (Directory.Exists(name))
            {
                isMany = true;
                files.AddRange(InFolder(name));
            }
            else if (name.AsSpan().ContainsAny('*', '?'))
            {
                isMany = true;
                int before = files.Count;
                files.AddRange(Matching(name));
                if (files.Count == before) throw new MisusedException($"No file matches '{name}'.");
            }
            else
            {
                throw new MisusedException($"There is no file '{name}'.");
            }
        }

        if (files.Count == 0) throw new MisusedException($"There is no file in '{named[0]}'.");
        return files;
    }

    public static Stream Open(string name) => name == StandardInput
        ? Console.OpenStandardInput()
        : new FileStream(name, new FileStreamOptions
        {
            BufferSize = 0, // whoever reads does so in blocks
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            Share = FileShare.ReadWrite | FileShare.Delete,
        });

    // What a link leads to is not followed: a link to a folder above would never end.
    private static IEnumerable<string> InFolder(string folder) =>
        new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), Everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && IsOrdinary(ref entry),
            ShouldRecursePredicate = (ref FileSystemEntry entry) =>
                (entry.Attributes & FileAttributes.ReparsePoint) == FileAttributes.None,
        }.Order(StringComparer.Ordinal);

    private static bool IsOrdinary(ref FileSystemEntry entry) =>
        (entry.Attributes & FileAttributes.ReparsePoint) == FileAttributes.None
            && (entry.Attributes & FileAttributes.Device) == FileAttributes.None;

    private static IEnumerable<string> Matching(string pattern)
    {
        int wild = pattern.AsSpan().IndexOfAny('*', '?');
        int slash = pattern.LastIndexOf('/', wild);
        string folder = slash < 0 ? "." : slash == 0 ? "/" : pattern[..slash];
        string[] rest = pattern[(slash + 1)..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (!Directory.Exists(folder)) return [];

        return InFolder(folder)
            .Where(file => Matches(Path.GetRelativePath(folder, file).Split('/'), rest))
            .Select(file => slash < 0 ? Path.GetRelativePath(folder, file) : file);
    }

    // ** stands for any number of folders; * and ? do not cross a slash.
    private static bool Matches(ReadOnlySpan<string> path, ReadOnlySpan<string> pattern)
    {
        if (pattern.IsEmpty) return path.IsEmpty;
        if (pattern[0] == "**")
        {
            for (int skip = 0; skip <= path.Length; skip++) if (Matches(path[skip..], pattern[1..])) return true;
            return false;
        }

        return !path.IsEmpty && FileSystemName.MatchesSimpleExpression(pattern[0], path[0], ignoreCase: false)
            && Matches(path[1..], pattern[1..]);
    }
}
