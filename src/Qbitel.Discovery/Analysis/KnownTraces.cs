using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Structures;
using Qbitel.Discovery.Relations.Values;
using Qbitel.Protocols.Emv.Apdu;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Iso8583.Detection;

namespace Qbitel.Discovery.Analysis;

/// <summary>
/// Known protocols that one message alone does not prove: records of ACH files, commands to cards, trees of the basic
/// encoding rules, and card messages in a dialect.
/// </summary>
internal static class KnownTraces
{
    private const int MinMessages = 3;
    private const double NeededShare = 0.95;

    // Of a whole trace; single messages are believed from 64 bits on.
    private const double NeededBits = 128;

    /// <summary>Whether messages of one protocol are, nearly all, read as those of a known one.</summary>
    public static bool Reads(IReadOnlyList<Sample> samples)
    {
        List<CutMessage> messages = [.. samples.Select((s, i) => new CutMessage
        {
            Order = (i, 0),
            Flow = s.Flow,
            Direction = s.Direction,
            Bytes = s.Bytes,
            Index = i,
            Known = KnownProtocols.Whole(s.Bytes.Span, null),
        })];
        Name(messages);
        return messages.Count(m => m.Known is not null) >= NeededShare * messages.Count;
    }

    /// <summary>Names the messages of groups that are read as one of these protocols.</summary>
    /// <param name="messages">All of the trace, in their order.</param>
    public static void Name(IReadOnlyList<CutMessage> messages)
    {
        Dialect(messages);
        List<CutMessage> left = [.. messages.Where(m => m.Known is null && !m.IsFragment && m.Bytes.Length > 0)];
        if (left.Count < MinMessages) return;

        foreach (List<CutMessage> group in PayloadGroups.Sort(left))
        {
            if (group.Count < MinMessages) continue;
            _ = TryAch(group) || TryCards(group) || TryTrees(group) || TryDialect(group);
        }
    }

    // Messages known one by one are read once more in the one dialect that all of them are written in.
    private static void Dialect(IReadOnlyList<CutMessage> messages)
    {
        List<CutMessage> cards = [.. messages.Where(m => m.Known is { Protocol: "iso8583" })];
        if (cards.Count == 0) return;

        Iso8583Detection detection = Iso8583Detector.Detect([.. cards.Select(Body)]);
        foreach (Iso8583Candidate candidate in detection.Candidates.Where(c => c.Read >= NeededShare * cards.Count)
            .Take(1))
        {
            foreach (CutMessage message in cards) Take(message, candidate, detection);
        }
    }

    private static bool TryDialect(List<CutMessage> group)
    {
        if (group.Any(m => m.Bytes.Length < 12)) return false;
        Iso8583Detection detection = Iso8583Detector.Detect([.. group.Select(m => m.Bytes)]);
        if (detection.Winner is not { } winner || winner.Read < group.Count || winner.Bits < NeededBits * 2
            || winner.Bits < 24.0 * group.Count)
        {
            return false;
        }

        foreach (CutMessage message in group) Take(message, winner, detection);
        return true;
    }

    private static void Take(CutMessage message, Iso8583Candidate candidate, Iso8583Detection detection)
    {
        if (!Iso8583Message.TryParse(Body(message).Span, candidate.Profile, candidate.Encoding,
            out Iso8583Message read, out _))
        {
            return;
        }

        message.Known = new KnownReading("iso8583", read.Profile.Version, read.Mti.ToString(),
            message.Known?.Confidence ?? Math.Min(0.9999, candidate.Likelihood), message.Known?.HeaderSize ?? 0)
        { Dialect = candidate, Detection = detection };
    }

    private static ReadOnlyMemory<byte> Body(CutMessage message) => message.Bytes[(message.Known?.HeaderSize ?? 0)..];

    // Records of 94 characters that came one by one: their kind, and digits where numbers stand.
    private static bool TryAch(List<CutMessage> group)
    {
        bool[] fits = [.. group.Select(m => AchRecord.Fits(m.Bytes.Span))];
        if (fits.Count(f => f) is var fitting && (fitting < MinMessages || fitting < NeededShare * group.Count)
            || !group.Any(m => AchRecord.Proves(m.Bytes.Span)))
        {
            return false;
        }

        for (int i = 0; i < group.Count; i++)
        {
            if (!fits[i]) continue;
            group[i].Known = new KnownReading("nacha", null, AchRecord.TypeOf(group[i].Bytes.Span),
                Chance.Share(fitting, group.Count), 0);
        }

        return true;
    }

    // Commands by their exact lengths and names; in a conversation the answers end with a status.
    private static bool TryCards(List<CutMessage> group)
    {
        bool hasDirections = group.Any(m => m.Direction == FlowDirection.ServerToClient);
        string?[] types = new string?[group.Count];
        int commands = 0, known = 0;
        for (int i = 0; i < group.Count; i++)
        {
            CutMessage message = group[i];
            bool mayAnswer = hasDirections && message.Direction != FlowDirection.ClientToServer;
            if (mayAnswer && ResponseApdu.TryParse(message.Bytes, out ResponseApdu response, out _)
                && response.Status.Sw1 is 0x90 or >= 0x61 and <= 0x6F)
            {
                types[i] = "response";
                known++;
            }
            else if (CommandApdu.TryParse(message.Bytes, out CommandApdu command, out _) && command.Name is not null
                && command.Cla is <= 0x1F or (>= 0x80 and <= 0x9F) && !command.IsExtended)
            {
                types[i] = message.Bytes.Span[1].ToString("X2", System.Globalization.CultureInfo.InvariantCulture);
                commands++;
                known++;
            }
        }

        // One command in ten thousand random ones has a class, a name and lengths that fit.
        if (commands < MinMessages || known < NeededShare * group.Count) return false;
        for (int i = 0; i < group.Count; i++)
        {
            if (types[i] is { } type)
                group[i].Known = new KnownReading("emv-apdu", null, type, Chance.Share(known, group.Count), 0);
        }

        return true;
    }

    private static bool TryTrees(List<CutMessage> group)
    {
        Relation any = new(RelationKind.Tree, "", 1);
        bool[] trees = [.. group.Select(m => BerTree.TryRead(m.Bytes.Span, any) is not null)];
        int count = trees.Count(t => t);
        if (count < MinMessages || count < NeededShare * group.Count) return false;

        for (int i = 0; i < group.Count; i++)
        {
            if (!trees[i]) continue;
            group[i].Known = new KnownReading("ber", null, BerTree.TypeOf(group[i].Bytes.Span),
                Chance.Share(count, group.Count), 0);
        }

        return true;
    }
}
