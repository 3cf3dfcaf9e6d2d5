using Qbitel.Protocols.Fix;

namespace Qbitel.Gateway.Fix;

/// <summary>A message of the peer while the application has it.</summary>
public readonly ref struct FixReceived
{
    internal FixReceived(FixLink link, long number, ReadOnlySpan<byte> bytes)
    {
        Link = link;
        Number = number;
        Bytes = bytes;
        int body = 0;
        FixReader reader = new(bytes);
        while (reader.Read())
        {
            if (reader.Tag == 35) Type = reader.Value;
            else if (reader.Tag == 97) IsPossibleResend = reader.Value is [(byte)'Y'];
            else if (reader.Tag == 43) IsPossibleDuplicate = reader.Value is [(byte)'Y'];
            else if (!IsHeader(reader.Tag)) break;
            body = reader.ValueOffset + reader.Value.Length + 1;
        }

        Body = body <= bytes.Length - 7 ? bytes[body..^7] : [];
    }

    public FixLink Link { get; }

    /// <summary>MsgSeqNum (34).</summary>
    public long Number { get; }

    /// <summary>MsgType (35).</summary>
    public ReadOnlySpan<byte> Type { get; }

    /// <summary>The whole message as it came.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The fields after the header, without the checksum.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>The peer sent it before, for a session number that we had not got.</summary>
    public bool IsPossibleDuplicate { get; }

    /// <summary>The peer may have sent the same under another number (97): only the application can tell.</summary>
    public bool IsPossibleResend { get; }

    /// <summary>Names this message for ever: when the counts began, and its number.</summary>
    public (DateTimeOffset CountsStartedAt, long Number) Key => (Link.CountsStartedAt, Number);

    /// <summary>The value of the first field with a tag; empty where there is none.</summary>
    public ReadOnlySpan<byte> Field(int tag)
    {
        FixReader reader = new(Bytes);
        while (reader.Read()) if (reader.Tag == tag) return reader.Value;
        return [];
    }

    /// <summary>Sends a message that is kept together with the fact that this one was processed.</summary>
    /// <param name="type">MsgType (35).</param>
    /// <param name="body">The fields of the body, each with its SOH.</param>
    /// <param name="header">More fields of the header.</param>
    /// <returns>Its MsgSeqNum.</returns>
    public long Reply(ReadOnlySpan<byte> type, ReadOnlySpan<byte> body, ReadOnlySpan<byte> header = default) =>
        Link.Send(type, body, header);

    /// <summary>Answers that the message is well formed and cannot be processed (35=j).</summary>
    /// <param name="reason">BusinessRejectReason (380).</param>
    /// <param name="text">Text (58).</param>
    public void RejectBusiness(int reason, string? text) => Link.RejectBusiness(Bytes, reason, text);

    /// <summary>
    /// Keeps what the application must find again after a crash, in place of what it recorded before.
    /// </summary>
    public void Record(ReadOnlySpan<byte> record) => Link.Record(record);

    // The standard headers of FIX 4.2, 4.4 and FIXT 1.1 together.
    private static bool IsHeader(int tag) => tag switch
    {
        8 or 9 or 34 or 49 or 50 or 52 or 56 or 57 or 90 or 91 or 115 or 116 or 122 or 128 or 129 => true,
        >= 142 and <= 145 => true,
        212 or 213 or 347 or 369 or 370 or 627 or 628 or 629 or 630 or 1128 or 1129 or 1156 => true,
        _ => false,
    };
}
