namespace Qbitel.Automation.Keys;

/// <summary>
/// Somebody's decision to decrypt or verify with a compromised version of a key; each use is recorded.
/// </summary>
public sealed record CompromiseConsent(Actor Actor, string Reason);
