using Qbitel.Governance;

namespace Qbitel.Automation.Keys;

/// <summary>A key has a new version.</summary>
public sealed record KeyRotated(KeyId KeyId, string Name, KeyType Type, int Version, string Reason);
