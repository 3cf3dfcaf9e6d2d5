using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift.Rules;

/// <summary>
/// The form, checks and name a tag has in every type that says nothing else: the table <c>fields.txt</c>.
/// </summary>
internal static class MtFieldTable
{
    private static readonly Dictionary<string, (string Format, string Checks)> Forms = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, FieldFormat> Compiled = new(StringComparer.Ordinal);

    static MtFieldTable()
    {
        foreach (string line in DataTable.Lines("Swift/Rules/Tables/fields.txt"))
        {
            string[] parts = line.Split('|');
            string[] tags = parts[0].Split(' ');
            foreach (string tag in tags[1..])
            {
                if (tags[0] == "f") Forms.Add(tag, (parts[1], parts.ElementAtOrDefault(2) ?? ""));
                else Names.Add(tag, parts[1]);
            }
        }
    }

    /// <summary>The name of a tag; null where none is known.</summary>
    public static string? Name(string tag)
    {
        if (Names.TryGetValue(tag, out string? own)) return own;
        bool hasNumber = tag.Length == 2 || (tag.Length == 3 && char.IsAsciiLetter(tag[2]));
        return hasNumber ? Names.GetValueOrDefault(tag[..2]) : null;
    }

    /// <summary>Whether a form of the tag is known.</summary>
    public static bool Has(string tag) => Forms.ContainsKey(tag);

    /// <summary>A tag as a type's table has it, with what that leaves out taken from here.</summary>
    public static MtField Build(string tag, string format, string checks, string variants, string name)
    {
        if (format.Length == 0)
        {
            if (!Forms.TryGetValue(tag, out (string Format, string Checks) known))
            {
                throw new FormatException($"the field {tag} has no form in fields.txt");
            }

            format = known.Format;
            if (checks.Length == 0) checks = known.Checks;
        }

        string[] codes = checks.StartsWith("codes=", StringComparison.Ordinal) ? checks[6..].Split(',') : [];
        return new MtField(tag, Compile(format), codes, checks == "reference", variants,
            name.Length > 0 ? name : Name(tag) ?? throw new FormatException($"the field {tag} has no name"));
    }

    private static FieldFormat Compile(string notation)
    {
        lock (Compiled)
        {
            if (!Compiled.TryGetValue(notation, out FieldFormat? format))
            {
                Compiled[notation] = format = FieldFormat.Compile(notation);
            }

            return format;
        }
    }
}
