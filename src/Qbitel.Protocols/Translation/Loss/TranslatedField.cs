namespace Qbitel.Protocols.Translation.Loss;

/// <summary>One line of a <see cref="LossReport"/>.</summary>
/// <param name="Outcome">What became of the value.</param>
/// <param name="Source">Where it stood; null for what the source does not have.</param>
/// <param name="Targets">Where it stands now; none for what was dropped.</param>
/// <param name="Value">Masked by its class.</param>
public sealed record TranslatedField(FieldOutcome Outcome, string? Source, IReadOnlyList<string> Targets, string Value)
{
    /// <summary>Why, where that is not plain.</summary>
    public string? Note { get; init; }

    /// <summary>What kind of secret the value is.</summary>
    public Redaction Redaction { get; init; }

    /// <summary>Whether it is a part of a party's name or address.</summary>
    public bool IsPartyDetail { get; init; }

    public override string ToString() =>
        $"{Source ?? "(nothing)"} -> {(Targets.Count == 0 ? "(nothing)" : string.Join(", ", Targets))}: {Value}"
        + (Note is null ? "" : $" ({Note})");
}
