using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cards;

namespace Qbitel.Hsm.Software;

/// <summary>
/// The file <c>ID.key</c>: a readable description and the private key sealed under it, written once and never changed.
/// </summary>
/// <remarks>
/// Layout in docs/formats/software-token.md. Everything before the nonce is associated data, so no part can be
/// exchanged.
/// </remarks>
internal static class SealedKey
{
    private const ushort FormatVersion = 1;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int FixedSize = 8 + 2 + TokenHeader.IdSize + TokenKeyId.Size + 8;

    private static ReadOnlySpan<byte> Magic => "QBITELKO"u8;

    public static byte[] Write(TokenKeys keys, HsmKey key, ReadOnlySpan<byte> privateKey)
    {
        byte[] name = Encoding.ASCII.GetBytes(key.Algorithm.Name);
        ReadOnlySpan<byte> shown = Shown(key).Span;
        int associated = FixedSize + 1 + name.Length + 2 + shown.Length;
        byte[] file = new byte[associated + NonceSize + 2 + privateKey.Length + TagSize];

        Span<byte> rest = file;
        Magic.CopyTo(rest);
        BinaryPrimitives.WriteUInt16BigEndian(rest[8..], FormatVersion);
        keys.TokenId.CopyTo(rest[10..]);
        key.Id.WriteTo(rest[(10 + TokenHeader.IdSize)..]);
        BinaryPrimitives.WriteInt64BigEndian(rest[(FixedSize - 8)..], key.MadeAt.ToUnixTimeMilliseconds());
        rest = rest[FixedSize..];
        rest[0] = (byte)name.Length;
        name.CopyTo(rest[1..]);
        rest = rest[(1 + name.Length)..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)shown.Length);
        shown.CopyTo(rest[2..]);
        rest = rest[(2 + shown.Length)..];

        Span<byte> nonce = rest[..NonceSize];
        RandomNumberGenerator.Fill(nonce);
        BinaryPrimitives.WriteUInt16BigEndian(rest[NonceSize..], (ushort)privateKey.Length);
        rest = rest[(NonceSize + 2)..];
        using AesGcm aes = new(keys.Sealing, TagSize);
        aes.Encrypt(
            nonce, privateKey, rest[..privateKey.Length], rest[privateKey.Length..], file.AsSpan(0, associated));
        return file;
    }

    /// <summary>
    /// The description and, after it has proved authentic, the private key, which the caller disposes.
    /// </summary>
    /// <exception cref="HsmException">Damaged: altered, renamed, exchanged or from another token.</exception>
    public static HsmKey Read(
        byte[] file, string path, TokenKeys keys, TokenKeyId id, HsmOperation operation, out SecretBuffer privateKey)
    {
        RecordReader reader = new(file, path, operation);
        reader.Expect(Magic, "the mark QBITELKO");
        reader.Version(FormatVersion);
        reader.Expect(keys.TokenId, "the token's identity");
        int nameAt = reader.Offset;
        TokenKeyId named = new(reader.Bytes(TokenKeyId.Size, "the key's name"));
        if (named != id) throw reader.Wrong(nameAt, $"it holds the key {named}, so it was renamed or exchanged");
        int timeAt = reader.Offset;
        long madeAt = reader.Int64("time of creation");
        int algorithmAt = reader.Offset;
        string algorithmName = Encoding.Latin1.GetString(
            reader.Bytes(reader.Byte("length of the algorithm's name"), "the algorithm's name"));
        int shownAt = reader.Offset;
        byte[] shown = reader.Bytes(reader.UInt16("length of the public part"), "the public part").ToArray();
        int associated = reader.Offset;
        ReadOnlySpan<byte> nonce = reader.Bytes(NonceSize, "nonce");
        ReadOnlySpan<byte> sealedKey = reader.Bytes(reader.UInt16("length of the sealed key"), "the sealed key");
        int tagAt = reader.Offset;
        ReadOnlySpan<byte> tag = reader.Bytes(TagSize, "tag");
        reader.End();

        SecretBuffer opened = new(sealedKey.Length);
        try
        {
            using AesGcm aes = new(keys.Sealing, TagSize);
            aes.Decrypt(nonce, sealedKey, tag, opened.Bytes, file.AsSpan(0, associated));

            // What follows was written by this token; it can only be wrong when an older or newer program wrote it.
            KeyAlgorithm? algorithm = Find(algorithmName);
            if (algorithm is null) throw reader.Wrong(algorithmAt, "its algorithm is not one of this program");
            HsmKey key = Describe(id, algorithm, shown, DateTimeOffset.FromUnixTimeMilliseconds(madeAt));
            privateKey = opened;
            return key;
        }
        catch (AuthenticationTagMismatchException e)
        {
            opened.Dispose();
            throw Damage.In(operation, path, $"its content does not match its authentication tag (offset {tagAt}).", e);
        }
        catch (ArgumentOutOfRangeException e)
        {
            opened.Dispose();
            throw Damage.In(operation, path, $"its description is impossible (offsets {timeAt} to {shownAt}).", e);
        }
        catch (HsmException)
        {
            opened.Dispose();
            throw;
        }
    }

    private static KeyAlgorithm? Find(string name) =>
        KeyAlgorithm.All.Concat(CardKeyAlgorithm.All).FirstOrDefault(known => known.Name == name);

    private static HsmKey Describe(TokenKeyId id, KeyAlgorithm algorithm, byte[] shown, DateTimeOffset madeAt) =>
        algorithm switch
        {
            CipherAlgorithm cipher => HsmKey.OfCipher(id, cipher, shown, madeAt),
            CardKeyAlgorithm card => DescribeCard(id, card, shown, madeAt),
            _ => HsmKey.OfPair(id, algorithm, shown, madeAt),
        };

    // Of a card key: the code of its use, E or N for what may leave, the check value.
    private static HsmKey DescribeCard(TokenKeyId id, CardKeyAlgorithm algorithm, byte[] shown, DateTimeOffset madeAt)
    {
        if (shown.Length <= 3 || !CardKeyUses.TryParse(Encoding.Latin1.GetString(shown, 0, 2), out CardKeyUse use))
            throw new ArgumentOutOfRangeException(nameof(shown));

        return HsmKey.OfCard(id, algorithm, use, shown[2] == 'E', shown.AsMemory(3), madeAt);
    }

    private static ReadOnlyMemory<byte> Shown(HsmKey key) =>
        key.CardUse is { } use
            ? (byte[])[.. Encoding.ASCII.GetBytes(use.Code), (byte)(key.IsExportable ? 'E' : 'N'),
            .. key.CheckValue.Span]
            : key.Algorithm is CipherAlgorithm ? key.CheckValue : key.PublicKey;
}
