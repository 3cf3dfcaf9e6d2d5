namespace Qbitel.Discovery.Analysis;

/// <summary>
/// What fields of known protocols mean, in the words of the document; <c>unknown</c> where no word fits for sure.
/// </summary>
internal static class FieldMeanings
{
    public const string Unknown = "unknown";

    // FIX 4.4, volume 6: the fields of header and trailer that are no mere text.
    public static string Fix(int tag) => tag switch
    {
        8 => "version",
        9 => "length",
        10 => "checksum",
        34 => "sequence",
        35 => "msgtype",
        52 or 60 or 122 => "timestamp",
        _ => "string",
    };

    // ISO 8583:1987, the list of data elements.
    public static string Iso8583(int field) => field switch
    {
        2 or 32 or 33 or 34 or 37 or 38 or 41 or 42 or 90 or 102 or 103 => "id",
        3 => "msgtype",
        4 or 5 or 6 or 8 or (>= 28 and <= 31) or 95 => "amount",
        7 => "timestamp",
        11 => "sequence",
        12 => "time",
        >= 13 and <= 17 or 73 => "date",
        18 or 19 or 20 or 21 or 22 or 24 or 25 or 26 or 49 or 50 or 51 or 70 => "integer",
        35 or 36 or (>= 43 and <= 48) or 54 or (>= 60 and <= 63) or (>= 104 and <= 127) => "string",
        52 or 55 or 64 or 128 => "bytes",
        _ => Unknown,
    };

    /// <summary>By the tag or element name that a report gives.</summary>
    public static string Of(string protocol, string tag) => (Base(protocol), tag) switch
    {
        ("swift-mt", "20" or "21" or "121" or "108" or "113") => "id",
        ("swift-mt", "50A" or "50F" or "50K" or "59" or "59A" or "59F" or "70" or "72" or "77B") => "string",
        ("swift-mt", "CHK") => "checksum",
        ("iso20022", "MsgId" or "InstrId" or "EndToEndId" or "TxId" or "UETR") => "id",
        ("iso20022", "ClrSysRef" or "BICFI" or "IBAN") => "id",
        ("iso20022", "CreDtTm") => "timestamp",
        ("iso20022", "IntrBkSttlmDt") => "date",
        ("iso20022", "IntrBkSttlmAmt" or "InstdAmt" or "TtlIntrBkSttlmAmt") => "amount",
        ("iso20022", "NbOfTxs") => "count",
        ("iso20022", "Nm" or "Ustrd" or "AdrLine") => "string",
        ("nacha", "recordType" or "transactionCode" or "serviceClass" or "addendaType") => "msgtype",
        ("nacha", "receivingBank" or "account" or "identification" or "companyId" or "originatingBank") => "id",
        ("nacha", "destination" or "origin") => "id",
        ("nacha", "checkDigit" or "entryHash") => "checksum",
        ("nacha", "amount" or "totalDebit" or "totalCredit") => "amount",
        ("nacha", "trace" or "batchNumber" or "sequence" or "entrySequence") => "sequence",
        ("nacha", "name" or "companyName" or "destinationName" or "originName" or "text") => "string",
        ("nacha", "effectiveDate" or "fileDate" or "fileTime" or "descriptiveDate") => "date",
        _ => Unknown,
    };

    // Payment services that use the messages of a standard use its names.
    private static string Base(string protocol) => protocol is "fedwire-iso20022" or "fednow" ? "iso20022" : protocol;
}
