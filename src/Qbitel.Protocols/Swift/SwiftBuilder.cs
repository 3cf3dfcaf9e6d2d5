using System.Globalization;
using System.Text;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Swift.Fields;
using Qbitel.Protocols.Swift.Rules;

namespace Qbitel.Protocols.Swift;

/// <summary>
/// Makes a message of any type, as the sender hands it to the network, that breaks no rule carried here.
/// </summary>
/// <param name="messageType">Three digits, such as 202.</param>
/// <remarks>
/// Fields go out in the order they were added: types have sequences that repeat, and only the caller knows which
/// occurrence a field belongs to. A type without a table is only held to the form of blocks and fields.
/// </remarks>
public sealed class SwiftBuilder(string messageType)
{
    private readonly List<(string Tag, string Value)> _fields = [];
    private readonly List<(string Tag, string Value)> _header = [];

    /// <summary>The sending bank.</summary>
    public required Bic Sender { get; init; }

    /// <summary>The receiving bank.</summary>
    public required Bic Receiver { get; init; }

    /// <summary>U, N or S; N unless set.</summary>
    public char Priority { get; init; } = 'N';

    /// <summary>Field 119 of block 3, such as COV or STP.</summary>
    public string? ValidationFlag { get; init; }

    /// <summary>Field 108 of block 3: the sender's own reference of the message, up to 16 characters.</summary>
    public string? UserReference { get; init; }

    /// <summary>Field 121 of block 3. Payments have a new one unless it is set; other types none.</summary>
    public Uetr? Uetr { get; init; }

    /// <summary>Adds a field of the text; its lines end with LF or CRLF.</summary>
    public SwiftBuilder Add(string tag, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        ArgumentNullException.ThrowIfNull(value);
        if (tag.Length > 32 || tag.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_'))
        {
            throw new ArgumentException("a tag is letters and digits", nameof(tag));
        }

        _fields.Add((tag, value.Replace("\r\n", "\n", StringComparison.Ordinal)));
        return this;
    }

    /// <summary>Adds a date, as YYMMDD.</summary>
    public SwiftBuilder Add(string tag, DateOnly date) => Add(tag, SwiftValue.WriteDate(date));

    /// <summary>Adds a currency and amount, such as 33B.</summary>
    public SwiftBuilder Add(string tag, Money money)
    {
        ArgumentNullException.ThrowIfNull(money);
        return Add(tag, SwiftValue.WriteMoney(money));
    }

    /// <summary>Adds a value date, currency and amount, such as 32A.</summary>
    public SwiftBuilder Add(string tag, DateOnly date, Money money)
    {
        ArgumentNullException.ThrowIfNull(money);
        return Add(tag, SwiftValue.WriteDate(date) + SwiftValue.WriteMoney(money));
    }

    /// <summary>Adds a party; its option becomes part of the tag, 50 with option K being 50K.</summary>
    /// <param name="number">Two digits.</param>
    /// <param name="party">A customer with name and address in 59 has no option letter.</param>
    public SwiftBuilder Add(string number, SwiftParty party)
    {
        ArgumentNullException.ThrowIfNull(party);
        string option = number == "59" && party.Option == "K" ? "" : party.Option;
        return Add(number + option, party.Write());
    }

    /// <summary>Opens a sequence of ISO 15022: 16R.</summary>
    public SwiftBuilder Begin(string sequence) => Add("16R", sequence);

    /// <summary>Closes a sequence of ISO 15022: 16S.</summary>
    public SwiftBuilder End(string sequence) => Add("16S", sequence);

    /// <summary>Adds another field of block 3, such as 103 or 111.</summary>
    public SwiftBuilder AddHeader(string tag, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        ArgumentException.ThrowIfNullOrEmpty(value);
        if (!Ascii.IsDigits(tag) || value.AsSpan().IndexOfAny("{}\r\n") >= 0)
        {
            throw new ArgumentException("a field of block 3 is digits, and a value without braces", nameof(tag));
        }

        _header.Add((tag, value));
        return this;
    }

    /// <summary>The finished message.</summary>
    /// <exception cref="MessageFormatException">A rule is broken; the first is told.</exception>
    public SwiftMessage Build()
    {
        if (messageType is not { Length: 3 } || !Ascii.IsDigits(messageType))
        {
            throw Refused("Mt.MessageType", "a message type is three digits", null, "3!n");
        }

        StringBuilder text = new();
        text.Append("{1:F01").Append(Sender.Party).Append('A').Append(Sender.Branch).Append("0000000000}");
        text.Append("{2:I").Append(messageType).Append(Receiver.Party).Append('X').Append(Receiver.Branch)
            .Append(Priority).Append('}');
        WriteHeader(text);
        text.Append("{4:\r\n");
        foreach ((string tag, string value) in _fields)
        {
            // Here, since a value of a wrong form could end its field, or the text, and begin another.
            if (!SwiftValue.IsOneField(value) || value.Contains('\r', StringComparison.Ordinal)
                || value.Any(c => c is (< ' ' and not '\n') or > '~'))
            {
                throw Refused("Mt.FieldFormat", "the value does not have its form", tag,
                    "printable ASCII, no line of which begins with ':' or '-'");
            }

            text.Append(':').Append(tag).Append(':')
                .Append(value.Replace("\n", "\r\n", StringComparison.Ordinal)).Append("\r\n");
        }

        text.Append("-}");
        SwiftMessage message = SwiftMessage.Parse(Encoding.Latin1.GetBytes(text.ToString()));
        // A tolerance is for what others send, not for what is made here.
        Diagnostic? broken = message.Validate(ParseMode.Strict).FirstError();
        return broken is null ? message : throw new MessageFormatException(new ParseError(broken));
    }

    private void WriteHeader(StringBuilder text)
    {
        Uetr? uetr = Uetr ?? (messageType is "103" or "202" or "205" ? Identifiers.Uetr.Create() : null);
        List<(string Tag, string Value)> header = [.. _header];
        if (UserReference is not null) header.Insert(0, ("108", UserReference));
        if (ValidationFlag is not null) header.Add(("119", ValidationFlag));
        if (uetr is not null) header.Add(("121", uetr.Value));
        if (header.Count == 0) return;

        text.Append("{3:");
        foreach ((string tag, string value) in header)
        {
            if (value.AsSpan().IndexOfAny("{}\r\n") >= 0)
            {
                throw Refused("Mt.FieldFormat", "the field of block 3 does not have its form", tag, "no braces");
            }

            text.Append('{').Append(tag).Append(':').Append(value).Append('}');
        }

        text.Append('}');
    }

    private MessageFormatException Refused(string code, string message, string? tag, string expected) =>
        new(new ParseError(new Diagnostic(code, Severity.Error, message)
        {
            Tag = tag,
            Field = tag is null
                || !int.TryParse(messageType, NumberStyles.None, CultureInfo.InvariantCulture, out int type)
                ? null : MtRuleSet.Of(type, ValidationFlag == "COV")?.Field(tag)?.Name,
            Expected = expected,
        }));
}
