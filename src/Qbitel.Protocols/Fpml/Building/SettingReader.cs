using System.Globalization;

namespace Qbitel.Protocols.Fpml.Building;

/// <summary>Reads settings as what they are and tells each that is wrong or missing.</summary>
internal sealed class SettingReader(IReadOnlyList<MessageSetting> settings, List<Diagnostic> wrong)
{
    private readonly Dictionary<string, string> _values = settings
        .GroupBy(each => each.Path.TrimStart('/'), StringComparer.Ordinal)
        .ToDictionary(each => each.Key, each => each.Last().Value, StringComparer.Ordinal);

    public bool HasFaults => wrong.Count > 0;

    public static Diagnostic Wrong(string code, string message, string path, string expected) =>
        new(code, Severity.Error, message) { Path = path, Expected = expected };

    public string? Optional(string name) => _values.GetValueOrDefault(name);

    public string Text(string name)
    {
        if (_values.TryGetValue(name, out string? value) && value.Length > 0) return value;
        wrong.Add(Wrong("Build.Missing", "the setting is missing", name, "a value"));
        return "";
    }

    public decimal Number(string name)
    {
        string text = Text(name);
        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out decimal value) || text.Length == 0)
        {
            return value;
        }

        wrong.Add(Wrong("Build.Value", "the value is no number", name, "digits, with a point for decimals"));
        return value;
    }

    public decimal? Maybe(string name) => Optional(name) is null ? null : Number(name);

    public int Whole(string name, int otherwise)
    {
        if (Optional(name) is not { } text) return otherwise;
        bool isWhole = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value);
        if (isWhole && value <= 100) return value;
        wrong.Add(Wrong("Build.Value", "the value is no number of days", name, "a whole number up to 100"));
        return otherwise;
    }

    public DateOnly Day(string name)
    {
        string text = Text(name);
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None,
            out DateOnly day))
        {
            return day;
        }

        if (text.Length > 0) wrong.Add(Wrong("Build.Value", "the value is no date", name, "such as 2026-12-31"));
        return day;
    }

    public bool IsFirst(string name, string first, string second)
    {
        string text = Text(name);
        if (text.Length > 0 && text != first && text != second)
            wrong.Add(Wrong("Build.Value", "the value is none of two", name, $"{first} or {second}"));
        return text == first;
    }

    public BusinessDays Days() => new(Text("convention"), Text("centers").Split(',',
        StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>Tells settings that are none.</summary>
    public void Finish(IEnumerable<string> known)
    {
        foreach (string name in _values.Keys.Except(known, StringComparer.Ordinal))
            wrong.Add(Wrong("Build.Path", "there is no such setting", name, "one that --help-fields lists"));
    }
}
