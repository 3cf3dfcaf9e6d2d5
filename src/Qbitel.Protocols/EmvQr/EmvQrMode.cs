namespace Qbitel.Protocols.EmvQr;

/// <summary>Who shows the code.</summary>
public enum EmvQrMode
{
    /// <summary>Text of numbered objects, which the consumer's phone reads.</summary>
    MerchantPresented,

    /// <summary>Data objects of a chip card in Base64, which the merchant's terminal reads.</summary>
    ConsumerPresented,
}
