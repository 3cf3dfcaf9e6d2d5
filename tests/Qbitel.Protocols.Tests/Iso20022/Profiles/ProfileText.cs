using System.Text;
using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Iso20022.Profiles;

namespace Qbitel.Protocols.Tests.Iso20022.Profiles;

/// <summary>Valid messages of our own, one per profile, that tests break in one place.</summary>
internal static class ProfileText
{
    public const string Structured =
        "<PstlAdr><StrtNm>Hauptstrasse</StrtNm><TwnNm>Frankfurt</TwnNm><Ctry>DE</Ctry></PstlAdr>";

    public const string Hybrid =
        "<PstlAdr><TwnNm>Frankfurt</TwnNm><Ctry>DE</Ctry><AdrLine>Hauptstrasse 1</AdrLine></PstlAdr>";

    public const string Unstructured =
        "<PstlAdr><Ctry>DE</Ctry><AdrLine>Hauptstrasse 1</AdrLine>"
        + "<AdrLine>60311 Frankfurt</AdrLine></PstlAdr>";

    private const string CbprHeader = """
        <AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">
          <Fr><FIId><FinInstnId><BICFI>QBITDEFFXXX</BICFI></FinInstnId></FIId></Fr>
          <To><FIId><FinInstnId><BICFI>NWBKGB2LXXX</BICFI></FinInstnId></FIId></To>
          <BizMsgIdr>QBITDEFF-000042</BizMsgIdr>
          <MsgDefIdr>pacs.008.001.08</MsgDefIdr>
          <BizSvc>swift.cbprplus.02</BizSvc>
          <CreDt>2026-11-24T09:30:00+01:00</CreDt>
        </AppHdr>
        """;

    public static readonly string Cbpr = "<Envelope>\n" + CbprHeader + "\n" + """
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08">
          <FIToFICstmrCdtTrf>
            <GrpHdr>
              <MsgId>QBITDEFF-000042</MsgId>
              <CreDtTm>2026-11-24T09:30:00+01:00</CreDtTm>
              <NbOfTxs>1</NbOfTxs>
              <SttlmInf><SttlmMtd>INDA</SttlmMtd></SttlmInf>
            </GrpHdr>
            <CdtTrfTxInf>
              <PmtId>
                <InstrId>WIRE-124</InstrId>
                <EndToEndId>INVOICE-4712</EndToEndId>
                <UETR>9b2f6c1e-7d54-4a3b-8e10-2c4f5a6b7d8e</UETR>
              </PmtId>
              <IntrBkSttlmAmt Ccy="EUR">1250.00</IntrBkSttlmAmt>
              <IntrBkSttlmDt>2026-11-24</IntrBkSttlmDt>
              <ChrgBr>SHAR</ChrgBr>
              <InstgAgt><FinInstnId><BICFI>QBITDEFFXXX</BICFI></FinInstnId></InstgAgt>
              <InstdAgt><FinInstnId><BICFI>NWBKGB2LXXX</BICFI></FinInstnId></InstdAgt>
              <Dbtr>
                <Nm>Demo Manufacturing GmbH</Nm>
                <PstlAdr><StrtNm>Hauptstrasse</StrtNm><TwnNm>Frankfurt</TwnNm><Ctry>DE</Ctry></PstlAdr>
              </Dbtr>
              <DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>
              <DbtrAgt><FinInstnId><BICFI>QBITDEFFXXX</BICFI></FinInstnId></DbtrAgt>
              <CdtrAgt><FinInstnId><BICFI>NWBKGB2LXXX</BICFI></FinInstnId></CdtrAgt>
              <Cdtr><Nm>Sample Supplies Ltd</Nm></Cdtr>
              <CdtrAcct><Id><IBAN>GB29NWBK60161331926819</IBAN></Id></CdtrAcct>
            </CdtTrfTxInf>
          </FIToFICstmrCdtTrf>
        </Document>
        </Envelope>
        """;

    public const string Sepa = """
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08">
          <FIToFICstmrCdtTrf>
            <GrpHdr>
              <MsgId>SCT-000042</MsgId>
              <CreDtTm>2026-11-24T09:30:00+01:00</CreDtTm>
              <NbOfTxs>1</NbOfTxs>
              <TtlIntrBkSttlmAmt Ccy="EUR">1250.00</TtlIntrBkSttlmAmt>
              <IntrBkSttlmDt>2026-11-24</IntrBkSttlmDt>
              <SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf>
            </GrpHdr>
            <CdtTrfTxInf>
              <PmtId>
                <EndToEndId>INVOICE-4712</EndToEndId>
                <TxId>TX-4712</TxId>
              </PmtId>
              <PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>INST</Cd></LclInstrm></PmtTpInf>
              <IntrBkSttlmAmt Ccy="EUR">1250.00</IntrBkSttlmAmt>
              <AccptncDtTm>2026-11-24T09:29:59+01:00</AccptncDtTm>
              <ChrgBr>SLEV</ChrgBr>
              <Dbtr>
                <Nm>Demo Manufacturing GmbH</Nm>
                <PstlAdr><StrtNm>Hauptstrasse</StrtNm><TwnNm>Frankfurt</TwnNm><Ctry>DE</Ctry></PstlAdr>
              </Dbtr>
              <DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>
              <DbtrAgt><FinInstnId><BICFI>QBITDEFFXXX</BICFI></FinInstnId></DbtrAgt>
              <CdtrAgt><FinInstnId><BICFI>BNPAFRPPXXX</BICFI></FinInstnId></CdtrAgt>
              <Cdtr><Nm>Jean Exemple</Nm></Cdtr>
              <CdtrAcct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id></CdtrAcct>
              <RmtInf><Ustrd>Invoice 4712</Ustrd></RmtInf>
            </CdtTrfTxInf>
          </FIToFICstmrCdtTrf>
        </Document>
        """;

    public const string DirectDebit = """
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.003.001.08">
          <FIToFICstmrDrctDbt>
            <GrpHdr>
              <MsgId>SDD-000042</MsgId>
              <CreDtTm>2026-11-24T09:30:00+01:00</CreDtTm>
              <NbOfTxs>1</NbOfTxs>
              <TtlIntrBkSttlmAmt Ccy="EUR">12.50</TtlIntrBkSttlmAmt>
              <IntrBkSttlmDt>2026-11-24</IntrBkSttlmDt>
              <SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf>
            </GrpHdr>
            <DrctDbtTxInf>
              <PmtId><EndToEndId>INVOICE-4712</EndToEndId><TxId>TX-4712</TxId></PmtId>
              <PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>CORE</Cd></LclInstrm><SeqTp>RCUR</SeqTp></PmtTpInf>
              <IntrBkSttlmAmt Ccy="EUR">12.50</IntrBkSttlmAmt>
              <ChrgBr>SLEV</ChrgBr>
              <DrctDbtTx>
                <MndtRltdInf><MndtId>MANDATE-1</MndtId><DtOfSgntr>2025-01-02</DtOfSgntr></MndtRltdInf>
                <CdtrSchmeId><Id><PrvtId><Othr>
                  <Id>DE98ZZZ09999999999</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm>
                </Othr></PrvtId></Id></CdtrSchmeId>
              </DrctDbtTx>
              <Cdtr><Nm>Demo Energy GmbH</Nm></Cdtr>
              <CdtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></CdtrAcct>
              <CdtrAgt><FinInstnId><BICFI>QBITDEFFXXX</BICFI></FinInstnId></CdtrAgt>
              <Dbtr><Nm>Jean Exemple</Nm></Dbtr>
              <DbtrAcct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id></DbtrAcct>
              <DbtrAgt><FinInstnId><BICFI>BNPAFRPPXXX</BICFI></FinInstnId></DbtrAgt>
            </DrctDbtTxInf>
          </FIToFICstmrDrctDbt>
        </Document>
        """;

    public const string Fedwire = """
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08">
          <FIToFICstmrCdtTrf>
            <GrpHdr>
              <MsgId>20261124QBITUS33000042</MsgId>
              <CreDtTm>2026-11-24T09:30:00-05:00</CreDtTm>
              <NbOfTxs>1</NbOfTxs>
              <SttlmInf><SttlmMtd>CLRG</SttlmMtd><ClrSys><Cd>FDW</Cd></ClrSys></SttlmInf>
            </GrpHdr>
            <CdtTrfTxInf>
              <PmtId>
                <InstrId>WIRE-124</InstrId>
                <EndToEndId>INVOICE-4712</EndToEndId>
                <UETR>9b2f6c1e-7d54-4a3b-8e10-2c4f5a6b7d8e</UETR>
              </PmtId>
              <PmtTpInf><LclInstrm><Prtry>CTRC</Prtry></LclInstrm></PmtTpInf>
              <IntrBkSttlmAmt Ccy="USD">5000000.00</IntrBkSttlmAmt>
              <IntrBkSttlmDt>2026-11-24</IntrBkSttlmDt>
              <InstdAmt Ccy="USD">5000000.00</InstdAmt>
              <ChrgBr>SLEV</ChrgBr>
              <InstgAgt><FinInstnId><ClrSysMmbId>
                <ClrSysId><Cd>USABA</Cd></ClrSysId><MmbId>021000089</MmbId>
              </ClrSysMmbId></FinInstnId></InstgAgt>
              <InstdAgt><FinInstnId><ClrSysMmbId>
                <ClrSysId><Cd>USABA</Cd></ClrSysId><MmbId>021000021</MmbId>
              </ClrSysMmbId></FinInstnId></InstdAgt>
              <Dbtr>
                <Nm>Demo Manufacturing Inc</Nm>
                <PstlAdr><StrtNm>Main Street</StrtNm><TwnNm>Springfield</TwnNm><Ctry>US</Ctry></PstlAdr>
              </Dbtr>
              <DbtrAcct><Id><Othr><Id>5647772655</Id></Othr></Id></DbtrAcct>
              <DbtrAgt><FinInstnId><ClrSysMmbId>
                <ClrSysId><Cd>USABA</Cd></ClrSysId><MmbId>021000089</MmbId>
              </ClrSysMmbId></FinInstnId></DbtrAgt>
              <CdtrAgt><FinInstnId><ClrSysMmbId>
                <ClrSysId><Cd>USABA</Cd></ClrSysId><MmbId>021000021</MmbId>
              </ClrSysMmbId></FinInstnId></CdtrAgt>
              <Cdtr><Nm>Sample Supplies LLC</Nm></Cdtr>
              <CdtrAcct><Id><Othr><Id>567876543</Id></Othr></Id></CdtrAcct>
            </CdtTrfTxInf>
          </FIToFICstmrCdtTrf>
        </Document>
        """;

    public static readonly string FedNow = Fedwire
        .Replace("20261124QBITUS33000042", "20261124021000089PAY000042", StringComparison.Ordinal)
        .Replace("<Cd>FDW</Cd>", "<Cd>FDN</Cd>", StringComparison.Ordinal)
        .Replace("CTRC", "FDNA", StringComparison.Ordinal);

    public static string Of(string profile) => profile switch
    {
        "cbpr-sr2025" or "cbpr-sr2026" => Cbpr,
        "sepa-sct" or "sepa-sct-inst" => Sepa,
        "sepa-sdd-core" => DirectDebit,
        "fedwire-2025" => Fedwire,
        "fednow-2022" => FedNow,
        _ => throw new ArgumentException(profile, nameof(profile)),
    };

    public static IReadOnlyList<Diagnostic> Check(string profile, string text, ParseMode mode = ParseMode.Lenient,
        string? asOf = null)
    {
        MxDocument document = Read(text);
        return MxProfile.Find(profile).Check(document.Type!, document.Root, document.Header, new ParseOptions
        {
            Mode = mode,
            AsOf = asOf is null ? null : DateOnly.Parse(asOf, System.Globalization.CultureInfo.InvariantCulture),
        });
    }

    public static MxDocument Read(string text)
    {
        Assert.True(MxInput.TryRead(Encoding.UTF8.GetBytes(text), out MxInput input, out ParseError error),
            error?.ToString());
        return Assert.Single(input.Documents);
    }

    public static string Replace(string text, string right, string wrong)
    {
        Assert.Contains(right, text, StringComparison.Ordinal);
        int at = text.IndexOf(right, StringComparison.Ordinal);
        return string.Concat(text.AsSpan(0, at), wrong, text.AsSpan(at + right.Length));
    }
}
