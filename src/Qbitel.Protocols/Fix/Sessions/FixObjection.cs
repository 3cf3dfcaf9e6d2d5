namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>Why a well-framed message is rejected at session level.</summary>
/// <param name="Reason">SessionRejectReason (373).</param>
/// <param name="Tag">RefTagID (371) as it stood in the message; null where no one field is to blame.</param>
/// <param name="Text">What Text (58) says; null for the name of the reason.</param>
public readonly record struct FixObjection(int Reason, string? Tag = null, string? Text = null)
{
    public const int InvalidTagNumber = 0;
    public const int RequiredTagMissing = 1;
    public const int ValueOutOfRange = 5;
    public const int CompIdProblem = 9;
    public const int SendingTimeAccuracy = 10;
    public const int InvalidMessageType = 11;
    public const int Other = 99;

    // FIX 4.4, field 373; the words are those of the session tests.
    internal static string NameOf(int reason) => reason switch
    {
        InvalidTagNumber => "Invalid tag number",
        RequiredTagMissing => "Required tag missing",
        2 => "Tag not defined for this message type",
        3 => "Undefined tag",
        4 => "Tag specified without a value",
        ValueOutOfRange => "Value is incorrect (out of range) for this tag",
        6 => "Incorrect data format for value",
        7 => "Decryption problem",
        8 => "Signature problem",
        CompIdProblem => "CompID problem",
        SendingTimeAccuracy => "SendingTime accuracy problem",
        InvalidMessageType => "Invalid MsgType",
        13 => "Tag appears more than once",
        14 => "Tag specified out of required order",
        15 => "Out of order repeating group members",
        16 => "Incorrect NumInGroup count for repeating group",
        17 => "Non data value includes field delimiter",
        18 => "Invalid or unsupported application version",
        _ => "Other",
    };
}

/// <summary>What the codec has against a message; null where nothing.</summary>
/// <param name="message">One well-framed message.</param>
public delegate FixObjection? FixMessageCheck(ReadOnlySpan<byte> message);
