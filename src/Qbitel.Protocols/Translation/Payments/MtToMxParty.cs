using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Payments;

/// <summary>Writes the parties of FIN fields 50 to 59 as ISO 20022 parties, agents and accounts.</summary>
internal static class MtToMxParty
{
    private static readonly string[] OfPersons = ["ARNU", "CCPT", "DRLC", "NIDN", "SOSE"];
    private static readonly string[] OfEither = ["CUST", "EMPL", "TXID"];

    /// <summary>A customer of field 50 or 59.</summary>
    /// <param name="target">Written to.</param>
    /// <param name="field">Whose lines are accounted for.</param>
    /// <param name="party">Path of the party, such as <c>…/Dbtr</c>; its account stands in <c>…/DbtrAcct</c>.</param>
    /// <param name="account">Where its account goes, if not there.</param>
    public static void Customer(MxTarget target, MtField field, string party, string? account = null)
    {
        IReadOnlyList<SourceLeaf> lines = field.Lines;
        int at = 0;
        if (lines[0].Value.StartsWith('/'))
        {
            Account(target, lines[0], lines[0].Value[1..], account ?? party + "Acct");
            at = 1;
        }
        else if (field.Tag == "50F")
        {
            Identification(target, lines[0], party);
            at = 1;
        }

        if (field.Option is "A" or "G" or "C")
        {
            if (at < lines.Count) target.Put(party + "/Id/OrgId/AnyBIC", lines[^1]);
        }
        else if (field.Option is "F")
        {
            NumberedLines(target, lines.Skip(at), party);
        }
        else if (at < lines.Count)
        {
            NameAndAddress(target, [.. lines.Skip(at)], party);
        }
    }

    /// <summary>An institution of fields 51 to 58, or 50 and 59 that hold a BIC.</summary>
    /// <param name="target">Written to.</param>
    /// <param name="field">Whose lines are accounted for.</param>
    /// <param name="agent">Path of the agent, such as <c>…/CdtrAgt</c>.</param>
    /// <param name="account">Path of its account; null where the message has no place for one.</param>
    public static void Agent(MxTarget target, MtField field, string agent, string? account)
    {
        IReadOnlyList<SourceLeaf> lines = field.Lines;
        string institution = agent + "/FinInstnId";
        int at = 0;
        if (lines[0].Value.StartsWith('/'))
        {
            at = 1;
            if (ClearingCode.TryRead(lines[0].Value, out string system, out string member) && member.Length <= 35)
            {
                target.Put(institution + "/ClrSysMmbId/ClrSysId/Cd", lines[0], system);
                target.Put(institution + "/ClrSysMmbId/MmbId", lines[0], member);
            }
            else if (account is not null && lines[0].Value.Length > 1)
            {
                Account(target, lines[0], lines[0].Value[1..], account);
            }
            else
            {
                lines[0].Account(FieldOutcome.Dropped, null, "the target has no account of this institution");
            }
        }

        if (at == lines.Count) return;
        if (field.Option == "A") target.Put(institution + "/BICFI", lines[^1]);
        else NameAndAddress(target, [.. lines.Skip(at)], institution);
    }

    public static void Account(MxTarget target, SourceLeaf leaf, string value, string account)
    {
        if (Iban.TryParse(value, out _)) target.Put(account + "/Id/IBAN", leaf, value);
        else target.Put(account + "/Id/Othr/Id", leaf, value);
    }

    // Lines of free text: the first is the name. Where it ends and the address begins nobody wrote down.
    private static void NameAndAddress(MxTarget target, IReadOnlyList<SourceLeaf> lines, string party)
    {
        target.Put(party + "/Nm", lines[0]);
        for (int i = 1; i < lines.Count; i++) target.Put($"{party}/PstlAdr/AdrLine[{i}]", lines[i]);
        if (lines.Count > 1) target.Ledger.Remark(Remarks.Unstructured);
    }

    // Option F: 1 name, 2 address, 3 country and town, 4 and 5 birth, 6 to 8 identification.
    public static void NumberedLines(MxTarget target, IEnumerable<SourceLeaf> lines, string party)
    {
        SourceLeaf[] all = [.. lines];
        SourceLeaf[] names = Of(all, '1');
        if (names.Length > 0)
        {
            // A name that runs on is cut wherever the line ended.
            target.PutLines(party + "/Nm", names, string.Concat(names.Select((leaf, i) =>
                i == 0 || names[i - 1].Value.Length == 35 ? leaf.Value[2..] : " " + leaf.Value[2..])));
        }

        int line = 0;
        foreach (SourceLeaf address in Of(all, '2'))
            target.Put($"{party}/PstlAdr/AdrLine[{++line}]", address, address.Value[2..]);

        SourceLeaf[] places = Of(all, '3');
        for (int i = 0; i < places.Length; i++)
        {
            string value = places[i].Value[2..];
            bool isPlace = i == 0 && value.Length >= 2 && Country.Exists(value.AsSpan(0, 2))
                && (value.Length == 2 || value[2] == '/');
            if (isPlace)
            {
                target.Put(party + "/PstlAdr/Ctry", places[i], value[..2]);
                if (value.Length > 3) target.Put(party + "/PstlAdr/TwnNm", places[i], value[3..]);
            }
            else
            {
                target.Put($"{party}/PstlAdr/AdrLine[{++line}]", places[i], value);
            }
        }

        if (line > 0 && !target.Has(party + "/PstlAdr/TwnNm")) target.Ledger.Remark(Remarks.Unstructured);
        Birth(target, Of(all, '4'), Of(all, '5'), party);
        foreach (SourceLeaf leaf in all.Where(leaf => leaf.Value is ['6' or '7', '/', ..]))
        {
            if (!target.HasBelow(party + "/Id")) Numbered(target, leaf, party);
        }
    }

    private static SourceLeaf[] Of(SourceLeaf[] lines, char number) =>
        [.. lines.Where(leaf => leaf.Value.Length > 2 && leaf.Value[0] == number && leaf.Value[1] == '/')];

    // 4/YYYYMMDD and 5/CC/place say it only together.
    private static void Birth(MxTarget target, SourceLeaf[] days, SourceLeaf[] places, string party)
    {
        if (days is not [{ Value.Length: 10 } day] || places is not [{ Value.Length: > 5 } place]) return;
        if (!Ascii.IsDigits(day.Value.AsSpan(2)) || place.Value[4] != '/') return;

        string birth = party + "/Id/PrvtId/DtAndPlcOfBirth/";
        target.Put(birth + "BirthDt", day, $"{day.Value[2..6]}-{day.Value[6..8]}-{day.Value[8..]}");
        target.Put(birth + "CityOfBirth", place, place.Value[5..]);
        target.Put(birth + "CtryOfBirth", place, place.Value[2..4]);
    }

    // 6/CC/issuer/number is a customer's, 7/CC/number a national one.
    private static void Numbered(MxTarget target, SourceLeaf leaf, string party)
    {
        string[] parts = leaf.Value.Split('/', 4);
        if (parts.Length < 3 || parts[1].Length != 2) return;
        bool isNational = parts[0] == "7";
        if (!isNational && parts.Length < 4) return;
        string other = party + (isNational ? "/Id/PrvtId/Othr" : "/Id/OrgId/Othr");
        target.Put(other + "/Id", leaf, isNational ? string.Join('/', parts[2..]) : parts[3]);
        target.Put(other + "/SchmeNm/Cd", leaf, isNational ? "NIDN" : "CUST");
        target.Put(other + "/Issr", leaf, isNational ? parts[1] : $"{parts[1]}/{parts[2]}");
    }

    // CODE/CC/number or CODE/CC/issuer/number.
    private static void Identification(MxTarget target, SourceLeaf leaf, string party)
    {
        string[] parts = leaf.Value.Split('/', 4);
        bool isKnown = parts.Length >= 3 && parts[1].Length == 2
            && (OfPersons.Contains(parts[0], StringComparer.Ordinal)
                || OfEither.Contains(parts[0], StringComparer.Ordinal));
        if (!isKnown) return;

        bool isPerson = OfPersons.Contains(parts[0], StringComparer.Ordinal);
        string? note = isPerson ? null : "taken as an organisation's: the code does not tell";
        string other = party + (isPerson ? "/Id/PrvtId/Othr" : "/Id/OrgId/Othr");
        target.Put(other + "/Id", leaf, parts[^1], note);
        target.Put(other + "/SchmeNm/Cd", leaf, parts[0], note);
        target.Put(other + "/Issr", leaf, parts.Length == 4 ? $"{parts[1]}/{parts[2]}" : parts[1], note);
    }
}
