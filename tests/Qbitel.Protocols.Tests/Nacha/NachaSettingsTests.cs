using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Nacha;

namespace Qbitel.Protocols.Tests.Nacha;

public sealed class NachaSettingsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 20, 9, 30, 0, TimeSpan.Zero);

    private static readonly MessageSetting[] Payroll =
    [
        new("file/destination", "231380104"), new("file/origin", "121042882"), new("batch/companyName", "ACME CORP"),
        new("batch/companyId", "1234567890"), new("batch/description", "PAYROLL"),
        new("batch/effectiveDate", "2026-03-23"), new("batch/originatingBank", "12104288"),
        new("entry[2]/transactionCode", "27"), new("entry[2]/routingNumber", "231380104"),
        new("entry[2]/account", "2"), new("entry[2]/amount", "10.5"), new("entry[2]/name", "JOHN ROE"),
        new("entry[1]/transactionCode", "22"), new("entry[1]/routingNumber", "231380104"),
        new("entry[1]/account", "744567899"), new("entry[1]/amount", "1500.25"), new("entry[1]/name", "JANE DOE"),
        new("entry[1]/addenda[1]/text", "MARCH"),
    ];

    public static readonly TheoryData<string> Classes = [.. NachaClassText.Codes];

    [Theory, MemberData(nameof(Classes))]
    public void A_file_of_each_class_is_made_again_of_its_own_fields(string entryClass)
    {
        NachaFile file = NachaClassText.File(entryClass);
        HashSet<string> places = [.. MessageMaker.Slots("nacha", entryClass).Select(slot => slot.Path)];

        BuiltMessage made = MessageMaker.Build("nacha", entryClass, Settings(file, places), Now);

        Assert.Empty(made.Findings);
        Assert.Equal(Encoding.ASCII.GetString(file.ToBytes()), Encoding.ASCII.GetString(made.Bytes!.Value.Span));
    }

    [Fact]
    public void What_follows_from_other_fields_is_filled_in()
    {
        BuiltMessage made = MessageMaker.Build("nacha", "PPD", Payroll, Now);

        Assert.Empty(made.Findings);
        NachaFile file = NachaFile.Parse(made.Bytes!.Value.Span);
        NachaBatch batch = Assert.Single(file.Batches);
        Assert.Equal(["JANE DOE", "JOHN ROE"], batch.Entries.Select(entry => entry["name"]!.Trim()));
        Assert.Equal((200, "260323", "121042880000001"),
            (batch.ServiceClass, batch.Header["effectiveDate"], batch.Entries[0].Trace));
        Assert.StartsWith("101 231380104 1210428822603200930A094101",
            Encoding.ASCII.GetString(made.Bytes.Value.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void A_return_is_told_by_its_addenda()
    {
        MessageSetting[] settings =
        [
            .. Payroll.Where(each => !each.Path.Contains("[2]", StringComparison.Ordinal)
                && !each.Path.EndsWith("text", StringComparison.Ordinal) && each.Path != "entry[1]/transactionCode"),
            new("entry[1]/transactionCode", "21"), new("entry[1]/addenda[1]/type", "99"),
            new("entry[1]/addenda[1]/returnReason", "R03"), new("entry[1]/addenda[1]/originalTrace", "231380100000001"),
            new("entry[1]/addenda[1]/originalBank", "12104288"),
        ];

        BuiltMessage made = MessageMaker.Build("nacha", "PPD", settings, Now);

        Assert.Empty(made.Findings);
        Assert.Equal("R03",
            Assert.Single(NachaFile.Parse(made.Bytes!.Value.Span).Batches[0].Entries[0].Addenda).ReturnReason);
    }

    [Theory]
    [InlineData("type", "Build.Type", "XYZ", "file/origin", "1")]
    [InlineData("entry[1]/nope", "Build.Path", "PPD", "entry[1]/nope", "1")]
    [InlineData("batch[2]/companyId", "Build.Path", "PPD", "batch[2]/companyId", "1")]
    [InlineData("entry[0]/name", "Build.Path", "PPD", "entry[0]/name", "1")]
    [InlineData("entry[4]/name", "Build.Path", "PPD", "entry[4]/name", "X")]
    [InlineData("entry[1]/addenda[3]/text", "Build.Path", "PPD", "entry[1]/addenda[3]/text", "X")]
    [InlineData("entry[3]/trace", "Build.Path", "PPD", "entry[3]/trace", "1")]
    [InlineData("entry[3]/amount", "Build.Value", "PPD", "entry[3]/amount", "1.005")]
    [InlineData("entry[3]/routingNumber", "Build.Value", "PPD", "entry[3]/routingNumber", "12345678")]
    [InlineData("entry[3]/addenda/type", "Build.Value", "PPD", "entry[3]/addenda/type", "19")]
    [InlineData("entry[3]/transactionCode", "Nacha.FieldFormat", "PPD", "entry[3]/transactionCode", "credit")]
    [InlineData("batch/effectiveDate", "Build.Value", "PPD", "batch/effectiveDate", "tomorrow")]
    public void A_wrong_setting_is_told_by_its_path(string path, string code, string type, string name, string value)
    {
        BuiltMessage made = MessageMaker.Build("nacha", type, [.. Payroll, new MessageSetting(name, value)], Now);

        Assert.Null(made.Bytes);
        Assert.Equal((code, path), (made.Findings[0].Code, made.Findings[0].Path));
    }

    [Fact]
    public void Several_wrong_settings_are_told_at_once_and_what_breaks_a_rule_is_made_but_not_valid()
    {
        BuiltMessage wrong = MessageMaker.Build("nacha", "PPD",
            [.. Payroll, new("entry[1]/amount", "-1"), new("file/modifier", "AB"), new("nope", "1")], Now);
        BuiltMessage debit = MessageMaker.Build("nacha", "CIE", Payroll, Now);

        Assert.Equal(["nope", "file/modifier", "entry[1]/amount"], wrong.Findings.Select(finding => finding.Path));
        Assert.False(debit.IsValid);
        Assert.NotNull(debit.Bytes);
    }

    [Fact]
    public void What_reading_finds_is_told_by_the_setting_that_is_wrong()
    {
        BuiltMessage made = MessageMaker.Build("nacha", "PPD",
            [.. Payroll.Where(each => each.Path is not ("file/origin" or "batch/companyId")),
                new("entry[1]/routingNumber", "231380105"), new("entry[2]/account", "")], Now);

        Assert.All((string[])["file/origin", "batch/companyId", "entry[1]/routingNumber", "entry[2]/account"],
            path => Assert.Contains(path, made.Findings.Select(finding => finding.Path)));
    }

    [Theory, MemberData(nameof(Classes))]
    public void What_is_needed_of_a_class_has_no_place_twice(string entryClass)
    {
        IReadOnlyList<MessageSlot> slots = MessageMaker.Slots("nacha", entryClass);

        Assert.Distinct(slots.Select(slot => slot.Path));
        Assert.All((string[])["file/origin", "entry[1]/routingNumber", "batch/originatingBank"],
            path => Assert.True(slots.Single(slot => slot.Path == path).IsRequired));
    }

    [Fact]
    public void Any_value_in_any_place_is_taken_or_told()
    {
        string[] places = [.. MessageMaker.Slots("nacha", "IAT").Select(slot => slot.Path)];
        Prop.ForAll<NonNegativeInt, string>((place, value) =>
        {
            MessageSetting any = new(places[place.Get % places.Length], value ?? "");
            BuiltMessage made = MessageMaker.Build("nacha", "IAT", [.. Payroll, any], Now);
            return made.Bytes is not null || made.Findings.Count > 0;
        }).QuickCheckThrowOnFailure();
    }

    // The fields of a file of one entry that have a place, as a caller writes them.
    private static List<MessageSetting> Settings(NachaFile file, HashSet<string> places)
    {
        NachaBatch batch = file.Batches[0];
        NachaEntry entry = batch.Entries[0];
        List<MessageSetting> settings = [new("entry/routingNumber", entry["receivingBank"] + entry["checkDigit"])];
        Add(file.Header!, "file/");
        Add(batch.Header, "batch/");
        Add(entry.Record, "entry[1]/");
        for (int i = 0; i < entry.Addenda.Count; i++)
        {
            settings.Add(new($"entry[1]/addenda[{i + 1}]/type", entry.Addenda[i].Type));
            Add(entry.Addenda[i].Record, $"entry[1]/addenda[{i + 1}]/");
        }

        return settings;

        void Add(NachaRecord record, string path)
        {
            foreach (string name in record.Layout.Fields.Select(field => field.Name))
            {
                bool isPlace = places.Contains(path + name) || path.Contains("addenda", StringComparison.Ordinal);
                string value = record[name]!.Trim();
                if (!isPlace || value.Length == 0 || name is "recordType" or "addendaType" or "sequence" or "trace"
                    or "entrySequence" || name.StartsWith("reserved", StringComparison.Ordinal))
                {
                    continue;
                }

                decimal dollars = name == "amount" ? decimal.Parse(value, CultureInfo.InvariantCulture) / 100 : 0;
                settings.Add(new(path + name,
                    name == "amount" ? dollars.ToString(CultureInfo.InvariantCulture) : value));
            }
        }
    }
}
