namespace Qbitel.Testing;

/// <summary>The checkout the tests were built from, found by walking up from the test assembly.</summary>
public static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Qbitel.slnx"))) return folder.FullName;

        throw new DirectoryNotFoundException($"No Qbitel.slnx above {start}");
    }
}
