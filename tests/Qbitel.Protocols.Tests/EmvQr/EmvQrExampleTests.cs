using System.Text;
using Qbitel.Protocols.EmvQr;

namespace Qbitel.Protocols.Tests.EmvQr;

/// <summary>The example of the page on QR codes.</summary>
public sealed class EmvQrExampleTests
{
    [Fact]
    public void A_code_is_read_and_changed()
    {
        byte[] text = Encoding.UTF8.GetBytes(EmvQrSamples.All[0]);

        #region ReadEmvQr
        EmvQrCode code = EmvQrCode.Parse(text);
        bool isRight = code.Validate().All(finding => finding.Severity != Severity.Error);
        string? use = code.Use;                  // Pix (Brazil)
        string? reference = code["62/05"];       // bill and reference numbers are in template 62
        EmvQrCode other = code.With("54", "99.00"); // lengths and checksum follow
        #endregion

        Assert.True(isRight);
        Assert.Equal(("Pix (Brazil)", "TX1234", "99.00"), (use, reference, other["54"]));
        Assert.Empty(other.Validate());
    }
}
