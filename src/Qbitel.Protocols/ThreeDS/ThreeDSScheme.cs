namespace Qbitel.Protocols.ThreeDS;

/// <summary>The schemes whose indicators are known here.</summary>
public enum ThreeDSScheme
{
    Visa,
    Mastercard,
    AmericanExpress,
    Discover,
    Jcb,
    UnionPay,
}
