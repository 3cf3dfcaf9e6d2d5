namespace Qbitel.Pictures;

/// <summary>What a mark says before it is read; always beside a word, never instead of it.</summary>
public enum Tone
{
    /// <summary>Holds, proved by evidence.</summary>
    Good,

    /// <summary>A fact without a judgement.</summary>
    Neutral,

    /// <summary>Holds now and will not for ever, or is done in a lesser way.</summary>
    Warning,

    /// <summary>Needs an act now.</summary>
    Bad,

    /// <summary>No evidence: hatched, never green.</summary>
    Unknown,
}
