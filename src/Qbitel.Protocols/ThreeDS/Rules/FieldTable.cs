using System.Collections.Frozen;

namespace Qbitel.Protocols.ThreeDS.Rules;

/// <summary>The tables of messages, versions, fields and codes.</summary>
internal static class FieldTable
{
    private const string Folder = "ThreeDS/Rules/";

    public static readonly IReadOnlyList<FieldRule> All =
        [.. DataTable.Lines(Folder + "fields.txt").Select(FieldRule.Read)];

    public static readonly IReadOnlyList<StatusRule> Statuses =
        [.. DataTable.Lines(Folder + "statuses.txt").Select(StatusRule.Read)];

    private static readonly FrozenDictionary<(string, string), string> Codes = DataTable.Lines(Folder + "codes.txt")
        .Select(line => line.Split('|')).ToFrozenDictionary(parts => (parts[0], parts[1]), parts => parts[2]);

    private static readonly FieldCondition[] Conditional =
        [.. DataTable.Lines(Folder + "conditions.txt").Select(FieldCondition.Read)];

    private static readonly Lazy<FieldScope>[,] Scopes = MakeScopes();

    private static readonly FrozenDictionary<string, FieldRule> ByName = All.Where(rule => !rule.IsNested)
        .DistinctBy(rule => rule.Name).ToFrozenDictionary(rule => rule.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, FieldRule> NestedByName = All.Where(rule => rule.IsNested)
        .DistinctBy(rule => rule.Name).ToFrozenDictionary(rule => rule.Name, StringComparer.Ordinal);

    /// <summary>The fields of a message of one version.</summary>
    public static FieldScope Scope(MessageKind kind, int version) => Scopes[(int)kind, version].Value;

    public static IEnumerable<FieldCondition> Conditions(MessageKind kind, int version) =>
        Conditional.Where(each => each.Kind == kind && each.Versions.Holds(version));

    /// <summary>A field of any message and version; null where nobody has it.</summary>
    public static FieldRule? Named(string name) => ByName.GetValueOrDefault(name);

    /// <summary>A member of an object of any message and version; null where nobody has it.</summary>
    public static FieldRule? Nested(string name) => NestedByName.GetValueOrDefault(name);

    /// <summary>All that is known of a field, in any message and version.</summary>
    public static IEnumerable<FieldRule> AllNamed(string name) =>
        All.Where(rule => !rule.IsNested && rule.Name == name);

    /// <summary>What a code says; null where that is not known.</summary>
    public static string? MeaningOf(string field, string code) => field == "transStatus"
        ? Statuses.FirstOrDefault(status => status.Code == code)?.Words : Codes.GetValueOrDefault((field, code));

    private static Lazy<FieldScope>[,] MakeScopes()
    {
        Lazy<FieldScope>[,] scopes = new Lazy<FieldScope>[(int)MessageKind.Method + 1, VersionRange.Known.Count];
        for (MessageKind kind = MessageKind.AReq; kind <= MessageKind.Method; kind++)
        {
            for (int version = 0; version < VersionRange.Known.Count; version++)
            {
                (MessageKind ofKind, int ofVersion) = (kind, version);
                scopes[(int)kind, version] = new(() => FieldScope.Of(All, ofKind, ofVersion));
            }
        }

        return scopes;
    }
}
