namespace Qbitel.Discovery.Analysis;

/// <summary>What fields of known protocols mean, in the words of the document; <c>unknown</c> where no word fits for sure.</summary>
internal static class FieldMeanings
{
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

    public static string Of(string protocol, string tag) => (protocol, tag) switch
    {
        _ => "unknown",
    };
}
