using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Qbitel.Hsm.Software;

/// <summary>
/// The file <c>ID.uses</c> beside a cipher key: how many encryptions have been handed out, authenticated under the
/// token.
/// </summary>
internal static class UsageRecord
{
    private const ushort FormatVersion = 1;
    private const int CountedSize = 8 + 2 + TokenHeader.IdSize + TokenKeyId.Size + 8;

    private static ReadOnlySpan<byte> Magic => "QBITELKU"u8;

    public static byte[] Write(TokenKeys keys, TokenKeyId id, long count)
    {
        byte[] file = new byte[CountedSize + HMACSHA256.HashSizeInBytes];
        Span<byte> rest = file;
        Magic.CopyTo(rest);
        BinaryPrimitives.WriteUInt16BigEndian(rest[8..], FormatVersion);
        keys.TokenId.CopyTo(rest[10..]);
        id.WriteTo(rest[(10 + TokenHeader.IdSize)..]);
        BinaryPrimitives.WriteInt64BigEndian(rest[(CountedSize - 8)..], count);
        HMACSHA256.HashData(keys.Usage, file.AsSpan(0, CountedSize), rest[CountedSize..]);
        return file;
    }

    public static long Read(byte[]? file, string path, TokenKeys keys, TokenKeyId id)
    {
        if (file is null)
            throw Damage.In(HsmOperation.Encrypt, path, "it is missing, so the encryptions made cannot be counted.");

        RecordReader reader = new(file, path, HsmOperation.Encrypt);
        reader.Expect(Magic, "the mark QBITELKU");
        reader.Version(FormatVersion);
        reader.Expect(keys.TokenId, "the token's identity");
        if (new TokenKeyId(reader.Bytes(TokenKeyId.Size, "the key's name")) != id)
        {
            throw reader.Wrong(
                reader.Offset - TokenKeyId.Size, "it counts for another key, so it was renamed or exchanged");
        }

        long count = reader.Int64("count");
        int tagAt = reader.Offset;
        ReadOnlySpan<byte> tag = reader.Bytes(HMACSHA256.HashSizeInBytes, "authentication code");
        reader.End();

        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(keys.Usage, file.AsSpan(0, CountedSize), expected);
        return CryptographicOperations.FixedTimeEquals(tag, expected) && count >= 0
            ? count
            : throw reader.Wrong(tagAt, "its content does not match its authentication code");
    }
}
