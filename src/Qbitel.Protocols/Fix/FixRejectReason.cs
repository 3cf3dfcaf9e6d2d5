namespace Qbitel.Protocols.Fix;

/// <summary>
/// SessionRejectReason (field 373): the numbers of the FIX session layer. A finding's code is <c>Fix.</c> and this
/// name.
/// </summary>
public enum FixRejectReason
{
    InvalidTagNumber = 0,
    RequiredTagMissing = 1,
    TagNotDefinedForMessage = 2,
    UndefinedTag = 3,
    EmptyValue = 4,
    ValueOutOfRange = 5,
    DataFormat = 6,
    DecryptionProblem = 7,
    SignatureProblem = 8,
    CompIdProblem = 9,
    SendingTimeAccuracyProblem = 10,
    InvalidMessageType = 11,
    XmlValidationError = 12,
    TagAppearsTwice = 13,
    TagOutOfOrder = 14,
    GroupFieldOutOfOrder = 15,
    GroupCountMismatch = 16,
    SohInValue = 17,
    InvalidApplicationVersion = 18,
    Other = 99,
}
