namespace Qbitel.Protocols.Translation.Loss;

/// <summary>One value of the source, and what has become of it so far.</summary>
internal sealed class SourceLeaf(string path, string value, Redaction redaction, bool isPartyDetail = false)
{
    private readonly List<string> _targets = [];
    private readonly List<string> _notes = [];
    private FieldOutcome? _outcome;

    public string Path { get; } = path;

    public string Value { get; } = value;

    public Redaction Redaction { get; } = redaction;

    public bool IsAccounted => _outcome is not null;

    /// <summary>Says where it went; a value may go to several places, and the best that befell it counts.</summary>
    public void Account(FieldOutcome outcome, string? target, string? note = null)
    {
        // What stands whole in one place is not lost because another place was too small.
        if (_outcome is null || (outcome == FieldOutcome.Mapped && _outcome != FieldOutcome.Mapped)) _outcome = outcome;
        if (target is not null && !_targets.Contains(target, StringComparer.Ordinal)) _targets.Add(target);
        if (note is not null && !_notes.Contains(note, StringComparer.Ordinal)) _notes.Add(note);
    }

    public TranslatedField Close() =>
        new(_outcome ?? FieldOutcome.Dropped, Path, _targets, Redaction.Mask(Value))
        {
            Note = _outcome is null ? "the target has no place for it" : _notes.Count == 0 ? null
                : string.Join("; ", _notes),
            Redaction = Redaction,
            IsPartyDetail = isPartyDetail,
        };
}
