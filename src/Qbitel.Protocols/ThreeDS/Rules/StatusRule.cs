namespace Qbitel.Protocols.ThreeDS.Rules;

/// <summary>One line of statuses.txt.</summary>
internal sealed record StatusRule(
    string Code, IReadOnlyList<MessageKind> Kinds, IReadOnlyList<MessageKind> Disputed, VersionRange Versions,
    string Words)
{
    public static StatusRule Read(string line)
    {
        string[] parts = line.Split('|');
        string[] sides = parts[1].Split('/');
        return new(parts[0], [.. KindsOf(sides[0])], [.. KindsOf(sides[1])], VersionRange.Read(parts[2]), parts[3]);
    }

    private static IEnumerable<MessageKind> KindsOf(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<MessageKind>);
}
