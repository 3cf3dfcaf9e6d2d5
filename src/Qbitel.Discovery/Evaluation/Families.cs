namespace Qbitel.Discovery.Evaluation;

/// <summary>Which protocols are so alike that one must not be learned from when the other is the test.</summary>
internal static class Families
{
    public static string Of(string file) => file switch
    {
        "smb2" => "smb",
        "nbns" => "dns",
        "kerberos" => "snmp",
        _ when file.StartsWith("iso8583", StringComparison.Ordinal) => "iso8583",
        _ => file,
    };
}
