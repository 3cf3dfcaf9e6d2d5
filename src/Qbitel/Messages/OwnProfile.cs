using Qbitel.Protocols;
using Qbitel.Protocols.Iso8583;

namespace Qbitel.Messages;

/// <summary>A profile of ISO 8583 in a file of the operator's.</summary>
internal static class OwnProfile
{
    /// <summary>Whether the name of a profile is that of a file.</summary>
    public static bool IsFile(string? name) => name?.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ?? false;

    /// <exception cref="MisusedException">There is no such file.</exception>
    /// <exception cref="RefusedException">It holds no profile.</exception>
    public static byte[] Read(string path)
    {
        if (!File.Exists(path)) throw new MisusedException($"There is no file '{path}'.");
        byte[] bytes = File.ReadAllBytes(path);
        if (Iso8583Profile.TryLoad(bytes, out _, out IReadOnlyList<Diagnostic> wrong)) return bytes;
        throw new RefusedException($"{path} is no profile: {wrong[0]}",
            $"'qbitel iso8583 spec check {path}' says all that is wrong with it.");
    }
}
