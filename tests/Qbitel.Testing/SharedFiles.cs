using Xunit;

namespace Qbitel.Testing;

/// <summary>Third-party vectors and samples, which live beside the project and are never copied into it.</summary>
/// <remarks>Looked for in <c>QBITEL_SHARED</c>, then in a folder <c>shared</c> beside the checkout.</remarks>
public static class SharedFiles
{
    private static readonly string? Folder = Find();

    public static bool Available => Folder is not null;

    /// <summary>
    /// The full path of a file or folder; skips the calling test, with the reason, where it is absent.
    /// </summary>
    public static string Path(string relative)
    {
        Assert.SkipWhen(Folder is null,
            "third-party vectors are absent: set QBITEL_SHARED to the folder that holds them");
        string path = System.IO.Path.Combine(Folder!, relative);
        Assert.SkipUnless(File.Exists(path) || Directory.Exists(path), $"third-party file is absent: {path}");
        return path;
    }

    /// <summary>The rows of a theory made from shared files; one row that skips where they are absent.</summary>
    public static bool TryFind(string relative, out string path)
    {
        path = Folder is null ? "" : System.IO.Path.Combine(Folder, relative);
        return Folder is not null && (File.Exists(path) || Directory.Exists(path));
    }

    private static string? Find()
    {
        string? named = Environment.GetEnvironmentVariable("QBITEL_SHARED");
        string beside = System.IO.Path.Combine(Repository.Root, "..", "shared");
        return Directory.Exists(named) ? System.IO.Path.GetFullPath(named)
            : Directory.Exists(beside) ? System.IO.Path.GetFullPath(beside) : null;
    }
}
