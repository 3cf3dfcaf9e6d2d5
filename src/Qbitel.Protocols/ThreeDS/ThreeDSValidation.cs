using System.Globalization;
using System.Text.Json;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.ThreeDS.Json;
using Qbitel.Protocols.ThreeDS.Rules;

namespace Qbitel.Protocols.ThreeDS;

/// <summary>Holds a message to the fields, conditions and statuses of its type and version.</summary>
internal sealed class ThreeDSValidation(
    ThreeDSMessage message, ParseMode mode, ThreeDSMessage? request, bool isPayment, DiagnosticList found)
{
    // What an answer repeats of its request.
    private static readonly string[] Echoed = ["threeDSServerTransID", "dsTransID", "acsTransID", "sdkTransID"];

    private readonly JsonParts _parts = message.Parts;

    public void Run()
    {
        if (message.Kind is not { } kind)
        {
            Add("MessageType", "the message is of no type known", 0, "messageType",
                FieldTable.Named("messageType")!.Form.Words, Redaction.None, message.MessageType);
            return;
        }

        if (!CheckVersion()) return;
        int version = message.VersionNumber;
        CheckMembers(0, FieldTable.Scope(kind, version));
        foreach (FieldCondition condition in FieldTable.Conditions(kind, version))
            if (condition.Terms.All(Holds)) CheckThere(condition);

        CheckStatus(kind, version);
        CheckMoney("purchaseCurrency", "purchaseExponent");
        CheckMoney("recurringCurrency", "recurringExponent");
        CheckCard();
        CheckExtensions();
        CheckRequest();
    }

    private bool CheckVersion()
    {
        if (message.IsMethodData) return true;
        bool isKnown = message.VersionNumber >= 0;
        if (isKnown && message.VersionNumber != VersionRange.Archived) return true;

        bool isArchive = isKnown && mode == ParseMode.Archive;
        if (message.Version is null)
        {
            Add("Required", "a field that every message has is missing", 0, "messageVersion", "a version",
                Redaction.None, null);
            return false;
        }

        int part = _parts.Find(0, "messageVersion");
        found.Add(Finding("Version", isArchive ? Severity.Info : Severity.Error, isArchive
            ? "the version is out of use: it is read for archives" : "the version is not supported", part) with
        {
            Path = "/messageVersion",
            Field = "messageVersion",
            Expected = string.Join(" or ", VersionRange.Known.Skip(1)),
            Actual = Redaction.None.Mask(message.Version),
        });
        return isArchive;
    }

    private void CheckMembers(int holder, FieldScope scope)
    {
        Span<char> buffer = stackalloc char[64];
        for (int i = holder + 1; i < _parts[holder].End && !found.IsFull; i = _parts[i].End)
        {
            if (scope.Find(_parts.NameIn(_parts[i], buffer)) is { } rule)
                CheckField(i, rule, rule.Form, scope.Inside(rule));
            else AddUnknown(i, isRoot: holder == 0);
        }

        foreach (FieldRule rule in scope.All)
        {
            bool isNeeded = rule.IsNested ? rule.IsNeededInside : rule.IsRequiredIn(message.Kind!.Value);
            if (isNeeded && _parts.Find(holder, rule.Name) < 0) AddMissing(holder, rule, "", rule.IsConfirmed);
        }
    }

    private void CheckField(int part, FieldRule rule, FieldForm form, FieldScope? inside)
    {
        if (!FieldCheck.Fits(_parts, part, form))
        {
            string actual = _parts[part].IsString ? rule.Redaction.Mask(_parts.ValueOf(_parts[part]))
                : NameOf(_parts[part].Kind);
            found.Add(Finding("Format", SeverityOf(rule.IsConfirmed), "the field has not its form", part) with
            {
                Path = PathText.Of(_parts, part),
                Field = rule.Name,
                Expected = form.Words,
                Actual = actual,
            });
            return;
        }

        if (form.Entry is { } entry)
        {
            for (int i = part + 1; i < _parts[part].End && !found.IsFull; i = _parts[i].End)
                CheckField(i, rule, entry, inside);
        }
        else if (inside is not null && _parts[part].IsObject)
        {
            CheckMembers(part, inside);
        }
    }

    // The root's fields are known; of what is within them less is, and so what is not known there is a warning.
    private void AddUnknown(int part, bool isRoot)
    {
        string name = _parts.NameOf(_parts[part]);
        IEnumerable<string> elsewhere = FieldTable.AllNamed(name).Select(rule => rule.IsIn(message.Kind!.Value)
            ? $"a field of version {rule.Versions}" : "a field of another message").Distinct();
        string versions = isRoot ? string.Join(", ", elsewhere) : "";
        found.Add(Finding("UnknownField", isRoot && mode != ParseMode.Archive ? Severity.Error : Severity.Warning,
            "the message has no such field; what is added stands in messageExtension", part) with
        {
            Path = PathText.Of(_parts, part),
            Field = PathText.Shown(name),
            Expected = "a field of the message and its version",
            Actual = versions.Length > 0 ? versions : "an unknown field",
        });
    }

    private bool Holds(ConditionTerm term)
    {
        string? value = term.Path switch
        {
            // What an answer without its request is taken for.
            "category" => message["messageCategory"] ?? request?["messageCategory"] ?? (isPayment ? "01" : "02"),
            "sdkTransID" => message["sdkTransID"] ?? request?["sdkTransID"],
            _ => message[term.Path],
        };
        return term.IsAbsent ? value is null : value is not null && (term.Values.Count == 0
            || term.Values.Contains(value, StringComparer.Ordinal));
    }

    private void CheckThere(FieldCondition condition)
    {
        foreach (string field in condition.Fields)
        {
            if (_parts.Find(0, field) >= 0) continue;
            FieldRule rule = FieldTable.Scope(message.Kind!.Value, message.VersionNumber).Find(field)!;
            AddMissing(0, rule, condition.Words, condition.IsConfirmed);
        }
    }

    private void CheckStatus(MessageKind kind, int version)
    {
        if (message["transStatus"] is not { } status) return;
        int part = _parts.Find(0, "transStatus");
        if (FieldTable.Statuses.FirstOrDefault(each => each.Code == status) is { } rule)
        {
            bool isIn = rule.Kinds.Contains(kind), isDisputed = rule.Disputed.Contains(kind);
            if (!rule.Versions.Holds(version) || !isIn)
            {
                bool isWarning = rule.Versions.Holds(version) && isDisputed;
                found.Add(Finding("Status", isWarning ? Severity.Warning : Severity.Error,
                    "the status does not belong into this message", part) with
                {
                    Path = "/transStatus",
                    Field = "transStatus",
                    Expected = string.Join(", ", FieldTable.Statuses.Where(each => each.Kinds.Contains(kind)
                        && each.Versions.Holds(version)).Select(each => each.Code)),
                    Actual = status,
                });
            }
        }

        // Which schemes' indicators they are is known only from the card's number.
        if (message["eci"] is not { Length: 2 } eci) return;
        ThreeDSScheme? scheme = EciTable.OfPan(request?["acctNumber"]);
        EciMeaning? meaning = scheme is { } own ? EciTable.MeaningOf(own, eci) : EciTable.MeaningOf(eci);
        bool contradicts = status == "Y" ? meaning == EciMeaning.NotAuthenticated
            : status is "N" or "R" or "C" && meaning == EciMeaning.Authenticated;
        if (!contradicts && (meaning is not null || scheme is null)) return;
        found.Add(Finding("Eci", Severity.Warning, contradicts ? "indicator and status contradict each other"
            : "the indicator is none that the scheme publishes", _parts.Find(0, "eci")) with
        {
            Path = "/eci",
            Field = "eci",
            Expected = scheme is null ? "an indicator that says what transStatus says" : $"an indicator of {scheme}",
            Actual = Redaction.None.Mask(eci),
        });
    }

    private void CheckMoney(string currencyField, string exponentField)
    {
        if (message[currencyField] is not { Length: 3 } code || !Ascii.IsDigits(code)) return;
        if (!Currency.TryFind(int.Parse(code, CultureInfo.InvariantCulture), out Currency currency))
        {
            Add("IsoCode", "there is no such currency", _parts.Find(0, currencyField), currencyField,
                "a number of ISO 4217", Redaction.None, code);
        }
        else if (currency.Exponent is { } exponent && message[exponentField] is { Length: 1 } given
            && Ascii.IsDigits(given) && given[0] - '0' != exponent)
        {
            found.Add(Finding("Exponent", Severity.Warning, "the currency has another number of decimals",
                _parts.Find(0, exponentField)) with
            {
                Path = "/" + exponentField,
                Field = exponentField,
                Expected = exponent.ToString(CultureInfo.InvariantCulture),
                Actual = given,
            });
        }
    }

    private void CheckCard()
    {
        if (message["acctNumber"] is not { Length: >= 13 and <= 19 } pan || !Ascii.IsDigits(pan)
            || Masking.LuhnHolds(pan))
        {
            return;
        }

        found.Add(Finding("Luhn", Severity.Warning, "the check digit of the card number is wrong",
            _parts.Find(0, "acctNumber")) with
        {
            Path = "/acctNumber",
            Field = "acctNumber",
            Expected = "a number that ends in its check digit",
            Actual = Redaction.Pan.Mask(pan),
        });
    }

    // An extension says whether who does not know it must refuse the message; none is known here.
    private void CheckExtensions()
    {
        int list = _parts.Find(0, "messageExtension");
        if (list < 0 || !_parts[list].IsArray) return;
        int index = 0;
        for (int i = list + 1; i < _parts[list].End && !found.IsFull; i = _parts[i].End, index++)
        {
            if (!_parts[i].IsObject || _parts.Find(i, "criticalityIndicator") is not (>= 0 and int critical)
                || _parts[critical].Kind != JsonTokenType.True)
            {
                continue;
            }

            int id = _parts.Find(i, "id");
            found.Add(Finding("CriticalExtension", Severity.Error,
                "the extension is critical and not known here", i) with
            {
                Path = $"/messageExtension/{index.ToString(CultureInfo.InvariantCulture)}",
                Field = "messageExtension",
                Expected = "an extension that is known, or not critical",
                Actual = id < 0 ? "an extension without id" : Redaction.None.Mask(_parts.ValueOf(_parts[id])),
            });
        }
    }

    private void CheckRequest()
    {
        if (request is null) return;
        foreach (string field in Echoed.Append("messageVersion"))
        {
            if (message[field] is not { } own || request[field] is not { } other || own == other) continue;
            found.Add(Finding("Transaction", Severity.Error, "the answer is not that of the request",
                _parts.Find(0, field)) with
            {
                Path = "/" + field,
                Field = field,
                Expected = Redaction.None.Mask(other),
                Actual = Redaction.None.Mask(own),
            });
        }
    }

    private void AddMissing(int holder, FieldRule rule, string why, bool isConfirmed) =>
        found.Add(Finding("Required", SeverityOf(isConfirmed), why.Length == 0 ? "a required field is missing"
            : $"a field is missing that is required with {why}", holder) with
        {
            Length = null,
            Path = $"{PathText.Of(_parts, holder).TrimEnd('/')}/{rule.Name}",
            Field = rule.Name,
            Expected = rule.Form.Words,
            Actual = "nothing",
        });

    private void Add(string code, string text, int part, string field, string expected, Redaction redaction,
        string? actual) =>
        found.Add(Finding(code, Severity.Error, text, Math.Max(0, part)) with
        {
            Path = "/" + field,
            Field = field,
            Expected = expected,
            Actual = actual is null ? "nothing" : redaction.Mask(actual),
        });

    // What is not confirmed by several descriptions makes no message invalid, unless strictness is asked for.
    private static Severity SeverityOf(bool isConfirmed) => isConfirmed ? Severity.Error : Severity.Warning;

    private Diagnostic Finding(string code, Severity severity, string text, int part) =>
        new("ThreeDS." + code, severity, text) { Offset = _parts[part].Offset, Length = _parts[part].Length };

    private static string NameOf(JsonTokenType kind) => kind switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };
}
