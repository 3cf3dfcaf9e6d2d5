namespace Qbitel.Discovery.Inference;

/// <summary>A field of one message that a recogniser or a relation test found.</summary>
/// <param name="Start">Bytes from the beginning of the message.</param>
/// <param name="Length">Bytes, at least one.</param>
/// <param name="Type">How it is encoded, e.g. <c>uint16be</c>.</param>
/// <param name="Semantic">What it means; <c>unknown</c> where nothing proves it.</param>
/// <param name="IsExact">Both ends are certain, and nothing inside it is a boundary.</param>
/// <param name="Relation">What it rests on.</param>
internal sealed record Hint(int Start, int Length, string Type, string Semantic, bool IsExact, Relation Relation)
{
    /// <summary>Its name, where the recogniser knows one; the same over all messages.</summary>
    public string? Name { get; init; }
}
