namespace Qbitel.Protocols.ThreeDS.Rules;

/// <summary>One line of conditions.txt: fields that must stand when others say so.</summary>
internal sealed record FieldCondition(
    MessageKind Kind, VersionRange Versions, IReadOnlyList<string> Fields, IReadOnlyList<ConditionTerm> Terms,
    bool IsConfirmed)
{
    /// <summary>As the table has it.</summary>
    public required string Words { get; init; }

    public static FieldCondition Read(string line)
    {
        string[] parts = line.Split('|');
        return new(Enum.Parse<MessageKind>(parts[0]), VersionRange.Read(parts[1]), parts[2].Split(' '),
            [.. parts[3].Split('&').Select(ConditionTerm.Read)], parts[4] == "y")
        {
            Words = parts[3].Replace("&", " and ", StringComparison.Ordinal)
                .Replace("!", "without ", StringComparison.Ordinal).Replace(",", " or ", StringComparison.Ordinal),
        };
    }
}

/// <summary>A field that has one of some values, is there, or is absent.</summary>
internal sealed record ConditionTerm(string Path, IReadOnlyList<string> Values, bool IsAbsent)
{
    public static ConditionTerm Read(string text)
    {
        string[] sides = text.TrimStart('!').Split('=');
        return new(sides[0], sides.Length > 1 ? sides[1].Split(',') : [], text[0] == '!');
    }
}
