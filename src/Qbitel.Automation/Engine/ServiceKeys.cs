using Qbitel.Cryptography;
using Qbitel.Governance;
using Qbitel.Governance.Profiles;

namespace Qbitel.Automation.Engine;

/// <summary>Which keys a service gets.</summary>
internal static class ServiceKeys
{
    /// <summary>
    /// The default of the type, raised to the levels in force. Messages get their hybrid from the keys that sign and
    /// seal them.
    /// </summary>
    public static KeyPolicy PolicyFor(KeyType type, EffectiveSecurity effective)
    {
        KeyPolicy policy = KeyPolicy.Default(type);
        KeyAlgorithm level = type switch
        {
            KeyType.Signing => effective.SignatureLevel,
            KeyType.Kek or KeyType.Transport => effective.KemLevel,
            _ => policy.Algorithm,
        };
        TimeSpan rotation = type == KeyType.Dek && effective.Policy is { } p ? p.AtRestRotation : policy.RotationPeriod;
        return policy.RaisedTo(policy.With(level, rotation, dualControl: effective.Policy?.DualControl));
    }
}
