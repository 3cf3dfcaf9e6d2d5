namespace Qbitel.Protocols.Fpml.Schemas;

internal enum FpmlParticleKind
{
    Sequence,
    Choice,
    Element,
    Any,
}

/// <summary>
/// A part of a content model; <see cref="Most"/> is int.MaxValue where there is no limit. Groups have been put in.
/// </summary>
internal sealed class FpmlParticle(FpmlParticleKind kind, int least, int most)
{
    public FpmlParticleKind Kind { get; } = kind;

    public int Least { get; } = least;

    public int Most { get; } = most;

    public IReadOnlyList<FpmlParticle> Items { get; init; } = [];

    /// <summary>The elements that may stand here: one, or those of a substitution group.</summary>
    public IReadOnlyList<FpmlDeclaration> Elements { get; init; } = [];

    /// <summary>Of any content: whether FpML's own namespace, or that of signatures, is excluded.</summary>
    public bool IsOther { get; init; }

    /// <summary>Of any content: whether it is left alone, judged where its schema is known, or must be known.</summary>
    public FpmlAnyContent Any { get; init; }
}

internal enum FpmlAnyContent
{
    Skip,
    Lax,
    Strict,
}
