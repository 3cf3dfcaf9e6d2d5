using Qbitel.Protocols.Layouts;

namespace Qbitel.Protocols;

/// <summary>How an input is read and judged.</summary>
public sealed record ParseOptions
{
    /// <summary>Lenient, without a profile, by the rules of every day.</summary>
    public static ParseOptions Default { get; } = new();

    /// <summary>A profile of the protocol; null for its general one.</summary>
    public string? Profile { get; init; }

    /// <summary>
    /// The content of an operator's own profile, in the form the protocol has for one; empty for none. Of the protocols
    /// here, ISO 8583 has such a form.
    /// </summary>
    public ReadOnlyMemory<byte> OwnProfile { get; init; }

    /// <summary>Reads the input as what this layout describes, and as nothing else; null for the protocols
    /// known.</summary>
    public Layout? Layout { get; init; }

    public ParseMode Mode { get; init; }

    /// <summary>The day whose rules apply; null for the latest known.</summary>
    public DateOnly? AsOf { get; init; }

    /// <summary>A report lists no more fields than this; 10,000 unless set.</summary>
    public int FieldLimit { get; init; } = 10_000;
}
