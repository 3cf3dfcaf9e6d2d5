namespace Qbitel.Protocols.Fix.Tables;

/// <summary>The data types of FIX; Number is what the standard calls float, which here is never one.</summary>
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
    MultipleStringValue,
    MultipleCharValue,
    Country,
    Currency,
    Exchange,
    Language,
    MonthYear,
    UtcTimestamp,
    UtcTimeOnly,
    UtcDateOnly,
    UtcDate,
    LocalMktDate,
    TZTimestamp,
    TZTimeOnly,
    Tenor,
    Data,
    XmlData,

    /// <summary>Numbers from 100 on are for the two parties to agree on.</summary>
    Reserved100Plus,
    Reserved1000Plus,
    Reserved4000Plus,
}
