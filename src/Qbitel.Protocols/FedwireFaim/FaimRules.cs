using System.Buffers;
using System.Globalization;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.FedwireFaim;

/// <summary>Holds a message against the tables: values of elements, then what goes with what.</summary>
internal sealed class FaimRules(FaimMessage message)
{
    private static readonly SearchValues<char> Numeric = SearchValues.Create("0123456789,.");

    private readonly DiagnosticList _found = new();
    private readonly LineCounter _lines = new();

    public IReadOnlyList<Diagnostic> Run()
    {
        foreach (FaimField field in message.Fields)
        {
            if (_found.IsFull) break;
            if (FaimTable.Tag(field.Tag) is { } rule) Elements(field, rule);
        }

        Accountability();
        Presence();
        Amount();
        Function();
        Instrument();
        foreach ((string tag, IReadOnlyList<string> needs) in FaimTable.Companions)
        {
            if (message.Find(tag) is { } field) Needs(needs, $"beside {{{tag}}}", field);
        }

        return _found.Found;
    }

    private void Elements(FaimField field, FaimTagRule rule)
    {
        for (int i = 0; i < rule.Elements.Count; i++)
        {
            FaimElementRule element = rule.Elements[i];
            FaimElement? there = i < field.Elements.Count ? field.Elements[i] : null;
            if (there is null || there.Text.Length == 0)
            {
                // A blank is a value where a code list has one.
                if (!element.IsMandatory || (there is not null && element.MayBeBlank)) continue;
                if (i > 0 && i >= field.Elements.Count && field.Elements.Count > 0 && IsCut(field)) continue;
                Report("Faim.ElementMissing", Severity.Error, "the element must stand", field, i + 1, there,
                    element.Expected, "nothing");
                continue;
            }

            Characters(field, element, there);
            foreach (string check in element.Checks) Check(check, field, element, there);
        }
    }

    // What is too short was told already; what is missing behind it follows from that.
    private bool IsCut(FaimField field) => message.Findings.Any(finding =>
        finding.Tag == field.Tag && finding.Code is "Faim.ElementLength" or "Faim.Delimiter");

    private void Characters(FaimField field, FaimElementRule element, FaimElement there)
    {
        if (element.Form == FaimForm.Counted) return;
        int wrong = there.Value.AsSpan().IndexOfAnyExceptInRange(' ', '~');
        if (wrong < 0) return;
        Report("Faim.Charset", Severity.Error, "the character is in no set of the format", field, there.Index, there,
            "printable ASCII", $"0x{(int)there.Value[wrong]:X2}", wrong);
    }

    private void Check(string check, FaimField field, FaimElementRule element, FaimElement there)
    {
        string value = there.Text;
        bool holds = check switch
        {
            "digits" => Ascii.IsDigits(element.Form == FaimForm.Fixed ? there.Value : value),
            "date" => DateOnly.TryParseExact(value, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None,
                out _),
            "monthday" => DateOnly.TryParseExact("2000" + value, "yyyyMMdd", CultureInfo.InvariantCulture,
                DateTimeStyles.None, out _),
            "time" => TimeOnly.TryParseExact(value, "HHmm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            "aba" => value.Length == 9 && Ascii.IsDigits(value),
            "money" => value.Length > 3 && Currency.TryParse(value.AsSpan(0, 3), out _) && IsNumber(value.AsSpan(3)),
            "number" => IsNumber(value),
            "currency" => Currency.TryParse(value, out _),
            _ => true,
        };
        if (!holds)
        {
            Report("Faim.Value", Severity.Error, "the value does not have its form", field, there.Index, there,
                Form(check), element.Redaction.Mask(value));
        }
        else if (check == "aba" && !AbaRoutingNumber.TryParse(value, out _))
        {
            Report("Faim.AbaCheckDigit", Severity.Warning, "the routing number's check digit or range is wrong", field,
                there.Index, there, "a routing number", Redaction.None.Mask(value));
        }
        else if (check == "country" && !Country.Exists(value))
        {
            Report("Faim.Country", Severity.Warning, "there is no such country", field, there.Index, there,
                "an ISO 3166 code", Redaction.None.Mask(value));
        }

        if (check.StartsWith("codes=", StringComparison.Ordinal) && element.MeaningOf(there.Value) is null
            && element.MeaningOf(value) is null)
        {
            Report("Faim.Code", Severity.Error, "the code is not one the element may have", field, there.Index, there,
                string.Join(' ', element.Codes!.Keys), Redaction.None.Mask(value));
        }
    }

    // Digits with one comma or point, or none.
    private static bool IsNumber(ReadOnlySpan<char> text)
    {
        int marks = text.Count(',') + text.Count('.');
        return text.Length > marks && marks <= 1 && text.IndexOfAnyExcept(Numeric) < 0;
    }

    private static string Form(string check) => check switch
    {
        "date" => "YYYYMMDD",
        "monthday" => "MMDD",
        "time" => "HHMM",
        "aba" => "nine digits",
        "money" => "a currency and an amount",
        "number" => "digits with at most one comma",
        "currency" => "an ISO 4217 code",
        _ => "digits",
    };

    private void Accountability()
    {
        if (message.Imad is not null || message.Find("1520") is not { Elements: [_, var source, _] } field) return;
        if (_found.HasErrors || message.Findings.FirstError() is not null) return; // told by its elements
        Report("Faim.Value", Severity.Error, "the source does not have its form", field, 2, source,
            "eight characters without braces", Redaction.None.Mask(source.Value));
    }

    private void Presence()
    {
        foreach (string tag in FaimTable.Mandatory)
        {
            if (message.Find(tag) is not null || (tag == "1500" && message.Find("1100") is not null)) continue;
            Missing(tag, "every message has this tag");
        }
    }

    private void Amount()
    {
        if (message.Find("2000") is { } field && message.Amount is { Amount: 0 }
            && message.Find("1510")?[2] is { } subtype && subtype != "90")
        {
            Report("Faim.ZeroAmount", Severity.Error, "only a service message has no amount", field, 1,
                field.Elements[0], "more than zero", "zero");
        }
    }

    private void Function()
    {
        if (message.Find("3600") is not { } field || field[1] is not { } code
            || FaimTable.Functions.GetValueOrDefault(code) is not { } rule)
        {
            return;
        }

        if (message.Find("1510") is { Elements.Count: 2 } type && message.TypeSubtype is { } both
            && !rule.Types.Contains(both, StringComparer.Ordinal))
        {
            Report("Faim.TypeOfFunction", Severity.Error, $"{code} does not go with this type and subtype", type, 1,
                type.Elements[0], string.Join(' ', rule.Types), Redaction.None.Mask(both));
        }

        Needs(rule.Needs, $"with {code}", null);
        foreach (FaimField each in message.Fields)
        {
            if (each.Tag != "3600" && rule.Excludes.Any(entry => FaimTable.IsOf(each.Tag, entry)))
                Excluded(each, $"{code} excludes this tag");
        }

        if (rule.Excludes.Contains("3600.2", StringComparer.Ordinal) && field[2] is { } transaction)
        {
            Report("Faim.ExcludedTag", Severity.Error, $"{code} has no transaction type", field, 2, field.Elements[1],
                "nothing", Redaction.None.Mask(transaction));
        }
        else if (code == "CTR" && field[2] == "COV")
        {
            Report("Faim.ExcludedTag", Severity.Error, "a cover payment is no CTR", field, 2, field.Elements[1],
                "another", "COV");
        }

        bool isCustomers = code is "CTR" or "CTP";
        foreach (FaimField? party in (FaimField?[])[message.Find("4200"), message.Find("5000")])
        {
            if (isCustomers || party?[1] != "T") continue;
            Report("Faim.Code", Severity.Error, "a BIC with an account goes with customers' transfers only", party, 1,
                party.Elements[0], "another code", "T");
        }

        string? subtype = message.Find("1510")?[2];
        if (code is "BTR" or "CTR" or "CTP" && subtype is "02" or "08")
            Needs(["3500"], "in a reversal", null);
    }

    private void Instrument()
    {
        FaimField? field = message.Find("3610");
        string? code = field?[1];
        if (field is not null && message.BusinessFunction is { } function && function == "CTP" && code is not null)
        {
            if (FaimTable.Instruments.GetValueOrDefault(code) is { } needs) Needs(needs, $"with {code}", field);
            if (code == "PROP" && field[2] is null)
            {
                Report("Faim.ElementMissing", Severity.Error, "PROP needs the instrument's own code", field, 2, null,
                    "a code", "nothing");
            }
            else if (code != "PROP" && field[2] is { } own)
            {
                Report("Faim.Value", Severity.Error, "only PROP has a code of its own", field, 2, field.Elements[1],
                    "nothing", Redaction.None.Mask(own));
            }

            foreach (string charge in (string[])["3700", "3710", "3720"])
            {
                if (code == "COVS" && message.Find(charge) is { } there)
                    Excluded(there, "COVS excludes this tag");
            }
        }

        foreach (FaimField each in message.Fields)
        {
            foreach ((IReadOnlyList<string> tags, IReadOnlyList<string> instruments) in FaimTable.OnlyWith)
            {
                if (message.BusinessFunction == "CTP" && tags.Any(entry => FaimTable.IsOf(each.Tag, entry))
                    && (code is null || !instruments.Contains(code, StringComparer.Ordinal)))
                {
                    Excluded(each, "the local instrument does not allow this tag", string.Join(' ', instruments));
                }
            }
        }
    }

    private void Needs(IReadOnlyList<string> tags, string why, FaimField? at)
    {
        foreach (string entry in tags)
        {
            string[] either = entry.Split('/');
            if (either.Any(tag => message.Find(tag) is not null)) continue;
            Missing(entry, $"{why} this tag must stand", at);
        }
    }

    private void Missing(string tag, string why, FaimField? at = null)
    {
        string wanted = string.Join(" or ", tag.Split('/').Select(each => $"{{{each}}}"));
        int offset = at?.Offset ?? message.RawContent.Length;
        TextPosition position = _lines.Of(message.RawContent.Span, offset);
        _found.Add(new Diagnostic("Faim.MandatoryTag", Severity.Error, why)
        {
            Offset = offset,
            Line = position.Line,
            Column = position.Column,
            Tag = tag,
            Field = FaimTable.Tag(tag.Split('/')[0])?.Name,
            Path = "/" + tag,
            Expected = wanted,
            Actual = "nothing",
        });
    }

    private void Excluded(FaimField field, string why, string expected = "no such tag") =>
        Report("Faim.ExcludedTag", Severity.Error, why, field, null, null, expected, $"{{{field.Tag}}}");

    private void Report(string code, Severity severity, string text, FaimField field, int? index, FaimElement? element,
        string expected, string actual, int within = 0)
    {
        if (_found.IsFull) return;
        int offset = (element?.Offset ?? field.Offset) + within;
        TextPosition position = _lines.Of(message.RawContent.Span, offset);
        _found.Add(new Diagnostic(code, severity, text)
        {
            Offset = offset,
            Length = element?.Length ?? FaimTagReader.TagLength,
            Line = position.Line,
            Column = position.Column,
            Tag = field.Tag,
            Field = element?.Name ?? (index is { } number ? FaimTable.Tag(field.Tag)?.Elements[number - 1].Name
                : field.Name),
            Path = index is null ? $"/{field.Tag}" : $"/{field.Tag}/{index}",
            Expected = expected,
            Actual = actual,
        });
    }
}
