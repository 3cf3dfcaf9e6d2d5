using System.Globalization;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.EmvQr;

/// <summary>Holds a code to the rules that are public.</summary>
internal sealed class EmvQrValidation(EmvQrCode code, DiagnosticList found)
{
    // The largest code that the schemes promise to read.
    private const int CommonSize = 512;

    public void RunMerchant()
    {
        CheckObjects();
        CheckOrder();
        CheckRequired();
        CheckAccounts();
        CheckTip();
        CheckAmount();
        CheckChecksum();
        CheckSize();
    }

    public void RunConsumer()
    {
        EmvQrObject first = code.Objects.Count > 0 ? code.Objects[0] : new("85", 0, 0, 0, false);
        if (first.Path != "85" || code.ValueOf(first) != "4350563031")
        {
            Add("Format", Severity.Error, "the code does not begin with its format", first, "tag 85 with CPV01",
                code.Shown(first));
        }

        if (!code.Objects.Any(item => item.Path is "61"))
        {
            Add("Required", Severity.Error, "the code has no application", first with { Path = "61" }, "tag 61",
                "none");
        }

        foreach (EmvQrObject application in code.Objects.Where(item =>
            item.Id == "61" && !item.Path.Contains('/', StringComparison.Ordinal)))
        {
            if (code[application.Path + "/4F"] is null)
            {
                Add("Required", Severity.Error, "the application does not say which it is", application with
                { Path = application.Path + "/4F" }, "tag 4F", "none");
            }
        }

        foreach (EmvQrObject item in code.Objects)
        {
            if (item.Path.EndsWith(']') && item.Id != "61")
                Add("Duplicate", Severity.Error, "the data object comes twice", item, "each once", "the object again");
            (int least, int most) = item.Id switch
            {
                "4F" => (5, 16),
                "5A" => (6, 10),
                "57" => (6, 19),
                "9F26" => (8, 8),
                "9F36" => (2, 2),
                "9F37" => (4, 4),
                "9F27" => (1, 1),
                "9F10" => (1, 32),
                _ => (0, int.MaxValue),
            };
            if (item.ValueLength >= least && item.ValueLength <= most) continue;
            Add("Format", Severity.Error, "the data object has not its length", item,
                least == most ? $"{least} bytes" : $"{least} to {most} bytes", $"{item.ValueLength}");
        }

        CheckSize();
    }

    private void CheckObjects()
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (EmvQrObject item in code.Objects)
        {
            if (!seen.Add(item.Path))
            {
                Add("Duplicate", Severity.Error, "the object comes twice", item, "each object once",
                    "the object again");
                continue;
            }

            if (EmvQrTable.Find(item.Path) is not { } rule)
            {
                Add("Reserved", Severity.Warning, "the number is not used", item, "a number in use", item.Id);
            }
            else if (!item.IsTemplate && !rule.Form.IsTemplate && !rule.Form.Fits(code.ValueOf(item)))
            {
                // Three stars ask the reader to have the consumer fill in a value of the additional data.
                if (item.Path.StartsWith("62/", StringComparison.Ordinal) && code.ValueOf(item) == "***") continue;
                Add("Format", rule.IsConfirmed ? Severity.Error : Severity.Warning, "the object has not its form", item,
                    rule.Form.Words, code.Shown(item));
            }
        }
    }

    private void CheckOrder()
    {
        if (code.Objects[0] is { Path: "00" }) return;
        Add("Order", Severity.Error, "the payload format is not first", code.Objects[0], "object 00",
            code.Objects[0].Id);
    }

    private void CheckRequired()
    {
        List<string> identifiers = [.. code.Objects.Where(item => item.Path.Length == 5
            && item.Path.EndsWith("/00", StringComparison.Ordinal)).Select(code.ValueOf)];
        foreach (EmvQrRule rule in EmvQrTable.All.Where(rule => rule.IsRequired))
        {
            string number = rule.First.ToString("D2", CultureInfo.InvariantCulture);
            if (rule.Holder.Length > 0 && code[rule.Holder] is null) continue;
            string path = rule.Holder.Length == 0 ? number : $"{rule.Holder}/{number}";
            if (code[path] is not null) continue;
            Severity severity =
                identifiers.Any(each => EmvQrTable.MayOmit(each, path)) ? Severity.Warning : Severity.Error;
            AddMissing(path, rule.Name, severity, "a required object is missing", rule.Form.Words);
        }
    }

    private void CheckAccounts()
    {
        if (!code.Objects.Any(item => item.Path.Length == 2 && string.CompareOrdinal(item.Path, "02") >= 0
            && string.CompareOrdinal(item.Path, "51") <= 0))
        {
            AddMissing("26", "Merchant account", Severity.Error, "there is no merchant account",
                "an object from 02 to 51");
        }

        foreach (EmvQrObject template in code.Objects.Where(item =>
            item.IsTemplate && EmvQrTable.Find(item.Path + "/00")
            is { Presence: 'C' } && code[item.Path + "/00"] is null))
        {
            AddMissing(template.Path + "/00", "Globally unique identifier", Severity.Warning,
                "the template does not say whose it is", "a reversed domain name, an application identifier or a UUID");
        }
    }

    private void CheckTip()
    {
        string? tip = code["55"];
        Pair("56", "02");
        Pair("57", "03");

        void Pair(string fee, string indicator)
        {
            EmvQrObject? item = code.Objects.FirstOrDefault(each => each.Path == fee);
            if (tip == indicator && item is null)
            {
                AddMissing(fee, EmvQrTable.Find(fee)!.Name, Severity.Error, "the fee that 55 announces is missing",
                    "a fee");
            }
            else if (tip != indicator && item is not null)
            {
                Add("Tip", Severity.Error, "the fee is not the one that 55 announces", item, $"{indicator} in 55",
                    tip ?? "nothing");
            }
        }
    }

    private void CheckAmount()
    {
        if (code["53"] is not { Length: 3 } number || !Ascii.IsDigits(number)
            || !Currency.TryFind(int.Parse(number, CultureInfo.InvariantCulture), out Currency currency)
            || currency.Exponent is not { } exponent)
        {
            return;
        }

        foreach (EmvQrObject item in code.Objects.Where(item => item.Path is "54" or "56"))
        {
            string amount = code.ValueOf(item);
            int point = amount.IndexOf('.', StringComparison.Ordinal);
            if (point < 0 || amount.Length - point - 1 <= exponent) continue;
            Add("Decimals", Severity.Error, "the currency has fewer decimals", item,
                $"at most {exponent} decimals of {currency.Code}", code.Shown(item));
        }
    }

    private void CheckChecksum()
    {
        EmvQrObject checksum = code.Objects[^1]; // where reading ended
        string given = code.ValueOf(checksum), right = Crc16.Text(code.Payload.Span[..checksum.ValueOffset]);
        if (given == right) return;
        bool isOnlyCase = given.Equals(right, StringComparison.OrdinalIgnoreCase);
        Add(isOnlyCase ? "ChecksumCase" : "Checksum", isOnlyCase ? Severity.Warning : Severity.Error,
            isOnlyCase ? "the checksum is in small letters" : "the checksum is wrong", checksum, right,
            code.Shown(checksum));
    }

    private void CheckSize()
    {
        int size = code.RawContent.Span.TrimEnd("\r\n \t"u8).Length;
        if (size <= CommonSize) return;
        found.Add(new Diagnostic("EmvQr.Size", Severity.Warning, "the code is longer than readers must read")
        {
            Offset = 0,
            Expected = $"at most {CommonSize} bytes",
            Actual = size.ToString(CultureInfo.InvariantCulture),
        });
    }

    private void Add(string rule, Severity severity, string message, EmvQrObject item, string expected,
        string actual) =>
        found.Add(new Diagnostic("EmvQr." + rule, severity, message)
        {
            Offset = item.ValueOffset,
            Length = item.ValueLength,
            Path = "/" + item.Path,
            Tag = item.Id,
            Field = item.Name,
            Expected = expected,
            Actual = actual,
        });

    private void AddMissing(string path, string name, Severity severity, string message, string expected) =>
        found.Add(new Diagnostic("EmvQr.Required", severity, message)
        {
            Offset = 0,
            Path = "/" + path,
            Tag = path[(path.LastIndexOf('/') + 1)..],
            Field = name,
            Expected = expected,
            Actual = "nothing",
        });
}
