using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;
using Qbitel.Protocols.Translation.Payments;

namespace Qbitel.Protocols.Translation.Fedwire;

/// <summary>Writes FAIM's parties {4000} to {5200} as ISO 20022 parties and agents.</summary>
internal static class FaimParty
{
    /// <summary>An institution: its identifier by its code, its name, and its address in lines.</summary>
    public static bool Agent(FaimSource source, MxTarget target, string tag, string agent, string account)
    {
        if (!source.Has(tag)) return false;
        string institution = agent + "/FinInstnId";
        SourceLeaf? code = source.At(tag, "IdCode"), id = source.At(tag, "Identifier");
        if (code is not null && id is not null)
        {
            switch (code.Value)
            {
                case "B" when Bic.TryParse(id.Value, out _):
                    Put(target, institution + "/BICFI", code, id);
                    break;
                case "F" or "C":
                    target.Put(institution + "/ClrSysMmbId/ClrSysId/Cd", code, code.Value == "F" ? "USABA" : "USPID");
                    target.Put(institution + "/ClrSysMmbId/MmbId", id);
                    break;
                case "D":
                    MtToMxParty.Account(target, id, id.Value, account);
                    MxAccount(target, code, account);
                    break;
                default:
                    target.Put(institution + "/Othr/Id", id);
                    target.Put(institution + "/Othr/SchmeNm/Prtry", code, Words(code.Value));
                    break;
            }
        }
        else
        {
            code?.Account(FieldOutcome.Dropped, null, "it names the kind of a number that is not there");
        }

        NameAndAddress(source, target, tag, institution);
        return target.HasBelow(agent);
    }

    /// <summary>A customer: {4200}, {5000} or {4400}.</summary>
    public static void Customer(FaimSource source, MxTarget target, string tag, string party, string? account = null)
    {
        account ??= party + "Acct";
        SourceLeaf? code = source.At(tag, "IdCode"), id = source.At(tag, "Identifier");
        if (code is not null && id is not null)
        {
            switch (code.Value)
            {
                case "D" when !target.HasBelow(account):
                    MtToMxParty.Account(target, id, id.Value, account);
                    MxAccount(target, code, account);
                    break;
                case "D":
                    break; // told by {5010} already; the ledger says that it was dropped
                case "B" when Bic.TryParse(id.Value, out _):
                    Put(target, party + "/Id/OrgId/AnyBIC", code, id);
                    break;
                case "1" or "3" or "4" when !target.HasBelow(party + "/Id"):
                    target.Put(party + "/Id/PrvtId/Othr/Id", id);
                    target.Put(party + "/Id/PrvtId/Othr/SchmeNm/Cd", code,
                        code.Value switch { "1" => "CCPT", "3" => "DRLC", _ => "ARNU" });
                    break;
                case var _ when !target.HasBelow(party + "/Id"):
                    const string Note = "taken as an organisation's: the code does not tell";
                    target.Put(party + "/Id/OrgId/Othr/Id", id, note: Note);
                    if (code.Value == "2") target.Put(party + "/Id/OrgId/Othr/SchmeNm/Cd", code, "TXID", Note);
                    else target.Put(party + "/Id/OrgId/Othr/SchmeNm/Prtry", code, Words(code.Value), Note);
                    break;
                default:
                    break;
            }
        }
        else
        {
            code?.Account(FieldOutcome.Dropped, null, "it names the kind of a number that is not there");
        }

        if (!target.Has(party + "/Nm")) NameAndAddress(source, target, tag, party);
    }

    /// <summary>{5010}: party identifier, then lines with their numbers.</summary>
    public static void OptionF(FaimSource source, MxTarget target, string party)
    {
        if (source.At("5010", "PartyIdentifier") is { } identifier)
        {
            string[] parts = identifier.Value.Split('/', 2);
            if (identifier.Value.StartsWith('/'))
            {
                MtToMxParty.Account(target, identifier, identifier.Value[1..], party + "Acct");
            }
            else if (parts is [{ Length: 4 }, { Length: > 0 }])
            {
                bool isPerson = parts[0] is "ARNU" or "CCPT" or "DRLC" or "NIDN" or "SOSE";
                string other = party + (isPerson ? "/Id/PrvtId/Othr" : "/Id/OrgId/Othr");
                string? note = isPerson ? null : "taken as an organisation's: the code does not tell";
                target.Put(other + "/Id", identifier, parts[1], note);
                target.Put(other + "/SchmeNm/Cd", identifier, parts[0], note);
            }
        }

        SourceLeaf[] lines = [.. new[] { source.At("5010", "Name") }.OfType<SourceLeaf>(), .. source.Lines("5010")];
        if (lines.Any(line => line.Value.Length > 2 && line.Value[1] == '/' && char.IsAsciiDigit(line.Value[0])))
        {
            MtToMxParty.NumberedLines(target, lines, party);
        }
        else if (lines.Length > 0)
        {
            // Without their numbers they are lines like any others.
            target.Put(party + "/Nm", lines[0]);
            for (int i = 1; i < lines.Length; i++) target.Put($"{party}/PstlAdr/AdrLine[{i}]", lines[i]);
            if (lines.Length > 1) target.Ledger.Remark(Remarks.Unstructured);
        }
    }

    /// <summary>Sender or receiver by routing number and short name.</summary>
    public static void Participant(FaimSource source, MxTarget target, string tag, string agent)
    {
        if (source.At(tag, "Aba") is not { } aba) return;
        target.Put(agent + "/FinInstnId/ClrSysMmbId/ClrSysId/Cd", aba, "USABA");
        target.Put(agent + "/FinInstnId/ClrSysMmbId/MmbId", aba);
        target.Put(agent + "/FinInstnId/Nm", source.At(tag, "ShortName"));
    }

    /// <summary>An agent the target must have: a participant where FAIM names no other.</summary>
    public static void Otherwise(FaimSource source, MxTarget target, string tag, string agent, string why)
    {
        target.Derive(agent + "/FinInstnId/ClrSysMmbId/ClrSysId/Cd", "USABA");
        target.Default(agent + "/FinInstnId/ClrSysMmbId/MmbId", source.At(tag, "Aba")!.Value, why);
    }

    private static void NameAndAddress(FaimSource source, MxTarget target, string tag, string party)
    {
        target.Put(party + "/Nm", source.At(tag, "Name"));
        int line = 0;
        foreach (SourceLeaf leaf in source.Lines(tag, "Address"))
            target.Put($"{party}/PstlAdr/AdrLine[{++line}]", leaf);
        if (line > 0) target.Ledger.Remark(Remarks.Unstructured);
    }

    private static void Put(MxTarget target, string path, SourceLeaf code, SourceLeaf id)
    {
        target.Put(path, id);
        code.Account(FieldOutcome.Mapped, target.PathOf(path), "which kind of number it is, its place says");
    }

    private static void MxAccount(MxTarget target, SourceLeaf code, string account) =>
        code.Account(FieldOutcome.Mapped, target.PathOf(account), "which kind of number it is, its place says");

    private static string Words(string code) => code switch
    {
        "B" => "BIC",
        "C" => "CHIPS PARTICIPANT",
        "F" => "FEDWIRE ROUTING NUMBER",
        "T" => "BIC AND ACCOUNT",
        "U" => "CHIPS UNIVERSAL IDENTIFIER",
        "1" => "PASSPORT",
        "2" => "TAX",
        "3" => "DRIVERS LICENCE",
        "4" => "ALIEN REGISTRATION",
        "5" => "CORPORATE",
        _ => "OTHER",
    };
}
