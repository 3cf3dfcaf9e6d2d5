using System.Globalization;
using Qbitel.Protocols.Iso20022.Parties;

namespace Qbitel.Protocols.Iso20022.Profiles;

/// <summary>Reads the text of a rule pack; docs/formats/iso20022-profiles.md describes it.</summary>
internal sealed class MxProfileReader
{
    private const int MaxLines = 10_000;

    private readonly List<MxRule> _rules = [];
    private int _line;
    private Draft? _rule;

    public string? Name { get; private set; }

    public string Title { get; private set; } = "";

    public DateOnly? From { get; private set; }

    public DateOnly? Until { get; private set; }

    public bool NeedsHeader { get; private set; }

    public Severity OtherVersions { get; private set; } = Severity.Error;

    public List<string> Messages { get; } = [];

    public List<string> Unverified { get; } = [];

    /// <summary>Elements that may be empty although their type forbids it.</summary>
    public List<(string Path, string Why)> Tolerated { get; } = [];

    /// <summary>Findings of the schema or the standard that are warnings here.</summary>
    public List<(string Code, string Why)> Softer { get; } = [];

    public IReadOnlyList<MxRule> Rules => _rules;

    /// <exception cref="MessageFormatException">The pack is not one; the error has the line.</exception>
    public void Read(TextReader text)
    {
        while (text.ReadLine() is { } line)
        {
            if (++_line > MaxLines) throw Fault($"at most {MaxLines} lines", "more");
            string trimmed = line.Trim();
            if (trimmed.Length == 0 || trimmed[0] == '#') continue;

            int space = trimmed.IndexOf(' ', StringComparison.Ordinal);
            string word = space < 0 ? trimmed : trimmed[..space], rest = space < 0 ? "" : trimmed[space..].Trim();
            if (char.IsWhiteSpace(line[0])) Rule(word, rest);
            else Pack(word, rest);
        }

        EndRule();
        if (Name is null) throw Fault("a line profile NAME", "none");
    }

    private void Pack(string word, string rest)
    {
        EndRule();
        switch (word)
        {
            case "profile": Name = One(rest); break;
            case "extends": Extend(One(rest)); break;
            case "title": Title = rest; break;
            case "inforce":
                string[] days = Words(rest);
                (From, Until) = (Day(days[0]), days.Length > 1 ? Day(days[1]) : null);
                break;
            case "header": NeedsHeader = rest == "required" ? true : throw Fault("header required", word); break;
            case "versions": OtherVersions = SeverityOf(rest); break;
            case "message": Messages.Add(One(rest)); break;
            case "unverified": Unverified.Add(rest); break;
            case "tolerate":
                Tolerated.Add((Words(rest)[0], rest[(rest.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
                break;
            case "softer":
                Softer.Add((Words(rest)[0], rest[(rest.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
                break;
            case "rule": _rule = new Draft(One(rest), _line); break;
            default:
                throw Fault(
                    "profile, extends, title, inforce, header, versions, message, tolerate, softer, unverified or rule",
                    word);
        }
    }

    private void Extend(string name)
    {
        if (!MxProfile.Exists(name)) throw Fault("a pack that comes along", name);

        MxProfileReader other = new();
        using StreamReader text = new(MxProfile.Open(name));
        other.Read(text);
        _rules.AddRange(other.Rules);
        Messages.AddRange(other.Messages);
        Unverified.AddRange(other.Unverified);
        Tolerated.AddRange(other.Tolerated);
        Softer.AddRange(other.Softer);
        NeedsHeader |= other.NeedsHeader;
        OtherVersions = other.OtherVersions;
    }

    private void Rule(string word, string rest)
    {
        if (_rule is not { } rule) throw Fault("a line rule CODE before indented lines", word);
        switch (word)
        {
            case "in": rule.Messages.AddRange(Words(rest)); break;
            case "at": rule.Places.AddRange(Words(rest)); break;
            case "when": rule.Conditions.Add(Condition(Words(rest))); break;
            case "of": rule.Target = Path(One(rest)); break;
            case "say": rule.Message = rest; break;
            case "source": rule.Source = rest; break;
            case "severity": rule.Severity = SeverityOf(rest); break;
            case "strict": rule.Strict = SeverityOf(rest); break;
            case "archive": rule.Archive = SeverityOf(rest); break;
            case "before": rule.Before = SeverityOf(rest); break;
            case "from": rule.From = Day(rest); break;
            case "until": rule.Until = Day(rest); break;
            default:
                if (rule.Check is not null) throw Fault("one test a rule", word);
                rule.Check = Check(word, rest);
                break;
        }
    }

    private MxCheck Check(string word, string rest)
    {
        switch (word)
        {
            case "required":
                return new RequiredCheck([.. rest.Split('|').Select(each => (MxPath[])
                    [.. each.Split('+', StringSplitOptions.TrimEntries).Select(Path)])]);
            case "exclusive": return new ExclusiveCheck([.. Words(rest).Select(Path)]);
            case "forbidden": return new ForbiddenCheck();
            case "times":
                string[] times = Words(rest, 3);
                return new TimesCheck(times[0], Number(times[1]), times[2] == "*" ? int.MaxValue : Number(times[2]));
            case "codes": return new CodesCheck(Words(rest));
            case "pattern": return Pattern(rest);
            case "length": return new LengthCheck(Number(Words(rest, 2)[0]), Number(Words(rest, 2)[1]));
            case "characters":
                return new CharactersCheck(MxCharacterSet.Find(rest) ?? throw Fault("x or x-extended", rest));
            case "reference": return new ReferenceCheck();
            case "currency": return new CurrencyCheck(Words(rest));
            case "amount": return new AmountCheck(Decimal(Words(rest, 2)[0]), Decimal(Words(rest, 2)[1]));
            case "decimals": return new DecimalsCheck(Number(rest));
            case "samecurrency" or "sameamount":
                string[] both = Words(rest, 2);
                return new SameAmountCheck(Path(both[0]), Path(both[1]), word == "samecurrency");
            case "offset": return new OffsetCheck();
            case "routingnumber": return new RoutingNumberCheck();
            case "uetr": return new UetrCheck();
            case "notempty": return new NotEmptyCheck();
            case "addressnot": return new AddressFormCheck([.. Words(rest).Select(Form)]);
            case "addressparts": return new AddressPartsCheck(Form(rest));
            default:
                throw Fault("in, at, when, of, say, source, severity, strict, archive, before, from, until or a test",
                    word);
        }
    }

    private void EndRule()
    {
        if (_rule is not { } rule) return;

        _rule = null;
        int line = _line;
        _line = rule.Line;
        bool hasForm = rule.Code.Contains('.', StringComparison.Ordinal);
        if (!hasForm) throw Fault("a code of the form Profile.Rule", rule.Code);
        if (rule.Check is null) throw Fault("a test in every rule", rule.Code);
        if (rule.Places.Count == 0) throw Fault("a line at PATH in every rule", rule.Code);
        if (rule.Message is null || rule.Source is null) throw Fault("lines say and source in every rule", rule.Code);

        _rules.Add(new MxRule(rule.Code, rule.Check, rule.Message, rule.Source)
        {
            Messages = rule.Messages,
            Places = rule.Places,
            Target = rule.Target,
            Conditions = [.. rule.Conditions],
            Severity = rule.Severity,
            Strict = rule.Strict ?? rule.Severity,
            Archive = rule.Archive ?? rule.Severity,
            From = rule.From,
            Until = rule.Until,
            Before = rule.Before,
        });
        _line = line;
    }

    // when PATH present | absent | is VALUE...
    private MxCondition Condition(string[] words) => words switch
    {
        [var path, "present"] => new MxCondition(Path(path), true, []),
        [var path, "absent"] => new MxCondition(Path(path), false, []),
        [var path, "is", .. var values] when values.Length > 0 => new MxCondition(Path(path), true, values),
        _ => throw Fault("when PATH present, when PATH absent or when PATH is VALUE", string.Join(' ', words)),
    };

    private PatternCheck Pattern(string text)
    {
        try
        {
            return new PatternCheck(text);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw Fault("a regular expression that needs no backtracking", text);
        }
    }

    private MxPath Path(string text) => text.Length > 0 ? new MxPath(text.Trim()) : throw Fault("a path", "nothing");

    private string One(string rest) =>
        rest.Length > 0 && !rest.Contains(' ', StringComparison.Ordinal) ? rest : throw Fault("one word", rest);

    private string[] Words(string rest, int count = 0)
    {
        string[] words = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || (count > 0 && words.Length != count))
            throw Fault(count == 0 ? "at least one word" : $"{count} words", rest);
        return words;
    }

    private int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value
            : throw Fault("a number", text);

    private decimal Decimal(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value) ? value
            : throw Fault("an amount", text);

    private DateOnly Day(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)
            ? day : throw Fault("a day such as 2026-11-14", text);

    private Severity SeverityOf(string text) => text switch
    {
        "error" => Severity.Error,
        "warning" => Severity.Warning,
        "info" => Severity.Info,
        _ => throw Fault("error, warning or info", text),
    };

    private AddressForm Form(string text) => text switch
    {
        "unstructured" => AddressForm.Unstructured,
        "hybrid" => AddressForm.Hybrid,
        "structured" => AddressForm.Structured,
        "empty" => AddressForm.Empty,
        _ => throw Fault("unstructured, hybrid, structured or empty", text),
    };

    private MessageFormatException Fault(string expected, string actual) =>
        new(new ParseError(new Diagnostic("Profile.Pack", Severity.Error, "the rule pack cannot be read")
        {
            Line = _line,
            Column = 1,
            Expected = expected,
            Actual = Redaction.None.Mask(actual),
        }));

    private sealed class Draft(string code, int line)
    {
        public string Code { get; } = code;

        public int Line { get; } = line;

        public List<string> Messages { get; } = [];

        public List<string> Places { get; } = [];

        public List<MxCondition> Conditions { get; } = [];

        public MxPath? Target { get; set; }

        public MxCheck? Check { get; set; }

        public string? Message { get; set; }

        public string? Source { get; set; }

        public Severity Severity { get; set; } = Severity.Error;

        public Severity? Strict { get; set; }

        public Severity? Archive { get; set; }

        public Severity? Before { get; set; }

        public DateOnly? From { get; set; }

        public DateOnly? Until { get; set; }
    }
}
