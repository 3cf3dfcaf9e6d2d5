namespace Qbitel.Protocols.FedwireFaim;

/// <summary>One tag of a message with its elements.</summary>
/// <param name="Tag">Four digits.</param>
/// <param name="Name">Ours; null where the format has no such tag.</param>
/// <param name="Elements">As many as stand there.</param>
/// <param name="Offset">Where its brace stands, in bytes from the start of the message.</param>
/// <param name="Length">Bytes up to the end of its content.</param>
public sealed record FaimField(string Tag, string? Name, IReadOnlyList<FaimElement> Elements, int Offset, int Length)
{
    /// <summary>The text of an element, counted from 1; null where it is absent or blank.</summary>
    public string? this[int index] =>
        index >= 1 && index <= Elements.Count && Elements[index - 1].Text is { Length: > 0 } text ? text : null;

    /// <summary>The text of an element by its name; null where it is absent or blank.</summary>
    public string? this[string name] =>
        Elements.FirstOrDefault(element => element.Name == name)?.Text is { Length: > 0 } text ? text : null;

    /// <summary>The tag and how many elements stand in it: never a value.</summary>
    public override string ToString() => $"{{{Tag}}} with {Elements.Count} elements";
}
