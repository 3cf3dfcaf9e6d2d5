using System.Security.Cryptography;

namespace Qbitel.Cryptography.Encodings;

/// <summary>ML-DSA keys as COSE_Key: key type 7 (AKP), private key as seed (RFC 9052, RFC 9964).</summary>
public static class CoseKey
{
    private const int KeyType = 7;

    // RFC 9052, table 4, and RFC 9964, section 3.
    private const int KeyTypeLabel = 1, AlgorithmLabel = 3, PublicLabel = -1, PrivateLabel = -2;

    /// <summary>
    /// The public key; with <paramref name="includePrivateKey"/> the seed too, and then the caller zeroes it.
    /// </summary>
    /// <returns>CBOR in the deterministic encoding (RFC 8949, section 4.2).</returns>
    /// <exception cref="ArgumentException">No standard has a COSE_Key of this algorithm.</exception>
    /// <exception cref="CryptographicException">The private half, or its seed, is not there.</exception>
    public static byte[] Encode(SignatureKey key, bool includePrivateKey = false)
    {
        ArgumentNullException.ThrowIfNull(key);
        AlgorithmKeyPair.Require(key.Algorithm, "COSE_Key");
        byte[] publicKey = key.ExportPublicKey();
        int number = AlgorithmKeyPair.Algorithms[key.Algorithm];
        byte[] head =
        [
            (byte)(0xA0 | (includePrivateKey ? 4 : 3)), // a map
            KeyTypeLabel, KeyType,
            AlgorithmLabel, 0x38, (byte)(-1 - number), // a negative integer of one byte
            0x20, 0x59, (byte)(publicKey.Length >> 8), (byte)(publicKey.Length & 0xFF), .. publicKey,
        ];
        if (!includePrivateKey) return head;

        byte[] seed = key.ExportPrivateKey();
        byte[] encoded = [.. head, 0x21, 0x58, (byte)seed.Length, .. seed];
        CryptographicOperations.ZeroMemory(seed);
        return encoded;
    }

    /// <remarks>Labels that do not make the key (kid, key_ops, …) are passed over.</remarks>
    /// <exception cref="CryptographicException">
    /// Not a COSE_Key of ML-DSA, a label twice, or the seed is not that of the public key.
    /// </exception>
    public static SignatureKey Decode(ReadOnlySpan<byte> cbor)
    {
        CborReader reader = new(cbor);
        int entries = reader.ReadMap();
        HashSet<long> seen = [];
        long? kty = null, alg = null;
        ReadOnlySpan<byte> pub = default, priv = default;
        for (int i = 0; i < entries; i++)
        {
            if (!reader.NextIsInteger)
            {
                reader.Skip(); // a label that is a text
                reader.Skip();
                continue;
            }

            long label = reader.ReadInteger();
            if (!seen.Add(label)) throw new CryptographicException("COSE_Key: a label is there twice.");

            switch (label)
            {
                case KeyTypeLabel:
                    kty = reader.ReadInteger();
                    break;
                case AlgorithmLabel:
                    alg = reader.ReadInteger();
                    break;
                case PublicLabel when kty is null or KeyType:
                    pub = reader.ReadBytes();
                    break;
                case PrivateLabel when kty is null or KeyType:
                    priv = reader.ReadBytes();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        reader.ThrowIfNotEmpty();
        if (kty != KeyType)
        {
            throw new CryptographicException(
                $"COSE_Key: expected key type {KeyType}, AKP of RFC 9964, which is for ML-DSA; others are not read.");
        }

        SignatureAlgorithm algorithm = AlgorithmKeyPair.Algorithms.FirstOrDefault(known => known.Value == alg).Key
            ?? throw new CryptographicException("COSE_Key: expected algorithm -48, -49 or -50 (ML-DSA).");
        bool hasPrivate = seen.Contains(PrivateLabel);
        return pub.Length != algorithm.PublicKeySize || (hasPrivate && priv.Length != algorithm.PrivateKeySize)
            ? throw new CryptographicException(
                $"COSE_Key: expected a public key of {algorithm.PublicKeySize} bytes and a seed of "
                + $"{algorithm.PrivateKeySize}.")
            : AlgorithmKeyPair.Import(algorithm, pub.ToArray(), hasPrivate, priv.ToArray());
    }
}
