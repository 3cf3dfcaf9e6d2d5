namespace Qbitel.Protocols.Translation.Loss;

/// <summary>
/// Holds every value of a source while it is translated, so that none is forgotten: what nobody took is dropped, and
/// said to be.
/// </summary>
internal sealed class Ledger
{
    private readonly List<SourceLeaf> _leaves = [];
    private readonly List<TranslatedField> _defaults = [];
    private readonly List<string> _remarks = [];

    public IReadOnlyList<SourceLeaf> Leaves => _leaves;

    public SourceLeaf Add(string path, string value, Redaction redaction, bool isPartyDetail = false)
    {
        SourceLeaf leaf = new(path, value, redaction, isPartyDetail);
        _leaves.Add(leaf);
        return leaf;
    }

    /// <summary>Notes a value of the target that no value of the source gave.</summary>
    public void Default(string target, string value, string why) =>
        _defaults.Add(new TranslatedField(FieldOutcome.Defaulted, null, [target], Redaction.None.Mask(value))
        {
            Note = why,
        });

    public void Remark(string remark)
    {
        if (!_remarks.Contains(remark, StringComparer.Ordinal)) _remarks.Add(remark);
    }

    public LossReport Close(string sourceType, string targetType) =>
        new(sourceType, targetType, [.. _leaves.Select(leaf => leaf.Close()), .. _defaults], [.. _remarks]);
}
