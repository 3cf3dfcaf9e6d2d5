using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using Qbitel.Protocols.Nacha.Rules;

namespace Qbitel.Protocols.Nacha.Building;

/// <summary>
/// Makes files of one batch, whose class is the type, of settings: <c>file/origin</c>, <c>batch/companyName</c>,
/// <c>entry[2]/amount</c>, <c>entry[2]/addenda[1]/text</c>. What follows from other fields is filled in.
/// </summary>
internal static partial class NachaSettings
{
    private static readonly FrozenSet<string> FilledIn = FrozenSet.ToFrozenSet(
    [
        "recordType", "priority", "recordSize", "blockingFactor", "format", "entryClass", "batchNumber",
        "receivingBank", "checkDigit", "addendaIndicator", "addendaCount", "addendaType", "trace", "sequence",
        "entrySequence",
    ], StringComparer.Ordinal);

    private static readonly FrozenSet<string> Defaulted = FrozenSet.ToFrozenSet(
        ["date", "time", "modifier", "serviceClass", "originatorStatus"], StringComparer.Ordinal);

    // Where the type of an addenda record stands, beside its fields.
    private const string AddendaType = "type";
    private const string RoutingNumber = "routingNumber";

    public static IReadOnlyList<MessageSlot> Slots(string type)
    {
        if (NachaClass.Find(type) is not { } entryClass) return [];

        List<MessageSlot> slots = [];
        Add(NachaLayout.FileHeader, "file/", _ => false);
        Add(entryClass.IsIat ? NachaLayout.IatBatchHeader : NachaLayout.BatchHeader, "batch/",
            name => name == "description" && entryClass.Description is not null);
        slots.Add(new MessageSlot($"entry[1]/{RoutingNumber}", "Receiving bank", "nine digits", true));
        Add(entryClass.Entry, "entry[1]/", name => name == "amount" && entryClass.IsZeroAmount);
        int addenda = Math.Max(entryClass.MinimumAddenda, entryClass.MaximumAddenda > 0 ? 1 : 0);
        for (int number = 1; number <= addenda; number++)
        {
            string path = $"entry[1]/addenda[{number}]/", own = TypeOf(entryClass, number);
            slots.Add(new MessageSlot(path + AddendaType, null,
                $"{own} unless it is another of 02, 05, 10 to 18, 98, 99", false));
            Add(NachaLayout.Of("addenda" + own), path, _ => number > entryClass.MinimumAddenda);
        }

        return slots;

        void Add(NachaLayout layout, string path, Func<string, bool> isOptional)
        {
            foreach (NachaField field in layout.Fields.Where(MayBeSet))
            {
                bool needed = field.Kind is NachaKind.Required or NachaKind.Digits or NachaKind.Amount or NachaKind.Date
                    || field.Name == entryClass.Needed;
                string form = field.Name == "transactionCode" ? $"one of {string.Join(", ", Transactions(entryClass))}"
                    : Form(field);
                slots.Add(new MessageSlot(path + field.Name, field.Title, form,
                    needed && !Defaulted.Contains(field.Name) && !isOptional(field.Name)));
            }
        }
    }

    public static byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, DateTimeOffset now,
        List<Diagnostic> wrong)
    {
        if (NachaClass.Find(type) is not { } entryClass)
        {
            wrong.Add(Wrong("Build.Type", "there is no such standard entry class", "type", "PPD, CCD, WEB, CTX, IAT"));
            return null;
        }

        NachaFileBuilder file = new("", "", now);
        NachaBatchBuilder batch = file.Add(entryClass, entryClass.IsIat);
        if (entryClass.Description is { } description) batch.Set("description", description);
        NachaEntryBuilder? entry = null;
        (int Entry, int Addenda) last = default;
        foreach (((int Entry, int Addenda) place, List<(string Field, MessageSetting Setting)> fields) in
            Sort(settings, wrong))
        {
            if (place.Entry < 0)
            {
                Fill(NachaLayout.FileHeader, fields, (name, value) =>
                    file.Set(name, name is "destination" or "origin" ? value.PadLeft(10) : value), wrong);
                continue;
            }

            if (place.Entry == 0)
            {
                Fill(batch.Header.Layout, fields, (name, value) => batch.Set(name, value), wrong);
                continue;
            }

            bool isNew = place.Entry != last.Entry;
            if (place.Entry > last.Entry + 1 || place.Addenda > (isNew ? 1 : last.Addenda + 1))
            {
                wrong.Add(Wrong("Build.Path", "one before it is missing", fields[0].Setting.Path,
                    "entries and addenda numbered from 1"));
                return null;
            }

            if (isNew) entry = batch.Add();
            last = place;
            if (place.Addenda == 0) Fill(entry!.Draft.Layout, fields, (name, value) => entry.Set(name, value), wrong);
            else FillAddenda(entry!, entryClass, place.Addenda, fields, wrong);
        }

        try
        {
            return wrong.Count > 0 ? null : file.ToBytes();
        }
        catch (MessageFormatException error)
        {
            wrong.Add(error.Error.Diagnostic); // a sum has more digits than its field
            return null;
        }
    }

    /// <summary>The setting of a place that a finding names: <c>batch/companyId</c> for
    /// <c>/batch[1]/header/companyId</c>.</summary>
    public static string PathOf(string place)
    {
        const string Batch = "/batch[1]/", Header = "header/";
        string path = place.StartsWith(Batch, StringComparison.Ordinal)
            ? place[Batch.Length..].Replace(Header, "batch/", StringComparison.Ordinal)
            : place.Replace("/" + Header, "file/", StringComparison.Ordinal);
        int field = path.LastIndexOf('/') + 1;
        return path[field..] is "receivingBank" or "checkDigit" ? path[..field] + RoutingNumber : path;
    }

    // By entry and addenda; -1 is the file header, 0 the batch header or the entry itself.
    private static SortedDictionary<(int Entry, int Addenda), List<(string Field, MessageSetting Setting)>> Sort(
        IReadOnlyList<MessageSetting> settings, List<Diagnostic> wrong)
    {
        SortedDictionary<(int, int), List<(string, MessageSetting)>> sorted = [];
        foreach (MessageSetting setting in settings)
        {
            Match match = Place().Match(setting.Path);
            if (!match.Success)
            {
                wrong.Add(Wrong("Build.Path", "this is no field of a file", setting.Path,
                    "file/origin, batch/companyId, entry[1]/amount, entry[1]/addenda[1]/text"));
                continue;
            }

            (int, int) place = match.Groups["head"].Value switch
            {
                "file" => (-1, 0),
                "batch" => (0, 0),
                _ => (Number(match.Groups["entry"]),
                    match.Groups["isAddenda"].Success ? Number(match.Groups["addenda"]) : 0),
            };
            if (!sorted.TryGetValue(place, out List<(string, MessageSetting)>? fields)) sorted[place] = fields = [];
            fields.Add((match.Groups["field"].Value, setting));
        }

        return sorted;

        static int Number(Group digits) =>
            digits.Length == 0 ? 1 : int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static void FillAddenda(NachaEntryBuilder entry, NachaClass entryClass, int number,
        List<(string Field, MessageSetting Setting)> fields, List<Diagnostic> wrong)
    {
        MessageSetting? Find(string name) => fields.FindLast(each => each.Field == name).Setting;
        string type = Find(AddendaType)?.Value ?? TypeOf(entryClass, number);
        string code = (Find("returnReason") ?? Find("changeCode"))?.Value ?? "";
        NachaLayout? layout = type.Length == 2 && Ascii.IsDigits(type)
            ? NachaLayout.OfAddenda(System.Text.Encoding.ASCII.GetBytes($"7{type}{code.PadRight(3)}")) : null;
        if (layout is null)
        {
            wrong.Add(Wrong("Build.Value", "there is no such type of addenda", Find(AddendaType)!.Path,
                "02, 05, 10 to 18, 98 or 99"));
            return;
        }

        NachaDraft draft = entry.Add(layout.Name);
        fields.RemoveAll(each => each.Field == AddendaType);
        Fill(layout, fields, (name, value) => draft.Set(name, value), wrong);
    }

    private static void Fill(NachaLayout layout, List<(string Field, MessageSetting Setting)> fields,
        Action<string, string> set, List<Diagnostic> wrong)
    {
        foreach ((string name, MessageSetting setting) in fields)
        {
            string value = setting.Value;
            if (name == RoutingNumber && layout.Find("checkDigit") is not null)
            {
                if (value.Length == 9 && Ascii.IsDigits(value))
                {
                    set("receivingBank", value[..8]);
                    set("checkDigit", value[8..]);
                }
                else
                {
                    wrong.Add(Wrong("Build.Value", "this is no routing number", setting.Path, "nine digits"));
                }
            }
            else if (layout.Find(name) is not { } field)
            {
                wrong.Add(Wrong("Build.Path", $"there is no such field in: {layout.Title}", setting.Path,
                    string.Join(", ", layout.Fields.Where(MayBeSet).Select(each => each.Name))));
            }
            else if (!MayBeSet(field))
            {
                wrong.Add(Wrong("Build.Path", "the field follows from others and is filled in", setting.Path,
                    "no such setting"));
            }
            else if (Written(field, value) is not { } written)
            {
                wrong.Add(Wrong("Build.Value", "the value does not have its form", setting.Path, Form(field)));
            }
            else
            {
                try
                {
                    set(name, written);
                }
                catch (MessageFormatException error)
                {
                    wrong.Add(error.Error.Diagnostic with { Path = setting.Path });
                }
            }
        }
    }

    private static IEnumerable<int> Transactions(NachaClass entryClass) => entryClass.TransactionCodes?.Order()
        ?? NachaCodes.Transactions.All.Select(code => int.Parse(code, CultureInfo.InvariantCulture)).Order()
            .Where(code => !NachaTransaction.IsAccounting(code)
                && (entryClass.Direction == '*' || NachaTransaction.IsCredit(code) == (entryClass.Direction == 'C')));

    private static bool MayBeSet(NachaField field) =>
        field.Kind != NachaKind.Reserved && !FilledIn.Contains(field.Name);

    // International entries have their seven addenda in order, then remittances.
    private static string TypeOf(NachaClass entryClass, int number) =>
        (entryClass.IsIat ? Math.Min(9 + number, 17) : entryClass.AddendaType < 0 ? 99 : entryClass.AddendaType)
        .ToString("D2", CultureInfo.InvariantCulture);

    // Amounts without their point, dates as the format has them; null where it is neither.
    private static string? Written(NachaField field, string value)
    {
        if (field.Kind == NachaKind.Amount)
        {
            return decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out decimal dollars) && dollars < 1_000_000_000_000m && decimal.IsInteger(dollars * 100)
                ? ((long)(dollars * 100)).ToString(CultureInfo.InvariantCulture) : null;
        }

        if (field.Kind is not (NachaKind.Date or NachaKind.OptionalDate)) return value;
        return DateOnly.TryParseExact(value, ["yyyy-MM-dd", "yyMMdd"], CultureInfo.InvariantCulture,
            DateTimeStyles.None, out DateOnly date) ? date.ToString("yyMMdd", CultureInfo.InvariantCulture) : null;
    }

    private static string Form(NachaField field)
    {
        if (field.Codes is { } codes) return $"one of {string.Join(", ", codes.All.Order(StringComparer.Ordinal))}";
        return field.Kind switch
        {
            NachaKind.Amount => "dollars, as in 1250.00",
            NachaKind.Date or NachaKind.OptionalDate => "a date, as in 2026-11-30",
            NachaKind.Digits or NachaKind.OptionalDigits => $"digits, up to {field.Length}",
            _ => field.Length == 1 ? "one character" : $"up to {field.Length} characters",
        };
    }

    private static Diagnostic Wrong(string code, string message, string path, string expected) =>
        new(code, Severity.Error, message) { Path = path, Expected = expected };

    [GeneratedRegex(@"^((?<head>file|batch)|entry(\[0*(?<entry>[1-9][0-9]{0,6})\])?"
        + @"(?<isAddenda>/addenda(\[0*(?<addenda>[1-9][0-9]{0,3})\])?)?)/(?<field>[A-Za-z0-9]+)$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Place();
}
