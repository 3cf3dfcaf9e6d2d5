using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Qbitel.Hsm.Tests.Clouds.Aws;

/// <summary>
/// The server's side of Signature Version 4, written from AWS's description of it and not from the SDK.
/// </summary>
internal static class SigV4
{
    /// <summary>Null when the signature is right, else the error's name and text.</summary>
    public static (string Code, string Text)? Refuse(
        HttpRequest request, byte[] body, string accessKey, string secretKey, string? token, string region,
        DateTimeOffset now)
    {
        string header = request.Headers.Authorization.ToString();
        if (header.Length == 0) return ("MissingAuthenticationTokenException", "no authorization");
        const string Scheme = "AWS4-HMAC-SHA256 ";
        if (!header.StartsWith(Scheme, StringComparison.Ordinal)) return ("IncompleteSignatureException", "scheme");
        Dictionary<string, string> parts = header[Scheme.Length..].Split(',', StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

        string[] credential = parts["Credential"].Split('/');
        if (credential[0] != accessKey) return ("UnrecognizedClientException", "unknown access key");
        if (token is not null && request.Headers["x-amz-security-token"] != token)
            return ("UnrecognizedClientException", "unknown session");
        string stamp = request.Headers["x-amz-date"].ToString();
        if (!DateTimeOffset.TryParseExact(stamp, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out DateTimeOffset signedAt))
        {
            return ("IncompleteSignatureException", "date");
        }

        if ((now - signedAt).Duration() > TimeSpan.FromMinutes(5))
            return ("InvalidSignatureException", $"Signature expired: {stamp}; the canonical string was {token}");
        if (credential is not [_, string day, string where, "kms", "aws4_request"] || where != region
            || day != stamp[..8])
        {
            return ("InvalidSignatureException", "scope");
        }

        string[] signed = parts["SignedHeaders"].Split(';');
        if (!signed.Contains("host") || !signed.Contains("x-amz-date") || !signed.Contains("x-amz-target"))
            return ("InvalidSignatureException", "too few headers are signed");
        if (!signed.SequenceEqual(signed.Order(StringComparer.Ordinal)))
            return ("InvalidSignatureException", "headers out of order");
        StringBuilder canonical = new();
        canonical.Append(request.Method).Append('\n').Append(request.Path.Value).Append('\n')
            .Append(request.QueryString.HasValue ? request.QueryString.Value![1..] : "").Append('\n');
        foreach (string name in signed)
        {
            string value = string.Join(',', request.Headers[name].Select(v => v!.Trim()));
            canonical.Append(name).Append(':').Append(value).Append('\n');
        }

        canonical.Append('\n').Append(parts["SignedHeaders"]).Append('\n')
            .Append(Convert.ToHexStringLower(SHA256.HashData(body)));
        string toSign = $"AWS4-HMAC-SHA256\n{stamp}\n{string.Join('/', credential[1..])}\n"
            + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())));
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + secretKey);
        foreach (string step in credential[1..]) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(step));
        string expected = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
        return expected == parts["Signature"] ? null
            : ("InvalidSignatureException", $"The canonical string should have been {canonical}");
    }
}
