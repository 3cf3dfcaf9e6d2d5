namespace Qbitel.Protocols.Emv;

/// <summary>Who gives a data object.</summary>
public enum EmvSource
{
    Card,
    Terminal,
    Issuer,
}
