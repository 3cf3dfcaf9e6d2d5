using System.Globalization;
using System.Text;
using System.Text.Json;
using Qbitel.Protocols.Iso8583.Coding;

namespace Qbitel.Protocols.Iso8583.Building;

/// <summary>Writes a profile for a person to go on with: every choice with what else it could be.</summary>
public static class Iso8583ProfileText
{
    /// <param name="name">What the profile will be called.</param>
    /// <param name="basis">A profile that comes with the program; its fields are taken over.</param>
    /// <param name="encoding">How messages are written; null for as the basis writes them.</param>
    /// <exception cref="ArgumentException">The basis does not come with the program.</exception>
    public static string Of(string name, Iso8583Profile basis, Iso8583Encoding? encoding = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(basis);
        if (!Iso8583Profile.ShippedNames.Contains(basis.Name, StringComparer.Ordinal))
            throw new ArgumentException($"{basis.Name} does not come with the program", nameof(basis));

        bool statesHeader = encoding is not null || basis.StatesHeader;
        StringBuilder text = new();
        Line("{");
        Line("  // A profile of ISO 8583; comments may stay. 'qbitel iso8583 spec check' says what is wrong with it.");
        Line($"  \"name\": {Quoted(name)},");
        Line($"  // The fields and the mandatory fields of this profile are the start: {basis.Description}.");
        Line($"  \"extends\": {Quoted(basis.Name)},");
        Line("");
        Line("  // How messages are written. Every choice is independent of the others.");
        foreach ((string member, string value, string words) in Iso8583EncodingWords.Of(encoding ?? basis.Encoding))
        {
            bool isFoundOut = member == "length" && !statesHeader;
            (string written, string said) = isFoundOut ? ("any", "found out") : (value, words);
            Line($"  \"{member}\": {Quoted(written)}, // {said}; one of {Others(member)}");
        }

        Line("");
        Line("  // Fields that differ from the profile above, each with all of its members. Lengths: 6 is fixed, ..19");
        Line("  // is up to 19 with a length of two digits before it. coding, padding, prefix and unit are given "
            + "where");
        Line("  // one field is written in another way than the rest.");
        Line($"  // Types: {string.Join(", ", FieldCharacters.Names)}.");
        Line($"  // Forms: {string.Join(", ", Iso8583Forms.Names)}.");
        Line($"  // Redactions: {string.Join(", ", Enum.GetNames<Redaction>())}.");
        Line("  \"fields\": [");
        Line("    // {\"number\": 48, \"name\": \"Additional data\", \"type\": \"ans\", \"length\": \"...999\",");
        Line("    //  \"subfields\": {\"kind\": \"tlv\", \"tag\": 2, \"length\": 2, \"items\": [");
        Line("    //    {\"tag\": \"01\", \"name\": \"Service\", \"type\": \"an\", \"length\": 3}]}},");
        Line("    // {\"number\": 62, \"name\": \"Batch\", \"type\": \"n\", \"length\": \"..6\", \"prefix\": \"bcd\"}");
        Line("  ],");
        Line("");
        Line("  // Fields of the profile above that messages never have.");
        Line("  \"remove\": [],");
        Line("");
        Line("  // Fields that message types cannot do without.");
        Line("  \"mandatory\": [");
        string[] rows = [.. basis.AllMandatory.GroupBy(pair => string.Join(", ", pair.Value), StringComparer.Ordinal)
            .Select(group => $"    {{\"types\": {Quoted(string.Join(' ', group.Select(pair => pair.Key)
                .Order(StringComparer.Ordinal)))}, \"fields\": [{group.Key}]}}").Order(StringComparer.Ordinal)];
        if (rows.Length > 0) Line(string.Join(",\n", rows));
        Line("  ],");
        Line("");
        Line("  // Fields that an answer repeats.");
        IEnumerable<string> echo = basis.Echoed.Select(each => each.ToString(CultureInfo.InvariantCulture));
        Line($"  \"echo\": [{string.Join(", ", echo)}]");
        Line("}");
        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');
    }

    private static string Others(string member) => member switch
    {
        "length" => "any, " + Names(Iso8583EncodingWords.Headers),
        "header" => Names(Iso8583EncodingWords.Routings),
        "bitmap" => Names(Iso8583EncodingWords.Bitmaps),
        "text" => Names(Iso8583EncodingWords.Texts),
        "bytes" => Names(Iso8583EncodingWords.Binaries),
        "padding" => Names(Iso8583EncodingWords.Paddings),
        "prefix" => Names(Iso8583EncodingWords.Prefixes),
        "unit" => Names(Iso8583EncodingWords.Units),
        "sign" => Names(Iso8583EncodingWords.Signs),
        "tertiaryBitmap" => Names(Iso8583EncodingWords.ThirdBitmaps),
        _ => Names(Iso8583EncodingWords.Digits),
    };

    private static string Names<T>((string Name, T Value)[] choices) =>
        string.Join(", ", choices.Select(choice => choice.Name));

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
