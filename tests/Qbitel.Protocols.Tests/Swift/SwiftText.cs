using System.Text;

namespace Qbitel.Protocols.Tests.Swift;

/// <summary>An MT103 written for these tests; line ends become CRLF.</summary>
internal static class SwiftText
{
    public const string Mt103 = """
        {1:F01DEUTDEFFAXXX0000000000}{2:I103BNPAFRPPXXXXN}{3:{108:REF1}{121:8a562c67-ca16-48ba-b074-65581be6f011}}{4:
        :20:INV2026112401
        :13C:/SNDTIME/0931+0100
        :23B:CRED
        :32A:261124EUR1234,5
        :33B:USD1300,00
        :36:0,9496
        :50K:/DE15288040723862551184
        ANNA BEISPIEL
        HAUPTSTRASSE 1
        60311 FRANKFURT
        :52A:DEUTDEFF
        :57A:/FR707156096438KOAZ5C1ZXTF00
        BNPAFRPP
        :59:/FR707156096438KOAZ5C1ZXTF00
        JEAN EXEMPLE
        :70:INVOICE 4711
        :71A:SHA
        :71F:USD10,00
        -}{5:{CHK:123456789ABC}}
        """;

    public static byte[] Bytes(string text = Mt103) =>
        Encoding.Latin1.GetBytes(text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n",
            StringComparison.Ordinal));

    public static byte[] With(string from, string to)
    {
        Assert.Contains(from, Mt103, StringComparison.Ordinal);
        return Bytes(Mt103.Replace(from, to, StringComparison.Ordinal));
    }
}
