using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Hsm.Software;

/// <summary>
/// One private key in memory. It is zeroed when the last of those who hold it lets go, never under somebody's hands.
/// </summary>
internal sealed class HeldKey
{
    private readonly IDisposable _material;
    private readonly Lock _gate = new();
    private int _holders = 1;

    private HeldKey(HsmKey description, IDisposable material)
    {
        Description = description;
        _material = material;
    }

    public HsmKey Description { get; }

    /// <summary>When its file was last seen, in milliseconds of the system.</summary>
    public long SeenAt { get; set; }

    /// <summary>What is left of the block of encryptions reserved for this process; cipher keys only.</summary>
    public EncryptionBlock Encryptions { get; } = new();

    public SignatureKey Signature => (SignatureKey)_material;

    public KemKey Kem => (KemKey)_material;

    public ReadOnlySpan<byte> Cipher => ((SecretBuffer)_material).Bytes;

    /// <summary>
    /// A fresh key that has proved that its halves belong together (FIPS 140-3, pairwise consistency).
    /// </summary>
    public static HeldKey Generate(TokenKeyId id, KeyAlgorithm algorithm, DateTimeOffset now)
    {
        switch (algorithm)
        {
            case SignatureAlgorithm signature:
                SignatureKey signing = SignatureKeys.Generate(signature);
                HeldKey signer = new(HsmKey.OfPair(id, algorithm, signing.ExportPublicKey(), now), signing);
                return signing.Verify("pairwise"u8, signing.Sign("pairwise"u8)) ? signer : throw Unpaired(signer);

            case KemAlgorithm kem:
                KemKey receiving = KemKeys.Generate(kem);
                HeldKey receiver = new(
                    HsmKey.OfPair(id, algorithm, receiving.ExportEncapsulationKey(), now), receiving);
                return Agrees(receiving) ? receiver : throw Unpaired(receiver);

            default:
                SecretBuffer key = new(algorithm.PrivateKeySize);
                RandomNumberGenerator.Fill(key.Bytes);
                return new HeldKey(HsmKey.OfCipher(id, (CipherAlgorithm)algorithm, CheckValue(key.Bytes), now), key);
        }
    }

    /// <exception cref="CryptographicException">
    /// The private key is invalid or belongs to another public key.
    /// </exception>
    public static HeldKey Import(HsmKey description, ReadOnlySpan<byte> privateKey)
    {
        HeldKey held = new(description, description.Algorithm switch
        {
            SignatureAlgorithm signature => SignatureKeys.ImportPrivate(signature, privateKey),
            KemAlgorithm kem => KemKeys.ImportPrivate(kem, privateKey),
            _ => CopyOf(privateKey, description.Algorithm.PrivateKeySize),
        });

        bool same = held._material switch
        {
            SignatureKey signature => signature.ExportPublicKey().AsSpan().SequenceEqual(description.PublicKey.Span),
            KemKey kem => kem.ExportEncapsulationKey().AsSpan().SequenceEqual(description.PublicKey.Span),
            _ => CheckValue(description.Algorithm, held.Cipher).AsSpan().SequenceEqual(description.CheckValue.Span),
        };
        return same ? held : throw Unpaired(held);
    }

    /// <summary>The private key for sealing. The caller zeroes it.</summary>
    public byte[] ExportPrivate() => _material switch
    {
        SignatureKey signature => signature.ExportPrivateKey(),
        KemKey kem => kem.ExportPrivateKey(),
        _ => Cipher.ToArray(),
    };

    /// <summary>
    /// As it travels: PKCS#8 in its shortest form, or the bytes of a cipher key. The caller zeroes it.
    /// </summary>
    public byte[] Encode() => _material switch
    {
        SignatureKey signature => Pkcs8.Encode(signature),
        KemKey kem => Pkcs8.Encode(kem),
        _ => Cipher.ToArray(),
    };

    /// <summary>A key that travelled.</summary>
    /// <exception cref="CryptographicException">It is invalid, or of another algorithm.</exception>
    public static HeldKey Decode(
        TokenKeyId id, KeyAlgorithm algorithm, ReadOnlySpan<byte> encoded, DateTimeOffset now)
    {
        if (algorithm is CipherAlgorithm cipher)
        {
            SecretBuffer key = CopyOf(encoded, algorithm.PrivateKeySize);
            return new HeldKey(HsmKey.OfCipher(id, cipher, CheckValue(key.Bytes), now), key);
        }

        StoredKey stored = Pkcs8.Decode(encoded);
        if (stored.Algorithm != algorithm)
        {
            stored.Dispose();
            throw new CryptographicException($"it is a {stored.AlgorithmName} key.");
        }

        return new HeldKey(HsmKey.OfPair(id, algorithm, stored.ExportPublicKey(), now),
            (IDisposable?)stored.Signature ?? stored.Kem!);
    }

    /// <summary>False when the key has already been zeroed.</summary>
    public bool TryHold()
    {
        lock (_gate)
        {
            if (_holders == 0) return false;
            _holders++;
            return true;
        }
    }

    public void Release()
    {
        lock (_gate)
        {
            if (--_holders > 0) return;
        }

        Encryptions.Dispose();
        _material.Dispose();
    }

    public override string ToString() => $"{Description} ***";

    /// <summary>A card key that was made or taken in.</summary>
    public static HeldKey OfCard(
        TokenKeyId id, CardKeyAlgorithm algorithm, CardKeyUse use, bool isExportable, ReadOnlySpan<byte> key,
        DateTimeOffset now)
    {
        HsmKey description = HsmKey.OfCard(id, algorithm, use, isExportable, CheckValue(algorithm, key), now);
        return new HeldKey(description, CopyOf(key, algorithm.PrivateKeySize));
    }

    private static byte[] CheckValue(KeyAlgorithm algorithm, ReadOnlySpan<byte> key) =>
        algorithm is CardKeyAlgorithm { IsAes: false } ? KeyCheckValue.OfTripleDes(key) : CheckValue(key);

    // CMAC (NIST SP 800-38B) of one zero block, cut to 5 bytes. Not the older "encrypt zeros": for GCM that is the hash
    // key itself.
    private static byte[] CheckValue(ReadOnlySpan<byte> key)
    {
        using Aes aes = Aes.Create();
        aes.SetKey(key);
        Span<byte> block = stackalloc byte[16];
        block.Clear();
        aes.EncryptEcb(block, block, PaddingMode.None);
        UInt128 l = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(block);
        UInt128 k1 = (l << 1) ^ (UInt128)(0x87 & (0 - (int)(l >> 127)));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(block, k1);
        aes.EncryptEcb(block, block, PaddingMode.None);
        return block[..5].ToArray();
    }

    private static bool Agrees(KemKey key)
    {
        Span<byte> ciphertext = stackalloc byte[key.Algorithm.CiphertextSize];
        Span<byte> sent = stackalloc byte[key.Algorithm.SharedSecretSize];
        Span<byte> received = stackalloc byte[key.Algorithm.SharedSecretSize];
        key.Encapsulate(ciphertext, sent);
        key.Decapsulate(ciphertext, received);
        return CryptographicOperations.FixedTimeEquals(sent, received);
    }

    private static SecretBuffer CopyOf(ReadOnlySpan<byte> bytes, int size)
    {
        if (bytes.Length != size)
            throw new CryptographicException($"a cipher key of {bytes.Length} bytes, expected {size}");

        SecretBuffer copy = new(size);
        bytes.CopyTo(copy.Bytes);
        return copy;
    }

    private static CryptographicException Unpaired(HeldKey key)
    {
        key.Release();
        return new CryptographicException($"the halves of the {key.Description.Algorithm} key do not belong together");
    }
}
