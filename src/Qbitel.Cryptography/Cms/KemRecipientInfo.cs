using System.Formats.Asn1;
using System.Security.Cryptography;
using Qbitel.Cryptography.Envelopes;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Cms;

/// <summary>One recipient's way to the content key: KEMRecipientInfo (RFC 9629; for ML-KEM RFC 9936).</summary>
internal sealed class KemRecipientInfo
{
    private const int KeySize = 32;
    private const int MaxUkmSize = 1 << 16;

    private static readonly Asn1Tag UkmTag = new(TagClass.ContextSpecific, 0, isConstructed: true);

    private KemRecipientInfo(
        CmsIdentifier identifier, string kem, byte[] ciphertext, HashAlgorithmName hash, byte[] info,
        int wrappingKeySize, byte[] encryptedKey)
    {
        Identifier = identifier;
        Kem = kem;
        Ciphertext = ciphertext;
        Hash = hash;
        Info = info;
        WrappingKeySize = wrappingKeySize;
        EncryptedKey = encryptedKey;
    }

    /// <summary>The DER of CMSORIforKEMOtherInfo as <see cref="Write(AsnWriter, CmsRecipient, ReadOnlySpan{byte})"/>
    /// binds it.</summary>
    public static byte[] OwnInfo { get; } = OtherInfo(Algorithm(CmsOids.Aes256Wrap), KeySize, ukm: null);

    public CmsIdentifier Identifier { get; }

    /// <summary>The KEM's object identifier.</summary>
    public string Kem { get; }

    public byte[] Ciphertext { get; }

    /// <summary>Of HKDF.</summary>
    public HashAlgorithmName Hash { get; }

    /// <summary>What HKDF binds: the DER of CMSORIforKEMOtherInfo.</summary>
    public byte[] Info { get; }

    public int WrappingKeySize { get; }

    /// <summary>The content key under AES key wrap (RFC 3394).</summary>
    public byte[] EncryptedKey { get; }

    /// <summary>Writes the content of the KEMRecipientInfo, with HKDF-SHA-256 and AES-256 key wrap.</summary>
    public static void Write(AsnWriter writer, CmsRecipient recipient, ReadOnlySpan<byte> contentKey)
    {
        KemAlgorithm kem = recipient.Algorithm;
        using KemKey key = KemKeys.ImportPublic(kem, recipient.PublicKey.Key.Span);
        byte[] ciphertext = new byte[kem.CiphertextSize], secret = new byte[kem.SharedSecretSize];
        byte[] wrappingKey = [];
        try
        {
            key.Encapsulate(ciphertext, secret);
            wrappingKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, KeySize, salt: [], OwnInfo);
            Write(writer, recipient.Identifier, kem.Oid!, ciphertext, AesKeyWrap.Wrap(wrappingKey, contentKey));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(wrappingKey);
        }
    }

    /// <summary>The same of parts that were made elsewhere, e.g. in a device.</summary>
    public static void Write(
        AsnWriter writer, CmsIdentifier identifier, string kem, ReadOnlySpan<byte> ciphertext,
        ReadOnlySpan<byte> encryptedKey)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            identifier.Write(writer);
            writer.WriteEncodedValue(Algorithm(kem));
            writer.WriteOctetString(ciphertext);
            writer.WriteEncodedValue(Algorithm(CmsOids.HkdfSha256));
            writer.WriteInteger(KeySize);
            writer.WriteEncodedValue(Algorithm(CmsOids.Aes256Wrap));
            writer.WriteOctetString(encryptedKey);
        }
    }

    public static KemRecipientInfo Read(AsnReader outer)
    {
        AsnReader reader = outer.ReadSequence();
        if (!reader.TryReadInt32(out int version) || version != 0)
            throw new AsnContentException("The version of a KEMRecipientInfo is not 0.");

        CmsIdentifier identifier = CmsIdentifier.Read(reader);
        string kem = CmsAlgorithms.ReadIdentifier(reader);
        byte[] ciphertext = reader.ReadOctetString();
        string kdf = CmsAlgorithms.ReadIdentifier(reader);
        if (!reader.TryReadInt32(out int kekLength)) throw new AsnContentException("The key's length is out of range.");

        byte[]? ukm = null;
        if (reader.PeekTag().HasSameClassAndValue(UkmTag))
        {
            AsnReader explicitTag = reader.ReadSequence(UkmTag);
            ukm = explicitTag.ReadOctetString();
            explicitTag.ThrowIfNotEmpty();
            if (ukm.Length > MaxUkmSize) throw new AsnContentException("The user keying material is too long.");
        }

        byte[] wrap = reader.PeekEncodedValue().ToArray();
        string wrapOid = CmsAlgorithms.ReadIdentifier(reader);
        byte[] encryptedKey = reader.ReadOctetString();
        reader.ThrowIfNotEmpty();

        int size = wrapOid switch
        {
            CmsOids.Aes128Wrap => 16,
            CmsOids.Aes192Wrap => 24,
            CmsOids.Aes256Wrap => KeySize,
            _ => throw new CryptographicException($"CMS: key wrap {wrapOid}; expected AES key wrap without padding."),
        };
        HashAlgorithmName hash = kdf switch
        {
            CmsOids.HkdfSha256 => HashAlgorithmName.SHA256,
            CmsOids.HkdfSha384 => HashAlgorithmName.SHA384,
            CmsOids.HkdfSha512 => HashAlgorithmName.SHA512,
            _ => throw new CryptographicException($"CMS: key derivation {kdf}; expected HKDF with SHA-2."),
        };
        return kekLength == size
            ? new(identifier, kem, ciphertext, hash, OtherInfo(wrap, size, ukm), size, encryptedKey)
            : throw new AsnContentException("The key's length is not that of the key wrap.");
    }

    /// <summary>
    /// The content key, which the caller zeroes; null if the secret is not the one it was wrapped with.
    /// </summary>
    public byte[]? Unwrap(ReadOnlySpan<byte> secret)
    {
        byte[] wrappingKey = new byte[WrappingKeySize];
        try
        {
            HKDF.DeriveKey(Hash, secret, wrappingKey, salt: default, Info);
            return AesKeyWrap.Unwrap(wrappingKey, EncryptedKey);
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wrappingKey);
        }
    }

    // The DER of CMSORIforKEMOtherInfo (RFC 9629, section 5), with the key wrap as it was written.
    private static byte[] OtherInfo(byte[] wrap, int size, byte[]? ukm)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(wrap);
            writer.WriteInteger(size);
            if (ukm is not null)
            {
                using (writer.PushSequence(UkmTag)) writer.WriteOctetString(ukm);
            }
        }

        return writer.Encode();
    }

    private static byte[] Algorithm(string oid)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        CmsAlgorithms.WriteIdentifier(writer, oid);
        return writer.Encode();
    }
}
