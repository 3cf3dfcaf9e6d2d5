namespace Qbitel.Discovery.Inference;

/// <summary>What was inferred of one unknown protocol: types of messages, fields, and what ties them
/// together.</summary>
internal sealed class InferredProtocol : ProtocolBasis
{
    public required IReadOnlyList<Sample> Samples { get; init; }

    /// <summary>The type of each sample: <c>t0</c>, <c>t1</c> … by size, or a value of the type key in hex.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>The fields of each sample; those of one message follow each other without hole or overlap.</summary>
    public required IReadOnlyList<IReadOnlyList<InferredField>> Fields { get; init; }
}

/// <summary>A field of one message of an unknown protocol, with what it rests on.</summary>
internal sealed record InferredField(int Start, int Length, string Name, string Type, string Semantic,
    double Confidence)
{
    public Relation? Relation { get; init; }
}
