using Qbitel.Discovery.Sessions;

namespace Qbitel.Sources;

/// <summary>Files with what a person says of a protocol, told from all others by the format they name.</summary>
internal static class SessionFile
{
    private const int MaxSize = 8 * 1024 * 1024;

    /// <summary>The session in a file; null where there is no such file or it is something else.</summary>
    /// <exception cref="FormatException">It is a session that cannot be read, and why.</exception>
    public static async Task<DiscoverySession?> FindAsync(FileInfo file, CancellationToken cancellation)
    {
        if (!file.Exists || file.Length > MaxSize) return null;
        string text = await File.ReadAllTextAsync(file.FullName, cancellation);
        return text.Contains(DiscoverySession.Format, StringComparison.Ordinal) ? DiscoverySession.Parse(text) : null;
    }
}
