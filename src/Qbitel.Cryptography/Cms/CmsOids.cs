namespace Qbitel.Cryptography.Cms;

/// <summary>Object identifiers of CMS: RFC 5652, 5083, 5084, 8619, 9629.</summary>
internal static class CmsOids
{
    public const string Data = "1.2.840.113549.1.7.1";
    public const string SignedData = "1.2.840.113549.1.7.2";
    public const string EnvelopedData = "1.2.840.113549.1.7.3";
    public const string AuthEnvelopedData = "1.2.840.113549.1.9.16.1.23";

    public const string ContentType = "1.2.840.113549.1.9.3";
    public const string MessageDigest = "1.2.840.113549.1.9.4";
    public const string SigningTime = "1.2.840.113549.1.9.5";

    public const string KemRecipient = "1.2.840.113549.1.9.16.13.3";
    public const string HkdfSha256 = "1.2.840.113549.1.9.16.3.28";
    public const string HkdfSha384 = "1.2.840.113549.1.9.16.3.29";
    public const string HkdfSha512 = "1.2.840.113549.1.9.16.3.30";

    public const string Aes128Wrap = "2.16.840.1.101.3.4.1.5";
    public const string Aes192Wrap = "2.16.840.1.101.3.4.1.25";
    public const string Aes256Wrap = "2.16.840.1.101.3.4.1.45";
    public const string Aes256WrapPad = "2.16.840.1.101.3.4.1.48";
    public const string Aes256Gcm = "2.16.840.1.101.3.4.1.46";
}
