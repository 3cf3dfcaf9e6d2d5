using System.Text;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Swift;

/// <summary>
/// Holds a message against the table of its type: presence, order, forms, values; then the type's own rules.
/// </summary>
internal sealed class MtValidation
{
    private readonly SwiftMessage _message;
    private readonly MtRuleSet _rules;
    private readonly DiagnosticList _found;
    private readonly LineCounter _lines = new();

    private MtValidation(SwiftMessage message, MtRuleSet rules, DiagnosticList found)
    {
        _message = message;
        _rules = rules;
        _found = found;
    }

    public static void Run(SwiftMessage message, DiagnosticList found)
    {
        if (message.IsAcknowledgement) return;

        if (MtRuleSet.Of(message.MessageType) is { } rules)
        {
            new MtValidation(message, rules, found).Run();
        }
        else if (message.MessageType.Length > 0)
        {
            found.Add(new Diagnostic("Mt.NoRuleSet", Severity.Info,
                "blocks and fields were checked, the type's rules were not: no table of it is carried")
            {
                Offset = 0,
                Tag = message.MessageType,
            });
        }
        else if (message.ApplicationHeader is null && message.Blocks.All(block => block.Id != '2'))
        {
            string unknown = "without block 2 the message's type is not known";
            found.Add(new Diagnostic("Mt.NoApplicationHeader", Severity.Warning, unknown) { Offset = 0 });
        }
    }

    internal void Report(string code, string text, SwiftField? field, string? expected, string? actual = null,
        int within = 0)
    {
        if (_found.IsFull) return;

        int offset = field is null ? _message.Blocks[^1].Offset : field.ValueOffset + ByteOffset(field, within);
        foreach (SwiftBlock block in _message.Blocks) if (field is null && block.Id == '4') offset = block.Offset;
        TextPosition position = _lines.Of(_message.RawContent.Span, offset);
        _found.Add(new Diagnostic(code, Severity.Error, text)
        {
            Offset = offset,
            Length = field?.ValueLength,
            Line = position.Line,
            Column = position.Column,
            Tag = field?.Tag,
            Field = field is null ? null : _rules.Field(field.Tag)?.Name,
            Expected = expected,
            Actual = actual,
        });
    }

    private void Run()
    {
        string? flag = _message.ValidationFlag;
        int place = 0;
        HashSet<int> seen = [];
        foreach (SwiftField field in _message.Text)
        {
            if (_found.IsFull) return;

            if (_rules.Field(field.Tag) is not { } rule || (rule.Variants == "R" && flag != "REMIT"))
            {
                Report("Mt.UnknownField", "the field is not one of this message type", field,
                    $"a field of MT{_message.MessageType}");
                continue;
            }

            if (flag == "STP" && rule.Variants != "S")
            {
                Report("Mt.FieldNotInStp", "the option is not one of the STP variant", field,
                    "an option for straight-through processing");
            }

            if (rule.Place < place)
            {
                Report("Mt.FieldOrder", "the field stands after one it must stand before", field,
                    "the order of the standard");
            }

            place = Math.Max(place, rule.Place);
            if (!seen.Add(rule.Place) && !rule.Repeats)
            {
                Report("Mt.FieldRepeated", "the field stands more than once", field, "once");
            }

            CheckValue(field, rule);
        }

        foreach (var options in _rules.Fields.Where(rule => rule.Mandatory).GroupBy(rule => rule.Place))
        {
            if (seen.Contains(options.Key)) continue;
            string wanted = string.Join(" or ", options.Select(rule => rule.Tag));
            Report("Mt.MandatoryField", "a mandatory field is missing", null, wanted);
        }

        Mt103Rules.Run(_message, this);
    }

    private void CheckValue(SwiftField field, MtFieldRule rule)
    {
        if (!rule.Format.Fits(field.Value, out int failedAt))
        {
            Report("Mt.FieldFormat", "the value does not have its form", field, rule.Format.Notation,
                SwiftRedaction.Shown(field), failedAt);
            return;
        }

        foreach (string check in rule.Checks)
        {
            switch (check)
            {
                case "reference" when field.Value[0] == '/' || field.Value[^1] == '/'
                    || field.Value.Contains("//", StringComparison.Ordinal):
                    Report("Mt.Reference", "a reference neither begins nor ends with a slash nor holds two: T26", field,
                        "no such slashes");
                    break;
                case "date" when !SwiftValue.TryReadDate(field.Value.AsSpan(0, 6), out _):
                    Report("Mt.Date", "there is no such day: T50", field, "YYMMDD", field.Value[..6]);
                    break;
                case "money":
                    CheckMoney(field);
                    break;
                case "bic":
                    int at = field.Value.LastIndexOf('\n') + 1;
                    ReadOnlySpan<char> bic = field.Value.AsSpan(at);
                    if (!Bic.TryParse(bic, out _))
                    {
                        Report("Mt.Bic", "there is no such country: T27", field, "a BIC", Redaction.None.Mask(bic), at);
                    }
                    break;
                case "time":
                    CheckTime(field);
                    break;
                default:
                    if (check.StartsWith("codes=", StringComparison.Ordinal)
                        && !check[6..].Split(',').Contains(field.Value, StringComparer.Ordinal))
                    {
                        Report("Mt.Code", "the code is not one the field may have", field, check[6..].Replace(',', ' '),
                            Redaction.None.Mask(field.Value));
                    }

                    break;
            }
        }
    }

    private void CheckMoney(SwiftField field)
    {
        int at = field.Tag == "32A" ? 6 : 0, comma = field.Value.IndexOf(',');
        if (!Currency.TryParse(field.Value.AsSpan(at, 3), out Currency currency))
        {
            Report("Mt.Currency", "there is no such currency: T52", field, "an ISO 4217 code",
                field.Value.Substring(at, 3), at);
        }
        else if (currency.Exponent is { } exponent && field.Value.Length - comma - 1 > exponent)
        {
            Report("Mt.AmountDecimals", "the currency has fewer decimals: C03", field, $"at most {exponent}",
                $"{field.Value.Length - comma - 1}", comma + 1);
        }
    }

    // /8c/HHMM, a sign and the offset HHMM.
    private void CheckTime(SwiftField field)
    {
        ReadOnlySpan<char> times = field.Value.AsSpan(field.Value.IndexOf('/', 1) + 1);
        bool fits = Ascii.TwoDigits(times, 0) <= 23 && Ascii.TwoDigits(times, 2) <= 59 && times[4] is '+' or '-'
            && Ascii.TwoDigits(times, 5) <= 13 && Ascii.TwoDigits(times, 7) <= 59;
        if (!fits)
        {
            Report("Mt.Time", "there is no such time or offset: T38, T15, T16", field, "HHMM, + or -, HHMM",
                times.ToString());
        }
    }

    // The value has LF where the message may have CRLF.
    private int ByteOffset(SwiftField field, int within)
    {
        if (within == 0) return 0;
        string raw = Encoding.Latin1.GetString(_message.RawContent.Span.Slice(field.ValueOffset, field.ValueLength));
        int at = 0;
        for (int i = 0; i < within && at < raw.Length; i++, at++) if (raw[at] == '\r') at++;
        return at;
    }
}
