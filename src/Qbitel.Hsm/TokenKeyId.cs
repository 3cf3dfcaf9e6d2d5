using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using Qbitel.Governance;

namespace Qbitel.Hsm;

/// <summary>
/// The name of one key object in a token, the same on every run: the head of a hash over key and version.
/// </summary>
/// <remarks>
/// Because the name is known before the object exists, a creation that was interrupted is found, not repeated.
/// </remarks>
public readonly record struct TokenKeyId
{
    /// <summary>Fits the identifier of a PKCS#11 object.</summary>
    public const int Size = 16;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    private readonly UInt128 _value;

    public TokenKeyId(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size, nameof(bytes));
        _value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>
    /// SHA-256 over the label <c>qbitel token key 1</c>, the 16 bytes of the key's name in network order and the
    /// version as 32 bits, cut to 16 bytes.
    /// </summary>
    public static TokenKeyId Derive(KeyId key, int version)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);

        ReadOnlySpan<byte> label = "qbitel token key 1"u8;
        Span<byte> input = stackalloc byte[label.Length + 16 + 4];
        label.CopyTo(input);
        key.Value.TryWriteBytes(input[label.Length..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(input[^4..], version);

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, hash);
        return new TokenKeyId(hash[..Size]);
    }

    /// <summary>
    /// Reads the 32 lower-case hexadecimal digits of <see cref="ToString"/>; no other spelling, so that a name is one
    /// name.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TokenKeyId id)
    {
        id = default;
        if (text is not { Length: 2 * Size } || text.AsSpan().ContainsAnyExcept(Digits)) return false;

        id = new TokenKeyId(Convert.FromHexString(text));
        return true;
    }

    /// <exception cref="FormatException">The text is not 32 lower-case hexadecimal digits.</exception>
    public static TokenKeyId Parse(string text) => TryParse(text, out TokenKeyId id)
        ? id
        : throw new FormatException($"'{text}' is no token key name: expected 32 lower-case hexadecimal digits.");

    public void WriteTo(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, _value);

    public override string ToString() => _value.ToString("x32", CultureInfo.InvariantCulture);
}
