namespace Qbitel.Protocols.Fix;

/// <summary>The data types of FIX 4.2 and 4.4; Number is what they call float, which here is never one.</summary>
internal enum FixType
{
    String,
    Int,
    Length,
    NumInGroup,
    SeqNum,
    TagNum,
    DayOfMonth,
    Number,
    Qty,
    Price,
    PriceOffset,
    Amt,
    Percentage,
    Char,
    Boolean,
    MultipleValueString,
    Country,
    Currency,
    Exchange,
    MonthYear,
    UtcTimestamp,
    UtcTimeOnly,
    UtcDateOnly,
    UtcDate,
    LocalMktDate,
    Data,
}
