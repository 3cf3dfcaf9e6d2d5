using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Swift.Messages;

/// <summary>
/// MT202 and MT205, a transfer between banks, with or without the customer's transfer it covers: a message that breaks
/// no rule carried here.
/// </summary>
public sealed class Mt202Message
{
    private static readonly string[] Types = ["202", "205"];

    private readonly SwiftField[] _transfer;
    private readonly SwiftField[] _underlying;

    private Mt202Message(SwiftMessage message)
    {
        Message = message;
        int split = message.Text.TakeWhile(field => field.Number != "50").Count();
        _transfer = [.. message.Text.Take(split)];
        _underlying = [.. message.Text.Skip(split)];
    }

    public SwiftMessage Message { get; }

    /// <summary>Whether it covers a customer's transfer: the COV variant.</summary>
    public bool IsCover => _underlying.Length > 0;

    /// <summary>Field 20.</summary>
    public string TransactionReference => Message.GetField("20")!;

    /// <summary>Field 21; of a cover, the reference of the customer's transfer.</summary>
    public string RelatedReference => Message.GetField("21")!;

    public Uetr? Uetr => Message.Uetr;

    /// <summary>Field 32A, first part.</summary>
    public DateOnly ValueDate => MtView.Date(Message.GetField("32A"));

    /// <summary>Field 32A, what is settled.</summary>
    public Money SettledAmount => MtView.Money(Message.GetField("32A")![6..])!;

    /// <summary>Field 52.</summary>
    public SwiftParty? OrderingInstitution => MtView.Party(_transfer, "52");

    /// <summary>Field 53.</summary>
    public SwiftParty? SendersCorrespondent => MtView.Party(_transfer, "53");

    /// <summary>Field 54.</summary>
    public SwiftParty? ReceiversCorrespondent => MtView.Party(_transfer, "54");

    /// <summary>Field 56.</summary>
    public SwiftParty? Intermediary => MtView.Party(_transfer, "56");

    /// <summary>Field 57.</summary>
    public SwiftParty? AccountWithInstitution => MtView.Party(_transfer, "57");

    /// <summary>Field 58.</summary>
    public SwiftParty BeneficiaryInstitution => MtView.Party(_transfer, "58")!;

    /// <summary>Field 72.</summary>
    public string? SenderToReceiverInformation => MtView.Value(_transfer, "72");

    /// <summary>Field 50 of the transfer that is covered.</summary>
    public SwiftParty? UnderlyingOrderingCustomer => MtView.Party(_underlying, "50");

    /// <summary>Field 52 of the transfer that is covered.</summary>
    public SwiftParty? UnderlyingOrderingInstitution => MtView.Party(_underlying, "52");

    /// <summary>Field 57 of the transfer that is covered.</summary>
    public SwiftParty? UnderlyingAccountWithInstitution => MtView.Party(_underlying, "57");

    /// <summary>Field 59 of the transfer that is covered.</summary>
    public SwiftParty? UnderlyingBeneficiary => MtView.Party(_underlying, "59");

    /// <summary>Field 33B of the transfer that is covered.</summary>
    public Money? UnderlyingInstructedAmount => MtView.Money(MtView.Value(_underlying, "33B"));

    /// <summary>Field 70 of the transfer that is covered.</summary>
    public string? UnderlyingRemittanceInformation => MtView.Value(_underlying, "70");

    public static bool TryCreate(SwiftMessage message, out Mt202Message mt202, out ParseError error)
    {
        bool taken = MtView.TryTake(message, Types, out error);
        mt202 = taken ? new Mt202Message(message) : null!;
        return taken;
    }

    /// <exception cref="MessageFormatException">The bytes are not an MT202 or MT205, or a rule is broken.</exception>
    public static Mt202Message Parse(ReadOnlySpan<byte> bytes) =>
        TryCreate(SwiftMessage.Parse(bytes), out Mt202Message mt202, out ParseError error)
            ? mt202 : throw new MessageFormatException(error);

    public override string ToString() => $"MT{Message.MessageType} {TransactionReference}";
}
