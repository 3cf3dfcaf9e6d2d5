using System.Formats.Asn1;

namespace Qbitel.Cryptography.Acvp;

/// <summary>
/// The message that a case of ML-DSA or SLH-DSA has for the internal algorithms: M' of FIPS 204, Algorithms 2 and 4,
/// and FIPS 205, Algorithms 22 and 23, or the message as it stands.
/// </summary>
internal static class AcvpMessage
{
    private const string External = "external";
    private const string Internal = "internal";

    /// <exception cref="FormatException">A field is missing or malformed, or the context is too long.</exception>
    public static byte[] Of(AcvpCase test)
    {
        byte[] message = test.Bytes("message");
        switch (InterfaceOf(test), test.Text("preHash", otherwise: "pure"))
        {
            case (Internal, _):
                return message;
            case (External, "pure"):
                return [0, .. Context(test), .. message];
            case (External, "preHash"):
                AcvpHash hash = AcvpHash.Named(test.Text("hashAlg"));
                AsnWriter oid = new(AsnEncodingRules.DER);
                oid.WriteObjectIdentifier(hash.Oid);
                return [1, .. Context(test), .. oid.Encode(), .. hash.Digest(message)];
            default:
                throw new FormatException("Unknown signature interface or pre-hash.");
        }
    }

    public static bool IsInternal(AcvpCase test) => InterfaceOf(test) == Internal;

    // The first vector sets had neither interface nor context: they are of the internal algorithms.
    private static string InterfaceOf(AcvpCase test) => test.Text(
        "signatureInterface", otherwise: test.Has("context") || test.Has("preHash") ? External : Internal);

    private static byte[] Context(AcvpCase test)
    {
        byte[] context = test.Has("context") ? test.Bytes("context") : [];
        return context.Length <= SignatureKey.MaxContextSize
            ? [(byte)context.Length, .. context]
            : throw new FormatException("The context is longer than 255 bytes.");
    }
}
