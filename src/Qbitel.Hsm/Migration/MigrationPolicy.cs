using System.Globalization;
using Qbitel.Hsm.Wrapping;

namespace Qbitel.Hsm.Migration;

/// <summary>Which keys may move, and what becomes of them.</summary>
public sealed record MigrationPolicy
{
    /// <summary>RSA keys below are refused. Default 2,048 bits (NIST SP 800-131A).</summary>
    public int MinRsaBits { get; init; } = 2_048;

    /// <summary>Triple DES moves. Default true: card schemes still ask for it.</summary>
    public bool AllowTdea { get; init; } = true;

    /// <summary>
    /// A key that both decrypts and unwraps moves. Default false: whoever may use it reads every key under it.
    /// </summary>
    public bool AllowMixedUses { get; init; }

    /// <summary>Only keys that are wrapped inside their token move. Default false.</summary>
    public bool RequireInsideToken { get; init; }

    /// <summary>
    /// A key whose last step into its target is not shown to be quantum-safe does not move: not into a cloud, whose
    /// import is under RSA, and not by an interface of a vendor's that cannot be seen into. Default false.
    /// </summary>
    public bool RefuseClassicalHop { get; init; }

    /// <summary>Moved keys may move again. Default false: they are made to stay.</summary>
    public bool Extractable { get; init; }

    /// <summary>When a moved key is due for its successor. Default 90 days.</summary>
    public TimeSpan RotationPeriod { get; init; } = TimeSpan.FromDays(90);

    /// <summary>The rule that refuses the key; null where none does.</summary>
    internal string? Refuses(TransferKey key)
    {
        if (key.Kind.StartsWith("RSA-", StringComparison.Ordinal)
            && int.Parse(key.Kind.AsSpan(4), CultureInfo.InvariantCulture) < MinRsaBits)
        {
            return $"RSA keys of less than {MinRsaBits} bits do not move (minRsaBits)";
        }

        if (!AllowTdea && key.Kind.StartsWith("TDEA", StringComparison.Ordinal))
            return "triple DES does not move (allowTdea)";
        if (!AllowMixedUses && key.Uses.HasFlag(KeyUses.Decrypt | KeyUses.Unwrap))
            return "it both decrypts and unwraps, so whoever may use it reads every key under it (allowMixedUses)";
        return null;
    }
}
