namespace Qbitel.Protocols;

/// <summary>One field of a message as a report shows it.</summary>
/// <param name="Tag">As the protocol writes it: a number, a tag, an element name.</param>
/// <param name="Name">The field's name, where it is known.</param>
/// <param name="Offset">Bytes from the start of the input.</param>
/// <param name="Length">Bytes of the whole field.</param>
/// <param name="Value">Masked by the field's class.</param>
public sealed record ReportField(string Tag, string? Name, long Offset, int Length, string Value)
{
    /// <summary>Where in the message's tree, for protocols that have one.</summary>
    public string? Path { get; init; }

    /// <summary>How many repeating groups the field stands in, one within the other.</summary>
    public int Depth { get; init; }

    /// <summary>What the value says in words, such as the name of a code; never more than <see cref="Value"/> shows.
    /// </summary>
    public string? Meaning { get; init; }

    /// <summary>Bytes from the start of the input to the value alone, without tag and length.</summary>
    public long ValueOffset { get; init; } = Offset;

    /// <summary>Bytes of the value alone.</summary>
    public int ValueLength { get; init; } = Length;

    /// <summary>How much of the value may be shown.</summary>
    public Redaction Redaction { get; init; }

    /// <summary>How the value's bytes are written.</summary>
    public ValueCoding Coding { get; init; }
}
