namespace Qbitel.Protocols.ThreeDS.Rules;

/// <summary>One line of fields.txt.</summary>
internal sealed record FieldRule(
    string Path, FieldForm Form, VersionRange Versions, Redaction Redaction, bool IsConfirmed, string Label, int Order)
{
    private readonly Dictionary<MessageKind, char> _presence = [];

    /// <summary>The last name of the path.</summary>
    public string Name { get; } = Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>Whether it is a member of an object within the message.</summary>
    public bool IsNested => Path.Contains('/', StringComparison.Ordinal);

    /// <summary>Whether a nested field must stand wherever its object does.</summary>
    public bool IsNeededInside { get; private init; }

    public bool IsIn(MessageKind kind) => _presence.ContainsKey(kind);

    public bool IsRequiredIn(MessageKind kind) => _presence.TryGetValue(kind, out char presence) && presence == 'R';

    public static FieldRule Read(string line, int order)
    {
        string[] parts = line.Split('|');
        FieldRule rule = new(parts[0], FieldForm.Read(parts[1]), VersionRange.Read(parts[3]), parts[4] switch
        {
            "pan" => Redaction.Pan,
            "account" => Redaction.Account,
            "name" => Redaction.Name,
            "text" => Redaction.Text,
            "secret" => Redaction.Secret,
            _ => Redaction.None,
        }, parts[5] == "y", parts[6], order)
        { IsNeededInside = parts[2] == "sub=R" };
        foreach (string entry in parts[2].Split(' '))
        {
            string[] sides = entry.Split('=');
            if (sides[0] == "sub") continue;
            if (sides[0] == "all")
            {
                for (MessageKind kind = MessageKind.AReq; kind <= MessageKind.Erro; kind++)
                    rule._presence[kind] = sides[1][0];
            }
            else
            {
                rule._presence[Enum.Parse<MessageKind>(sides[0], ignoreCase: true)] = sides[1][0];
            }
        }

        return rule;
    }
}
