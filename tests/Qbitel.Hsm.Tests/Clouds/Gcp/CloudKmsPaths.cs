using System.Text.RegularExpressions;

namespace Qbitel.Hsm.Tests.Clouds.Gcp;

/// <summary>What requests to Cloud KMS are addressed to, and how names in it are formed.</summary>
internal static partial class CloudKmsPaths
{
    [GeneratedRegex("^[a-zA-Z0-9_-]{1,63}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    public static partial Regex KeyId();

    [GeneratedRegex("^[a-z0-9_-]{1,63}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    public static partial Regex Label();

    [GeneratedRegex("^(?<key>projects/.+/cryptoKeys/[^/:]+)$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    public static partial Regex KeyPath();

    [GeneratedRegex("^(?<key>projects/.+/cryptoKeys/[^/:]+):(?<verb>[a-zA-Z]+)$", RegexOptions.None,
        matchTimeoutMilliseconds: 1000)]
    public static partial Regex KeyVerb();

    [GeneratedRegex(
        "^(?<key>projects/.+/cryptoKeys/[^/:]+)/cryptoKeyVersions$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    public static partial Regex VersionsPath();

    [GeneratedRegex("^(?<key>projects/.+/cryptoKeys/[^/:]+)/cryptoKeyVersions/(?<version>[0-9]+):(?<verb>[a-zA-Z]+)$",
        RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    public static partial Regex VersionVerb();

    [GeneratedRegex("^(?<key>projects/.+/cryptoKeys/[^/:]+)/cryptoKeyVersions/(?<version>[0-9]+)/publicKey$",
        RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    public static partial Regex PublicKeyPath();

    [GeneratedRegex("^(?<key>projects/.+/cryptoKeys/[^/:]+)/cryptoKeyVersions:import$", RegexOptions.None,
        matchTimeoutMilliseconds: 1000)]
    public static partial Regex ImportPath();

    [GeneratedRegex("^(?<key>projects/.+/cryptoKeys/[^/:]+)/cryptoKeyVersions/(?<version>[0-9]+)$", RegexOptions.None,
        matchTimeoutMilliseconds: 1000)]
    public static partial Regex VersionPath();
}
