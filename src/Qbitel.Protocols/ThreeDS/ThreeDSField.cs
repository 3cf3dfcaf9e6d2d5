namespace Qbitel.Protocols.ThreeDS;

/// <summary>One value of a message that holds no others.</summary>
/// <param name="Path">Names and numbers from 0, as in <c>/messageExtension/0/id</c> (RFC 6901).</param>
/// <param name="Offset">Of the value in the JSON text.</param>
/// <param name="Length">Bytes of the value, without the quotes of a string.</param>
public sealed record ThreeDSField(string Path, int Offset, int Length)
{
    internal string Value { get; init; } = "";

    /// <summary>Where the name of a known field begins, or the value.</summary>
    internal int Start { get; init; } = Offset;

    /// <summary>Where the value ends, with the quote of a string.</summary>
    internal int End { get; init; } = Offset + Length;

    /// <summary>How much of it may be shown.</summary>
    public Redaction Redaction { get; init; }

    /// <summary>What the field is called; null where it is unknown.</summary>
    public string? Label { get; init; }

    /// <summary>The value, for the one place that must have it.</summary>
    public string Reveal() => Value;

    public override string ToString() => $"{Path} {Redaction.Mask(Value)}";
}
