using System.Text;

namespace Qbitel.Protocols.Tests.FedwireFaim;

/// <summary>Messages written for these tests.</summary>
internal static class FaimText
{
    public const string Ctr = """
        {1500}30REQ00001P 
        {1510}1000
        {1520}20250411ABCD1234000042
        {2000}000000123456
        {3100}121042882SENDING BANK*
        {3400}231380104RECEIVING BANK*
        {3600}CTR*
        {3320}INV20250411*
        {3700}SUSD1,50*
        {3710}EUR1100,00*
        {3720}1,1223*
        {4100}F021000021*THIRD BANK*1 WALL ST*NEW YORK NY*
        {4200}D9876543210*JANE EXAMPLE*12 ELM STREET*SPRINGFIELD IL*
        {4320}ORDER 4711*
        {5000}D1234567890*JOHN SAMPLE*7 OAK AVENUE*PORTLAND OR*
        {6000}INVOICE 4711*OF APRIL*

        """;

    public const string Ctp = """
        {1500}30REQ00002P 
        {1510}1000
        {1520}20250411ABCD1234000043
        {2000}000000500000
        {3100}121042882SENDING BANK*
        {3400}231380104RECEIVING BANK*
        {3600}CTP*
        {3610}RMTS*
        {3620}1*JANE EXAMPLE*5555551212***E2E 77*
        {4200}D9876543210*JANE EXAMPLE*
        {5010}/1234567890*1/JOHN SAMPLE*2/7 OAK AVENUE*3/US/PORTLAND*
        {8300}OICUSTSAMPLE INC*4711***ADDR***OAK AVENUE*7*97201*PORTLAND*OR*US*
        {8350}EXAMPLE LLC*
        {8400}CINV*INV-1*EXAMPLE LLC*
        {8450}USD5000.00*
        {8650}20250401

        """;

    public const string Addenda = """
        {1500}30REQ00003P 
        {1510}1000
        {1520}20250411ABCD1234000044
        {2000}000000500000
        {3100}121042882SENDING BANK*
        {3400}231380104RECEIVING BANK*
        {3600}CTP*
        {3610}NARR*
        {4200}D9876543210*JANE EXAMPLE*
        {5000}D1234567890*JOHN SAMPLE*
        {8200}0015WITH {1500} * }

        """;

    public static byte[] Bytes(string text = Ctr) =>
        Encoding.Latin1.GetBytes(text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n') + "\n");

    public static byte[] With(string from, string to, string text = Ctr)
    {
        Assert.Contains(from, text, StringComparison.Ordinal);
        return Bytes(text.Replace(from, to, StringComparison.Ordinal));
    }
}
