using Xunit;

namespace Qbitel.Testing;

public static class Snapshot
{
    /// <summary>Compares text with a committed file; <c>UPDATE_SNAPSHOTS=1</c> rewrites the file instead.</summary>
    public static void Match(string path, string actual)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1") File.WriteAllText(path, actual);
        Assert.Equal(File.Exists(path) ? File.ReadAllText(path) : "", actual);
    }
}
