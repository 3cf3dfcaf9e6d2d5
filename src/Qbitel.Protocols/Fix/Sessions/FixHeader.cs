namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>What the session layer needs of a message's header, found in one pass that ends where the body
/// begins.</summary>
internal readonly ref struct FixHeader
{
    private readonly ReadOnlySpan<byte> _message;

    public FixHeader(ReadOnlySpan<byte> message)
    {
        _message = message;
        Number = -1;
        FixReader reader = new(message);
        BodyOffset = message.Length;
        while (reader.Read())
        {
            ReadOnlySpan<byte> value = reader.Value;
            switch (reader.Tag)
            {
                case 8: BeginString = value; break;
                case 34: Number = ReadNumber(value); break;
                case 35: Type = value; break;
                case 43: IsPossibleDuplicate = value is [(byte)'Y']; break;
                case 49: Sender = value; break;
                case 52: SendingTime = value; break;
                case 56: Target = value; break;
                case 97: IsPossibleResend = value is [(byte)'Y']; break;
                case 122: OriginalSendingTime = value; break;
                default:
                    if (IsHeader(reader.Tag)) break;
                    BodyOffset = reader.FieldOffset;
                    return;
            }
        }
    }

    public ReadOnlySpan<byte> BeginString { get; }

    public ReadOnlySpan<byte> Type { get; }

    public ReadOnlySpan<byte> Sender { get; }

    public ReadOnlySpan<byte> Target { get; }

    public ReadOnlySpan<byte> SendingTime { get; }

    public ReadOnlySpan<byte> OriginalSendingTime { get; }

    /// <summary>MsgSeqNum; -1 where there is none or it is no number.</summary>
    public long Number { get; }

    public bool IsPossibleDuplicate { get; }

    public bool IsPossibleResend { get; }

    /// <summary>Where the first field stands that is not the header's.</summary>
    public int BodyOffset { get; }

    /// <summary>The fields between header and checksum.</summary>
    public ReadOnlySpan<byte> Body => BodyOffset >= _message.Length - 7 ? [] : _message[BodyOffset..^7];

    /// <summary>The value of the first field with a tag after the header; empty where there is none.</summary>
    public ReadOnlySpan<byte> BodyField(int tag)
    {
        FixReader reader = new(Body);
        while (reader.Read()) if (reader.Tag == tag) return reader.Value;
        return [];
    }

    /// <summary>The value of the first field with a tag before the body; empty where there is none.</summary>
    public ReadOnlySpan<byte> HeaderField(int tag)
    {
        FixReader reader = new(_message[..BodyOffset]);
        while (reader.Read()) if (reader.Tag == tag) return reader.Value;
        return [];
    }

    public bool IsType(byte type) => Type.Length == 1 && Type[0] == type;

    /// <summary>A number of up to 18 digits; -1 for anything else.</summary>
    public static long ReadNumber(ReadOnlySpan<byte> digits)
    {
        if (digits.IsEmpty || digits.Length > 18) return -1;

        long number = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit)) return -1;
            number = (number * 10) + (digit - '0');
        }

        return number;
    }

    // The standard headers of FIX 4.2, 4.4 and FIXT 1.1 together.
    public static bool IsHeader(int tag) => tag switch
    {
        8 or 9 or 34 or 35 or 43 or 49 or 50 or 52 or 56 or 57 or 90 or 91 or 97 => true,
        115 or 116 or 122 or 128 or 129 => true,
        >= 142 and <= 145 => true,
        212 or 213 or 347 or 369 or 370 or 627 or 628 or 629 or 630 or 1128 or 1129 or 1156 => true,
        _ => false,
    };
}
