namespace Qbitel.Protocols.Swift;

/// <summary>
/// Rules of MT103 between fields, as far as they are public knowledge; the network's code is in the sentence.
/// What is not here: C2 (33B between listed countries), and the code lists that change every year.
/// </summary>
internal static class Mt103Rules
{
    private static readonly string[] CodesWithText = ["PHON", "PHOB", "PHOI", "TELE", "TELB", "TELI", "HOLD", "REPA"];
    private static readonly string[] CodesOfPriority = ["SDVA", "TELB", "PHOB", "INTC"];
    private static readonly string[] CodesOfStp = ["CORT", "INTC", "SDVA", "REPA"];

    public static void Run(SwiftMessage message, MtValidation validation)
    {
        SwiftField? First(string number) =>
            message.Text.FirstOrDefault(field => field.Number == number || field.Tag == number);
        SwiftField[] instructions = [.. message.Text.Where(field => field.Tag == "23E" && field.Value.Length >= 4)];
        string operation = First("23B")?.Value ?? "";
        bool isPriority = operation is "SPRI" or "SSTD" or "SPAY";
        SwiftField? settled = First("32A"), instructed = First("33B"), rate = First("36"), forReceiver = First("71G");
        bool isStp = message.ValidationFlag == "STP";

        if (settled?.Value.Length >= 9 && instructed?.Value.Length >= 3)
        {
            bool converted = instructed.Value[..3] != settled.Value[6..9];
            if (converted && rate is null)
            {
                validation.Report("Mt.ExchangeRate", "33B is in another currency than 32A, so 36 must stand: D75",
                    instructed, "36");
            }

            if (!converted && rate is not null)
            {
                validation.Report("Mt.ExchangeRate", "33B and 32A are in one currency, so 36 must not stand: D75", rate,
                    "no 36");
            }
        }
        else if (instructed is null && rate is not null)
        {
            validation.Report("Mt.ExchangeRate", "without 33B there is nothing to convert: D75", rate, "no 36");
        }

        foreach (SwiftField instruction in instructions)
        {
            string code = instruction.Value[..4];
            if (operation == "SPRI" && !CodesOfPriority.Contains(code, StringComparer.Ordinal))
            {
                validation.Report("Mt.InstructionCode", "with SPRI only some instructions go: E01", instruction,
                    string.Join(' ', CodesOfPriority), code);
            }
            else if (operation is "SSTD" or "SPAY")
            {
                validation.Report("Mt.InstructionCode", "with SSTD and SPAY no instruction goes: E02", instruction,
                    "no 23E", code);
            }

            if (isStp && !CodesOfStp.Contains(code, StringComparer.Ordinal))
            {
                validation.Report("Mt.InstructionCode", "the STP variant does not have the instruction", instruction,
                    string.Join(' ', CodesOfStp), code);
            }

            if (instruction.Value.Length > 4 && !CodesWithText.Contains(code, StringComparer.Ordinal))
            {
                validation.Report("Mt.InstructionText", "the instruction takes no text: D97", instruction, code);
            }

            if (code is "TELI" or "PHOI" && First("56") is null)
            {
                validation.Report("Mt.InstructionCode", "there is no intermediary to call: E44", instruction, "56",
                    code);
            }

            if (code is "TELE" or "PHON" && First("57") is null)
            {
                validation.Report("Mt.InstructionCode", "there is no institution to call: E45", instruction, "57",
                    code);
            }
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (SwiftField instruction in instructions.Where(instruction => !seen.Add(instruction.Value[..4])))
        {
            validation.Report("Mt.InstructionRepeated", "an instruction stands once: E46", instruction, "once");
        }

        CheckInstitutions(message, validation, operation, isPriority);
        CheckCharges(message, validation, settled, instructed, forReceiver);

        SwiftField? beneficiary = First("59");
        bool hasAccount = beneficiary?.Value.StartsWith('/') ?? true;
        if ((isStp || isPriority) && !hasAccount)
        {
            validation.Report("Mt.BeneficiaryAccount", "the beneficiary's account must stand: E10", beneficiary,
                "/account");
        }

        if (hasAccount && instructions.Any(field => field.Value.StartsWith("CHQB", StringComparison.Ordinal))
            && beneficiary is not null)
        {
            validation.Report("Mt.BeneficiaryAccount", "who is paid by cheque has no account here: E18", beneficiary,
                "no account");
        }
    }

    private static void CheckInstitutions(SwiftMessage message, MtValidation validation, string operation,
        bool isPriority)
    {
        SwiftField? Party(string number) => message.Text.FirstOrDefault(field => field.Number == number);
        SwiftField? sender = Party("53"), third = Party("55"), intermediary = Party("56");
        if (isPriority && sender?.Tag == "53D")
        {
            validation.Report("Mt.PartyOption", "with this operation option D does not go: E03", sender, "53A or 53B");
        }

        if (isPriority && sender is { Tag: "53B" } && !sender.Value.StartsWith('/'))
        {
            validation.Report("Mt.PartyOption", "option B needs an account here: E04", sender, "/account");
        }

        foreach (string number in (string[])["54", "55"])
        {
            if (isPriority && Party(number) is { } party && !party.Tag.EndsWith('A'))
            {
                validation.Report("Mt.PartyOption", "with this operation only option A goes: E05, E07", party,
                    number + "A");
            }
        }

        if (third is not null && (sender is null || Party("54") is null))
        {
            validation.Report("Mt.Reimbursement", "with 55 there must be 53 and 54: E06", third, "53 and 54");
        }

        if (intermediary is not null && Party("57") is null)
        {
            validation.Report("Mt.Intermediary", "with 56 there must be 57: C81", intermediary, "57");
        }

        if (operation == "SPRI" && intermediary is not null)
        {
            validation.Report("Mt.Intermediary", "with SPRI there is no intermediary: E16", intermediary, "no 56");
        }

        if (operation is "SSTD" or "SPAY" && intermediary?.Tag == "56D")
        {
            validation.Report("Mt.PartyOption", "with this operation option D does not go: E17", intermediary,
                "56A or 56C");
        }
    }

    private static void CheckCharges(SwiftMessage message, MtValidation validation, SwiftField? settled,
        SwiftField? instructed, SwiftField? receiverCharges)
    {
        string? who = message.GetField("71A");
        SwiftField? senderCharges = message.Text.FirstOrDefault(field => field.Tag == "71F");
        if (who == "OUR" && senderCharges is not null)
        {
            validation.Report("Mt.Charges", "the sender pays, so 71F must not stand: E13", senderCharges, "no 71F");
        }

        if (who == "SHA" && receiverCharges is not null)
        {
            validation.Report("Mt.Charges", "charges are shared, so 71G must not stand: D50", receiverCharges,
                "no 71G");
        }

        if (who == "BEN" && receiverCharges is not null)
        {
            validation.Report("Mt.Charges", "the beneficiary pays, so 71G must not stand: E15", receiverCharges,
                "no 71G");
        }

        if (who == "BEN" && senderCharges is null)
        {
            validation.Report("Mt.Charges", "the beneficiary pays, so what was taken must stand: E15", null, "71F");
        }

        SwiftField? charges = senderCharges ?? receiverCharges;
        if (charges is not null && instructed is null)
        {
            validation.Report("Mt.Charges", "with charges the instructed amount must stand: D51", charges, "33B");
        }

        if (receiverCharges?.Value.Length >= 3 && settled?.Value.Length >= 9
            && receiverCharges.Value[..3] != settled.Value[6..9])
        {
            validation.Report("Mt.Charges", "71G is in the currency of 32A: C02", receiverCharges, settled.Value[6..9],
                receiverCharges.Value[..3]);
        }
    }
}
