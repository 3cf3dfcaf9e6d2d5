using System.Security.Cryptography;
using System.Text;
using Qbitel.Protocols.ThreeDS.Json;

namespace Qbitel.Protocols.ThreeDS.Jose;

/// <summary>A public key on P-256 as a JSON object (RFC 7517; RFC 7518, 6.2).</summary>
public sealed class JoseKey
{
    private const int Size = 32;

    private readonly byte[] _x;
    private readonly byte[] _y;

    private JoseKey(byte[] x, byte[] y)
    {
        _x = x;
        _y = y;
    }

    /// <summary>The coordinates. Whether they are a point of the curve is told when the key is used.</summary>
    public ECParameters ToParameters() => new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = [.. _x], Y = [.. _y] },
    };

    /// <summary>Reads a key; false where it is of another type or curve, or its coordinates are not 32 bytes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> json, out JoseKey key)
    {
        key = null!;
        return JsonParts.Read(json.ToArray(), out JsonParts parts, out int end) is null
            && !json[end..].ContainsAnyExcept(" \t\r\n"u8) && TryRead(parts, 0, out key);
    }

    internal static bool TryRead(JsonParts parts, int part, out JoseKey key)
    {
        key = null!;
        if (!parts[part].IsObject) return false;
        if (Text(parts, part, "kty") != "EC" || Text(parts, part, "crv") != "P-256") return false;
        if (!TryCoordinate(parts, part, "x", out byte[] x)) return false;
        if (!TryCoordinate(parts, part, "y", out byte[] y)) return false;
        key = new JoseKey(x, y);
        return true;
    }

    private static bool TryCoordinate(JsonParts parts, int part, string name, out byte[] bytes)
    {
        bytes = [];
        return Text(parts, part, name) is { } text && JoseText.TryDecode(Encoding.UTF8.GetBytes(text), out bytes)
            && bytes.Length == Size;
    }

    private static string? Text(JsonParts parts, int part, string name) =>
        parts.Find(part, name) is >= 0 and int found && parts[found].IsString ? parts.ValueOf(parts[found]) : null;
}
