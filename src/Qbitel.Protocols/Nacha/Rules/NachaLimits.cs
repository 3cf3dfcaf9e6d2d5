namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>Limits of amounts that a profile adds to those of the classes.</summary>
/// <param name="PerEntry">In cents.</param>
internal sealed record NachaLimits(long PerEntry)
{
    public static readonly NachaLimits General = new(long.MaxValue);

    /// <summary>Same-day ACH since 18 March 2022: a million dollars an entry.</summary>
    public static readonly NachaLimits SameDay = new(100_000_000);

    public long Of(NachaClass entryClass) => Math.Min(PerEntry, entryClass.Limit);
}
