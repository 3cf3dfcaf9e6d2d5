using System.Text.Json.Serialization;

namespace Qbitel.Machine;

/// <summary>One thing this machine offers or lacks, and what that means for the person who runs Qbitel on it.</summary>
public sealed record Finding(string Id, string Title, string Value, FindingState State, string Meaning,
    string? Remedy = null);

[JsonConverter(typeof(EnumNames<FindingState>))]
public enum FindingState
{
    /// <summary>Everything that depends on it works.</summary>
    Good,

    /// <summary>A fact without a judgement.</summary>
    Note,

    /// <summary>Qbitel works, and does less or does it in another way.</summary>
    Limited,

    /// <summary>Something will not work until this is put right.</summary>
    Problem,
}
