using System.Text;
using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Iso8583;

namespace Qbitel.Protocols.Tests.Streams;

/// <summary>One valid message of each protocol that a stream of them may hold.</summary>
internal static class ScanSamples
{
    public static byte[] Fix { get; } = new FixBuilder("FIX.4.4", "BANK", "EXCH", new Noon())
        .CreateLogon(TimeSpan.FromSeconds(30)).ToBytes();

    public static byte[] Swift { get; } = Encoding.Latin1.GetBytes(
        "{1:F01QBITDEFFAXXX0000000000}{2:I103NWBKGB2LAXXXN}{3:{121:7c3f5a86-2b1d-4e0a-9c47-5d8e6f1a2b3c}}{4:\r\n"
        + ":20:WIRE-1\r\n:23B:CRED\r\n:32A:261124EUR1000,50\r\n:50K:/DE89370400440532013000\r\nJOHN DOE\r\n"
        + "1 HARBOUR ROAD\r\n:59:/GB29NWBK60161331926819\r\nJANE ROE\r\n:70:INVOICE 4711\r\n:71A:SHA\r\n-}");

    public static byte[] Mx { get; } = new Pacs008Builder
    {
        MessageId = "MSG-1",
        CreatedAt = new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero),
        InstructionId = "INSTR-1",
        EndToEndId = "E2E-1",
        Uetr = Uetr.TryParse("9b2f6c1e-7d54-4a3b-8e10-2c4f5a6b7d8e", out Uetr uetr) ? uetr : null!,
        Amount = Money.TryParse("250.25", "EUR", out Money money) ? money : null!,
        SettlementDate = new DateOnly(2026, 11, 24),
        DebtorAgent = Bic.TryParse("QBITDEFFXXX", out Bic debtor) ? debtor : null!,
        CreditorAgent = Bic.TryParse("NWBKGB2LXXX", out Bic creditor) ? creditor : null!,
        DebtorName = "John Doe",
        DebtorIban = Iban.TryParse("DE89370400440532013000", out Iban from) ? from : null!,
        CreditorName = "Jane Roe",
        CreditorIban = Iban.TryParse("GB29NWBK60161331926819", out Iban to) ? to : null!,
        Remittance = "Invoice 4712",
    }.Build().Source.ToArray();

    public static byte[] Iso8583 { get; } = new Iso8583Builder(Mti.TryParse("0100", out Mti mti) ? mti : default,
            Iso8583Profile.Ascii1987, new Iso8583Encoding(Iso8583Header.TwoByteLength, Iso8583Bitmap.Hex))
        .Set(2, "4111111111111111").Set(3, "000000").Set(4, "1250").Set(7, "1124093000").Set(11, "000042").Set(32,
            "123456")
        .Set(37, "632800004201").Set(41, "TERM0001").Set(49, "978").Build().ToBytes();

    private sealed class Noon : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    }
}
