using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Swift.Messages;

/// <summary>
/// MT940, MT941, MT942 and MT950: what happened on an account. A message that breaks no rule carried here.
/// </summary>
public sealed class MtStatement
{
    private static readonly string[] Types = ["940", "941", "942", "950"];

    private MtStatement(SwiftMessage message)
    {
        Message = message;
        List<StatementLine> lines = [];
        List<StatementBalance> forward = [];
        IReadOnlyList<SwiftField> text = message.Text;
        for (int i = 0; i < text.Count; i++)
        {
            string? information = i + 1 < text.Count && text[i + 1].Tag == "86" ? text[i + 1].Value : null;
            if (text[i].Tag == "61" && StatementLine.Read(text[i].Value, information) is { } line) lines.Add(line);
            if (text[i].Tag == "65" && StatementBalance.Read(text[i]) is { } balance) forward.Add(balance);
        }

        Lines = lines;
        ForwardBalances = forward;
    }

    public SwiftMessage Message { get; }

    /// <summary>Field 20.</summary>
    public string TransactionReference => Message.GetField("20")!;

    /// <summary>Field 25, as it stands; option P has a BIC on its second line.</summary>
    public string Account => (Message.GetField("25") ?? Message.GetField("25P"))!;

    /// <summary>Field 28 or 28C: statement number, and page.</summary>
    public string Number => (Message.GetField("28C") ?? Message.GetField("28"))!;

    /// <summary>Field 60; interim reports have none.</summary>
    public StatementBalance? OpeningBalance => Balance("60");

    /// <summary>Field 62; interim reports have none.</summary>
    public StatementBalance? ClosingBalance => Balance("62");

    /// <summary>Field 64.</summary>
    public StatementBalance? ClosingAvailableBalance => Balance("64");

    /// <summary>Field 65, as often as it stands.</summary>
    public IReadOnlyList<StatementBalance> ForwardBalances { get; }

    /// <summary>Field 61, each with its field 86.</summary>
    public IReadOnlyList<StatementLine> Lines { get; }

    /// <summary>Field 86 of the statement as a whole.</summary>
    public string? Information
    {
        get
        {
            IReadOnlyList<SwiftField> text = Message.Text;
            return text.Count > 1 && text[^1].Tag == "86" && text[^2].Tag != "61" ? text[^1].Value : null;
        }
    }

    /// <summary>The currency of the balances, or of the floor limit of an interim report.</summary>
    public Currency? Currency => (OpeningBalance ?? ClosingBalance)?.Amount.Currency ?? FloorCurrency();

    /// <summary>
    /// Whether the opening balance and the lines make the closing balance; null where there are not both balances.
    /// </summary>
    public bool? IsBalanced =>
        OpeningBalance is { } opening && ClosingBalance is { } closing && Message.MessageType != "941"
            ? opening.NetAmount + Lines.Sum(line => line.NetAmount) == closing.NetAmount : null;

    public static bool TryCreate(SwiftMessage message, out MtStatement statement, out ParseError error)
    {
        bool taken = MtView.TryTake(message, Types, out error);
        statement = taken ? new MtStatement(message) : null!;
        return taken;
    }

    /// <exception cref="MessageFormatException">The bytes are not a statement, or a rule is broken.</exception>
    public static MtStatement Parse(ReadOnlySpan<byte> bytes) =>
        TryCreate(SwiftMessage.Parse(bytes), out MtStatement statement, out ParseError error)
            ? statement : throw new MessageFormatException(error);

    public override string ToString() => $"MT{Message.MessageType} {TransactionReference} ({Lines.Count} lines)";

    private StatementBalance? Balance(string number) =>
        StatementBalance.Read(Message.Text.FirstOrDefault(field => field.Number == number));

    private Currency? FloorCurrency() =>
        Message.GetField("34F") is { Length: >= 3 } limit
        && Identifiers.Currency.TryParse(limit.AsSpan(0, 3), out Currency currency) ? currency : null;
}
