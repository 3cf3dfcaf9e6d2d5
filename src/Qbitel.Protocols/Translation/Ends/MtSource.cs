using System.Globalization;
using System.Text;
using Qbitel.Protocols.Swift;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Ends;

/// <summary>A FIN message as a source: headers, fields and their lines, each entered in the ledger once.</summary>
internal sealed class MtSource
{
    private readonly List<MtField> _header = [];

    public MtSource(SwiftMessage message, Ledger ledger)
    {
        Message = message;
        Ledger = ledger;
        ReadHeaders();
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        foreach (SwiftField field in message.UserHeader) _header.Add(Enter(field, "3", seen));
        Text = [.. message.Text.Select(field => Enter(field, "4", seen))];
        foreach (SwiftField field in message.Trailer) _header.Add(Enter(field, "5", seen));
        foreach (SwiftBlock block in message.Blocks.Where(block => block.Id is not (>= '1' and <= '5')))
            ledger.Add($"{block.Id}", Content(block.Id), Redaction.Text);
    }

    public SwiftMessage Message { get; }

    public Ledger Ledger { get; }

    public IReadOnlyList<MtField> Text { get; }

    /// <summary>Eight or eleven characters of the sending and receiving addresses, where block 1 and 2 tell them.
    /// </summary>
    public SourceLeaf? Sender { get; private set; }

    public SourceLeaf? Receiver { get; private set; }

    public SourceLeaf? Priority { get; private set; }

    /// <summary>Date and time the network took the message, where block 2 has them.</summary>
    public SourceLeaf? InputTime { get; private set; }

    /// <summary>A field of block 3.</summary>
    public MtField? User(string tag) => _header.Find(field => field.Tag == tag && field.Lines[0].Path[0] == '3');

    /// <summary>A field of block 5.</summary>
    public MtField? Trailer(string tag) => _header.Find(field => field.Tag == tag && field.Lines[0].Path[0] == '5');

    public MtField? First(string tag) => Text.FirstOrDefault(field => field.Tag == tag);

    public MtField? FirstOf(string number) => Text.FirstOrDefault(field => field.Number == number);

    /// <summary>The BIC in a logical terminal's address, without the terminal's letter and the head office's branch.
    /// </summary>
    public static string BicOf(string address) =>
        address.Length == 12 && address.AsSpan(9).ContainsAnyExcept('X') ? address[..8] + address[9..] : address[..8];

    private void ReadHeaders()
    {
        string basic = Content('1'), application = Content('2');
        SourceLeaf? own = null;
        if (Message.BasicHeader is { } header)
        {
            own = Ledger.Add("1/logicalTerminal", header.LogicalTerminal, Redaction.None);
            Ledger.Add("1/service", basic[..3], Redaction.None)
                .Account(FieldOutcome.Dropped, null, "FIN's own");
            Ledger.Add("1/sessionAndSequence", header.Session + header.Sequence, Redaction.None)
                .Account(FieldOutcome.Dropped, null, "FIN's own numbers");
        }

        if (Message.ApplicationHeader is not { } other) return;

        SourceLeaf address = Ledger.Add("2/address", other.Address, Redaction.None);
        (Sender, Receiver) = other.IsInput ? (own, address) : (address, own);
        if (Sender?.Value.Length < 8) Sender = null; // an address that is cut names nobody
        if (Receiver?.Value.Length < 8) Receiver = null;
        Ledger.Add("2/type", other.MessageType, Redaction.None).Account(FieldOutcome.Mapped, "/Document");
        if (other.Priority is { } priority)
            Priority = Ledger.Add("2/priority", $"{priority}", Redaction.None);
        if (other.IsInput)
        {
            if (application.Length > 17) Own("2/delivery", application[17..]);
            return;
        }

        if (application.Length < 46) return;
        string day = application[8..14], time = application[4..8];
        InputTime = Ledger.Add("2/inputTime", day + time, Redaction.None);
        Own("2/inputReference", application[26..36]);
        Own("2/outputTime", application[36..46]);
    }

    /// <summary>The input time as ISO 20022 writes it, in the sender's own time.</summary>
    public string? InputTimeText =>
        InputTime is { } leaf && DateTime.TryParseExact(leaf.Value, "yyMMddHHmm", CultureInfo.InvariantCulture,
            DateTimeStyles.None, out DateTime time)
            ? time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) : null;

    private void Own(string path, string value) =>
        Ledger.Add(path, value, Redaction.None).Account(FieldOutcome.Dropped, null, "FIN's own");

    private string Content(char id)
    {
        foreach (SwiftBlock block in Message.Blocks)
        {
            if (block.Id == id)
            {
                return Encoding.Latin1.GetString(Message.RawContent.Span.Slice(block.ContentOffset,
                    block.ContentLength));
            }
        }

        return "";
    }

    private MtField Enter(SwiftField field, string block, Dictionary<string, int> seen)
    {
        string key = block + "/" + field.Tag;
        int number = seen[key] = seen.GetValueOrDefault(key) + 1;
        if (number > 1) key += string.Create(CultureInfo.InvariantCulture, $"[{number}]");
        string[] lines = field.Value.Split('\n');
        bool isParty = block == "4" && MtRedaction.IsParty(field.Tag);
        List<SourceLeaf> leaves = [];
        bool hasName = false;
        for (int i = 0; i < lines.Length; i++)
        {
            Redaction redaction = block != "4" ? Redaction.None
                : isParty ? MtRedaction.OfPartyLine(field.Tag, lines, i, ref hasName) : MtRedaction.Of(field.Tag);
            string path = lines.Length == 1 ? key : string.Create(CultureInfo.InvariantCulture, $"{key}/{i + 1}");
            leaves.Add(Ledger.Add(path, lines[i], redaction, isParty
                && redaction is Redaction.Name or Redaction.Text));
        }

        return new MtField(field.Tag, leaves);
    }
}
