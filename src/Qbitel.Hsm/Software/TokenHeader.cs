using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Qbitel.Hsm.Software;

/// <summary>
/// The file <c>token</c>: the token key, wrapped under a key made from the passphrase or the key file.
/// </summary>
/// <remarks>Layout in docs/formats/software-token.md. Everything before the nonce is associated data.</remarks>
internal static class TokenHeader
{
    public const int MinIterations = 210_000;
    public const int MaxIterations = 10_000_000;
    public const int IdSize = 16;
    public const int KeySize = 32;

    private const ushort FormatVersion = 1;
    private const int SaltSize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int AssociatedSize = 8 + 2 + IdSize + 1 + 4 + SaltSize;
    private const int FileSize = AssociatedSize + NonceSize + KeySize + TagSize;

    private static ReadOnlySpan<byte> Magic => "QBITELTK"u8;

    /// <summary>The bytes of the file. <paramref name="iterations"/> counts for a passphrase only.</summary>
    public static byte[] Wrap(
        ReadOnlySpan<byte> tokenId, ReadOnlySpan<byte> tokenKey, TokenSecret secret, int iterations)
    {
        byte[] file = new byte[FileSize];
        Span<byte> rest = file;
        Put(Magic, ref rest);
        BinaryPrimitives.WriteUInt16BigEndian(rest, FormatVersion);
        rest = rest[2..];
        Put(tokenId, ref rest);
        rest[0] = (byte)secret.Kind;
        uint counted = secret.Kind == SecretKind.Passphrase ? (uint)iterations : 0;
        BinaryPrimitives.WriteUInt32BigEndian(rest[1..], counted);
        rest = rest[5..];
        Span<byte> salt = rest[..SaltSize];
        Span<byte> nonce = rest.Slice(SaltSize, NonceSize);
        RandomNumberGenerator.Fill(salt);
        RandomNumberGenerator.Fill(nonce);
        rest = rest[(SaltSize + NonceSize)..];

        using SecretBuffer wrapping = WrappingKey(secret, salt, counted);
        using AesGcm aes = new(wrapping.Bytes, TagSize);
        aes.Encrypt(nonce, tokenKey, rest[..KeySize], rest[KeySize..], file.AsSpan(0, AssociatedSize));
        return file;
    }

    /// <summary>The token key and the token's identity.</summary>
    /// <exception cref="HsmException">Damaged, or the secret is not the one that closed it.</exception>
    public static SecretBuffer Unwrap(byte[] file, string path, TokenSecret secret, Span<byte> tokenId)
    {
        RecordReader reader = new(file, path, HsmOperation.Open);
        reader.Expect(Magic, "the mark QBITELTK");
        reader.Version(FormatVersion);
        reader.Bytes(IdSize, "token identity").CopyTo(tokenId);
        int kindAt = reader.Offset;
        byte kind = reader.Byte("kind of secret");
        uint iterations = reader.UInt32("iterations");
        ReadOnlySpan<byte> salt = reader.Bytes(SaltSize, "salt");
        ReadOnlySpan<byte> nonce = reader.Bytes(NonceSize, "nonce");
        ReadOnlySpan<byte> sealedKey = reader.Bytes(KeySize, "wrapped key");
        ReadOnlySpan<byte> tag = reader.Bytes(TagSize, "tag");
        reader.End();

        if (kind is not ((byte)SecretKind.Passphrase or (byte)SecretKind.KeyFile))
            throw reader.Wrong(kindAt, $"kind of secret {kind} is not known");
        bool inRange = kind == (byte)SecretKind.Passphrase
            ? iterations is >= MinIterations and <= MaxIterations : iterations == 0;
        if (!inRange) throw reader.Wrong(kindAt + 1, $"{iterations} iterations are outside the range of a token");
        if (kind != (byte)secret.Kind)
        {
            throw Refused(kind == (byte)SecretKind.Passphrase
                ? $"the token in {path} is closed by a passphrase, a key file was given."
                : $"the token in {path} is closed by a key file, a passphrase was given.");
        }

        using SecretBuffer wrapping = WrappingKey(secret, salt, iterations);
        SecretBuffer tokenKey = new(KeySize);
        try
        {
            using AesGcm aes = new(wrapping.Bytes, TagSize);
            aes.Decrypt(nonce, sealedKey, tag, tokenKey.Bytes, file.AsSpan(0, AssociatedSize));
            return tokenKey;
        }
        catch (AuthenticationTagMismatchException e)
        {
            tokenKey.Dispose();
            string what = kind == (byte)SecretKind.Passphrase ? "passphrase" : "key file";
            throw Refused($"the {what} does not open {path}: it is the wrong one, or the file was altered.", e);
        }
    }

    private static SecretBuffer WrappingKey(TokenSecret secret, ReadOnlySpan<byte> salt, uint iterations)
    {
        SecretBuffer key = new(KeySize);
        if (secret.Kind == SecretKind.Passphrase)
            Rfc2898DeriveBytes.Pbkdf2(secret.Bytes, salt, key.Bytes, (int)iterations, HashAlgorithmName.SHA512);
        else
            HKDF.DeriveKey(HashAlgorithmName.SHA512, secret.Bytes, key.Bytes, salt, "qbitel software token 1: wrap"u8);
        return key;
    }

    private static void Put(ReadOnlySpan<byte> bytes, ref Span<byte> rest)
    {
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }

    private static HsmException Refused(string message, Exception? inner = null) =>
        new(SoftwareToken.ProviderName, HsmOperation.Open, HsmFailure.WrongSecret, message, inner: inner);
}
