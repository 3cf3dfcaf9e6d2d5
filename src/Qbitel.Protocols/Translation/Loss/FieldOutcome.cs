namespace Qbitel.Protocols.Translation.Loss;

/// <summary>What became of one value when a message was written in another format.</summary>
public enum FieldOutcome
{
    /// <summary>It stands whole in the target.</summary>
    Mapped,

    /// <summary>A part of it stands in the target, with a mark that there was more.</summary>
    Truncated,

    /// <summary>The target has no place for it, or it is not the translator's to carry.</summary>
    Dropped,

    /// <summary>The target demands a value that the source does not have; the report says which stands there and why.
    /// </summary>
    Defaulted,
}
