using System.Globalization;
using System.Text.Json;

namespace Qbitel.Protocols.Iso8583;

/// <summary>The field table of one dialect. An operator's own is read with <see cref="Load"/>.</summary>
public sealed class Iso8583Profile
{
    private readonly Iso8583FieldRule?[] _fields = new Iso8583FieldRule?[129];
    private readonly Dictionary<string, int[]> _mandatory = new(StringComparer.Ordinal);

    private Iso8583Profile(string name, string version)
    {
        Name = name;
        Version = version;
    }

    /// <summary>ISO 8583:1987 with everything in ASCII.</summary>
    public static Iso8583Profile Ascii1987 { get; } = Load(DataTable.Open("Iso8583/1987-ascii.json"));

    public string Name { get; }

    /// <summary>The year of the standard, which the first digit of the message type must match.</summary>
    public string Version { get; }

    internal int VersionDigit => Version switch { "1987" => 0, "1993" => 1, "2003" => 2, _ => -1 };

    /// <summary>
    /// Reads a profile from its JSON: <c>name</c>, <c>version</c>, <c>fields</c> of number, name, type and length,
    /// and, where the dialect says it, <c>mandatory</c> with the fields that message types must have.
    /// </summary>
    /// <exception cref="MessageFormatException">The JSON is not a profile.</exception>
    public static Iso8583Profile Load(Stream json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            Iso8583Profile profile = new(Text(root, "name"), Text(root, "version"));
            if (profile.VersionDigit < 0) throw Refuse("version", "1987, 1993 or 2003");
            foreach (JsonElement element in root.GetProperty("fields").EnumerateArray())
            {
                Iso8583FieldRule rule = Read(element);
                if (rule.Number is < 2 or > 128 or 65) throw Refuse("number", "2 to 128 without 65");
                profile._fields[rule.Number] = rule;
            }

            if (!root.TryGetProperty("mandatory", out JsonElement mandatory)) return profile;

            foreach (JsonElement row in mandatory.EnumerateArray())
            {
                int[] numbers = [.. row.GetProperty("fields").EnumerateArray().Select(number => number.GetInt32())];
                foreach (string type in Text(row, "types").Split(' ')) profile._mandatory[type] = numbers;
            }

            return profile;
        }
        catch (Exception problem) when (problem is not MessageFormatException
            and (JsonException or KeyNotFoundException or InvalidOperationException or FormatException
                or OverflowException))
        {
            throw Refuse("profile", "JSON with name, version and fields");
        }
    }

    internal Iso8583FieldRule? Field(int number) => _fields[number];

    internal IReadOnlyList<int> Mandatory(Mti mti) => _mandatory.GetValueOrDefault(mti.ToString(), []);

    private static Iso8583FieldRule Read(JsonElement element)
    {
        string length = Text(element, "length");
        string digits = length.TrimStart('.');
        int most = int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        Iso8583Type type = Text(element, "type") switch
        {
            "n" => Iso8583Type.Numeric,
            "a" => Iso8583Type.Alphabetic,
            "an" => Iso8583Type.Alphanumeric,
            "ans" => Iso8583Type.Text,
            "ns" => Iso8583Type.NumericSpecial,
            "z" => Iso8583Type.Track,
            "x+n" => Iso8583Type.SignedNumeric,
            "b" => Iso8583Type.Binary,
            _ => throw Refuse("type", "n, a, an, ans, ns, z, x+n or b"),
        };
        int lengthDigits = length.Length - digits.Length;
        if (lengthDigits > 6 || most is < 1 or > 999_999) throw Refuse("length", "up to six digits");

        Redaction redaction = element.TryGetProperty("redaction", out JsonElement named)
            && Enum.TryParse(named.GetString(), out Redaction known) ? known : Redaction.None;
        string? form = element.TryGetProperty("form", out JsonElement shape) ? shape.GetString() : null;
        return new Iso8583FieldRule(element.GetProperty("number").GetInt32(), Text(element, "name"), type, lengthDigits,
            type == Iso8583Type.SignedNumeric ? most + 1 : most, form, redaction);
    }

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw Refuse(name, "text");

    private static MessageFormatException Refuse(string field, string expected) =>
        new(new ParseError(new Diagnostic("Iso8583.Profile", Severity.Error, "the profile cannot be read")
        {
            Field = field,
            Expected = expected,
        }));
}
