using System.Diagnostics.CodeAnalysis;

namespace Qbitel.Cryptography;

/// <summary>A bare block cipher key of the card world; what it may be used for is said beside it.</summary>
/// <remarks>
/// Apart from <see cref="KeyAlgorithm.All"/>: such a key authenticates nothing by itself and is never chosen by a
/// policy for data, messages or signatures.
/// </remarks>
public sealed class CardKeyAlgorithm : KeyAlgorithm
{
    /// <summary>Two-key TDEA. A quantum computer halves its 112 bits; so it has no category.</summary>
    public static readonly CardKeyAlgorithm TwoKeyTdea = new("TDEA-2-KEY", category: 0, keySize: 16, isAes: false);

    public static readonly CardKeyAlgorithm ThreeKeyTdea = new("TDEA-3-KEY", category: 0, keySize: 24, isAes: false);

    // FIPS 197; the categories of NIST's call for proposals, 4.A.5.
    public static readonly CardKeyAlgorithm Aes128 = new("AES-128", category: 1, keySize: 16, isAes: true);

    public static readonly CardKeyAlgorithm Aes192 = new("AES-192", category: 3, keySize: 24, isAes: true);

    public static readonly CardKeyAlgorithm Aes256 = new("AES-256", category: 5, keySize: 32, isAes: true);

    private CardKeyAlgorithm(string name, int category, int keySize, bool isAes)
        : base(name, oid: null, category, keySize, aliases: []) => IsAes = isAes;

    public bool IsAes { get; }

    /// <summary>All five.</summary>
    public static new IReadOnlyList<CardKeyAlgorithm> All { get; } =
        [TwoKeyTdea, ThreeKeyTdea, Aes128, Aes192, Aes256];

    /// <summary>Finds one by its exact name, ignoring case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, [NotNullWhen(true)] out CardKeyAlgorithm? algorithm)
    {
        algorithm = All.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.OrdinalIgnoreCase));
        return algorithm is not null;
    }

    /// <summary>The algorithm of keys of a cipher and a size in bytes; null where there is none.</summary>
    public static CardKeyAlgorithm? Of(bool isAes, int keySize) =>
        All.FirstOrDefault(known => known.IsAes == isAes && known.PrivateKeySize == keySize);
}
