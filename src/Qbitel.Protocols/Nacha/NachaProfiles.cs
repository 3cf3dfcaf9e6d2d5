namespace Qbitel.Protocols.Nacha;

/// <summary>The profiles an ACH file may be judged by; the general one has no name.</summary>
internal static class NachaProfiles
{
    public static IReadOnlyList<MessageProfile> All { get; } =
        [new("same-day", "same-day ACH: at most 1,000,000.00 an entry")];

    /// <exception cref="ArgumentException">There is no such profile.</exception>
    public static void Check(ParseOptions options)
    {
        if (options.Profile is { } profile && All.All(known => known.Name != profile))
        {
            throw new ArgumentException($"nacha has no profile {profile}", nameof(options));
        }
    }
}
