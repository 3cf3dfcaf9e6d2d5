using System.Globalization;
using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Payments;

/// <summary>What the translations of FIN payments to ISO 20022 have in common.</summary>
internal static class MtToMx
{
    public const string NotProvided = "NOTPROVIDED";

    /// <summary>The business application header, and GrpHdr/CreDtTm beside it.</summary>
    public static MxTarget Header(MtSource source, MxTarget body, string messageId, SourceLeaf? reference,
        string created,
        DateOnly? day, DateTimeOffset? createdAt)
    {
        string given = createdAt?.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture) ?? "";
        string? atInput = source.InputTimeText;
        string time = given.Length > 0 ? given : atInput
            ?? Text(day ?? new DateOnly(1970, 1, 1)) + "T00:00:00";
        string why = given.Length > 0 ? "the caller's"
            : "the message does not say when it was made: the beginning of its value date stands here";
        Put(body, created);

        MxTarget header = new("head.001.001.02", source.Ledger);
        if (source.Sender is { } sender) header.Put("Fr/FIId/FinInstnId/BICFI", sender, MtSource.BicOf(sender.Value));
        if (source.Receiver is { } receiver)
            header.Put("To/FIId/FinInstnId/BICFI", receiver, MtSource.BicOf(receiver.Value));
        if (reference is not null) header.Put("BizMsgIdr", reference, messageId);
        else header.Default("BizMsgIdr", messageId, "the message has no reference");
        header.Derive("MsgDefIdr", body.Type);
        header.Derive("CreDt", time);
        if (source.Priority is { } priority)
        {
            header.Put("Prty", priority, priority.Value == "U" ? "HIGH" : "NORM", priority.Value == "S" ? "system"
                : null);
        }

        if (source.Trailer("PDE") is { } resent) header.PutLines("PssblDplct", resent.Lines, "true");
        else if (source.Trailer("PDM") is { } repeated) header.PutLines("PssblDplct", repeated.Lines, "true");
        foreach (string own in (string[])["CHK", "MAC", "TNG", "SYS", "DLM", "MRF"])
            source.Trailer(own)?.Drop("made by the network for these very bytes");
        source.User("119")?.Drop("says which FIN rules were checked");
        source.User("108")?.Drop("FIN's own reference");
        source.User("103")?.Drop("names a FIN service");
        return header;

        void Put(MxTarget target, string path)
        {
            if (given.Length == 0 && atInput is not null) target.Put(path, source.InputTime, time);
            else target.Default(path, time, why);
        }
    }

    /// <summary>Sender and receiver as instructing and instructed agent.</summary>
    public static void Agents(MtSource source, MxTarget target, string at)
    {
        if (source.Sender is { } sender)
            target.Put(at + "InstgAgt/FinInstnId/BICFI", sender, MtSource.BicOf(sender.Value));
        if (source.Receiver is { } receiver)
            target.Put(at + "InstdAgt/FinInstnId/BICFI", receiver, MtSource.BicOf(receiver.Value));
    }

    /// <summary>An agent the target must have: its field, or else the bank that stands at this end.</summary>
    public static void Agent(MxTarget target, MtField? field, string path, string? account, SourceLeaf? otherwise,
        string why)
    {
        if (field is not null)
        {
            MtToMxParty.Agent(target, field, path, account);
            if (target.HasBelow(path)) return;
        }

        if (otherwise is not null)
            target.Default(path + "/FinInstnId/BICFI", MtSource.BicOf(otherwise.Value), why);
        else
            target.Default(path + "/FinInstnId/Nm", NotProvided, "the message names none");
    }

    /// <summary>32A: the settlement's day and amount.</summary>
    public static DateOnly? Settlement(MtField field, MxTarget target, string at)
    {
        SourceLeaf leaf = field.Lines[0];
        target.Put(at + "IntrBkSttlmDt", leaf, Day(leaf.Value) is { } day ? Text(day) : leaf.Value[..6]);
        Amount(target, at + "IntrBkSttlmAmt", leaf, 6);
        return Day(leaf.Value);
    }

    /// <summary>A currency and an amount from a place of the value on.</summary>
    public static void Amount(MxTarget target, string path, SourceLeaf leaf, int from, string? note = null) =>
        target.PutAmount(path, leaf, leaf.Value.Substring(from, 3), Number(leaf.Value[(from + 3)..]), note);

    /// <summary>71A.</summary>
    public static string ChargeBearer(string details) =>
        details switch { "OUR" => "DEBT", "BEN" => "CRED", _ => "SHAR" };

    public static decimal Number(string text) =>
        decimal.Parse(text.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    /// <summary>YYMMDD at the start of a value.</summary>
    public static DateOnly? Day(string value) =>
        value.Length >= 6 && Swift.Fields.SwiftValue.TryReadDate(value.AsSpan(0, 6), out DateOnly day) ? day : null;

    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>13C: times of the settlement and times by which it must be.</summary>
    public static void Times(MtSource source, MxTarget target, string at, DateOnly? day)
    {
        foreach (MtField field in source.Text.Where(field => field.Tag == "13C"))
        {
            // /CODE/HHMM+HHMM
            string value = field.Text;
            int slash = value.IndexOf('/', 1);
            string code = value[1..slash], time = value[(slash + 1)..];
            string written = $"{time[..2]}:{time[2..4]}:00{time[4]}{time[5..7]}:{time[7..9]}";
            (string Path, bool IsMoment)? place = code switch
            {
                "SNDTIME" => ("SttlmTmIndctn/DbtDtTm", true),
                "RNCTIME" => ("SttlmTmIndctn/CdtDtTm", true),
                "CLSTIME" => ("SttlmTmReq/CLSTm", false),
                "TILTIME" => ("SttlmTmReq/TillTm", false),
                "FROTIME" => ("SttlmTmReq/FrTm", false),
                "REJTIME" => ("SttlmTmReq/RjctTm", false),
                _ => null,
            };
            if (place is not { } known || target.Has(at + known.Path) || (known.IsMoment && day is null))
            {
                field.Drop("no time of the settlement that ISO 20022 knows");
                continue;
            }

            if (known.IsMoment)
                target.Put(at + known.Path, field.Lines[0], $"{Text(day!.Value)}T{written}", "on the value date");
            else
                target.Put(at + known.Path, field.Lines[0], written);
        }
    }

    /// <summary>The settlement method and its agents.</summary>
    /// <remarks>Without a reimbursement agent the account between the two banks settles; whose books they are, no field
    /// says.</remarks>
    public static void Reimbursement(MtField? senders, MtField? receivers, MtField? third, MxTarget target, string at)
    {
        if (senders?.Option is "A" or "D" || receivers is not null || third is not null)
        {
            target.Default(at + "SttlmMtd", "COVE", "follows from fields 53 to 55");
            foreach ((MtField? field, string name) in ((MtField?, string)[])[(senders, "InstgRmbrsmntAgt"),
                (receivers, "InstdRmbrsmntAgt"), (third, "ThrdRmbrsmntAgt")])
            {
                if (field is not null) MtToMxParty.Agent(target, field, at + name, $"{at}{name}Acct");
            }

            return;
        }

        target.Default(at + "SttlmMtd", "INDA", "no field names a reimbursement agent");
        if (senders is null) return;

        SourceLeaf first = senders.Lines[0];
        if (first.Value.Length > 1 && first.Value[0] == '/' && first.Value[1] != '/')
            MtToMxParty.Account(target, first, first.Value[1..], at + "SttlmAcct");
        foreach (SourceLeaf line in senders.Lines.Where(line => !line.IsAccounted))
            line.Account(FieldOutcome.Dropped, null, "the target has no branch of the sender here");
    }

    /// <summary>72: instructions to agents, and the previous instructing agent.</summary>
    public static void Instructions(MtField? field, MxTarget target, string at, bool hasPrevious = true)
    {
        if (field is null) return;
        int next = 0, creditor = 0;
        foreach (CodedLines coded in CodedLines.Read(field))
        {
            string? note = coded.Lines.Count > 1 ? Remarks.FreeText : null;
            string previous = at + "PrvsInstgAgt1/FinInstnId/BICFI";
            if (hasPrevious && coded.Code == "INS" && !target.Has(previous)
                && Identifiers.Bic.TryParse(coded.Text, out _))
            {
                target.PutLines(previous, coded.Lines, coded.Text);
                continue;
            }

            if (coded.Code == "ACC" && coded.Text.Length is > 0 and <= 140)
            {
                target.PutLines($"{at}InstrForCdtrAgt[{++creditor}]/InstrInf", coded.Lines, coded.Text, note);
                continue;
            }

            string text = coded.Code.Length == 0 ? coded.Text : $"/{coded.Code}/{coded.Text}";
            if (text.Length > 0)
                target.PutLines($"{at}InstrForNxtAgt[{++next}]/InstrInf", coded.Lines, text, note);
        }
    }

    /// <summary>70: the end-to-end reference after <c>/ROC/</c>, and the rest as it is.</summary>
    public static void Remittance(MtField? field, MxTarget target, string? reference, string unstructured)
    {
        if (field is null) return;
        List<SourceLeaf> lines = [.. field.Lines];
        string first = lines[0].Value;
        if (reference is not null && first.StartsWith("/ROC/", StringComparison.Ordinal))
        {
            int end = first.IndexOf("//", 5, StringComparison.Ordinal);
            string value = end < 0 ? first[5..] : first[5..end];
            if (value.Length is > 0 and <= 35)
            {
                target.Put(reference, lines[0], value);
                string rest = end < 0 ? "" : first[(end + 2)..];
                Text(lines, rest);
                return;
            }
        }

        Text(lines, first);

        void Text(List<SourceLeaf> all, string start)
        {
            string text = start;
            for (int i = 1; i < all.Count; i++)
                text += (text.Length == 0 || all[i - 1].Value.Length == 35 ? "" : " ") + all[i].Value;
            if (text.Length == 0) return;
            SourceLeaf[] taken = start.Length == 0 ? [.. all.Skip(1)] : [.. all];
            target.PutLines(unstructured, taken, text, all.Count > 1 ? Remarks.FreeText : null);
        }
    }
}
