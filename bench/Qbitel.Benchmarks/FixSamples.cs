using System.Globalization;
using System.Text;

namespace Qbitel.Benchmarks;

/// <summary>The FIX messages that are measured; <c>bench/peers/quickfix.cpp</c> reads the same.</summary>
internal static class FixSamples
{
    /// <summary>A limit order of 167 bytes.</summary>
    public static byte[] Order() => Frame("35=D|34=12|49=BUYS|56=SELLSIDE|52=20261122-12:00:00.123|11=ORD01|1=12345678|"
        + "21=1|55=MSFT|54=1|60=20261122-12:00:00.123|38=100|40=2|44=10.5|59=0|");

    /// <summary>A fill with two parties, one of which has parts.</summary>
    public static byte[] Report() => Frame(
        "35=8|34=120|49=SELLSIDE|56=BUYSIDE1|52=20261122-12:00:00.123|37=O0000001|11=ORD0000001|"
        + "453=2|448=DESK1|447=D|452=1|448=CLEAR|447=D|452=4|802=2|523=FIRM|803=1|523=TRADER|803=2|17=E0000001|150=F|"
        + "39=1|1=12345678|55=MSFT|54=1|38=100|40=2|44=10.5|59=0|32=50|31=10.5|151=50|14=50|"
        + "6=10.5|60=20261122-12:00:00.123|");

    private static byte[] Frame(string body)
    {
        string text = body.Replace('|', '\u0001');
        byte[] message = Encoding.Latin1.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"8=FIX.4.4\u00019={text.Length}\u0001{text}"));
        int sum = 0;
        foreach (byte b in message) sum += b;
        return [.. message,
            .. Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"10={sum % 256:D3}\u0001"))];
    }
}
