using Qbitel.Protocols.ThreeDS.Rules;

namespace Qbitel.Protocols.ThreeDS;

/// <summary>From a finding to the code that an error message carries.</summary>
public static class ThreeDSErrorCodes
{
    /// <summary>The code of a rule; null for a finding that nobody is told of in an error message.</summary>
    public static int? Of(Diagnostic finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return finding.Code switch
        {
            "ThreeDS.Json" or "ThreeDS.NotAMessage" or "ThreeDS.Incomplete" or "ThreeDS.TrailingBytes"
                or "ThreeDS.MessageType" => 101,
            "ThreeDS.Version" => 102,
            "ThreeDS.Required" => 201,
            "ThreeDS.CriticalExtension" => 202,
            "ThreeDS.Format" or "ThreeDS.UnknownField" or "ThreeDS.Base64" or "ThreeDS.ByteOrderMark" => 203,
            "ThreeDS.Duplicate" => 204,
            "ThreeDS.Transaction" => 301,
            "ThreeDS.IsoCode" => 304,
            "ThreeDS.Status" or "ThreeDS.Eci" => 305,
            _ => null,
        };
    }

    /// <summary>What a code says, in a few words of our own; null for one that is not known.</summary>
    public static string? Describe(int code) =>
        FieldTable.MeaningOf("errorCode", code.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
