using Qbitel.Protocols.FedwireFaim;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Ends;

/// <summary>A FAIM message as a source: each element that holds something is entered in the ledger once.</summary>
internal sealed class FaimSource
{
    private readonly Dictionary<(string Tag, string Element), SourceLeaf> _leaves = [];

    public FaimSource(FaimMessage message, Ledger ledger)
    {
        Message = message;
        Ledger = ledger;
        foreach (FaimField field in message.Fields)
        {
            foreach (FaimElement element in field.Elements)
            {
                if (element.Text.Length == 0) continue;
                string name = element.Name ?? "";
                bool isParty = name == "Name" || name.StartsWith("Address", StringComparison.Ordinal)
                    || (field.Tag is "5010" && name.StartsWith("Line", StringComparison.Ordinal));
                SourceLeaf leaf = ledger.Add($"{{{field.Tag}}}/{element.Index}", element.Text, element.Redaction,
                    isParty && element.Redaction != Redaction.None);
                _leaves.TryAdd((field.Tag, name), leaf);
            }
        }
    }

    public FaimMessage Message { get; }

    public Ledger Ledger { get; }

    public bool Has(string tag) => Message.Find(tag) is not null;

    /// <summary>An element that holds something; null otherwise.</summary>
    public SourceLeaf? At(string tag, string element) => _leaves.GetValueOrDefault((tag, element));

    /// <summary>The elements of a tag whose names begin so, in order.</summary>
    public IReadOnlyList<SourceLeaf> Lines(string tag, string prefix = "Line") =>
        [.. Message.Find(tag)?.Elements.Where(element => element.Name?.StartsWith(prefix,
            StringComparison.Ordinal) == true)
            .Select(element => At(tag, element.Name!)).OfType<SourceLeaf>() ?? []];

    /// <summary>All elements of a tag.</summary>
    public IReadOnlyList<SourceLeaf> All(string tag) => Lines(tag, "");

    public void Drop(string tag, string why)
    {
        foreach (SourceLeaf leaf in All(tag).Where(leaf => !leaf.IsAccounted))
            leaf.Account(FieldOutcome.Dropped, null, why);
    }
}
