using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Qbitel.Access;

/// <summary>A 256-bit random secret that is handed out once; only its hash is kept.</summary>
internal static class Secret
{
    public const int Size = 32;

    private static readonly int Letters = Base64Url.GetEncodedLength(Size);

    /// <summary>The secret to hand out, in base64url, and the hash to keep.</summary>
    public static (string Text, byte[] Hash) Create()
    {
        Span<byte> secret = stackalloc byte[Size];
        try
        {
            RandomNumberGenerator.Fill(secret);
            return (Base64Url.EncodeToString(secret), SHA256.HashData(secret));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>The hash of a secret that came back; false for text that no secret can be.</summary>
    public static bool TryHash(string? text, [NotNullWhen(true)] out byte[]? hash)
    {
        Span<byte> secret = stackalloc byte[Size];
        hash = text?.Length == Letters
            && Base64Url.DecodeFromChars(text, secret, out _, out int size) == OperationStatus.Done && size == Size
            ? SHA256.HashData(secret) : null;
        CryptographicOperations.ZeroMemory(secret);
        return hash is not null;
    }
}
