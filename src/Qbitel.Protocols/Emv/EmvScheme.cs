namespace Qbitel.Protocols.Emv;

/// <summary>Whose application it is, numbered as the contactless kernels are (EMV Contactless Book B).</summary>
public enum EmvScheme
{
    Unknown = 0,
    Mastercard = 2,
    Visa = 3,
    AmericanExpress = 4,
    Jcb = 5,
    Discover = 6,
    UnionPay = 7,
}
