using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Qbitel.Cryptography.Encodings;

/// <summary>ML-DSA keys as JSON Web Keys: key type AKP, private key as seed (RFC 7517, RFC 9964).</summary>
public static class JsonWebKey
{
    private const string KeyType = "AKP";
    private const int MaxDepth = 16;

    /// <summary>
    /// The public key; with <paramref name="includePrivateKey"/> the seed too, and then the caller zeroes it.
    /// </summary>
    /// <returns>UTF-8, without white space.</returns>
    /// <exception cref="ArgumentException">No standard has a JSON Web Key of this algorithm.</exception>
    /// <exception cref="CryptographicException">The private half, or its seed, is not there.</exception>
    public static byte[] Encode(SignatureKey key, bool includePrivateKey = false)
    {
        Require(key);
        string head = $$"""{"kty":"{{KeyType}}","alg":"{{key.Algorithm}}","pub":"{{Public(key)}}""";
        if (!includePrivateKey) return Encoding.ASCII.GetBytes($$"""{{head}}"}""");

        byte[] seed = key.ExportPrivateKey();
        byte[] encoded = new byte[Base64Url.GetEncodedLength(seed.Length)];
        try
        {
            Base64Url.EncodeToUtf8(seed, encoded);
            return [.. Encoding.ASCII.GetBytes(head), .. "\",\"priv\":\""u8, .. encoded, .. "\"}"u8];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(encoded);
        }
    }

    /// <summary>The SHA-256 thumbprint of the public key (RFC 7638), in base64url: what goes into "kid".</summary>
    /// <exception cref="ArgumentException">No standard has a JSON Web Key of this algorithm.</exception>
    public static string Thumbprint(SignatureKey key)
    {
        Require(key);

        // RFC 9964: alg, kty and pub, in this order.
        string members = $$"""{"alg":"{{key.Algorithm}}","kty":"{{KeyType}}","pub":"{{Public(key)}}"}""";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(members)));
    }

    /// <param name="utf8">One key; a set of keys is refused.</param>
    /// <remarks>Members that do not make the key ("kid", "use", …) are passed over.</remarks>
    /// <exception cref="CryptographicException">
    /// Not a JSON Web Key of ML-DSA, a member twice, or the seed is not that of the public key.
    /// </exception>
    public static SignatureKey Decode(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return Read(utf8);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CryptographicException("Not a JSON Web Key: malformed JSON.", e);
        }
    }

    private static SignatureKey Read(ReadOnlySpan<byte> utf8)
    {
        Utf8JsonReader json = new(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            throw new CryptographicException("Not a JSON Web Key: expected an object.");

        ReadOnlySpan<byte> kty = default, alg = default, pub = default, priv = default;
        HashSet<string> seen = new(StringComparer.Ordinal);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            if (!seen.Add(name)) throw new CryptographicException("JSON Web Key: a member is there twice.");

            json.Read();
            switch (name)
            {
                case "kty":
                    kty = Text(ref json, name);
                    break;
                case "alg":
                    alg = Text(ref json, name);
                    break;
                case "pub":
                    pub = Text(ref json, name);
                    break;
                case "priv":
                    priv = Text(ref json, name);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        while (json.Read()) { } // nothing but white space may follow, or the reader throws

        if (!kty.SequenceEqual("AKP"u8))
        {
            throw new CryptographicException(
                "JSON Web Key: expected the key type AKP of RFC 9964, which is for ML-DSA; other types are not read.");
        }

        string named = Encoding.UTF8.GetString(alg);
        SignatureAlgorithm algorithm = Algorithms.FirstOrDefault(known => known.Name == named)
            ?? throw new CryptographicException(
                $"JSON Web Key: expected alg to be one of {string.Join(", ", Algorithms)}.");
        return AlgorithmKeyPair.Import(
            algorithm, Decode(pub, algorithm.PublicKeySize, "pub"), seen.Contains("priv"),
            Decode(priv, seen.Contains("priv") ? algorithm.PrivateKeySize : 0, "priv"));
    }

    private static IEnumerable<SignatureAlgorithm> Algorithms => AlgorithmKeyPair.Algorithms.Keys;

    private static ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader json, string name) =>
        json.TokenType == JsonTokenType.String && !json.ValueIsEscaped
            ? json.ValueSpan
            : throw new CryptographicException($"JSON Web Key: expected \"{name}\" to be a string without escapes.");

    private static byte[] Decode(ReadOnlySpan<byte> text, int size, string name)
    {
        byte[] value = GC.AllocateArray<byte>(size, pinned: true);
        bool fits = text.Length == Base64Url.GetEncodedLength(size) && !text.ContainsAny("= \t\r\n"u8)
            && Base64Url.DecodeFromUtf8(text, value, out _, out int written) == OperationStatus.Done && written == size;
        return fits ? value
            : throw new CryptographicException($"JSON Web Key: expected \"{name}\" to be {size} bytes in base64url.");
    }

    private static string Public(SignatureKey key) => Base64Url.EncodeToString(key.ExportPublicKey());

    private static void Require(SignatureKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        AlgorithmKeyPair.Require(key.Algorithm, "JSON Web Key");
    }
}
