using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Swift.Messages;

/// <summary>
/// MT900 and MT910: one debit or credit of an account. A message that breaks no rule carried here.
/// </summary>
public sealed class MtConfirmation
{
    private static readonly string[] Types = ["900", "910"];

    private MtConfirmation(SwiftMessage message) => Message = message;

    public SwiftMessage Message { get; }

    /// <summary>Whether the account was credited: MT910.</summary>
    public bool IsCredit => Message.MessageType == "910";

    /// <summary>Field 20.</summary>
    public string TransactionReference => Message.GetField("20")!;

    /// <summary>Field 21.</summary>
    public string RelatedReference => Message.GetField("21")!;

    /// <summary>Field 25, as it stands.</summary>
    public string Account => (Message.GetField("25") ?? Message.GetField("25P"))!;

    /// <summary>Field 32A, first part.</summary>
    public DateOnly ValueDate => MtView.Date(Message.GetField("32A"));

    /// <summary>Field 32A.</summary>
    public Money Amount => MtView.Money(Message.GetField("32A")![6..])!;

    /// <summary>Field 50.</summary>
    public SwiftParty? OrderingCustomer => MtView.Party(Message.Text, "50");

    /// <summary>Field 52.</summary>
    public SwiftParty? OrderingInstitution => MtView.Party(Message.Text, "52");

    /// <summary>Field 56.</summary>
    public SwiftParty? Intermediary => MtView.Party(Message.Text, "56");

    /// <summary>Field 72.</summary>
    public string? SenderToReceiverInformation => Message.GetField("72");

    public static bool TryCreate(SwiftMessage message, out MtConfirmation confirmation, out ParseError error)
    {
        bool taken = MtView.TryTake(message, Types, out error);
        confirmation = taken ? new MtConfirmation(message) : null!;
        return taken;
    }

    /// <exception cref="MessageFormatException">The bytes are not a confirmation, or a rule is broken.</exception>
    public static MtConfirmation Parse(ReadOnlySpan<byte> bytes) =>
        TryCreate(SwiftMessage.Parse(bytes), out MtConfirmation confirmation, out ParseError error)
            ? confirmation : throw new MessageFormatException(error);

    public override string ToString() => $"MT{Message.MessageType} {TransactionReference}";
}
