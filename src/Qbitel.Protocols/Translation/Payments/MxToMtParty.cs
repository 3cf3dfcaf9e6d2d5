using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Payments;

/// <summary>Writes ISO 20022 parties, agents and accounts as FIN fields 50 to 59.</summary>
internal static class MxToMtParty
{
    private static readonly string[] Codes = ["ARNU", "CCPT", "CUST", "DRLC", "EMPL", "NIDN", "SOSE", "TXID"];

    /// <summary>A customer as field 50 or 59.</summary>
    /// <param name="source">Of the elements.</param>
    /// <param name="target">Written to.</param>
    /// <param name="number">50 or 59.</param>
    /// <param name="party">Such as Dbtr.</param>
    /// <param name="account">Such as DbtrAcct.</param>
    public static void Customer(MxSource source, MtTarget target, string number, MxElement? party, MxElement? account)
    {
        SourceLeaf? bic = source.At(party, "Id/OrgId/AnyBIC"), name = source.At(party, "Nm");
        SourceLeaf? country = source.At(party, "PstlAdr/Ctry"), town = source.At(party, "PstlAdr/TwnNm");
        string? line = AccountLine(source, account, out IReadOnlyList<SourceLeaf> accountLeaves);
        if (name is null && bic is not null)
        {
            string tagA = number + "A";
            target.Add(tagA, line is null ? bic.Value : $"{line}\n{bic.Value}");
            Map(accountLeaves, tagA);
            Map([bic], tagA);
            return;
        }

        (string? first, IReadOnlyList<SourceLeaf> firstLeaves) = line is not null ? (line, accountLeaves)
            : Identification(source, party);
        // Option F names the parts of an address. As field 50 it begins with an account or an identification.
        bool isNumbered = country is not null && town is not null && name is not null
            && (number == "59" || first is not null);
        string tag = number + (isNumbered ? "F" : number == "50" ? "K" : "");
        string place = "4/" + tag;
        if (!isNumbered && line is null) first = null;
        TextFold lines = new(35, 4);
        if (isNumbered) Numbered(source, lines, party!, place, skipIdentification: line is null && first is not null);
        else Plain(source, lines, party, name, place);

        if (lines.Lines.Count == 0)
        {
            lines.Add(MtToMx.NotProvided, [], place);
            target.Ledger.Default(place, MtToMx.NotProvided, "the party has no name");
        }

        string text = string.Join('\n', lines.Lines);
        target.Add(tag, first is null ? text : $"{first}\n{text}");
        if (first is not null) Map(firstLeaves, tag);
    }

    /// <summary>An institution as one of fields 51 to 58; false where there is nothing to write.</summary>
    /// <param name="source">Of the elements.</param>
    /// <param name="target">Written to.</param>
    /// <param name="number">51 to 58.</param>
    /// <param name="options">The letters the field has in this message.</param>
    /// <param name="agent">Such as CdtrAgt.</param>
    /// <param name="account">Such as CdtrAgtAcct; null for none.</param>
    public static bool Agent(MxSource source, MtTarget target, string number, string options, MxElement? agent,
        MxElement? account)
    {
        MxElement? institution = agent?.Find("FinInstnId");
        string? line = AccountLine(source, account, out IReadOnlyList<SourceLeaf> leaves);
        SourceLeaf? system = source.At(institution, "ClrSysMmbId/ClrSysId/Cd");
        SourceLeaf? member = source.At(institution, "ClrSysMmbId/MmbId");
        if (line is null && system is not null && member is not null && member.Value.Length <= 30
            && ClearingCode.FinOf(system.Value) is { } code && MtTarget.Clean(member.Value) == member.Value)
        {
            (line, leaves) = ($"//{code}{member.Value}", [system, member]);
        }

        if (source.At(institution, "BICFI") is { } bic)
        {
            string tag = number + "A";
            target.Add(tag, line is null ? bic.Value : $"{line}\n{bic.Value}");
            Map(leaves, tag);
            Map([bic], tag);
            return true;
        }

        SourceLeaf? name = source.At(institution, "Nm");
        if (name is { Value: MtToMx.NotProvided })
        {
            name.Account(FieldOutcome.Mapped, "4/" + number,
                "it says that there is none, and so does the missing field");
            name = null;
        }

        if (name is not null && options.Contains('D', StringComparison.Ordinal))
        {
            TextFold lines = new(35, 4);
            Plain(source, lines, institution, name, $"4/{number}D");
            string text = string.Join('\n', lines.Lines);
            target.Add(number + "D", line is null ? text : $"{line}\n{text}");
            Map(leaves, number + "D");
            return true;
        }

        char only = options.Contains('C', StringComparison.Ordinal) ? 'C'
            : options.Contains('B', StringComparison.Ordinal) ? 'B' : ' ';
        if (line is null || only == ' ') return false;

        target.Add($"{number}{only}", line);
        Map(leaves, $"{number}{only}");
        return true;
    }

    /// <summary>The account as FIN's first line: a slash and up to 34 characters.</summary>
    public static string? AccountLine(MxSource source, MxElement? account, out IReadOnlyList<SourceLeaf> leaves)
    {
        leaves = [];
        if ((source.At(account, "Id/IBAN") ?? source.At(account, "Id/Othr/Id")) is not { } leaf) return null;
        if (leaf.Value.Length > 34 || MtTarget.Clean(leaf.Value) != leaf.Value || leaf.Value.StartsWith('/')
            || leaf.Value.Contains('\n', StringComparison.Ordinal))
        {
            leaf.Account(FieldOutcome.Dropped, null, "no account in FIN's form: part of a number is no number");
            return null;
        }

        leaves = [leaf];
        return "/" + leaf.Value;
    }

    private static void Map(IReadOnlyList<SourceLeaf> leaves, string tag)
    {
        foreach (SourceLeaf leaf in leaves) leaf.Account(FieldOutcome.Mapped, "4/" + tag);
    }

    // A number of one kind, written CODE/CC/number or CODE/CC/issuer/number.
    private static (string? Line, IReadOnlyList<SourceLeaf> Leaves) Identification(MxSource source, MxElement? party)
    {
        if (Other(source, party) is not { } other) return (null, []);
        string line = $"{other.Code}/{other.Issuer}/{other.Number}";
        return line.Length <= 35 ? (line, other.Leaves) : (null, []);
    }

    private static (string Code, string Issuer, string Number, IReadOnlyList<SourceLeaf> Leaves)? Other(MxSource source,
        MxElement? party)
    {
        MxElement? other = party?.Find("Id/PrvtId/Othr") ?? party?.Find("Id/OrgId/Othr");
        SourceLeaf? id = source.At(other, "Id"), code = source.At(other, "SchmeNm/Cd");
        SourceLeaf? issuer = source.At(other, "Issr");
        bool isWritten = id is not null && code is not null && issuer is { Value.Length: >= 2 }
            && Codes.Contains(code.Value, StringComparer.Ordinal) && char.IsAsciiLetterUpper(issuer.Value[0])
            && char.IsAsciiLetterUpper(issuer.Value[1]) && (issuer.Value.Length == 2 || issuer.Value[2] == '/')
            && MtTarget.Clean(id.Value + issuer.Value) == id.Value + issuer.Value;
        return isWritten ? (code!.Value, issuer!.Value, id!.Value, [id, code, issuer]) : null;
    }

    // Name, address, and country with town, each line begun by its number.
    private static void Numbered(MxSource source, TextFold lines, MxElement party, string place,
        bool skipIdentification)
    {
        SourceLeaf name = source.At(party, "Nm")!, country = source.At(party, "PstlAdr/Ctry")!;
        SourceLeaf town = source.At(party, "PstlAdr/TwnNm")!;
        List<(string Text, SourceLeaf[] Leaves)> parts = Address(source, party.Find("PstlAdr")!);
        lines.Add(name.Value, [name], place, "1/", "1/", parts.Count == 0 ? 1 : 2);
        for (int i = 0; i < parts.Count; i++)
            lines.Add(parts[i].Text, parts[i].Leaves, place, "2/", "2/", 1);

        TextFold last = new(35, Math.Max(1, lines.Left));
        last.Add($"{country.Value}/{town.Value}", [country, town], place, "3/", "3/");
        foreach (string line in last.Lines) lines.Add(line, [], place);
        if (!skipIdentification) Besides(source, lines, party, place);
    }

    private static void Besides(MxSource source, TextFold lines, MxElement party, string place)
    {
        SourceLeaf? day = source.At(party, "Id/PrvtId/DtAndPlcOfBirth/BirthDt");
        SourceLeaf? city = source.At(party, "Id/PrvtId/DtAndPlcOfBirth/CityOfBirth");
        SourceLeaf? country = source.At(party, "Id/PrvtId/DtAndPlcOfBirth/CtryOfBirth");
        if (day is { Value.Length: 10 } && city is not null && country is not null && lines.Left >= 2)
        {
            lines.Add(day.Value.Replace("-", "", StringComparison.Ordinal), [day], place, "4/");
            lines.Add($"{country.Value}/{city.Value}", [country, city], place, "5/", "5/", 0);
        }

        if (Other(source, party) is { Code: "CUST" or "NIDN" } other && lines.Left > 0)
        {
            bool isNational = other.Code == "NIDN";
            string text = $"{other.Issuer}/{other.Number}";
            bool hasIssuer = other.Issuer.Length > 2;
            if (isNational != hasIssuer && text.Length <= 33)
                lines.Add(text, other.Leaves, place, isNational ? "7/" : "6/");
        }
    }

    private static void Plain(MxSource source, TextFold lines, MxElement? party, SourceLeaf? name, string place)
    {
        MxElement? address = party?.Find("PstlAdr");
        List<(string Text, SourceLeaf[] Leaves)> parts = address is null ? [] : Address(source, address);
        SourceLeaf? country = source.At(address, "Ctry"), town = source.At(address, "TwnNm");
        SourceLeaf[] known = [.. new[] { town, country }.OfType<SourceLeaf>()];
        if (known.Length > 0) parts.Add((string.Join(' ', known.Select(leaf => leaf.Value)), known));
        if (name is not null) lines.Add(name.Value, [name], place, reserve: parts.Count > 0 ? 1 : 0);
        foreach ((string text, SourceLeaf[] leaves) in parts) lines.Add(text, leaves, place);
    }

    // Street with its number, what narrows it down, post code, district; then the lines that stand as lines.
    private static List<(string Text, SourceLeaf[] Leaves)> Address(MxSource source, MxElement address)
    {
        List<(string, SourceLeaf[])> parts = [];
        string[][] groups =
        [
            ["Dept", "SubDept"], ["StrtNm", "BldgNb"], ["BldgNm", "Flr", "Room"], ["PstBx"],
            ["PstCd", "TwnLctnNm", "DstrctNm", "CtrySubDvsn"],
        ];
        foreach (string[] group in groups)
        {
            SourceLeaf[] leaves = [.. group.Select(name => source.At(address, name)).OfType<SourceLeaf>()];
            if (leaves.Length > 0) parts.Add((string.Join(' ', leaves.Select(leaf => leaf.Value)), leaves));
        }

        foreach (MxElement line in address.Children.Where(child => child.Name == "AdrLine"))
            if (source.Of(line) is { Value.Length: > 0 } leaf) parts.Add((leaf.Value, [leaf]));
        return parts;
    }
}
