namespace Qbitel.Protocols.Swift;

/// <summary>One row of a message's table.</summary>
/// <param name="Tag">Number and option.</param>
/// <param name="Place">The field's place in the message; options of one number share it.</param>
/// <param name="Mandatory">Whether one of the field's options must stand.</param>
/// <param name="Repeats">Whether it may stand several times.</param>
/// <param name="Format">The form of its value.</param>
/// <param name="Checks">What the value must hold beyond its form.</param>
/// <param name="Variants">S where the STP variant has it, R where only REMIT does.</param>
/// <param name="Name">What the standard calls the field.</param>
internal sealed record MtFieldRule(
    string Tag, int Place, bool Mandatory, bool Repeats, FieldFormat Format, string[] Checks,
    string Variants, string Name);

/// <summary>The fields of one message type, read from the table beside this file.</summary>
internal sealed class MtRuleSet
{
    public static readonly MtRuleSet Mt103 = new("Swift/mt103.txt");

    private readonly Dictionary<string, MtFieldRule> _byTag = new(StringComparer.Ordinal);

    private MtRuleSet(string path)
    {
        int place = 0;
        string last = "";
        foreach (string[] parts in DataTable.Lines(path).Select(line => line.Split('|')))
        {
            string number = parts[0][..2];
            // 23B and 23E, 71A, 71F and 71G are fields of their own; only party fields have options of one place.
            bool isOption = number == last && number[0] == '5';
            if (!isOption) place++;
            last = number;
            _byTag.Add(parts[0], new MtFieldRule(parts[0], place, parts[1][0] == 'M', parts[1].EndsWith('*'),
                FieldFormat.Compile(parts[2]), Checks(parts[3]), parts[4], parts[5]));
        }
    }

    public IEnumerable<MtFieldRule> Fields => _byTag.Values;

    public static MtRuleSet? Of(string messageType) => messageType == "103" ? Mt103 : null;

    public MtFieldRule? Field(string tag) => _byTag.GetValueOrDefault(tag);

    // The codes of a field are one check, whatever commas stand between them.
    private static string[] Checks(string text) =>
        text.StartsWith("codes=", StringComparison.Ordinal) ? [text] : text.Split(',');
}
