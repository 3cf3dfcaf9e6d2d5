using System.Collections.Frozen;
using System.Globalization;

namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>Where the fields of one kind of record lie, from <c>Nacha/Rules/layouts.txt</c>.</summary>
internal sealed class NachaLayout
{
    public const int RecordLength = 94;
    public const int BlockingFactor = 10;

    private static readonly FrozenDictionary<string, NachaLayout> ByName = Read();

    public static readonly NachaLayout FileHeader = Of("fileHeader");
    public static readonly NachaLayout BatchHeader = Of("batchHeader");
    public static readonly NachaLayout IatBatchHeader = Of("iatBatchHeader");
    public static readonly NachaLayout Entry = Of("entry");
    public static readonly NachaLayout BatchControl = Of("batchControl");
    public static readonly NachaLayout AdvBatchControl = Of("advBatchControl");
    public static readonly NachaLayout FileControl = Of("fileControl");
    public static readonly NachaLayout AdvFileControl = Of("advFileControl");
    public static readonly NachaLayout Filler = Of("filler");
    public static readonly NachaLayout Unknown = Of("unknown");
    public static readonly NachaLayout Refused = Of("addenda98Refused");
    public static readonly NachaLayout Dishonored = Of("addenda99Dishonored");
    public static readonly NachaLayout Contested = Of("addenda99Contested");

    private readonly FrozenDictionary<string, NachaField> _fields;

    private NachaLayout(string name, string title, NachaField[] fields)
    {
        Name = name;
        Title = title;
        Fields = fields;
        _fields = fields.ToFrozenDictionary(field => field.Name, StringComparer.Ordinal);
        MinimumLength = fields.Where(field => field.IsNumber).Select(field => field.End).DefaultIfEmpty(0).Max();
        Amount = Find("amount");
        Trace = Find("trace");
        Sequence = Find("sequence");
        EntrySequence = Find("entrySequence");
    }

    public string Name { get; }

    public string Title { get; }

    public NachaField[] Fields { get; }

    /// <summary>A line may end here: what follows is text, and blank.</summary>
    public int MinimumLength { get; }

    public NachaField? Amount { get; }

    public NachaField? Trace { get; }

    public NachaField? Sequence { get; }

    public NachaField? EntrySequence { get; }

    public NachaField this[string name] => _fields[name];

    public static NachaLayout Of(string name) => ByName[name];

    public NachaField? Find(string name) => _fields.GetValueOrDefault(name);

    /// <summary>The layout of an addenda record; null for a type that does not exist.</summary>
    public static NachaLayout? OfAddenda(ReadOnlySpan<byte> record)
    {
        int type = Ascii.TwoDigits(record, 1);
        ReadOnlySpan<byte> reason = record.Slice(3, 3);
        return type switch
        {
            98 when reason[0] == 'C' && reason[1] == '6' => Refused,
            99 when IsDishonored(reason) => Dishonored,
            99 when IsContested(reason) => Contested,
            >= 0 and < 100 => Addenda[type],
            _ => null,
        };
    }

    // NACHA return reasons for dishonored returns and for contests of them.
    public static bool IsDishonored(ReadOnlySpan<byte> reason) => reason is [(byte)'R', (byte)'6', >= (byte)'1'
        and <= (byte)'9'] || reason.SequenceEqual("R70"u8);

    public static bool IsContested(ReadOnlySpan<byte> reason) =>
        reason is [(byte)'R', (byte)'7', >= (byte)'1' and <= (byte)'9'];

    private static readonly NachaLayout?[] Addenda =
        [.. Enumerable.Range(0, 100).Select(type => ByName.GetValueOrDefault($"addenda{type:D2}"))];

    private static FrozenDictionary<string, NachaLayout> Read()
    {
        Dictionary<string, NachaLayout> layouts = new(StringComparer.Ordinal);
        string name = "";
        string title = "";
        List<NachaField> fields = [];
        void Close()
        {
            if (fields.Count > 0) layouts[name] = new NachaLayout(name, title, [.. fields]);
            fields.Clear();
        }

        foreach (string line in DataTable.Lines("Nacha/Rules/layouts.txt"))
        {
            if (line[0] == '[')
            {
                Close();
                string[] heading = line[1..].Split("] ");
                (name, title) = (heading[0], heading[1]);
                continue;
            }

            fields.Add(ReadField(line));
        }

        Close();
        return layouts.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static NachaField ReadField(string line)
    {
        string[] parts = line.Split(' ', 6);
        int[] positions = [.. parts[0].Split('-').Select(each => int.Parse(each, CultureInfo.InvariantCulture))];
        NachaKind kind = parts[2] switch
        {
            "9" => NachaKind.Digits,
            "9?" => NachaKind.OptionalDigits,
            "$" => NachaKind.Amount,
            "date" => NachaKind.Date,
            "date?" => NachaKind.OptionalDate,
            "x" => NachaKind.Text,
            "x!" => NachaKind.Required,
            _ => NachaKind.Reserved,
        };
        Redaction redaction = parts[3] == "-" ? Redaction.None : Enum.Parse<Redaction>(parts[3], ignoreCase: true);
        return new NachaField(parts[1], parts[5], positions[0] - 1, positions[1] - positions[0] + 1, kind, redaction,
            NachaCodes.Find(parts[4]));
    }
}
