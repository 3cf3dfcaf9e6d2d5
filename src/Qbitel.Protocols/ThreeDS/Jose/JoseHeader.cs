using System.Buffers.Text;
using Qbitel.Protocols.ThreeDS.Json;

namespace Qbitel.Protocols.ThreeDS.Jose;

/// <summary>What the protected header of a signed or encrypted JSON object says (RFC 7515, 4.1; RFC 7516,
/// 4.1).</summary>
public sealed class JoseHeader
{
    private const int MaxCertificates = 16;

    private readonly byte[] _agreementU;
    private readonly byte[] _agreementV;

    private JoseHeader(string algorithm, byte[] agreementU, byte[] agreementV)
    {
        Algorithm = algorithm;
        _agreementU = agreementU;
        _agreementV = agreementV;
    }

    /// <summary>alg: how it is signed, or how the content key is protected.</summary>
    public string Algorithm { get; }

    /// <summary>enc: how the content is encrypted; null in what is signed.</summary>
    public string? Encryption { get; private init; }

    /// <summary>kid; null where it is absent.</summary>
    public string? KeyId { get; private init; }

    /// <summary>x5c: the signer's certificate and those above it, in DER. Nobody has verified them.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates { get; private init; } = [];

    /// <summary>epk: the sender's ephemeral key on P-256; null where it is absent or of another curve.</summary>
    public JoseKey? EphemeralKey { get; private init; }

    /// <summary>apu: what the agreed key is bound to of the producer.</summary>
    public ReadOnlySpan<byte> AgreementU => _agreementU;

    /// <summary>apv: what the agreed key is bound to of the recipient.</summary>
    public ReadOnlySpan<byte> AgreementV => _agreementV;

    /// <summary>Names of crit, or zip: what has them is not understood here, and so neither verified nor decrypted.
    /// </summary>
    public bool HasUnknownDemands { get; private init; }

    internal static ParseError? Read(ReadOnlySpan<byte> encoded, int offset, out JoseHeader header)
    {
        header = null!;
        if (!JoseText.TryDecode(encoded, out byte[] json))
            return JoseText.Wrong("Base64", offset, "a header in Base64url", "other characters");
        if (JsonParts.Read(json, out JsonParts parts, out int end) is not null || !parts[0].IsObject
            || json.AsSpan(end).ContainsAnyExcept(" \t\r\n"u8))
        {
            return JoseText.Wrong("Header", offset, "a header that is a JSON object", "something else");
        }

        // RFC 7515, 4: names are unique; who takes the first of two and who takes the last would not agree.
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = 1; i < parts[0].End; i = parts[i].End)
        {
            if (!names.Add(parts.NameOf(parts[i])))
                return JoseText.Wrong("Header", offset, "each name of the header once", "one of them again");
        }

        if (Text("alg") is not { Length: > 0 } algorithm)
            return JoseText.Wrong("Header", offset, "an algorithm", "none");

        byte[][] agreement = [[], []];
        for (int i = 0; i < 2; i++)
        {
            if (Text(i == 0 ? "apu" : "apv") is { } text
                && !JoseText.TryDecode(System.Text.Encoding.UTF8.GetBytes(text), out agreement[i]))
            {
                return JoseText.Wrong("Base64", offset, "agreement data in Base64url", "other characters");
            }
        }

        List<ReadOnlyMemory<byte>> certificates = [];
        int chain = parts.Find(0, "x5c");
        for (int i = chain + 1; chain >= 0 && i < parts[chain].End; i = parts[i].End)
        {
            // The one place where JOSE has Base64 with padding.
            string text = parts[chain].IsArray && parts[i].IsString ? parts.ValueOf(parts[i]) : " ";
            byte[] der = new byte[(text.Length * 3 / 4) + 3];
            bool isRead = Base64.IsValid(text) && Convert.TryFromBase64String(text, der, out int size)
                && (der = der[..size]).Length > 0;
            if (!isRead || certificates.Count == MaxCertificates)
            {
                return JoseText.Wrong("Header", offset, $"at most {MaxCertificates} certificates in Base64",
                    "something else");
            }

            certificates.Add(der);
        }

        int epk = parts.Find(0, "epk");
        header = new JoseHeader(algorithm, agreement[0], agreement[1])
        {
            Encryption = Text("enc"),
            KeyId = Text("kid"),
            Certificates = certificates,
            EphemeralKey = epk >= 0 && JoseKey.TryRead(parts, epk, out JoseKey key) ? key : null,
            HasUnknownDemands = parts.Find(0, "crit") >= 0 || parts.Find(0, "zip") >= 0 || parts.Find(0, "b64") >= 0,
        };
        return null;

        string? Text(string name) =>
            parts.Find(0, name) is >= 0 and int found && parts[found].IsString ? parts.ValueOf(parts[found]) : null;
    }
}
