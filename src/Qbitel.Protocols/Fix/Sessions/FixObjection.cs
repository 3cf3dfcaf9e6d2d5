namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>Why a well-framed message is rejected at session level.</summary>
/// <param name="Reason">SessionRejectReason (373).</param>
/// <param name="Tag">RefTagID (371) as it stood in the message; null where no one field is to blame.</param>
/// <param name="Text">What Text (58) says; null for the name of the reason.</param>
public readonly record struct FixObjection(FixRejectReason Reason, string? Tag = null, string? Text = null)
{
    // FIX 4.4, field 373; the words are those of the session tests.
    internal static string NameOf(FixRejectReason reason) => reason switch
    {
        FixRejectReason.InvalidTagNumber => "Invalid tag number",
        FixRejectReason.RequiredTagMissing => "Required tag missing",
        FixRejectReason.TagNotDefinedForMessage => "Tag not defined for this message type",
        FixRejectReason.UndefinedTag => "Undefined tag",
        FixRejectReason.EmptyValue => "Tag specified without a value",
        FixRejectReason.ValueOutOfRange => "Value is incorrect (out of range) for this tag",
        FixRejectReason.DataFormat => "Incorrect data format for value",
        FixRejectReason.DecryptionProblem => "Decryption problem",
        FixRejectReason.SignatureProblem => "Signature problem",
        FixRejectReason.CompIdProblem => "CompID problem",
        FixRejectReason.SendingTimeAccuracyProblem => "SendingTime accuracy problem",
        FixRejectReason.InvalidMessageType => "Invalid MsgType",
        FixRejectReason.TagAppearsTwice => "Tag appears more than once",
        FixRejectReason.TagOutOfOrder => "Tag specified out of required order",
        FixRejectReason.GroupFieldOutOfOrder => "Out of order repeating group members",
        FixRejectReason.GroupCountMismatch => "Incorrect NumInGroup count for repeating group",
        FixRejectReason.SohInValue => "Non data value includes field delimiter",
        FixRejectReason.InvalidApplicationVersion => "Invalid or unsupported application version",
        _ => "Other",
    };
}

/// <summary>What the codec has against a message; null where nothing.</summary>
/// <param name="message">One well-framed message.</param>
public delegate FixObjection? FixMessageCheck(ReadOnlySpan<byte> message);
