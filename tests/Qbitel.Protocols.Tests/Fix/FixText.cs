using System.Text;
using Qbitel.Protocols.Fix;

namespace Qbitel.Protocols.Tests.Fix;

/// <summary>Messages written with '|' for SOH.</summary>
internal static class FixText
{
    public const string Order =
        "35=D|34=12|49=CLI|56=BRK|52=20261122-12:00:00.123|11=A1|1=12345678|21=1|55=MSFT|54=1|"
        + "60=20261122-12:00:00.123|38=100|40=2|44=10.5|59=0|";

    public static byte[] Frame(string body, string version = "FIX.4.4")
    {
        Assert.True(FixVersion.TryParse(version.AsSpan(), out FixVersion known));
        return FixMessage.Frame(known, Bytes(body));
    }

    /// <summary>A body, whatever is in it, in a true frame.</summary>
    public static byte[] Reframe(ReadOnlySpan<byte> body, string version)
    {
        Assert.True(FixVersion.TryParse(version.AsSpan(), out FixVersion known));
        return FixMessage.Frame(known, body);
    }

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text.Replace('|', '\u0001'));

    public static IEnumerable<(int? Reason, string? Tag)> Rejects(this FixMessage message,
        FixProfile? profile = null) =>
        message.Validate(profile ?? FixProfile.Standard).Where(finding => finding.Severity == Severity.Error)
            .Select(finding => ((int?)FixRejectReasons.Of(finding), finding.Tag));
}
