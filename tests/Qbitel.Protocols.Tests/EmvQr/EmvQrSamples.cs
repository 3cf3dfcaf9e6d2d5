using System.Text;
using Qbitel.Protocols.EmvQr;

namespace Qbitel.Protocols.Tests.EmvQr;

/// <summary>Codes of our own.</summary>
internal static class EmvQrSamples
{
    /// <summary>A café's code for many payments, with all kinds of objects.</summary>
    public const string Shop =
        "00020101021126490014br.gov.bcb.pix0127anna.beispiel@banco.example5204541153039865406123.45"
        + "55020256041.505802BR5913Cafe Beispiel6009Sao Paulo61080131000062280314Loja Augusta 10506TX1234642300"
        + "02pt0113Caf\u00E9 Beispiel80210011com.example0102x16304";

    /// <summary>A phone number's code, as PromptPay's leave out merchant objects.</summary>
    public const string Person = "00020101021129370016A000000677010111011300668123456785802TH5"
        + "3037646304";

    /// <summary>A consumer's code: format, application with card number, and a cryptogram.</summary>
    public static readonly string Chip =
        Convert.ToBase64String(Convert.FromHexString("8505435056303161254F07A00000005555555A0840000000000000026310"
        + "9F2608584FD385FA234BCC9F3602000162105F200D424549535049454C2F414E4E41"));

    public static IReadOnlyList<string> All { get; } = [Sealed(Shop), Sealed(Person), Chip];

    public static string Sealed(string text) => text + Crc16.Text(Encoding.UTF8.GetBytes(text));

    /// <summary>The text with one piece in another's place, which must be there, and a right checksum.</summary>
    public static byte[] With(string old, string next)
    {
        Assert.Contains(old, Shop, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(Sealed(Shop.Replace(old, next, StringComparison.Ordinal)));
    }
}
