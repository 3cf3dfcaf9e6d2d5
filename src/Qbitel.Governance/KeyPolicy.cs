using Qbitel.Cryptography;

namespace Qbitel.Governance;

/// <summary>What keys of one type must be: algorithm, rotation, custody, and how many people it takes.</summary>
public sealed record KeyPolicy
{
    /// <summary>No key outlives the key of a root CA; a longer period is a slip of the pen.</summary>
    public static readonly TimeSpan LongestRotation = TimeSpan.FromDays(25 * 365);

    /// <exception cref="ArgumentException">The algorithm does not serve keys of this type, or the rotation period is
    /// out of range.</exception>
    public KeyPolicy(
        KeyType keyType, KeyAlgorithm algorithm, TimeSpan rotationPeriod, bool requiresHsm, bool dualControl)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        if (!Serves(algorithm, keyType))
            throw new ArgumentException($"{algorithm} cannot be a {keyType} key.", nameof(algorithm));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(rotationPeriod, TimeSpan.Zero, nameof(rotationPeriod));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rotationPeriod, LongestRotation, nameof(rotationPeriod));

        KeyType = keyType;
        Algorithm = algorithm;
        RotationPeriod = rotationPeriod;
        RequiresHsm = requiresHsm;
        DualControl = dualControl;
    }

    public KeyType KeyType { get; }

    public KeyAlgorithm Algorithm { get; }

    /// <summary>How long one version protects; after it, it only processes.</summary>
    public TimeSpan RotationPeriod { get; }

    /// <summary>The key may exist only in a token or device; without one it is refused, never made in software
    /// instead.</summary>
    public bool RequiresHsm { get; }

    /// <summary>Two approvers before a key is made, exported or destroyed.</summary>
    public bool DualControl { get; }

    /// <summary>The policy that holds where nobody said anything else.</summary>
    public static KeyPolicy Default(KeyType type) => type switch
    {
        KeyType.Kek => new(type, KemAlgorithm.MLKem1024, TimeSpan.FromDays(365), requiresHsm: true, dualControl: true),
        KeyType.Dek =>
            new(type, CipherAlgorithm.Aes256Gcm, TimeSpan.FromDays(90), requiresHsm: false, dualControl: false),
        KeyType.Signing =>
            new(type, SignatureAlgorithm.MLDsa65, TimeSpan.FromDays(365), requiresHsm: true, dualControl: false),
        KeyType.Transport =>
            new(type, KemAlgorithm.MLKem768, TimeSpan.FromDays(90), requiresHsm: true, dualControl: false),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown key type."),
    };

    /// <summary>This policy with what the caller asked for; what is null stays.</summary>
    /// <remarks>May be weaker: see <see cref="ShortOf"/> for the comparison and <see cref="RaisedTo"/> where a policy
    /// sets the floor.</remarks>
    public KeyPolicy With(
        KeyAlgorithm? algorithm = null, TimeSpan? rotationPeriod = null, bool? requiresHsm = null,
        bool? dualControl = null) =>
        new(
            KeyType, algorithm ?? Algorithm, rotationPeriod ?? RotationPeriod, requiresHsm ?? RequiresHsm,
            dualControl ?? DualControl);

    /// <summary>The stronger of each: algorithm, shorter rotation, custody, dual control.</summary>
    /// <exception cref="ArgumentException">The floor is for another type of key.</exception>
    public KeyPolicy RaisedTo(KeyPolicy floor)
    {
        RequireSameType(floor);
        return new KeyPolicy(
            KeyType, AlgorithmStrength.Stronger(Algorithm, floor.Algorithm),
            RotationPeriod < floor.RotationPeriod ? RotationPeriod : floor.RotationPeriod,
            RequiresHsm || floor.RequiresHsm, DualControl || floor.DualControl);
    }

    /// <summary>In what this policy is weaker than <paramref name="floor"/>, one sentence each; empty where it meets
    /// it.</summary>
    /// <exception cref="ArgumentException">The floor is for another type of key.</exception>
    public IReadOnlyList<string> ShortOf(KeyPolicy floor)
    {
        RequireSameType(floor);
        List<string> lacks = [];
        if (!AlgorithmStrength.Meets(Algorithm, floor.Algorithm))
            lacks.Add($"algorithm {Algorithm} is weaker than {floor.Algorithm}");
        if (RotationPeriod > floor.RotationPeriod)
            lacks.Add($"rotation every {Days(RotationPeriod)} is longer than every {Days(floor.RotationPeriod)}");
        if (floor.RequiresHsm && !RequiresHsm) lacks.Add("custody in a token or device is required");
        if (floor.DualControl && !DualControl) lacks.Add("dual control is required");
        return lacks;
    }

    /// <summary>When a version that became active at <paramref name="activatedAt"/> must be followed by the
    /// next.</summary>
    public DateTimeOffset RotationDue(DateTimeOffset activatedAt) => activatedAt + RotationPeriod;

    /// <summary>Whether an algorithm fits the purpose of a type of key.</summary>
    public static bool Serves(KeyAlgorithm algorithm, KeyType type) => type switch
    {
        KeyType.Kek or KeyType.Transport => algorithm is KemAlgorithm,
        KeyType.Dek => algorithm is CipherAlgorithm,
        KeyType.Signing => algorithm is SignatureAlgorithm,
        _ => false,
    };

    private static string Days(TimeSpan period) => $"{period.TotalDays:0.##} days";

    private void RequireSameType(KeyPolicy floor)
    {
        ArgumentNullException.ThrowIfNull(floor);
        if (floor.KeyType != KeyType)
        {
            throw new ArgumentException(
                $"A policy of {floor.KeyType} keys is no floor for {KeyType} keys.", nameof(floor));
        }
    }
}
