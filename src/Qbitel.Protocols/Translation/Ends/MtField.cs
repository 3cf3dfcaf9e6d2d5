using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Ends;

/// <summary>One field of a FIN text as a source: each of its lines is a value to account for.</summary>
/// <param name="Tag">Number and option.</param>
/// <param name="Lines">At least one.</param>
internal sealed record MtField(string Tag, IReadOnlyList<SourceLeaf> Lines)
{
    public string Number => Tag.Length > 2 && char.IsAsciiLetter(Tag[^1]) ? Tag[..^1] : Tag;

    public string Option => Tag.Length > 2 && char.IsAsciiLetter(Tag[^1]) ? Tag[^1..] : "";

    /// <summary>The whole value, lines ended by LF.</summary>
    public string Text => string.Join('\n', Lines.Select(line => line.Value));

    public void Drop(string why)
    {
        foreach (SourceLeaf line in Lines) line.Account(FieldOutcome.Dropped, null, why);
    }

    public void Map(string target, string? note = null)
    {
        foreach (SourceLeaf line in Lines) line.Account(FieldOutcome.Mapped, target, note);
    }
}
