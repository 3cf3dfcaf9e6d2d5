namespace Qbitel.Pki.Issuing;

/// <summary>Who an authority is and how long it lasts.</summary>
public sealed record AuthorityProfile
{
    /// <summary>Such as <c>Example Bank Root 2026</c>; 1 to 64 characters.</summary>
    public required string CommonName { get; init; }

    public string? Organization { get; init; }

    /// <summary>Default 10 years for a root, 5 for an issuing authority.</summary>
    public TimeSpan? Validity { get; init; }
}
