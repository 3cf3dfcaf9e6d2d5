using System.Buffers.Binary;

namespace Qbitel.Cryptography.Envelopes;

/// <summary>
/// A KEM, a KDF and an AEAD of HPKE by their registered numbers (RFC 9180, section 7; draft-ietf-hpke-pq).
/// </summary>
public sealed class HpkeSuite
{
    /// <summary>How much longer a sealed message is, in bytes, with every cipher.</summary>
    public const int TagSize = 16;

    internal const int NonceSize = 12;

    /// <summary>
    /// "HPKE" and three numbers of two bytes: <c>suite_id</c> of section 5.1, which the key schedule binds.
    /// </summary>
    internal const int IdSize = 10;

    private static readonly IReadOnlyDictionary<KemAlgorithm, ushort> Numbers = new Dictionary<KemAlgorithm, ushort>
    {
        [KemAlgorithm.MLKem512] = 0x0040,
        [KemAlgorithm.MLKem768] = 0x0041,
        [KemAlgorithm.MLKem1024] = 0x0042,
        [KemAlgorithm.MLKem768P256] = 0x0050,
        [KemAlgorithm.MLKem1024P384] = 0x0051,
        [KemAlgorithm.XWing] = 0x647A,
    };

    // The suites of envelopes. HKDF-SHA256 suffices up to category 3; HKDF-SHA384 keeps category 5.
    private static readonly IReadOnlyList<HpkeSuite> Known =
    [
        .. Numbers.Keys.Select(kem => new HpkeSuite(
            kem, kem.SecurityCategory < 5 ? HpkeKdf.HkdfSha256 : HpkeKdf.HkdfSha384, HpkeAead.Aes256Gcm)),
    ];

    private readonly byte[] _id;

    /// <exception cref="ArgumentException">HPKE does not know the KEM.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The KDF or the AEAD is none of the enumeration.</exception>
    public HpkeSuite(KemAlgorithm kem, HpkeKdf kdf, HpkeAead aead)
    {
        ArgumentNullException.ThrowIfNull(kem);
        if (!Enum.IsDefined(kdf)) throw new ArgumentOutOfRangeException(nameof(kdf), kdf, "Not a KDF of this library.");
        if (!Enum.IsDefined(aead))
        {
            throw new ArgumentOutOfRangeException(
                nameof(aead), aead, "Not an AEAD of this library.");
        }

        if (!Numbers.TryGetValue(kem, out ushort number))
            throw new ArgumentException($"HPKE has no {kem}. Known: {string.Join(", ", Numbers.Keys)}.", nameof(kem));

        Kem = kem;
        Kdf = kdf;
        Aead = aead;
        _id = IdOf(number, kdf, aead);
    }

    public KemAlgorithm Kem { get; }

    public HpkeKdf Kdf { get; }

    public HpkeAead Aead { get; }

    internal ReadOnlySpan<byte> Id => _id;

    internal int KeySize => KeySizeOf(Aead);

    /// <summary>The one suite we seal envelopes with for a KEM.</summary>
    /// <exception cref="ArgumentException">HPKE does not know the KEM.</exception>
    public static HpkeSuite Of(KemAlgorithm kem)
    {
        ArgumentNullException.ThrowIfNull(kem);
        return Known.FirstOrDefault(suite => suite.Kem == kem)
            ?? throw new ArgumentException(
                $"HPKE has no {kem}. Known: {string.Join(", ", Numbers.Keys)}.", nameof(kem));
    }

    /// <summary>Refuses the modes that authenticate a sender by its key.</summary>
    /// <exception cref="NotSupportedException">The mode is not defined for the KEM.</exception>
    public void Require(HpkeMode mode)
    {
        if (mode is not (HpkeMode.Base or HpkeMode.Psk))
        {
            throw new NotSupportedException(
                $"HPKE defines mode {mode} only for KEMs that authenticate their sender, and {Kem} is none: no "
                + "post-quantum KEM is. Sign the message, or use a pre-shared key.");
        }
    }

    public override string ToString() => $"{Kem}, {Kdf}, {Aead}";

    internal static HpkeSuite? Find(ReadOnlySpan<byte> id)
    {
        foreach (HpkeSuite suite in Known)
            if (suite.Id.SequenceEqual(id)) return suite;

        return null;
    }

    internal static byte[] IdOf(ushort kem, HpkeKdf kdf, HpkeAead aead)
    {
        byte[] id = [.. "HPKE"u8, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(id.AsSpan(4), kem);
        BinaryPrimitives.WriteUInt16BigEndian(id.AsSpan(6), (ushort)kdf);
        BinaryPrimitives.WriteUInt16BigEndian(id.AsSpan(8), (ushort)aead);
        return id;
    }

    internal static int KeySizeOf(HpkeAead aead) => aead switch
    {
        HpkeAead.Aes128Gcm => 16,
        HpkeAead.ExportOnly => 0,
        _ => 32,
    };
}
