namespace Qbitel.Protocols.Swift.Rules;

/// <summary>The names of the tags of blocks 3 and 5, and of the network's answers in block 4.</summary>
internal static class MtHeaderTags
{
    public static string? Name(string block, string tag) => (block, tag) switch
    {
        ("3", "103") => "Service Identifier",
        ("3", "106") => "Message Input Reference",
        ("3", "108") => "Message User Reference",
        ("3", "111") => "Service Type Identifier",
        ("3", "113") => "Banking Priority",
        ("3", "119") => "Validation Flag",
        ("3", "121") => "Unique End-to-End Transaction Reference",
        ("3", "165") => "Payment Release Information",
        ("3", "423") => "Balance Checkpoint",
        ("3", "424") => "Related Reference",
        ("3", "433") => "Sanctions Screening Information",
        ("3", "434") => "Payment Controls Information",
        ("4", "108") => "Message User Reference",
        ("4", "177") => "Date and Time",
        ("4", "405") => "Reason of Refusal",
        ("4", "451") => "Acceptance",
        ("5", "CHK") => "Checksum",
        ("5", "DLM") => "Delayed Message",
        ("5", "MAC") => "Message Authentication Code",
        ("5", "MRF") => "Message Reference",
        ("5", "PDE") => "Possible Duplicate Emission",
        ("5", "PDM") => "Possible Duplicate Message",
        ("5", "SYS") => "System Originated Message",
        ("5", "TNG") => "Test and Training",
        _ => null,
    };
}
