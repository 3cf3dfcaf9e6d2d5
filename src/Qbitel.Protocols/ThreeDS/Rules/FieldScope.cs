using System.Collections.Frozen;

namespace Qbitel.Protocols.ThreeDS.Rules;

/// <summary>The members an object may have.</summary>
internal sealed class FieldScope
{
    private readonly FrozenDictionary<string, FieldRule> _members;
    private readonly FrozenDictionary<string, FieldRule>.AlternateLookup<ReadOnlySpan<char>> _byName;
    private readonly FrozenDictionary<string, FieldScope> _inside;

    private FieldScope(string prefix, IReadOnlyList<FieldRule> rules, Func<FieldRule, bool> isMember)
    {
        _members = rules.Where(rule => rule.Path == prefix + rule.Name && isMember(rule))
            .ToFrozenDictionary(rule => rule.Name, StringComparer.Ordinal);
        _byName = _members.GetAlternateLookup<ReadOnlySpan<char>>();
        All = [.. _members.Values.OrderBy(rule => rule.Order)];

        // What is within a member: of an object by its name, of a list's entries by the sign for every entry.
        Dictionary<string, FieldScope> inside = new(StringComparer.Ordinal);
        foreach (FieldRule rule in All)
        {
            string path = rule.Form.Kind == "list" ? rule.Path + "/#/" : rule.Path + "/";
            if (rules.Any(each => each.Path.StartsWith(path, StringComparison.Ordinal)))
                inside[rule.Name] = new FieldScope(path, rules, _ => true);
        }

        _inside = inside.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>In the order of the table.</summary>
    public IReadOnlyList<FieldRule> All { get; }

    public static FieldScope Of(IReadOnlyList<FieldRule> rules, MessageKind kind, int version) =>
        new("", [.. rules.Where(rule => rule.Versions.Holds(version))], rule => rule.IsIn(kind));

    public FieldRule? Find(ReadOnlySpan<char> name) => _byName.TryGetValue(name, out FieldRule? rule) ? rule : null;

    /// <summary>Null where nothing is known of what is in the member.</summary>
    public FieldScope? Inside(FieldRule member) => _inside.GetValueOrDefault(member.Name);
}
