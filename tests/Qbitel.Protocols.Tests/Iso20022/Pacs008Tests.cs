using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Iso20022;

namespace Qbitel.Protocols.Tests.Iso20022;

public sealed class Pacs008Tests
{
    private static readonly byte[] Valid = Build().Source.ToArray();

    [Fact]
    public void Builder_writes_what_the_parser_reads()
    {
        Pacs008 message = Build();

        Assert.Empty(message.Findings);
        Assert.Equal("20261124QBITDEFF000042", message.MessageId);
        Pacs008Transaction transaction = Assert.Single(message.Transactions);
        Assert.Equal("INVOICE-4712", transaction.EndToEndId);
        Assert.Equal("EUR 1250000.00", transaction.Amount!.ToString());
        Assert.Equal("DE89370400440532013000", transaction.DebtorIban);
    }

    [Fact]
    public void Untouched_message_is_written_back_byte_for_byte()
    {
        byte[] odd = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Valid)
            .Replace("  <", "\t<", StringComparison.Ordinal)
            .Replace("<ChrgBr>SHAR", "<!-- kept --><ChrgBr><![CDATA[SHAR]]>", StringComparison.Ordinal));
        Pacs008 message = Pacs008.Parse(odd);
        ArrayBufferWriter<byte> written = new();
        message.WriteTo(written);

        Assert.True(message.IsValid, string.Join('\n', message.Findings));
        Assert.Equal(odd, written.WrittenSpan);
    }

    [Fact]
    public void Every_prefix_is_incomplete_or_an_error()
    {
        int end = Encoding.UTF8.GetString(Valid).IndexOf("</Document>", StringComparison.Ordinal)
            + "</Document>".Length;
        for (int length = 0; length < end; length++)
        {
            Assert.False(Pacs008.TryParse(Valid.AsMemory(0, length), out _, out ParseError error) && error is null,
                $"the first {length} bytes were accepted");
        }
    }

    [Theory]
    [InlineData("<ChrgBr>SHAR", "<ChrgBr>FREE", "Mx.Value", "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf/ChrgBr")]
    [InlineData("<NbOfTxs>1<", "<NbOfTxs>2<", "Mx.NumberOfTransactions", "/Document/FIToFICstmrCdtTrf/GrpHdr/NbOfTxs")]
    [InlineData("<MsgId>20261124QBITDEFF000042</MsgId>", "", "Mx.Missing", "/Document/FIToFICstmrCdtTrf/GrpHdr")]
    [InlineData("<SttlmMtd>INDA", "<SttlmMtd>COVE", "Mx.Settlement", "/Document/FIToFICstmrCdtTrf/GrpHdr/SttlmInf")]
    [InlineData("DE89370400440532013000", "DE89370400440532013001", "Mx.Iban",
        "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf/DbtrAcct/Id/IBAN")]
    [InlineData("2026-11-24</IntrBkSttlmDt>", "2026-02-30</IntrBkSttlmDt>", "Mx.Value",
        "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf/IntrBkSttlmDt")]
    [InlineData("Ccy=\"EUR\"", "Ccy=\"XQX\"", "Mx.Currency", "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf/IntrBkSttlmAmt")]
    [InlineData("1250000.00", "1250000.005", "Mx.AmountDecimals",
        "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf/IntrBkSttlmAmt")]
    [InlineData("1250000.00", "-1.00", "Mx.Value", "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf/IntrBkSttlmAmt")]
    [InlineData(" Ccy=\"EUR\"", "", "Mx.Missing", "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf/IntrBkSttlmAmt")]
    [InlineData("<ChrgBr>SHAR</ChrgBr>", "<ChrgBr>SHAR</ChrgBr><ChrgBr>SHAR</ChrgBr>", "Mx.TooMany",
        "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf/ChrgBr[2]")]
    [InlineData("<ChrgBr>SHAR</ChrgBr>", "<Chrg>SHAR</Chrg>", "Mx.UnknownElement",
        "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf/Chrg")]
    public void One_fault_is_found_where_it_is(string right, string wrong, string code, string path)
    {
        Pacs008 message = Pacs008.Parse(Replace(right, wrong));

        Assert.False(message.IsValid);
        Diagnostic found = Assert.Single(message.Findings, f => f.Code == code && f.Path == path);
        Assert.True(found.Line > 1 && found.Column > 1);
    }

    [Fact]
    public void Findings_never_show_an_account_or_a_name()
    {
        Pacs008 message = Pacs008.Parse(Replace("DE89370400440532013000", "DE89370400440532013001"));

        Assert.DoesNotContain("37040044", string.Join('\n', message.Findings), StringComparison.Ordinal);
        Assert.DoesNotContain("Demo Manufacturing", message.ToString() + message.Transactions[0],
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY e \"boom\">]>", "DTD")]
    [InlineData("<Document><a", "breaks off")]
    public void Dtd_and_unfinished_text_are_refused(string prefix, string expected)
    {
        Assert.False(Pacs008.TryParse(Encoding.UTF8.GetBytes(prefix), out _, out ParseError error));
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_is_limited()
    {
        string deep = string.Concat(Enumerable.Repeat("<a>", 100_000));
        Assert.False(Pacs008.TryParse(Encoding.UTF8.GetBytes(deep), out _, out ParseError error));
        Assert.Contains("deeper than", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Header_beside_the_document_is_read()
    {
        string header = "<AppHdr xmlns=\"urn:iso:std:iso:20022:tech:xsd:head.001.001.02\"><Fr/></AppHdr>";
        string document = Encoding.UTF8.GetString(Valid)[Encoding.UTF8.GetString(Valid)
            .IndexOf("<Document", StringComparison.Ordinal)..];

        Pacs008 message = Pacs008.Parse(Encoding.UTF8.GetBytes(header + document));

        Assert.NotNull(message.Header);
        Assert.Contains(message.Findings, f => f.Path == "/AppHdr" && f.Code == "Mx.Missing");
    }

    [Fact, Trait("Soak", "parsers")]
    public void Any_change_ends_in_a_message_or_an_error()
    {
        Gen<byte[]> mutated = from at in Gen.Choose(0, Valid.Length - 1)
                              from value in Gen.Choose(0, 255)
                              from cut in Gen.Choose(0, 4)
                              select Mutate(at, (byte)value, cut);
        Prop.ForAll(mutated.ToArbitrary(), bytes =>
            Pacs008.TryParse(bytes, out Pacs008 message, out ParseError error) ? message is not null
            : error is not null)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Qbitel.Testing.Soak.Times(2_000, 1_000_000)));
    }

    internal static Pacs008 Build()
    {
        Assert.True(Money.TryParse("1250000.00", "EUR", out Money amount));
        Assert.True(Bic.TryParse("QBITDEFFXXX", out Bic debtorAgent));
        Assert.True(Bic.TryParse("NWBKGB2LXXX", out Bic creditorAgent));
        Assert.True(Iban.TryParse("DE89370400440532013000", out Iban debtor));
        Assert.True(Iban.TryParse("GB29NWBK60161331926819", out Iban creditor));
        Assert.True(Uetr.TryParse("9b2f6c1e-7d54-4a3b-8e10-2c4f5a6b7d8e", out Uetr uetr));
        return new Pacs008Builder
        {
            MessageId = "20261124QBITDEFF000042",
            CreatedAt = new DateTimeOffset(2026, 11, 24, 9, 30, 0, TimeSpan.FromHours(1)),
            InstructionId = "WIRE-2026-000124",
            EndToEndId = "INVOICE-4712",
            Uetr = uetr,
            Amount = amount,
            SettlementDate = new DateOnly(2026, 11, 24),
            DebtorAgent = debtorAgent,
            CreditorAgent = creditorAgent,
            DebtorName = "Demo Manufacturing GmbH",
            DebtorIban = debtor,
            CreditorName = "Sample Supplies Ltd",
            CreditorIban = creditor,
            Remittance = "Invoice 4712 dated 2026-11-02",
        }.Build();
    }

    private static byte[] Replace(string right, string wrong)
    {
        string text = Encoding.UTF8.GetString(Valid);
        Assert.Contains(right, text, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text.Replace(right, wrong, StringComparison.Ordinal));
    }

    private static byte[] Mutate(int at, byte value, int cut)
    {
        byte[] bytes = [.. Valid];
        bytes[at] = value;
        return cut == 0 ? bytes[..at] : bytes;
    }
}
