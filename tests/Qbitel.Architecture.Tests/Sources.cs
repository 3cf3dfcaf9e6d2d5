using Qbitel.Testing;

namespace Qbitel.Architecture.Tests;

/// <summary>The source files of the checkout, without what builds leave behind.</summary>
internal static class Sources
{
    public static IEnumerable<string> Tracked(string folder, string pattern)
    {
        string root = Path.Combine(Repository.Root, folder);
        return !Directory.Exists(root) ? [] : Directory.EnumerateFiles(root, pattern, SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)
            && !path.Contains("/bin/", StringComparison.Ordinal));
    }
}
