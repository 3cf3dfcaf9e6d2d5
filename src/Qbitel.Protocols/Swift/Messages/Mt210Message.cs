namespace Qbitel.Protocols.Swift.Messages;

/// <summary>MT210: funds to be received. A message that breaks no rule carried here.</summary>
public sealed class Mt210Message
{
    private static readonly string[] Types = ["210"];

    private Mt210Message(SwiftMessage message)
    {
        Message = message;
        List<ExpectedReceipt> receipts = [];
        SwiftField[] text = [.. message.Text];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i].Tag != "21") continue;
            SwiftField[] own = [.. text.Skip(i + 1).TakeWhile(field => field.Tag != "21")];
            receipts.Add(new ExpectedReceipt(text[i].Value, MtView.Money(own.First(f => f.Tag == "32B").Value)!,
                MtView.Party(own, "50"), MtView.Party(own, "52"), MtView.Party(own, "56")));
        }

        Receipts = receipts;
    }

    public SwiftMessage Message { get; }

    /// <summary>Field 20.</summary>
    public string TransactionReference => Message.GetField("20")!;

    /// <summary>Field 25.</summary>
    public string? Account => Message.GetField("25");

    /// <summary>Field 30.</summary>
    public DateOnly ValueDate => MtView.Date(Message.GetField("30"));

    public IReadOnlyList<ExpectedReceipt> Receipts { get; }

    public static bool TryCreate(SwiftMessage message, out Mt210Message mt210, out ParseError error)
    {
        bool taken = MtView.TryTake(message, Types, out error);
        mt210 = taken ? new Mt210Message(message) : null!;
        return taken;
    }

    /// <exception cref="MessageFormatException">The bytes are not an MT210, or a rule is broken.</exception>
    public static Mt210Message Parse(ReadOnlySpan<byte> bytes) =>
        TryCreate(SwiftMessage.Parse(bytes), out Mt210Message mt210, out ParseError error)
            ? mt210 : throw new MessageFormatException(error);

    public override string ToString() => $"MT210 {TransactionReference} ({Receipts.Count} receipts)";
}
