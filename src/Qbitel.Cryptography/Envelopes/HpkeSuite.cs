using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Envelopes;

/// <summary>
/// A KEM, a two-stage KDF and an AEAD of HPKE by their registered numbers (RFC 9180, section 7; draft-ietf-hpke-pq).
/// </summary>
internal sealed class HpkeSuite
{
    public const int NonceSize = 12;

    /// <summary>
    /// "HPKE" and three numbers of two bytes: <c>suite_id</c> of section 5.1, which the key schedule binds.
    /// </summary>
    public const int IdSize = 10;

    private const ushort Aes256Gcm = 0x0002;

    // HKDF-SHA256 suffices up to category 3; HKDF-SHA384 keeps category 5.
    private static readonly IReadOnlyList<HpkeSuite> Known =
    [
        new(KemAlgorithm.XWing, 0x647A, 0x0001),
        new(KemAlgorithm.MLKem768P256, 0x0050, 0x0001),
        new(KemAlgorithm.MLKem1024P384, 0x0051, 0x0002),
        new(KemAlgorithm.MLKem512, 0x0040, 0x0001),
        new(KemAlgorithm.MLKem768, 0x0041, 0x0001),
        new(KemAlgorithm.MLKem1024, 0x0042, 0x0002),
    ];

    private readonly byte[] _id = new byte[IdSize];

    internal HpkeSuite(KemAlgorithm kem, ushort kemId, ushort kdfId, ushort aeadId = Aes256Gcm, int keySize = 32)
    {
        Kem = kem;
        Hash = kdfId switch
        {
            0x0001 => HashAlgorithmName.SHA256,
            0x0002 => HashAlgorithmName.SHA384,
            _ => throw new ArgumentOutOfRangeException(nameof(kdfId), kdfId, "Not a two-stage KDF of this library."),
        };
        KeySize = keySize;
        "HPKE"u8.CopyTo(_id);
        BinaryPrimitives.WriteUInt16BigEndian(_id.AsSpan(4), kemId);
        BinaryPrimitives.WriteUInt16BigEndian(_id.AsSpan(6), kdfId);
        BinaryPrimitives.WriteUInt16BigEndian(_id.AsSpan(8), aeadId);
    }

    public KemAlgorithm Kem { get; }

    public HashAlgorithmName Hash { get; }

    public int KeySize { get; }

    public ReadOnlySpan<byte> Id => _id;

    /// <summary>The one suite we seal with for a KEM.</summary>
    /// <exception cref="ArgumentException">HPKE does not know the KEM.</exception>
    public static HpkeSuite Of(KemAlgorithm kem)
    {
        ArgumentNullException.ThrowIfNull(kem);
        return Known.FirstOrDefault(suite => suite.Kem == kem)
            ?? throw new ArgumentException(
                $"HPKE has no {kem}. Known: {string.Join(", ", Known.Select(suite => suite.Kem))}.", nameof(kem));
    }

    public static HpkeSuite? Find(ReadOnlySpan<byte> id)
    {
        foreach (HpkeSuite suite in Known)
            if (suite.Id.SequenceEqual(id)) return suite;

        return null;
    }
}
