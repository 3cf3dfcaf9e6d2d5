namespace Qbitel.Store;

/// <summary>How far a service's provisioning has come.</summary>
public enum ServiceState
{
    /// <summary>Its plan is under way; see the journal.</summary>
    Provisioning,

    /// <summary>Keys, certificate and settings are in place.</summary>
    Ready,

    /// <summary>No longer in use; the record stays.</summary>
    Retired,
}

/// <summary>A service that Qbitel protects. Its keys and certificates name it.</summary>
public sealed record ServiceRecord
{
    /// <summary>Unique, e.g. <c>wire-transfer-api</c>.</summary>
    public required string Name { get; init; }

    public required ServiceState State { get; init; }

    /// <summary>The banking subdomain by its published name.</summary>
    public required string Subdomain { get; init; }

    public required string PolicyId { get; init; }

    /// <summary>The effective selection the service runs under, as a JSON document.</summary>
    public required string ConfigurationJson { get; init; }

    public required DateTimeOffset MadeAt { get; init; }
}
