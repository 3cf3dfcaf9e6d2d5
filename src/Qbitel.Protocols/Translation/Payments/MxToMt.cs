using System.Globalization;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Payments;

/// <summary>What the translations of ISO 20022 payments to FIN have in common.</summary>
internal static class MxToMt
{
    /// <summary>The only transaction of a message.</summary>
    /// <exception cref="MessageFormatException">There are several: a FIN message holds one.</exception>
    public static MxElement Single(MxElement message, string name)
    {
        MxElement[] all = [.. message.Children.Where(child => child.Name == name)];
        if (all.Length == 1) return all[0];
        throw new MessageFormatException(new ParseError(new Diagnostic("Translation.SeveralTransactions",
            Severity.Error, "a FIN message holds one transaction; give the transactions one by one")
        {
            Offset = 0,
            Path = message.Path,
            Expected = $"one {name}",
            Actual = all.Length.ToString(CultureInfo.InvariantCulture),
        }));
    }

    /// <summary>Addresses, references of the header, priority.</summary>
    public static void Envelope(MxSource source, MtTarget target, MxElement group, MxElement transaction)
    {
        (target.Sender, SourceLeaf? sender) = Address("Fr", "InstgAgt");
        (target.Receiver, SourceLeaf? receiver) = Address("To", "InstdAgt");
        foreach ((SourceLeaf? taken, string from, string name, string place) in
            ((SourceLeaf?, string, string, string)[])[(sender, "Fr", "InstgAgt", "1/logicalTerminal"),
                (receiver, "To", "InstdAgt", "2/address")])
        {
            foreach (SourceLeaf leaf in Candidates(from, name))
            {
                if (taken is not null && Same(leaf.Value, taken.Value)) leaf.Account(FieldOutcome.Mapped, place);
                else leaf.Account(FieldOutcome.Dropped, null, "another BIC than the one the message goes to or from");
            }
        }

        Common(source, target);
        Take(source.At(group, "NbOfTxs"), "4", "a FIN message holds one transaction");
        source.At(group, "CreDtTm")?.Account(FieldOutcome.Dropped, null, "FIN's network keeps the time");

        (Bic?, SourceLeaf?) Address(string from, string name)
        {
            foreach (SourceLeaf leaf in Candidates(from, name))
                if (Bic.TryParse(leaf.Value, out Bic bic)) return (bic, leaf);
            return (null, null);
        }

        IEnumerable<SourceLeaf> Candidates(string from, string name) => new[]
        {
            source.At(transaction, name + "/FinInstnId/BICFI"), source.At(group, name + "/FinInstnId/BICFI"),
            source.At(source.Header, from + "/FIId/FinInstnId/BICFI"),
        }.OfType<SourceLeaf>();
    }

    /// <summary>Addresses from the two banks of a message without settlement, or else from its header.</summary>
    public static void Ends(MxSource source, MtTarget target, SourceLeaf? from, SourceLeaf? to)
    {
        (target.Sender, SourceLeaf? sender) = Address(from, "Fr");
        (target.Receiver, SourceLeaf? receiver) = Address(to, "To");
        foreach ((SourceLeaf? leaf, SourceLeaf? taken, string place) in ((SourceLeaf?, SourceLeaf?, string)[])[
            (from, sender, "1/logicalTerminal"), (Header("Fr"), sender, "1/logicalTerminal"),
            (to, receiver, "2/address"), (Header("To"), receiver, "2/address")])
        {
            if (leaf is null || taken is null) continue;
            if (Same(leaf.Value, taken.Value)) leaf.Account(FieldOutcome.Mapped, place);
            else leaf.Account(FieldOutcome.Dropped, null, "another BIC than the one the message goes to or from");
        }

        Common(source, target);

        (Bic?, SourceLeaf?) Address(SourceLeaf? own, string name)
        {
            foreach (SourceLeaf leaf in new[] { own, Header(name) }.OfType<SourceLeaf>())
                if (Bic.TryParse(leaf.Value, out Bic bic)) return (bic, leaf);
            return (null, null);
        }

        SourceLeaf? Header(string name) => source.At(source.Header, name + "/FIId/FinInstnId/BICFI");
    }

    // What the business application header says besides.
    private static void Common(MxSource source, MtTarget target)
    {
        Take(source.At(source.Header, "MsgDefIdr"), "2/type");
        if (source.At(source.Header, "Prty") is { } priority)
        {
            target.Priority = priority.Value == "HIGH" ? 'U' : 'N';
            Take(priority, "2/priority");
        }

        if (source.At(source.Header, "PssblDplct") is { } duplicate)
        {
            target.IsPossibleDuplicate = duplicate.Value is "true" or "1";
            Take(duplicate, "5/PDE");
        }

        source.At(source.Header, "CreDt")?.Account(FieldOutcome.Dropped, null, "FIN's network keeps the time");
        source.At(source.Header, "BizSvc")?.Account(FieldOutcome.Dropped, null, "names an ISO 20022 service");
    }

    /// <summary>Whether two BICs name the same branch: eight characters are the head office.</summary>
    public static bool Same(string one, string other) => Whole(one) == Whole(other);

    private static string Whole(string bic) => bic.Length == 8 ? bic + new string('X', 3) : bic;

    public static void Take(SourceLeaf? leaf, string target, string? note = null) =>
        leaf?.Account(FieldOutcome.Mapped, target, note);

    /// <summary>
    /// The sender's reference: the instruction's, or else the message's; sixteen characters without the slashes FIN
    /// does not allow.
    /// </summary>
    public static void Reference(MxSource source, MtTarget target, string tag, SourceLeaf? instruction,
        params SourceLeaf?[] others)
    {
        SourceLeaf[] all = [.. new[] { instruction }.Concat(others).OfType<SourceLeaf>()];
        SourceLeaf? chosen = all.FirstOrDefault(leaf => leaf.Value != MtToMx.NotProvided);
        if (chosen is null)
        {
            target.Default(tag, "NONREF", "the message has no reference");
            return;
        }

        PutReference(target, tag, chosen);
        string written = chosen.Value;
        foreach (SourceLeaf leaf in all.Concat(new[] { source.At(source.Header, "BizMsgIdr") }.OfType<SourceLeaf>()))
            if (leaf != chosen && leaf.Value == written) Take(leaf, "4/" + tag);
    }

    public static void PutReference(MtTarget target, string tag, SourceLeaf leaf, int most = 16)
    {
        string value = leaf.Value;
        bool isAllowed = !value.StartsWith('/') && !value.EndsWith('/') && !value.Contains("//",
            StringComparison.Ordinal);
        (string written, string? loss) = MtTarget.Fit(value, most);
        if (!isAllowed)
        {
            written = written.Replace("//", "..", StringComparison.Ordinal).Trim('/');
            if (written.Length == 0) written = "NONREF";
            loss = "slashes that FIN does not allow there were taken out";
        }

        target.Add(tag, written);
        leaf.Account(loss is null ? FieldOutcome.Mapped : FieldOutcome.Truncated, "4/" + tag, loss);
    }

    /// <summary>32A from day and amount.</summary>
    public static void Settlement(MxSource source, MtTarget target, MxElement group, MxElement transaction)
    {
        SourceLeaf? day = source.At(transaction, "IntrBkSttlmDt") ?? source.At(group, "IntrBkSttlmDt");
        MxElement? amount = transaction.Find("IntrBkSttlmAmt");
        if (MxSource.Amount(amount) is not { } money) return;
        string written = Day(day?.Value) is { } known ? Swift.Fields.SwiftValue.WriteDate(known) : "";
        target.Add("32A", $"{written}{money.Currency}{MtTarget.Number(money.Amount)}");
        Take(day, "4/32A");
        Take(source.Of(amount), "4/32A");
        if (source.At(group, "IntrBkSttlmDt") is { } same && same.Value == day?.Value) Take(same, "4/32A");
        if (MxSource.Amount(group.Find("TtlIntrBkSttlmAmt")) is { } total && total == money)
            Take(source.At(group, "TtlIntrBkSttlmAmt"), "4/32A");
        if (source.At(group, "CtrlSum") is { } sum && sum.Value == source.Of(amount)!.Value.Split(' ')[1])
            Take(sum, "4/32A");
    }

    public static DateOnly? Day(string? text) =>
        text is { Length: >= 10 } && DateOnly.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd",
            CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day : null;

    /// <summary>13C from the times of the settlement.</summary>
    public static void Times(MxSource source, MtTarget target, MxElement transaction)
    {
        foreach ((string path, string code) in ((string, string)[])[("SttlmTmIndctn/DbtDtTm", "SNDTIME"),
            ("SttlmTmIndctn/CdtDtTm", "RNCTIME"), ("SttlmTmReq/CLSTm", "CLSTIME"), ("SttlmTmReq/TillTm", "TILTIME"),
            ("SttlmTmReq/FrTm", "FROTIME"), ("SttlmTmReq/RjctTm", "REJTIME")])
        {
            if (source.At(transaction, path) is not { } leaf) continue;
            string value = leaf.Value;
            int at = value.IndexOf('T', StringComparison.Ordinal) + 1;
            string time = value[at..], offset = time.EndsWith('Z') ? "+00:00" : time.Length > 6 ? time[^6..] : "";
            if (time.Length < 8 || offset.Length != 6 || offset[0] is not ('+' or '-'))
            {
                leaf.Account(FieldOutcome.Dropped, null, "FIN's times have an offset");
                continue;
            }

            bool isWhole = time[5..].StartsWith(":00", StringComparison.Ordinal) && !time.Contains('.',
                StringComparison.Ordinal);
            target.Add("13C", $"/{code}/{time[..2]}{time[3..5]}{offset[0]}{offset[1..3]}{offset[4..]}");
            leaf.Account(isWhole ? FieldOutcome.Mapped : FieldOutcome.Truncated, "4/13C", isWhole ? null
                : "FIN's times have no seconds");
        }
    }

    /// <summary>Settlement method and the agents of fields 53 to 55.</summary>
    public static void Reimbursement(MxSource source, MtTarget target, MxElement group)
    {
        MxElement? info = group.Find("SttlmInf");
        if (MxToMtParty.AccountLine(source, info?.Find("SttlmAcct"), out IReadOnlyList<SourceLeaf> leaves) is { } line)
        {
            target.Add("53B", line);
            foreach (SourceLeaf leaf in leaves) Take(leaf, "4/53B");
        }
        else
        {
            MxToMtParty.Agent(source, target, "53", "ABD", info?.Find("InstgRmbrsmntAgt"),
                info?.Find("InstgRmbrsmntAgtAcct"));
        }

        MxToMtParty.Agent(source, target, "54", "ABD", info?.Find("InstdRmbrsmntAgt"),
            info?.Find("InstdRmbrsmntAgtAcct"));
        MxToMtParty.Agent(source, target, "55", "ABD", info?.Find("ThrdRmbrsmntAgt"),
            info?.Find("ThrdRmbrsmntAgtAcct"));
        if (source.At(info, "SttlmMtd") is { } method)
        {
            if (method.Value == "CLRG") method.Account(FieldOutcome.Dropped, null, "FIN has no clearing here");
            else Take(method, "4/53", "fields 53 to 55 say it, or their absence");
        }
    }

    /// <summary>An agent that FIN leaves out where it is the bank at this end.</summary>
    public static void AgentUnless(MxSource source, MtTarget target, string number, string options, MxElement? agent,
        MxElement? account, Bic? end, string place)
    {
        bool isEnd = account is null && end is not null && source.At(agent, "FinInstnId/BICFI") is { } bic
            && Same(bic.Value, end.Code) && source.Below(agent).Count() == 1;
        if (!isEnd) MxToMtParty.Agent(source, target, number, options, agent, account);
        else Take(source.At(agent, "FinInstnId/BICFI"), place, "FIN leaves out the bank at this end");
    }

    /// <summary>70: the end-to-end reference after <c>/ROC/</c>, then the text.</summary>
    public static void Remittance(MxSource source, MtTarget target, SourceLeaf? reference, MxElement? remittance,
        string tag = "70")
    {
        TextFold lines = new(35, 4);
        if (reference is not null)
        {
            if (reference.Value == MtToMx.NotProvided) Take(reference, "4/" + tag, "it says that there is none");
            else lines.Add(reference.Value, [reference], "4/" + tag, "/ROC/");
        }

        foreach (MxElement text in remittance?.Children.Where(child => child.Name == "Ustrd") ?? [])
            if (source.Of(text) is { Value.Length: > 0 } leaf) lines.Add(leaf.Value, [leaf], "4/" + tag);
        if (lines.Lines.Count > 0) target.Add(tag, string.Join('\n', lines.Lines));
    }

    /// <summary>72: the previous agent and instructions, each begun by its code.</summary>
    public static void Instructions(MxSource source, MtTarget target, MxElement transaction,
        Func<SourceLeaf, bool>? isTaken = null)
    {
        TextFold lines = new(35, 6);
        if (source.At(transaction, "PrvsInstgAgt1/FinInstnId/BICFI") is { } previous)
            lines.Add(previous.Value, [previous], "4/72", "/INS/", "//");
        foreach (MxElement instruction in transaction.Children.Where(child => child.Name == "InstrForCdtrAgt"))
        {
            if (instruction.Find("Cd") is not null || source.At(instruction, "InstrInf") is not { } text) continue;
            lines.Add(text.Value, [text], "4/72", "/ACC/", "//");
        }

        foreach (MxElement instruction in transaction.Children.Where(child => child.Name == "InstrForNxtAgt"))
        {
            if (source.At(instruction, "InstrInf") is not { } text || isTaken?.Invoke(text) == true) continue;
            int end = text.Value.Length > 2 && text.Value[0] == '/' && text.Value[1] != '/'
                ? text.Value.IndexOf('/', 1) : -1;
            if (end is > 1 and <= 9)
                lines.Add(text.Value[(end + 1)..], [text], "4/72", text.Value[..(end + 1)], "//");
            else lines.Add(text.Value, [text], "4/72", "/REC/", "//");
        }

        if (lines.Lines.Count > 0) target.Add("72", string.Join('\n', lines.Lines));
    }
}
