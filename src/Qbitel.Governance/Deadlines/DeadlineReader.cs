using System.Globalization;
using System.Text.Json;
using Qbitel.Governance.Inventory;

namespace Qbitel.Governance.Deadlines;

/// <summary>Reads a document of deadlines. Every member is known and of its kind; a word too many is as wrong as one
/// too few.</summary>
internal static class DeadlineReader
{
    public static DeadlinePack[] Packs(JsonElement root)
    {
        Members("", root, ["format", "packs"]);
        if (!TryNumber(root.GetProperty("format"), out int format) || format != 1) throw Wrong("format", "1");
        DeadlinePack[] packs = [.. Items("packs", root, "packs").Select(item => Pack(item.Path, item.Value))];
        return packs.Select(p => p.Id).Distinct(StringComparer.Ordinal).Count() == packs.Length
            ? packs : throw Wrong("packs", "packs of different ids");
    }

    private static DeadlinePack Pack(string path, JsonElement pack)
    {
        Members(path, pack,
            ["id", "title", "publisher", "edition", "scope", "binding", "force", "confidence", "enabled_by_default",
                "rules"]);
        return new DeadlinePack
        {
            Id = Text(path, pack, "id"),
            Title = Text(path, pack, "title"),
            Publisher = Text(path, pack, "publisher"),
            Edition = Text(path, pack, "edition"),
            Scope = Text(path, pack, "scope"),
            IsBinding = Flag(path, pack, "binding"),
            Force = Text(path, pack, "force"),
            Confidence = Text(path, pack, "confidence"),
            IsEnabledByDefault = Flag(path, pack, "enabled_by_default"),
            Rules = [.. Items($"{path}.rules", pack, "rules").Select(item => Rule(item.Path, item.Value))],
        };
    }

    private static DeadlineRule Rule(string path, JsonElement rule)
    {
        Members(path, rule, ["id", "kind", "after", "stated", "text"],
            ["uses", "quantum_vulnerable", "min_bits", "max_bits", "allowed", "criticality"]);
        string date = Text(path, rule, "after");
        bool hasDate = DateOnly.TryParseExact(
            date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly after);
        DeadlineKind kind = Text(path, rule, "kind") switch
        {
            "deprecated" => DeadlineKind.Deprecated,
            "disallowed" => DeadlineKind.Disallowed,
            "milestone" => DeadlineKind.Milestone,
            _ => throw Wrong($"{path}.kind", "'deprecated', 'disallowed' or 'milestone'"),
        };
        DeadlineRule read = new()
        {
            Id = Text(path, rule, "id"),
            Kind = kind,
            After = hasDate ? after : throw Wrong($"{path}.after", "a date such as 2030-12-31"),
            Stated = Text(path, rule, "stated"),
            Text = Text(path, rule, "text"),
            Uses = rule.TryGetProperty("uses", out _)
                ? [.. Items($"{path}.uses", rule, "uses").Select(item => Use(item.Path, item.Value))] : [],
            QuantumVulnerable = rule.TryGetProperty("quantum_vulnerable", out _)
                && Flag(path, rule, "quantum_vulnerable"),
            MinBits = Bits(path, rule, "min_bits"),
            MaxBits = Bits(path, rule, "max_bits"),
            Allowed = rule.TryGetProperty("allowed", out _)
                ? [.. Items($"{path}.allowed", rule, "allowed").Select(item => Text(item.Path, item.Value))] : [],
            CriticalOnly = rule.TryGetProperty("criticality", out _)
                && (Text(path, rule, "criticality") == "critical"
                    ? true : throw Wrong($"{path}.criticality", "'critical'")),
        };
        bool isAboutAlgorithms = read.Uses.Count > 0 && (read.QuantumVulnerable || read.Allowed.Count > 0);
        return isAboutAlgorithms == (kind != DeadlineKind.Milestone)
            ? read
            : throw Wrong(path, "uses and a condition, or a milestone without them");
    }

    private static CryptoUse Use(string path, JsonElement use) => Text(path, use) switch
    {
        "key-establishment" => CryptoUse.KeyEstablishment,
        "signature" => CryptoUse.Signature,
        "symmetric-encryption" => CryptoUse.SymmetricEncryption,
        _ => throw Wrong(path, "'key-establishment', 'signature' or 'symmetric-encryption'"),
    };

    private static void Members(string path, JsonElement element, string[] required, params string[] optional)
    {
        if (element.ValueKind != JsonValueKind.Object) throw Wrong(path, "an object");
        string? unknown = element.EnumerateObject().Select(p => p.Name)
            .FirstOrDefault(name => !required.Contains(name) && !optional.Contains(name));
        if (unknown is not null)
            throw Wrong($"{path}.{unknown}", $"one of {string.Join(", ", required.Concat(optional))}");
        string? missing = required.FirstOrDefault(name => !element.TryGetProperty(name, out _));
        if (missing is not null) throw Wrong($"{path}.{missing}", "a value");
    }

    private static IEnumerable<(string Path, JsonElement Value)> Items(string path, JsonElement element, string name)
    {
        JsonElement array = element.GetProperty(name);
        return array.ValueKind == JsonValueKind.Array && array.GetArrayLength() > 0
            ? array.EnumerateArray().Select((value, i) => ($"{path}[{i}]", value))
            : throw Wrong(path, "a list that is not empty");
    }

    private static string Text(string path, JsonElement element, string name) =>
        Text($"{path}.{name}", element.GetProperty(name));

    private static string Text(string path, JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text : throw Wrong(path, "a text");

    private static bool Flag(string path, JsonElement element, string name) =>
        element.GetProperty(name).ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong($"{path}.{name}", "true or false"),
        };

    private static int? Bits(string path, JsonElement element, string name) =>
        !element.TryGetProperty(name, out JsonElement value) ? null
        : TryNumber(value, out int bits) && bits > 0 ? bits
        : throw Wrong($"{path}.{name}", "a number of bits");

    private static bool TryNumber(JsonElement value, out int number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out number);
    }

    private static FormatException Wrong(string path, string expected) =>
        new($"{path.TrimStart('.')}: expected {expected}");
}
