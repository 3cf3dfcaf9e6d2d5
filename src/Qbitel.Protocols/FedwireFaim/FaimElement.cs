namespace Qbitel.Protocols.FedwireFaim;

/// <summary>One element of a tag.</summary>
/// <param name="Index">Its place in the tag, counted from 1.</param>
/// <param name="Name">Ours; null in a tag the format does not have.</param>
/// <param name="Value">As it stands, padding too, the delimiter left out.</param>
/// <param name="Offset">Bytes from the start of the message.</param>
/// <param name="Length">Bytes of the value.</param>
public sealed record FaimElement(int Index, string? Name, string Value, int Offset, int Length)
{
    /// <summary>The value without the spaces that fill it up.</summary>
    public string Text => Value.TrimEnd(' ');

    /// <summary>How much of the value may be shown.</summary>
    public Redaction Redaction { get; internal init; }

    /// <summary>Name and masked value.</summary>
    public override string ToString() => $"{Name} {Redaction.Mask(Text)}";
}
