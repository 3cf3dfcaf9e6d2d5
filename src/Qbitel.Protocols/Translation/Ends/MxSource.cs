using System.Globalization;
using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Ends;

/// <summary>An ISO 20022 message as a source: each element that holds a value is entered in the ledger once.</summary>
internal sealed class MxSource
{
    // An element is a view: the text and the node in it tell which.
    private readonly Dictionary<(object Text, int Node), SourceLeaf> _leaves = [];

    public MxSource(MxElement root, MxElement? header, Ledger ledger)
    {
        Root = root;
        Header = header;
        Ledger = ledger;
        if (header is not null) Enter(header);
        Enter(root);
    }

    public MxElement Root { get; }

    /// <summary>The business application header, where one came along.</summary>
    public MxElement? Header { get; }

    public Ledger Ledger { get; }

    /// <summary>The value down a path; null where there is none.</summary>
    public SourceLeaf? At(MxElement? parent, string path) =>
        parent?.Find(path) is { } element ? Of(element) : null;

    public SourceLeaf? Of(MxElement? element) =>
        element is null ? null : _leaves.GetValueOrDefault((element.Text, element.Node));

    /// <summary>Every value below an element, itself included.</summary>
    public IEnumerable<SourceLeaf> Below(MxElement? element) =>
        element?.All().Select(Of).OfType<SourceLeaf>() ?? [];

    /// <summary>The amount of an element; null where it is not one.</summary>
    public static (string Currency, decimal Amount)? Amount(MxElement? element) =>
        element is { Value: { } text, Currency: { } currency } && decimal.TryParse(text.Trim(),
            NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal amount)
            ? (currency, amount) : null;

    private void Enter(MxElement root)
    {
        foreach (MxElement element in root.All())
        {
            if (element.Value is not { } value) continue;
            string shown = element.Currency is { } currency ? $"{currency} {value}" : value;
            Redaction redaction = MxLeafRedaction.Of(element.Name, element.Path);
            string path = element.Path;
            _leaves.Add((element.Text, element.Node),
                Ledger.Add(path, shown, redaction, MxLeafRedaction.IsPartyDetail(element.Name, path)));
        }
    }
}
