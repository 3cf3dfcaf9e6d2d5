using System.Globalization;
using System.Text;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Swift.Rules;

namespace Qbitel.Protocols.Swift.Messages;

/// <summary>One part of block 1 or 2, which have no tags: each stands at its place.</summary>
/// <param name="Key">In a report's path.</param>
/// <param name="Name">What the standard calls it.</param>
/// <param name="Offset">Bytes from the start of the message.</param>
/// <param name="Length">Bytes of it.</param>
internal sealed record MtHeaderPart(string Key, string Name, int Offset, int Length)
{
    private static readonly (string Key, string Name, int Length)[] Basic =
    [
        ("ApplicationId", "Application Identifier", 1), ("ServiceId", "Service Identifier", 2),
        ("LogicalTerminal", "Logical Terminal Address", 12), ("Session", "Session Number", 4),
        ("Sequence", "Sequence Number", 6),
    ];

    private static readonly (string Key, string Name, int Length)[] Input =
    [
        ("Direction", "Input/Output Identifier", 1), ("MessageType", "Message Type", 3),
        ("Receiver", "Destination Address", 12), ("Priority", "Priority", 1),
        ("DeliveryMonitoring", "Delivery Monitoring", 1), ("ObsolescencePeriod", "Obsolescence Period", 3),
    ];

    private static readonly (string Key, string Name, int Length)[] Output =
    [
        ("Direction", "Input/Output Identifier", 1), ("MessageType", "Message Type", 3), ("InputTime", "Input Time", 4),
        ("InputDate", "Message Input Reference, Date", 6),
        ("Sender", "Message Input Reference, Logical Terminal Address", 12),
        ("InputSession", "Message Input Reference, Session Number", 4),
        ("InputSequence", "Message Input Reference, Sequence Number", 6), ("OutputDate", "Output Date", 6),
        ("OutputTime", "Output Time", 4), ("Priority", "Priority", 1),
    ];

    /// <summary>The parts of a header; one that does not have its form is one part.</summary>
    public static IEnumerable<MtHeaderPart> Of(SwiftBlock block, ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> content = message.Slice(block.ContentOffset, block.ContentLength);
        if (block.Id == '1')
        {
            return SwiftBasicHeader.IsWellFormed(content) ? Divide(Basic, block)
                : [new MtHeaderPart("", "Basic Header", block.ContentOffset, block.ContentLength)];
        }

        return SwiftApplicationHeader.AddressOffset(content) > 0 ? Divide(content[0] == 'I' ? Input : Output, block)
            : [new MtHeaderPart("", "Application Header", block.ContentOffset, block.ContentLength)];
    }

    /// <summary>What the part says in words; null where its digits say it.</summary>
    public string? MeaningOf(ReadOnlySpan<byte> bytes)
    {
        string value = Encoding.Latin1.GetString(bytes);
        return (Key, value) switch
        {
            ("ApplicationId", "F") => "financial messages, between users",
            ("ApplicationId", "A") => "general purpose messages, with the network",
            ("ApplicationId", "L") => "commands of a terminal to the network",
            ("ServiceId", "01") => "a message",
            ("ServiceId", "21") => "the network's answer to a message",
            ("LogicalTerminal" or "Receiver" or "Sender", _) => Terminal(value),
            ("Direction", "I") => "input: from the sender to the network",
            ("Direction", "O") => "output: from the network to the receiver",
            ("MessageType", _) => MtRuleSet.Of(int.Parse(value, CultureInfo.InvariantCulture))?.Name,
            ("Priority", "U") => "urgent",
            ("Priority", "N") => "normal",
            ("Priority", "S") => "of the system",
            ("DeliveryMonitoring", "1") => "warn where it is not delivered",
            ("DeliveryMonitoring", "2") => "tell when it is delivered",
            ("DeliveryMonitoring", "3") => "warn where it is not delivered, tell when it is",
            ("ObsolescencePeriod", _) => // in units of five minutes
                $"{5 * int.Parse(value, CultureInfo.InvariantCulture)} minutes",
            ("InputDate" or "OutputDate", _) => MtHeaderTags.Date(value),
            ("InputTime" or "OutputTime", _) => MtHeaderTags.Time(value),
            _ => null,
        };
    }

    private static IEnumerable<MtHeaderPart> Divide((string Key, string Name, int Length)[] parts, SwiftBlock block)
    {
        int at = block.ContentOffset;
        foreach ((string key, string name, int length) in parts)
        {
            if (at + length > block.ContentOffset + block.ContentLength) yield break;
            yield return new MtHeaderPart(key, name, at, length);
            at += length;
        }
    }

    // Eight characters of a BIC, the terminal's letter, and the branch; the eighth is 0 on the network for tests.
    private static string? Terminal(string value) =>
        Bic.TryParse(value.AsSpan(0, 8), out Bic bic)
            ? $"a bank in {bic.Country}, terminal {value[8]}" + (value[7] == '0' ? ", for tests" : "") : null;
}
