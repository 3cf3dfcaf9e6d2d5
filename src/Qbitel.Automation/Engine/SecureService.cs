using Qbitel.Governance;

namespace Qbitel.Automation.Engine;

/// <summary>A service with its keys in place.</summary>
public sealed record SecureService(string Name, string PolicyId, KeyId EncryptionKeyId, KeyId SigningKeyId,
    KeyId TransportKeyId);
