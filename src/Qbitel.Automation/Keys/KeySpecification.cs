using Qbitel.Governance;

namespace Qbitel.Automation.Keys;

/// <summary>What key is wanted. The name makes the request repeatable: the same name gives the same key.</summary>
public sealed record KeySpecification
{
    /// <summary>Unique among all keys, e.g. <c>wire-transfer-api/signing</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Type, algorithm, rotation and custody.</summary>
    public required KeyPolicy Policy { get; init; }

    /// <summary>Where the policy comes from, e.g. <c>WIRE-001</c>.</summary>
    public required string PolicyId { get; init; }

    /// <summary>The service that uses the key, or null for a key of the platform itself.</summary>
    public string? Service { get; init; }

    /// <summary>The loop leaves the key alone: others must learn of a new version first.</summary>
    public bool RotatesByHand { get; init; }
}
