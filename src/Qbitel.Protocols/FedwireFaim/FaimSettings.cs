using System.Globalization;
using System.Text;

namespace Qbitel.Protocols.FedwireFaim;

/// <summary>
/// Makes messages, whose business function is the type, of settings named by tag and element, which may be its
/// number: <c>2000/Amount</c> in dollars, <c>3100/Aba</c>, <c>4200/3</c>.
/// </summary>
internal static class FaimSettings
{
    public static IReadOnlyList<MessageSlot> Slots(string type)
    {
        if (FaimTable.Functions.GetValueOrDefault(type) is not { } function) return [];

        SortedDictionary<string, string[]> given = Given(function);
        string[] needed = [.. FaimTable.Mandatory, .. function.Needs.Select(entry => entry.Split('/')[0])];
        List<MessageSlot> slots = [];
        foreach (FaimTagRule rule in InOrder(FaimTable.All.Select(rule => rule.Tag)))
        {
            if (function.Excludes.Any(entry => FaimTable.IsOf(rule.Tag, entry))) continue;
            bool hasMandatory = rule.Elements.Any(element => element.IsMandatory);
            for (int i = 0; i < rule.Elements.Count; i++)
            {
                FaimElementRule element = rule.Elements[i];
                if (IsFilledIn(rule, i) || function.Excludes.Contains($"{rule.Tag}.{i + 1}", StringComparer.Ordinal))
                    continue;

                // A party has no element it must have, but one that tells who it is.
                bool isNeeded = needed.Contains(rule.Tag, StringComparer.Ordinal) && !given.ContainsKey(rule.Tag)
                    && (element.IsMandatory || (!hasMandatory && element.Name == "Name"));
                slots.Add(new MessageSlot($"{rule.Tag}/{element.Name}", rule.Name, Form(rule, element), isNeeded));
            }
        }

        return slots;
    }

    public static byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, List<Diagnostic> wrong)
    {
        if (FaimTable.Functions.GetValueOrDefault(type) is not { } function)
        {
            wrong.Add(Wrong("Build.Type", "there is no such business function", "type",
                string.Join(", ", FaimTable.Functions.Keys.Order(StringComparer.Ordinal))));
            return null;
        }

        SortedDictionary<string, string[]> tags = Given(function);
        foreach (MessageSetting setting in settings)
        {
            if (Resolve(setting.Path) is not { } place)
            {
                wrong.Add(Wrong("Build.Path", "this is no element of a tag", setting.Path,
                    "2000/Amount, 3100/Aba, 4200/Name; function and lengths are filled in"));
                continue;
            }

            (FaimTagRule rule, int index) = place;
            if (Written(rule, rule.Elements[index], setting.Value) is { } value)
            {
                if (!tags.TryGetValue(rule.Tag, out string[]? values)) tags[rule.Tag] = values = Blank(rule);
                values[index] = value;
            }
            else
            {
                wrong.Add(Wrong("Build.Value", "the value does not fit its element", setting.Path,
                    Form(rule, rule.Elements[index])));
            }
        }

        if (tags.GetValueOrDefault("8200") is { } counted)
            counted[0] = counted[1].Length.ToString("D4", CultureInfo.InvariantCulture);
        if (wrong.Count > 0) return null;

        StringBuilder text = new();
        foreach (FaimTagRule rule in InOrder(tags.Keys))
        {
            string[] values = tags[rule.Tag];
            for (int i = 0; i < values.Length; i++)
            {
                if (values[i].Length > 0 || rule.Elements[i].MayBeBlank) continue;
                wrong.Add(Wrong("Build.Missing", "the tag cannot stand without this element",
                    $"{rule.Tag}/{rule.Elements[i].Name}", Form(rule, rule.Elements[i])));
            }

            if (wrong.Count == 0) text.Append(FaimWriter.Write(rule, values)).Append('\n');
        }

        return wrong.Count > 0 ? null : Encoding.Latin1.GetBytes(text.ToString());
    }

    /// <summary>The setting of a place that a finding names: <c>3100/ShortName</c> for <c>/3100/2</c>.</summary>
    public static string PathOf(string place)
    {
        string path = place.TrimStart('/');
        return Resolve(path) is ({ } rule, var index) ? $"{rule.Tag}/{rule.Elements[index].Name}" : path;
    }

    // What a message has unless it is told otherwise: a basic transfer in production, where the function is one.
    private static SortedDictionary<string, string[]> Given(FaimFunctionRule function)
    {
        SortedDictionary<string, string[]> given = new(StringComparer.Ordinal)
        {
            ["1500"] = ["30", "", "P", " "],
            ["3600"] = [function.Code, ""],
        };
        if (function.Types.Contains("1000", StringComparer.Ordinal)) given["1510"] = ["10", "00"];
        return given;
    }

    // The tags every message has come first, those the service appends last.
    private static IEnumerable<FaimTagRule> InOrder(IEnumerable<string> tags) =>
        tags.OrderBy(tag => FaimTable.Mandatory.Contains(tag, StringComparer.Ordinal) ? 0
            : tag.StartsWith("11", StringComparison.Ordinal) ? 2 : 1)
            .ThenBy(tag => tag, StringComparer.Ordinal).Select(tag => FaimTable.Tag(tag)!);

    private static (FaimTagRule Rule, int Index)? Resolve(string path)
    {
        if (path.Split('/') is not [var tag, var name] || FaimTable.Tag(tag) is not { } rule) return null;

        for (int i = 0; i < rule.Elements.Count; i++)
        {
            bool isNamed = string.Equals(rule.Elements[i].Name, name, StringComparison.OrdinalIgnoreCase)
                || name == (i + 1).ToString(CultureInfo.InvariantCulture);
            if (isNamed) return IsFilledIn(rule, i) ? null : (rule, i);
        }

        return null;
    }

    // The function is the type, and the length that of the addenda: a shorter one would leave room for a tag.
    private static bool IsFilledIn(FaimTagRule rule, int index) => rule.Tag is "3600" or "8200" && index == 0;

    private static string[] Blank(FaimTagRule rule)
    {
        string[] values = new string[rule.Elements.Count];
        Array.Fill(values, "");
        return values;
    }

    // As the format has it; null where the value cannot stand in its element, or could begin a tag of its own.
    private static string? Written(FaimTagRule rule, FaimElementRule element, string value)
    {
        if (rule.Tag == "2000")
        {
            return decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out decimal dollars) && dollars < 10_000_000_000m && decimal.IsInteger(dollars * 100)
                ? ((long)(dollars * 100)).ToString("D12", CultureInfo.InvariantCulture) : null;
        }

        if (element.Checks.Contains("date", StringComparer.Ordinal) && DateOnly.TryParseExact(value, "yyyy-MM-dd",
            CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date))
        {
            return date.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        }

        bool isPlain = element.Form == FaimForm.Counted ? !value.AsSpan().ContainsAnyExceptInRange('\0', '\u00FF')
            : !value.AsSpan().ContainsAnyExceptInRange(' ', '~') && !value.AsSpan().ContainsAny('{', '}');
        return isPlain && FaimWriter.Fits(element, value) ? value : null;
    }

    private static string Form(FaimTagRule rule, FaimElementRule element)
    {
        if (rule.Tag == "2000") return "dollars, as in 1250.00";
        if (element.Codes is { } codes)
            return $"one of {string.Join(", ", codes.Keys.Select(code => code == "_" ? "blank" : code))}";
        if (element.Checks.Contains("date", StringComparer.Ordinal)) return "a date, as in 2025-04-11";
        string length = element.Form == FaimForm.Fixed ? $"{element.Length}" : $"at most {element.Length}";
        return element.Checks.Contains("digits", StringComparer.Ordinal) || element.Checks.Contains("aba",
            StringComparer.Ordinal) ? $"{length} digits" : $"{length} characters";
    }

    private static Diagnostic Wrong(string code, string message, string path, string expected) =>
        new(code, Severity.Error, message) { Path = path, Expected = expected };
}
