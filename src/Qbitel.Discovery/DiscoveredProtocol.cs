namespace Qbitel.Discovery;

/// <summary>
/// One protocol found in the traffic: a known one by name, or a group of likeness called <c>unknown-1</c>,
/// <c>unknown-2</c> …
/// </summary>
public sealed record DiscoveredProtocol
{
    public required string Name { get; init; }

    /// <summary>
    /// A measured share from 0 to 1: how many messages that claim the protocol hold, or how many held-back ones find
    /// their group again.
    /// </summary>
    public required double Confidence { get; init; }

    /// <summary>
    /// Which of the protocol's forms it is, as names and values in a fixed order; empty where there is nothing to tell
    /// apart.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Variant { get; init; } = [];

    /// <summary>The types of its messages, the most frequent first.</summary>
    public required IReadOnlyList<DiscoveredMessageType> MessageTypes { get; init; }

    /// <summary>Names of the flows it was spoken in, in order of appearance.</summary>
    public required IReadOnlyList<string> Flows { get; init; }

    public required IReadOnlyList<DiscoveredMessage> Messages { get; init; }

    /// <summary>How its messages are built, as a grammar with probabilities; null where none was learnt.</summary>
    public DiscoveredGrammar? Grammar { get; init; }

    /// <summary>Nobody knew it: its types and fields were inferred from its messages.</summary>
    public bool IsInferred => Basis is not null;

    /// <summary>Of an unknown protocol, its samples and what was inferred of them.</summary>
    internal ProtocolBasis? Basis { get; init; }
}

/// <summary>A grammar with probabilities, learnt from messages that are all taken for good.</summary>
/// <param name="Start">The rule of a whole message.</param>
/// <param name="Rules">In the order in which they are first needed.</param>
/// <param name="Attributes">What ties fields together beyond their order.</param>
public sealed record DiscoveredGrammar(string Start, IReadOnlyList<GrammarRule> Rules,
    IReadOnlyList<GrammarTie> Attributes);

/// <summary>What a symbol may stand for.</summary>
public sealed record GrammarRule(string Symbol, IReadOnlyList<GrammarAlternative> Alternatives);

/// <summary>One of the things a symbol stands for, and how often.</summary>
public sealed record GrammarAlternative(double Probability, IReadOnlyList<string> Symbols);

/// <summary>A length, count or check value, and what it is about.</summary>
/// <param name="Kind"><c>length</c>, <c>count</c>, <c>checksum</c> or <c>constant</c>.</param>
/// <param name="Field">The field's symbol.</param>
/// <param name="Of">What it follows from, in words.</param>
public sealed record GrammarTie(string Kind, string Field, string Of);

/// <summary>How often a type of message occurs.</summary>
public sealed record DiscoveredMessageType(string Name, int Count);

/// <summary>One message of a protocol.</summary>
/// <remarks>Fields are read from the message each time they are asked for: a long trace has more of them than memory
/// should hold.</remarks>
public sealed class DiscoveredMessage
{
    private readonly Func<IReadOnlyList<DiscoveredField>>? _fields;

    internal DiscoveredMessage(int index, string type, Func<IReadOnlyList<DiscoveredField>>? fields = null)
    {
        Index = index;
        Type = type;
        _fields = fields;
    }

    /// <summary>0-based number in the input: the line, or for captures the order in which messages began.</summary>
    public int Index { get; }

    /// <summary>The type the protocol gives it; empty where none is known.</summary>
    public string Type { get; }

    public IReadOnlyList<DiscoveredField> Fields => _fields?.Invoke() ?? [];

    /// <summary>
    /// The starts of the fields but 0: ascending, distinct, inside the message. Without fields there are none.
    /// </summary>
    public IEnumerable<int> Boundaries => StartsOf(Fields);

    internal static IEnumerable<int> StartsOf(IReadOnlyList<DiscoveredField> fields) =>
        fields.Where(f => f.Start > 0).Select(f => f.Start);
}

/// <summary>A field of a message. The fields of a message follow each other without hole or overlap.</summary>
/// <param name="Start">Bytes from the beginning of the message.</param>
/// <param name="Length">Bytes, at least one.</param>
/// <param name="Name">Its name in the protocol.</param>
/// <param name="Type">How it is encoded, e.g. <c>ascii</c> or <c>uint16be</c>.</param>
/// <param name="Semantic">What it means, e.g. <c>length</c>; <c>unknown</c> where we do not know.</param>
/// <param name="Confidence">From 0 to 1.</param>
public sealed record DiscoveredField(int Start, int Length, string Name, string Type, string Semantic,
    double Confidence);
