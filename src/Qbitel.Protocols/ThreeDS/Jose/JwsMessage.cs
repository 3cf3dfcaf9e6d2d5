using System.Security.Cryptography;
using System.Text;
using Qbitel.Protocols.ThreeDS.Json;

namespace Qbitel.Protocols.ThreeDS.Jose;

/// <summary>A signed JSON object, compact or as JSON with one signature or several (RFC 7515).</summary>
/// <remarks>What it holds is worth nothing before <see cref="Verify(ECDsa)"/> or another of its kind says
/// yes.</remarks>
public sealed class JwsMessage
{
    private const int MaxSignatures = 16;

    private readonly byte[] _payload;
    private readonly (JoseHeader Header, byte[] Signed, byte[] Signature)[] _signatures;

    private JwsMessage(byte[] payload, (JoseHeader, byte[], byte[])[] signatures)
    {
        _payload = payload;
        _signatures = signatures;
    }

    /// <summary>Of the signatures, in their order.</summary>
    public IReadOnlyList<JoseHeader> Headers => [.. _signatures.Select(each => each.Header)];

    public ReadOnlyMemory<byte> Payload => _payload;

    /// <summary>Reads exactly one signed object.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out JwsMessage message, out ParseError error)
    {
        message = null!;
        error = Read(bytes, out JwsMessage? read)!;
        if (read is null) return false;
        message = read;
        return true;
    }

    /// <exception cref="MessageFormatException">The bytes are not one signed object.</exception>
    public static JwsMessage Parse(ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out JwsMessage message, out ParseError error) ? message
            : throw new MessageFormatException(error);

    /// <summary>Whether a signature by ES256 is the key's (RFC 7518, 3.4).</summary>
    public bool Verify(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.KeySize == 256 && Verify((header, signed, signature) => header.Algorithm == "ES256"
            && signature.Length == 64 && key.VerifyData(signed, signature, HashAlgorithmName.SHA256,
                DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    /// <summary>Whether a signature by PS256 is the key's (RFC 7518, 3.5); a key has at least 2048 bits.</summary>
    public bool Verify(RSA key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.KeySize >= 2048 && Verify((header, signed, signature) => header.Algorithm == "PS256"
            && key.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
    }

    /// <summary>Whether any of the signatures is verified. One whose header demands what is not known here is not.
    /// </summary>
    public bool Verify(JwsVerification verify)
    {
        ArgumentNullException.ThrowIfNull(verify);
        bool holds = false;
        foreach ((JoseHeader header, byte[] signed, byte[] signature) in _signatures)
            holds |= !header.HasUnknownDemands && verify(header, signed, signature);

        return holds;
    }

    public override string ToString() =>
        $"JWS {string.Join(", ", _signatures.Select(each => Redaction.None.Mask(each.Header.Algorithm)))}";

    private static ParseError? Read(ReadOnlySpan<byte> bytes, out JwsMessage? message)
    {
        message = null;
        int start = bytes.IndexOfAnyExcept(" \t\r\n"u8);
        return start >= 0 && bytes[start] == '{' ? ReadJson(bytes, out message) : ReadCompact(bytes, out message);
    }

    private static ParseError? ReadCompact(ReadOnlySpan<byte> bytes, out JwsMessage? message)
    {
        message = null;
        int dots = bytes.Count((byte)'.');
        if (dots != 2) return JoseText.Wrong("Parts", 0, "three parts joined by dots", $"{Math.Min(dots, 99) + 1}");

        int first = bytes.IndexOf((byte)'.'), last = bytes.LastIndexOf((byte)'.');
        if (JoseHeader.Read(bytes[..first], 0, out JoseHeader header) is { } wrong) return wrong;
        if (!JoseText.TryDecode(bytes[(first + 1)..last], out byte[] payload))
            return JoseText.Wrong("Base64", first + 1, "a payload in Base64url", "other characters");
        if (!JoseText.TryDecode(bytes[(last + 1)..], out byte[] signature) || signature.Length == 0)
            return JoseText.Wrong("Base64", last + 1, "a signature in Base64url", "none, or other characters");

        message = new JwsMessage(payload, [(header, bytes[..last].ToArray(), signature)]);
        return null;
    }

    private static ParseError? ReadJson(ReadOnlySpan<byte> bytes, out JwsMessage? message)
    {
        message = null;
        if (JsonParts.Read(bytes.ToArray(), out JsonParts parts, out int end) is { } wrong) return wrong;
        if (bytes[end..].ContainsAnyExcept(" \t\r\n"u8))
            return JoseText.Wrong("Parts", end, "the end of the object", "more");

        if (Member(parts, 0, "payload") is not { } encoded || !JoseText.TryDecode(encoded, out byte[] payload))
            return JoseText.Wrong("Base64", 0, "a payload in Base64url", "none, or other characters");

        // One signature beside the payload, or a list of them.
        int list = parts.Find(0, "signatures");
        List<int> holders = [];
        if (list < 0) holders.Add(0);
        for (int i = list + 1; list >= 0 && i < parts[list].End && holders.Count <= MaxSignatures; i = parts[i].End)
            holders.Add(i);

        if (holders.Count is 0 or > MaxSignatures)
            return JoseText.Wrong("Parts", 0, $"1 to {MaxSignatures} signatures", $"{holders.Count}");

        (JoseHeader, byte[], byte[])[] signatures = new (JoseHeader, byte[], byte[])[holders.Count];
        for (int i = 0; i < holders.Count; i++)
        {
            int at = parts[holders[i]].Offset;
            if (!parts[holders[i]].IsObject || Member(parts, holders[i], "protected") is not { } own)
                return JoseText.Wrong("Header", at, "a protected header", "none");
            if (JoseHeader.Read(own, at, out JoseHeader header) is { } bad) return bad;
            if (Member(parts, holders[i], "signature") is not { } text
                || !JoseText.TryDecode(text, out byte[] signature)
                || signature.Length == 0)
            {
                return JoseText.Wrong("Base64", at, "a signature in Base64url", "none, or other characters");
            }

            signatures[i] = (header, [.. own, (byte)'.', .. encoded], signature);
        }

        message = new JwsMessage(payload, signatures);
        return null;
    }

    private static byte[]? Member(JsonParts parts, int holder, string name) =>
        parts.Find(holder, name) is >= 0 and int found && parts[found].IsString
            ? Encoding.UTF8.GetBytes(parts.ValueOf(parts[found])) : null;
}
