using System.Globalization;
using System.Reflection;
using System.Text;
using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift.Rules;

/// <summary>The fields and rules of one message type, read from a table beside this file.</summary>
/// <remarks>
/// A table begins with the types it is of, <c>type 540 542|Name</c>, perhaps with a <c>flag</c>: COV, or EARLIER for a
/// form of the type before the present one, which is known by its first field. Then come, in the
/// order of the standard: fields, <c>tags|need|name|format|checks|variants</c>; sequences, <c>( name|need</c> to
/// <c>)</c>, or enclosed by 16R and 16S <c>[ NAME|need</c> to <c>]</c>; and rules, <c>= when -> then|Code|message</c>.
/// Needs are M mandatory, E expected (else a warning), O optional; a star repeats, a number after it limits.
/// </remarks>
internal sealed class MtRuleSet
{
    private static readonly MtRuleSet?[] ByType = new MtRuleSet?[1000];
    private static readonly MtRuleSet?[] WithCover = new MtRuleSet?[1000];
    private static readonly MtRuleSet?[] InEarlierForm = new MtRuleSet?[1000];

    private readonly Dictionary<string, MtField> _byTag = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    static MtRuleSet()
    {
        string[] tables = [.. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.StartsWith("Swift/Rules/Tables/mt", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
        foreach (string path in tables)
        {
            string[] lines = [.. DataTable.Lines(path)];
            string[] head = lines[0].Split('|');
            string flag = lines[1].StartsWith("flag ", StringComparison.Ordinal) ? lines[1][5..] : "";
            MtRuleSet rules = new(head[1], lines[(flag.Length > 0 ? 2 : 1)..]);
            foreach (string type in head[0].Split(' ')[1..])
            {
                // n92 is 192 to 992; a table of the type itself is the better one.
                for (int n = type[0] == 'n' ? 1 : 0; n <= (type[0] == 'n' ? 9 : 0); n++)
                {
                    string digits = n > 0 ? n + type[1..] : type;
                    int number = int.Parse(digits, CultureInfo.InvariantCulture);
                    if (flag == "COV") WithCover[number] = rules;
                    else if (flag == "EARLIER") InEarlierForm[number] = rules;
                    else if (type[0] != 'n') ByType[number] = rules;
                    else ByType[number] ??= rules;
                }
            }
        }
    }

    private MtRuleSet(string name, string[] lines)
    {
        Name = name;
        int at = 0;
        Root = ReadSequence(name, null, false, lines, ref at);
        Root.Link();
    }

    /// <summary>What the standard calls the type.</summary>
    public string Name { get; }

    public MtSequence Root { get; }

    /// <summary>The types a table is carried of.</summary>
    public static IEnumerable<int> Types => Enumerable.Range(0, 1000).Where(type => ByType[type] is not null);

    public static MtRuleSet? Of(int type, bool isCover = false) =>
        type is < 0 or > 999 ? null : (isCover ? WithCover[type] : null) ?? ByType[type];

    /// <summary>
    /// The type's form before the present one, where a text that begins with this field is of it; else null.
    /// </summary>
    public static MtRuleSet? Earlier(int type, uint firstTag) =>
        type is >= 0 and <= 999 && InEarlierForm[type] is { } earlier && earlier.Root.Items[0].Takes(firstTag, [])
        && !ByType[type]!.Root.Items[0].Takes(firstTag, []) ? earlier : null;

    /// <summary>The first field of the type with this tag.</summary>
    public MtField? Field(string tag) => _byTag.GetValueOrDefault(tag);

    /// <summary>Where a tag first stands in the type's order; past all others where it has none.</summary>
    public int Place(string tag) => _order.IndexOf(tag) is >= 0 and var place ? place : int.MaxValue;

    private MtSequence ReadSequence(string name, byte[]? block, bool isUnordered, string[] lines, ref int at)
    {
        List<MtItem> items = [];
        List<MtRule> rules = [];
        for (; at < lines.Length; at++)
        {
            string line = lines[at].Trim();
            if (line is ")" or "]") break;
            if (line[0] == '=')
            {
                rules.Add(MtRule.Read(line[1..]));
                continue;
            }

            string[] parts = line.Split('|');
            string need = parts[1];
            if (line[0] is '(' or '[')
            {
                string inner = parts[0][2..];
                byte[]? enclosed = line[0] == '[' ? Encoding.Latin1.GetBytes(inner) : null;
                at++;
                bool anyOrder = parts.ElementAtOrDefault(2) == "any";
                MtSequence sequence = ReadSequence(inner, enclosed, anyOrder, lines, ref at);
                items.Add(new MtItem
                {
                    Tags = enclosed is null ? MtSequence.First(sequence.Items) : [TagSet.Read("16R")],
                    Sequence = sequence,
                    IsMandatory = need[0] == 'M',
                    IsExpected = need[0] == 'E',
                    Most = Most(need),
                    Label = "sequence " + inner,
                });
            }
            else
            {
                items.Add(ReadItem(parts, need));
            }
        }

        for (int i = 0; i < items.Count; i++)
        {
            // In sequences of ISO 15022 the fields of one number are a set.
            bool joins = block is not null && i > 0 && items[i].Sequence is null && items[i - 1].Sequence is null
                && items[i].Tags[0].Number == items[i - 1].Tags[0].Number;
            items[i].Place = joins ? items[i - 1].Place : i;
        }

        return new MtSequence
        {
            Name = name,
            Block = block,
            IsUnordered = isUnordered,
            Items = [.. items],
            Rules = [.. rules],
        };
    }

    private MtItem ReadItem(string[] parts, string need)
    {
        if (parts[0] == "*") return new MtItem { Tags = [], IsAny = true, Most = int.MaxValue, Label = "any field" };

        string[] spec = parts[0].Split(':');
        TagSet tags = TagSet.Read(spec[0]);
        string Part(int index) => parts.ElementAtOrDefault(index) ?? "";
        MtField?[] options = new MtField?[27];
        bool isOpen = spec[0].EndsWith('a');
        foreach (string tag in tags.Tags())
        {
            // Any option is any of those there are.
            if (isOpen && !MtFieldTable.Has(tag)) continue;

            MtField field = MtFieldTable.Build(tag, Part(3), Part(4), Variant(Part(5), tag), Part(2));
            options[SwiftTag.Option(SwiftTag.Pack(tag))] = field;
            if (_byTag.TryAdd(tag, field)) _order.Add(tag);
        }

        return new MtItem
        {
            Tags = [tags],
            Qualifier = spec.Length > 1 ? Encoding.Latin1.GetBytes(":" + spec[1] + "/") : [],
            Options = options,
            IsMandatory = need[0] == 'M',
            IsExpected = need[0] == 'E',
            Most = Most(need),
            Label = tags + (spec.Length > 1 ? ":" + spec[1] : ""),
        };
    }

    // S is all options, S:AB only those.
    private static string Variant(string variants, string tag) =>
        !variants.Contains(':', StringComparison.Ordinal) ? variants
        : variants[2..].Contains(tag[2..], StringComparison.Ordinal) ? variants[..1] : "";

    private static int Most(string need) =>
        need.Length == 1 ? 1 : need.Length == 2 ? int.MaxValue : int.Parse(need[2..], CultureInfo.InvariantCulture);
}
