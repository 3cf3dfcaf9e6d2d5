using System.Globalization;
using Qbitel.Protocols.Fedwire;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;
using Qbitel.Protocols.Translation.Payments;

namespace Qbitel.Protocols.Translation.Fedwire;

/// <summary>What the translations of FAIM messages to ISO 20022 have in common.</summary>
internal static class FaimToMx
{
    public const string NoUetr =
        "FAIM has no UETR, which the live rail demands: whoever sends the message on makes one";

    /// <summary>Message identification from the accountability data, and the time of its making.</summary>
    public static void Group(FaimSource source, MxTarget target, string id, string created, DateTimeOffset? createdAt)
    {
        target.PutLines(id, source.All("1520"), source.Message.Imad!.Value);
        target.Default(created, Time(source, createdAt), createdAt is not null ? "the caller's"
            : "FAIM does not say when the message was made: the beginning of its cycle date stands here");

        source.Drop("1100", "what the service appended about its own processing");
        source.Drop("1110", "what the service appended about its own processing");
        source.Drop("1120", "what the service appended about its own processing");
        source.Drop("1130", "what the service appended about its own processing");
        source.Drop("1500", "the sender's own");
        foreach (SourceLeaf leaf in source.All("1510"))
            leaf.Account(FieldOutcome.Mapped, "/Document", "the type of the message says it");
    }

    /// <summary>The body with the header the live rail carries it in: from the sender to the service.</summary>
    public static MxOutput Whole(FaimSource source, MxTarget body, DateTimeOffset? createdAt)
    {
        MxTarget header = new(FedWireBuilder.HeaderVersion, source.Ledger);
        header.Put("Fr/FIId/FinInstnId/ClrSysMmbId/MmbId", source.At("3100", "Aba"));
        header.Default("To/FIId/FinInstnId/ClrSysMmbId/MmbId", FedWireBuilder.Service,
            "messages go to the Fedwire Funds Service");
        header.PutLines("BizMsgIdr", source.All("1520"), source.Message.Imad!.Value);
        header.Derive("MsgDefIdr", body.Type);
        header.Default("MktPrctc/Regy", FedWireBuilder.Registry, "the service's own");
        header.Default("MktPrctc/Id", FedWireBuilder.MarketPractice, "the service's own");
        header.Derive("CreDt", Time(source, createdAt));
        return new MxOutput(body, header);
    }

    private static string Time(FaimSource source, DateTimeOffset? createdAt) => createdAt is { } given
        ? given.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)
        : MtToMx.Text(source.Message.Imad!.CycleDate) + "T00:00:00";

    /// <summary>The service's own books settle.</summary>
    public static void Settlement(MxTarget target, string at)
    {
        target.Default(at + "SttlmMtd", "CLRG", "the Fedwire Funds Service settles");
        target.Default(at + "ClrSys/Cd", "FDW", "the Fedwire Funds Service settles");
    }

    /// <summary>{2000}, in dollars.</summary>
    public static void Amount(FaimSource source, MxTarget target, string path)
    {
        Money amount = source.Message.Amount!;
        target.PutAmount(path, source.At("2000", "Amount")!, "USD", amount.Amount);
    }

    /// <summary>Lines of free text as one value, cut where lines end into as many as its length demands.</summary>
    public static void Text(MxTarget target, IReadOnlyList<SourceLeaf> lines, string path, string last, int most,
        string prefix = "", int from = 0)
    {
        List<SourceLeaf> taken = [];
        string text = prefix;
        int number = from;
        foreach (SourceLeaf line in lines)
        {
            if (taken.Count > 0 && text.Length + 1 + line.Value.Length > most)
            {
                Write();
                (taken, text) = ([], "");
            }

            text += taken.Count > 0 ? " " + line.Value : line.Value;
            taken.Add(line);
        }

        if (taken.Count > 0) Write();

        void Write() => target.PutLines($"{path}[{++number}]{last}", taken, text,
            taken.Count > 1 ? Remarks.FreeText : null);
    }

    /// <summary>{6100} to {6500}: instructions to the next agent, and to the creditor's.</summary>
    public static void Instructions(FaimSource source, MxTarget target, string at)
    {
        int next = 0, creditor = 0;
        foreach ((string tag, string prefix) in ((string, string)[])[("6100", "/REC/"), ("6110", "/DRAWDOWN/"),
            ("6200", "/INT/"), ("6210", "/INT/"), ("6500", "")])
        {
            Add("InstrForNxtAgt", tag, prefix, ref next);
        }

        foreach ((string tag, string prefix) in ((string, string)[])[("6300", ""), ("6310", ""), ("6400", "/BNF/"),
            ("6410", "/BNF/")])
        {
            Add("InstrForCdtrAgt", tag, prefix, ref creditor);
        }

        if (source.At("6420", "Method") is { } method)
        {
            string path = $"{at}InstrForCdtrAgt[{++creditor}]/";
            if (target.Type.StartsWith("pacs.008.", StringComparison.Ordinal)) target.Put(path + "Cd", method, "CHQB");
            if (source.At("6420", "Information") is { } information) target.Put(path + "InstrInf", information);
            else if (!target.HasBelow(path.TrimEnd('/'))) target.Put(path + "InstrInf", method);
        }

        void Add(string name, string tag, string prefix, ref int number)
        {
            IReadOnlyList<SourceLeaf> lines = source.Lines(tag);
            SourceLeaf? advice = source.At(tag, "Advice");
            SourceLeaf[] all = [.. new[] { advice }.OfType<SourceLeaf>(), .. lines];
            if (all.Length == 0) return;
            Text(target, all, at + name, "/InstrInf", 140, prefix, number);
            while (target.Has($"{at}{name}[{number + 1}]/InstrInf")) number++;
        }
    }
}
