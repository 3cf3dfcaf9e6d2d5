using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Swift.Fields;
using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;
using Qbitel.Protocols.Translation.Payments;

namespace Qbitel.Protocols.Translation.Exceptions;

/// <summary>
/// camt.056.001.08 with one transaction to MT192, or MT292 where the original was between banks, and camt.029.001.09
/// with one transaction to MT196 or MT296.
/// </summary>
internal static class CaseToMt
{
    private const int NarrativeWidth = 50, NarrativeLines = 35, AnswerWidth = 35, AnswerLines = 6;

    private static readonly string[] BetweenBanks = ["pacs.009", "MT200", "MT202", "MT205"];

    /// <summary>Whether the original was a transfer between banks.</summary>
    public static bool IsBetweenBanks(MxSource source) =>
        source.Root.All().FirstOrDefault(element => element.Name == "OrgnlMsgNmId")?.Value is { } name
        && BetweenBanks.Any(each => name.StartsWith(each, StringComparison.OrdinalIgnoreCase));

    public static MtTarget Cancellation(MxSource source)
    {
        MxElement root = source.Root.Find("FIToFIPmtCxlReq")!, assignment = root.Find("Assgnmt")!;
        MxElement original = MxToMt.Single(MxToMt.Single(root, "Undrlyg"), "TxInf");
        MtTarget target = new(IsBetweenBanks(source) ? "292" : "192", source.Ledger);
        Begin(source, target, assignment);
        MxToMt.Reference(source, target, "20", source.At(assignment, "Id"), source.At(original, "CxlId"));
        MxToMt.Reference(source, target, "21", source.At(original, "OrgnlInstrId"),
            source.At(original, "OrgnlGrpInf/OrgnlMsgId"), source.At(original, "OrgnlEndToEndId"));
        if (source.At(original, "OrgnlUETR") is { } uetr) target.User("121", uetr, uetr.Value);
        Type(source, target, original, isNeeded: true);
        MxElement? reason = original.Find("CxlRsnInf");
        TextFold lines = new(NarrativeWidth, NarrativeLines);
        Words(source, lines, reason, "4/79");
        if (lines.Lines.Count > 0) target.Add("79", string.Join('\n', lines.Lines));
        Amount(source, target, original);
        return target;
    }

    public static MtTarget Resolution(MxSource source)
    {
        MxElement root = source.Root.Find("RsltnOfInvstgtn")!, assignment = root.Find("Assgnmt")!;
        MxElement? item = root.Find("CxlDtls") is null ? null
            : MxToMt.Single(MxToMt.Single(root, "CxlDtls"), "TxInfAndSts");
        MtTarget target = new(IsBetweenBanks(source) ? "296" : "196", source.Ledger);
        Begin(source, target, assignment);
        MxToMt.Reference(source, target, "20", source.At(assignment, "Id"));
        MxToMt.Reference(source, target, "21", source.At(root, "RslvdCase/Id"), source.At(item, "RslvdCase/Id"),
            source.At(item, "CxlStsId"));
        if (source.At(item, "OrgnlUETR") is { } uetr) target.User("121", uetr, uetr.Value);

        TextFold lines = new(AnswerWidth, AnswerLines);
        MxElement? reason = item?.Find("CxlStsRsnInf");
        SourceLeaf? outcome = source.At(root, "Sts/Conf"), code = source.At(reason, "Rsn/Cd");
        if (outcome is not null)
        {
            bool hasCode = code is { Value.Length: 4 };
            lines.Add($"/{outcome.Value}/{(hasCode ? code!.Value : "")}", hasCode ? [outcome, code!] : [outcome],
                "4/76");
        }

        Words(source, lines, reason, "4/76");
        if (lines.Lines.Count > 0) target.Add("76", string.Join('\n', lines.Lines));
        else target.Default("76", MtToMx.NotProvided, "the answer has neither a code that FIN knows nor words");
        if (item is null) return target;

        Type(source, target, item, isNeeded: false);
        if ((source.At(item, "OrgnlInstrId") ?? source.At(item, "OrgnlGrpInf/OrgnlMsgId")) is { } reference)
        {
            MxToMt.PutReference(target, "20", reference);
            if (source.At(item, "OrgnlGrpInf/OrgnlMsgId") is { } same && same.Value == reference.Value)
                MxToMt.Take(same, "4/20");
            if (source.At(item, "OrgnlEndToEndId") is { } related) MxToMt.PutReference(target, "21", related);
        }

        Amount(source, target, item);
        return target;
    }

    private static void Begin(MxSource source, MtTarget target, MxElement assignment)
    {
        MxToMt.Ends(source, target, source.At(assignment, "Assgnr/Agt/FinInstnId/BICFI"),
            source.At(assignment, "Assgne/Agt/FinInstnId/BICFI"));
        source.At(assignment, "CreDtTm")?.Account(FieldOutcome.Dropped, null, "FIN's network keeps the time");
        foreach (SourceLeaf leaf in source.Root.All().Where(element => element.Name == "Cretr")
            .SelectMany(source.Below))
        {
            leaf.Account(FieldOutcome.Dropped, null, "FIN does not say who opened the case");
        }
    }

    // 11S: the original's type and day; its session is the network's own number.
    private static void Type(MxSource source, MtTarget target, MxElement original, bool isNeeded)
    {
        SourceLeaf? name = source.At(original, "OrgnlGrpInf/OrgnlMsgNmId");
        SourceLeaf? time = source.At(original, "OrgnlGrpInf/OrgnlCreDtTm");
        SourceLeaf? settled = source.At(original, "OrgnlIntrBkSttlmDt");
        string? type = name?.Value switch
        {
            ['M', 'T', var a, var b, var c, ..] when char.IsAsciiDigit(a) && char.IsAsciiDigit(b)
                && char.IsAsciiDigit(c) => name.Value[2..5],
            { } value when value.StartsWith("pacs.008", StringComparison.Ordinal) => "103",
            { } value when value.StartsWith("pacs.009", StringComparison.Ordinal) => "202",
            _ => null,
        };
        DateOnly? day = MxToMt.Day(time?.Value) ?? MxToMt.Day(settled?.Value);
        if (type is null || day is not { } known)
        {
            if (!isNeeded) return;
            throw new MessageFormatException(new ParseError(new Diagnostic("Translation.Result", Severity.Error,
                "FIN asks for the type and the day of the original, and the source does not tell both")
            {
                Offset = 0,
                Path = original.Path,
                Expected = "OrgnlGrpInf/OrgnlMsgNmId, and OrgnlCreDtTm or OrgnlIntrBkSttlmDt",
            }));
        }

        target.Add("11S", $"{type}\n{SwiftValue.WriteDate(known)}");
        MxToMt.Take(name, "4/11S");
        if (MxToMt.Day(time?.Value) is not null)
            time!.Account(FieldOutcome.Truncated, "4/11S", "FIN tells the day of the original alone");
        else MxToMt.Take(settled, "4/11S", "taken for the day of the original");
    }

    private static void Words(MxSource source, TextFold lines, MxElement? reason, string place)
    {
        SourceLeaf? code = source.At(reason, "Rsn/Cd");
        if (code is { IsAccounted: false }) lines.Add($"/{code.Value}/", [code], place);
        foreach (MxElement words in reason?.Children.Where(child => child.Name == "AddtlInf") ?? [])
            if (source.Of(words) is { Value.Length: > 0 } leaf) lines.Add(leaf.Value, [leaf], place);
    }

    // The copy of the original's amount.
    private static void Amount(MxSource source, MtTarget target, MxElement original)
    {
        SourceLeaf? day = source.At(original, "OrgnlIntrBkSttlmDt");
        if (MxSource.Amount(original.Find("OrgnlIntrBkSttlmAmt")) is not { } money
            || MxToMt.Day(day?.Value) is not { } known)
        {
            return;
        }

        target.Add("32A", SwiftValue.WriteDate(known) + money.Currency + MtTarget.Number(money.Amount));
        MxToMt.Take(source.At(original, "OrgnlIntrBkSttlmAmt"), "4/32A");
        MxToMt.Take(day, "4/32A");
    }
}
