namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>What each field of a record must be by its kind alone.</summary>
internal static class NachaFieldCheck
{
    public static void Run(NachaLayout layout, ReadOnlySpan<byte> record, in NachaPlace place, NachaFindings findings)
    {
        NachaField[] fields = layout.Fields;
        for (int i = 1; i < fields.Length; i++) // the first one is the record's type, which chose the layout
        {
            NachaField field = fields[i];
            ReadOnlySpan<byte> value = field.Of(record);
            switch (field.Kind)
            {
                case NachaKind.Digits or NachaKind.Amount:
                    if (!Ascii.IsDigits(value)) ReportNumber(field, record, place, findings);
                    else if (field.Codes?.Contains(value) == false) ReportCode(field, record, place, findings);
                    break;
                case NachaKind.Required:
                    if (!value.ContainsAnyExcept((byte)' '))
                    {
                        findings.Report("Nacha.MandatoryField", Severity.Error, "a mandatory field is blank", place,
                            field);
                    }
                    else if (field.Codes is { } known && field.Name != "entryClass" && !known.Contains(value))
                    {
                        ReportCode(field, record, place, findings);
                    }

                    break;
                case NachaKind.OptionalDigits:
                    if (!Ascii.IsDigits(value) && value.ContainsAnyExcept((byte)' '))
                    {
                        findings.Report("Nacha.FieldFormat", findings.Deviation, "a number is not digits", place, field,
                            record, "digits or blank");
                    }
                    else if (field.Codes is { } set && value.ContainsAnyExcept((byte)' ') && !set.Contains(value))
                    {
                        ReportCode(field, record, place, findings);
                    }

                    break;
                case NachaKind.Date or NachaKind.OptionalDate:
                    if (!NachaNumber.TryReadDate(value, out _)
                        && (field.Kind == NachaKind.Date || value.ContainsAnyExcept((byte)'0', (byte)' ')))
                    {
                        findings.Report("Nacha.Date", Severity.Error, "this is no day of the calendar", place, field,
                            record,
                            "YYMMDD");
                    }

                    break;
                case NachaKind.Text when field.Codes is { } optional:
                    if (value.ContainsAnyExcept((byte)' ') && !optional.Contains(value))
                    {
                        findings.Report("Nacha.CodeValue", Severity.Warning, "the code is none of those listed", place,
                            field, record, "blank or a listed code");
                    }

                    break;
            }
        }
    }

    private static void ReportNumber(NachaField field, ReadOnlySpan<byte> record, in NachaPlace place,
        NachaFindings findings)
    {
        if (field.IsBlank(record))
        {
            findings.Report("Nacha.MandatoryField", Severity.Error, "a mandatory field is blank", place, field);
            return;
        }

        // Numbers filled with blanks instead of zeros are read by everyone.
        bool isRead = NachaNumber.ReadLong(field.Of(record)) >= 0;
        findings.Report("Nacha.FieldFormat", isRead ? findings.Deviation : Severity.Error, "a number is not all digits",
            place, field, record, "digits, filled with zeros on the left");
    }

    private static void ReportCode(NachaField field, ReadOnlySpan<byte> record, in NachaPlace place,
        NachaFindings findings) =>
        findings.Report(field.Name switch
        {
            "transactionCode" => "Nacha.TransactionCode",
            "serviceClass" => "Nacha.ServiceClass",
            "originatorStatus" => "Nacha.OriginatorStatus",
            "addendaIndicator" => "Nacha.AddendaIndicator",
            "changeCode" or "refusedCode" => "Nacha.ChangeCode",
            "returnReason" => "Nacha.ReturnReason",
            "state" => "Nacha.TerminalState",
            _ => "Nacha.CodeValue",
        }, Severity.Error, "the code is none of those the format lists", place, field, record, "a listed code");
}
