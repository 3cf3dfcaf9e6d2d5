using System.Buffers;
using System.Globalization;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift;

/// <summary>MT103, single customer credit transfer: a message that breaks no rule carried here.</summary>
public sealed class Mt103Message
{
    private Mt103Message(SwiftMessage message) => Message = message;

    /// <summary>The message with its headers, other fields and bytes.</summary>
    public SwiftMessage Message { get; }

    public ReadOnlyMemory<byte> RawContent => Message.RawContent;

    /// <summary>Field 20.</summary>
    public string TransactionReference => Message.GetField("20")!;

    /// <summary>Field 121 of block 3.</summary>
    public Uetr? Uetr => Message.Uetr;

    /// <summary>Field 23B.</summary>
    public string BankOperationCode => Message.GetField("23B")!;

    /// <summary>Field 32A, first part.</summary>
    public DateOnly ValueDate =>
        SwiftValue.TryReadDate(Message.GetField("32A").AsSpan(0, 6), out DateOnly date) ? date : default;

    /// <summary>Field 32A, what the banks settle.</summary>
    public Money SettledAmount => MoneyOf(Message.GetField("32A").AsSpan(6))!;

    /// <summary>Field 33B, what the customer ordered.</summary>
    public Money? InstructedAmount => MoneyOf(Message.GetField("33B"));

    /// <summary>Field 36.</summary>
    public decimal? ExchangeRate => Message.GetField("36") is { } rate
        ? decimal.Parse(rate.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) : null;

    /// <summary>Field 50.</summary>
    public SwiftParty OrderingCustomer => Party("50")!;

    /// <summary>Field 52.</summary>
    public SwiftParty? OrderingInstitution => Party("52");

    /// <summary>Field 53.</summary>
    public SwiftParty? SendersCorrespondent => Party("53");

    /// <summary>Field 54.</summary>
    public SwiftParty? ReceiversCorrespondent => Party("54");

    /// <summary>Field 56.</summary>
    public SwiftParty? IntermediaryInstitution => Party("56");

    /// <summary>Field 57.</summary>
    public SwiftParty? AccountWithInstitution => Party("57");

    /// <summary>Field 59.</summary>
    public SwiftParty Beneficiary => Party("59")!;

    /// <summary>Field 70; its lines end with LF.</summary>
    public string? RemittanceInformation => Message.GetField("70");

    /// <summary>Field 71A.</summary>
    public ChargeBearer Charges => Message.GetField("71A") switch
    {
        "OUR" => ChargeBearer.OrderingCustomer,
        "BEN" => ChargeBearer.Beneficiary,
        _ => ChargeBearer.Shared,
    };

    /// <summary>Field 71F, as often as it stands.</summary>
    public IReadOnlyList<Money> SendersCharges =>
        [.. Message.Text.Where(charge => charge.Tag == "71F").Select(charge => MoneyOf(charge.Value)!)];

    /// <summary>Field 72.</summary>
    public string? SenderToReceiverInformation => Message.GetField("72");

    /// <summary>Takes a message that was read already.</summary>
    /// <exception cref="MessageFormatException">It is of another type, or a rule is broken; the first is
    /// told.</exception>
    public static Mt103Message FromSwiftMessage(SwiftMessage message) =>
        TryCreate(message, out Mt103Message mt103, out ParseError error)
            ? mt103 : throw new MessageFormatException(error);

    public static bool TryCreate(SwiftMessage message, out Mt103Message mt103, out ParseError error)
    {
        ArgumentNullException.ThrowIfNull(message);
        Diagnostic? broken = message.MessageType == "103"
            ? message.Validate().FirstError()
            : new Diagnostic("Mt.MessageType", Severity.Error, "the message is of another type")
            {
                Offset = 0,
                Expected = "103",
                Actual = message.MessageType,
            };
        mt103 = broken is null ? new Mt103Message(message) : null!;
        error = broken is null ? null! : new ParseError(broken);
        return broken is null;
    }

    public static bool TryParse(ReadOnlySpan<byte> bytes, out Mt103Message mt103, out ParseError error)
    {
        mt103 = null!;
        return SwiftMessage.TryParse(bytes, out SwiftMessage message, out error)
            && TryCreate(message, out mt103, out error);
    }

    /// <exception cref="MessageFormatException">The bytes are not an MT103, or a rule is broken; the first is
    /// told.</exception>
    public static Mt103Message Parse(ReadOnlySpan<byte> bytes) => FromSwiftMessage(SwiftMessage.Parse(bytes));

    public void WriteTo(IBufferWriter<byte> writer) => Message.WriteTo(writer);

    public byte[] ToBytes() => Message.ToBytes();

    public override string ToString() => $"MT103 {TransactionReference}";

    private SwiftParty? Party(string number) =>
        Message.Text.FirstOrDefault(field => field.Number == number) is { } found ? SwiftParty.Read(found) : null;

    private static Money? MoneyOf(ReadOnlySpan<char> text) =>
        SwiftValue.TryReadMoney(text, out Money money) ? money : null;
}
