using System.Diagnostics.CodeAnalysis;

namespace Qbitel.Cryptography;

/// <summary>What a key is for and how it is encoded: one parameter set of a signature, KEM or cipher.</summary>
/// <remarks>The set is closed: compare by reference. All sizes are in bytes.</remarks>
public abstract class KeyAlgorithm
{
    private protected KeyAlgorithm(string name, string? oid, int category, int privateKeySize, string[] aliases)
    {
        Name = name;
        Oid = oid;
        SecurityCategory = category;
        PrivateKeySize = privateKeySize;
        Aliases = aliases;
    }

    /// <summary>The name of the standard, e.g. <c>ML-DSA-65</c> or <c>MLDSA65-Ed25519-SHA512</c>.</summary>
    public string Name { get; }

    /// <summary>Dotted decimal object identifier, or null where no standard gives one.</summary>
    public string? Oid { get; }

    /// <summary>NIST security category 1–5 against a quantum computer; 0 when one breaks it.</summary>
    public int SecurityCategory { get; }

    public bool IsQuantumSafe => SecurityCategory > 0;

    /// <summary>
    /// Size of the exported private key; an upper bound where <see cref="IsPrivateKeySizeFixed"/> is false.
    /// </summary>
    public int PrivateKeySize { get; }

    /// <summary>False where a half is RSA, whose private key is DER of numbers written as short as they are.</summary>
    public bool IsPrivateKeySizeFixed { get; private protected init; } = true;

    /// <summary>
    /// The Internet-Draft and its version that the bytes follow, where no final standard says them yet; else null.
    /// </summary>
    /// <remarks>
    /// What a later version says otherwise becomes another algorithm: this one keeps opening what it made.
    /// </remarks>
    public string? Draft { get; private protected init; }

    /// <summary>Other published spellings that resolve to this algorithm.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>Every algorithm with a standard that a key of this library can have.</summary>
    /// <remarks>Experimental ones are not listed, and no name resolves to them.</remarks>
    public static IReadOnlyList<KeyAlgorithm> All => Registry.Known;

    /// <summary>Finds an algorithm by exact name or alias, ignoring case; unknown names are never guessed at.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, [NotNullWhen(true)] out KeyAlgorithm? algorithm)
    {
        algorithm = All.FirstOrDefault(a => a.IsNamed(name));
        return algorithm is not null;
    }

    /// <exception cref="ArgumentException">The name is not one of <see cref="All"/>.</exception>
    public static KeyAlgorithm Parse(string name) => TryParse(name, out KeyAlgorithm? algorithm)
        ? algorithm
        : throw new ArgumentException(
        $"Unknown algorithm '{name}'. Known: {string.Join(", ", All.Select(a => a.Name))}.", nameof(name));

    public sealed override string ToString() => Name;

    // RFC 8017, A.1.2: every number at its longest, with a leading zero where its top bit may be set.
    private protected static int MaxRsaPrivateKeySize(int modulusBits)
    {
        int whole = Integer((modulusBits / 8) + 1), half = Integer((modulusBits / 16) + 1);
        return 4 + Integer(1) + (2 * whole) + Integer(3) + (5 * half);

        static int Integer(int size) => size + (size < 128 ? 2 : size < 256 ? 3 : 4);
    }

    private bool IsNamed(string? name) =>
        string.Equals(Name, name, StringComparison.OrdinalIgnoreCase)
            || Aliases.Contains(name, StringComparer.OrdinalIgnoreCase);

    // Apart, so that the base class needs nothing of its subclasses while they are being initialised.
    private static class Registry
    {
        public static readonly IReadOnlyList<KeyAlgorithm> Known =
            [.. SignatureAlgorithm.All, .. KemAlgorithm.All, CipherAlgorithm.Aes256Gcm];
    }
}

/// <summary>An authenticated cipher under a symmetric key.</summary>
public sealed class CipherAlgorithm : KeyAlgorithm
{
    // NIST SP 800-38D; 256-bit keys keep category 5 under Grover.
    public static readonly CipherAlgorithm Aes256Gcm =
        new("AES-256-GCM", "2.16.840.1.101.3.4.1.46", category: 5, keySize: 32, "AES-256");

    private CipherAlgorithm(string name, string oid, int category, int keySize, params string[] aliases)
        : base(name, oid, category, keySize, aliases)
    {
    }
}
