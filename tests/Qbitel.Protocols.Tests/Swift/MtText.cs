using System.Text;

namespace Qbitel.Protocols.Tests.Swift;

/// <summary>A valid text of every type a table is carried of, written for these tests.</summary>
internal static class MtText
{
    private const string Securities = """
        :16R:GENL
        :20C::SEME//REF1
        :23G:NEWM
        :98A::PREP//20261124
        {link}:16S:GENL
        :16R:TRADDET
        :98A::{date}//20261126
        :98A::TRAD//20261124
        :90B::DEAL//ACTU/EUR11,1234
        :35B:ISIN DE0007164600
        A SHARE
        :16S:TRADDET
        :16R:FIAC
        :36B::{quantity}//UNIT/1000,
        :97A::SAFE//123456789
        :16S:FIAC
        :16R:SETDET
        :22F::SETR//TRAD
        :16R:SETPRTY
        :95P::SELL//DEUTDEFF
        :16S:SETPRTY
        :16R:SETPRTY
        :95P::PSET//DAKVDEFF
        :16S:SETPRTY
        {amount}:16S:SETDET
        """;

    private const string Link = ":16R:LINK\n:20C::RELA//REF0\n:16S:LINK\n";

    private const string Underlying = """
        :16R:USECU
        :35B:ISIN DE0007164600
        :16R:ACCTINFO
        :97A::SAFE//123456789
        :93B::ELIG//UNIT/7000,
        :16S:ACCTINFO
        :16S:USECU
        """;

    /// <summary>By type, with its flag where it has one; lines end with LF.</summary>
    public static readonly IReadOnlyDictionary<string, string> All =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["101"] = """
            :20:REQ1
            :28D:1/1
            :50H:/DE15288040723862551184
            ANNA BEISPIEL
            :30:261124
            :21:T1
            :21F:DEAL1
            :32B:USD100,
            :57A:BNPAFRPP
            :59:/FR707156096438KOAZ5C1ZXTF00
            JEAN EXEMPLE
            :70:INVOICE
            :33B:EUR90,
            :71A:SHA
            :36:1,1
            """,
            ["103 STP"] = ":20:A\n:23B:CRED\n:32A:261124EUR1,\n:50A:DEUTDEFF\n:59:/1\nX\n:71A:SHA",
            ["110"] = ":20:A\n:21:C1\n:30:261124\n:32A:261124EUR10,\n:59:X\n:21:C2\n:30:261124\n:32B:EUR10,\n:59:Y",
            ["192"] = ":20:A\n:21:B\n:11S:103\n261124\n:79:CANCEL IT",
            ["195"] = ":20:A\n:21:B\n:75:/1/WHERE IS IT",
            ["196"] = ":20:A\n:21:B\n:76:/CNCL/\n:11R:103\n261124",
            ["190"] = ":20:A\n:21:B\n:25:123\n:32D:261124EUR5,\n:71B:/COMM/",
            ["199"] = ":20:A\n:79:HELLO",
            ["200"] = ":20:A\n:32A:261124EUR10,\n:57A:DEUTDEFF",
            ["202"] =
            ":20:A\n:21:B\n:13C:/SNDTIME/0931+0100\n"
            + ":32A:261124EUR10,\n:56A:BNPAFRPP\n:57A:DEUTDEFF\n:58A:DEUTDEFF",
            ["202 COV"] =
            ":20:A\n:21:B\n:32A:261124EUR10,\n:52A:DEUTDEFF\n:58A:BNPAFRPP\n:50K:/1\n"
            + "X\n:52A:DEUTDEFF\n:59:/2\nY\n:70:R\n:33B:EUR10,",
            ["205"] = ":20:A\n:21:B\n:32A:261124EUR10,\n:52A:DEUTDEFF\n:58A:BNPAFRPP",
            ["205 COV"] = ":20:A\n:21:B\n:32A:261124EUR10,\n:52A:DEUTDEFF\n:58A:BNPAFRPP\n:50K:/1\nX\n:59:/2\nY",
            ["210"] = ":20:A\n:25:123\n:30:261124\n:21:B\n:32B:EUR10,\n:50:X\n:21:C\n:32B:EUR5,\n:52A:DEUTDEFF",
            ["300"] = """
            :15A:
            :20:A
            :22A:NEWT
            :22C:DEUTFF1234BNPAPP
            :82A:DEUTDEFF
            :87A:BNPAFRPP
            :15B:
            :30T:20261124
            :30V:20261126
            :36:1,1
            :32B:USD110,
            :53A:DEUTDEFF
            :57A:DEUTDEFF
            :33B:EUR100,
            :57A:BNPAFRPP
            :15E:
            :22L:ESMA
            :22M:W3MOO00A18
            :22N:X1
            """,
            ["304"] = """
            :15A:
            :20:A
            :22A:NEWT
            :94A:AFWD
            :83A:DEUTDEFF
            :82A:DEUTDEFF
            :87A:BNPAFRPP
            :15B:
            :30T:20261124
            :30V:20261126
            :36:1,1
            :32B:USD110,
            :53A:DEUTDEFF
            :33B:EUR100,
            :57A:BNPAFRPP
            """,
            ["320"] = """
            :15A:
            :20:A
            :22A:NEWT
            :22B:CONF
            :22C:DEUTFF1234BNPAPP
            :82A:DEUTDEFF
            :87A:BNPAFRPP
            :15B:
            :17R:L
            :30T:20261124
            :30V:20261126
            :30P:20261226
            :32B:EUR1000000,
            :30X:20261226
            :34E:NEUR1234,5
            :37G:1,5
            :14D:ACT/360
            :15C:
            :57A:DEUTDEFF
            :15D:
            :57A:BNPAFRPP
            """,
            ["330"] = """
            :15A:
            :20:A
            :22A:NEWT
            :22B:CONF
            :22C:DEUTFF1234BNPAPP
            :82A:DEUTDEFF
            :87A:BNPAFRPP
            :15B:
            :17R:L
            :30T:20261124
            :30V:20261126
            :38A:2
            :32B:EUR1000000,
            :37G:1,5
            :14D:ACT/360
            :15C:
            :57A:DEUTDEFF
            :15D:
            :57A:BNPAFRPP
            """,
            ["540"] = Securities.Replace("{link}", "").Replace("{date}", "SETT").Replace("{quantity}", "SETT")
            .Replace("{amount}", ""),
            ["541"] = Securities.Replace("{link}", "").Replace("{date}", "SETT").Replace("{quantity}", "SETT")
            .Replace("{amount}", ":16R:AMT\n:19A::SETT//EUR11123,4\n:16S:AMT\n"),
            ["544"] = Securities.Replace("{link}", Link).Replace("{date}", "ESET").Replace("{quantity}", "ESTT")
            .Replace("{amount}", ""),
            ["547"] = Securities.Replace("{link}", Link).Replace("{date}", "ESET").Replace("{quantity}", "ESTT")
            .Replace("{amount}", ":16R:AMT\n:19A::ESTT//EUR11123,4\n:16S:AMT\n"),
            ["548"] = """
            :16R:GENL
            :20C::SEME//REF1
            :23G:INST
            :16R:LINK
            :20C::RELA//REF0
            :16S:LINK
            :16R:STAT
            :25D::MTCH//NMAT
            :16R:REAS
            :24B::NMAT//CMIS
            :70D::REAS//NO INSTRUCTION
            :16S:REAS
            :16S:STAT
            :16S:GENL
            """,
            ["564"] = """
            :16R:GENL
            :20C::CORP//C1
            :20C::SEME//REF1
            :23G:NEWM
            :22F::CAEV//DVCA
            :22F::CAMV//MAND
            :25D::PROC//COMP
            :16S:GENL
            {underlying}
            :16R:CADETL
            :98A::XDTE//20261124
            :16S:CADETL
            :16R:CAOPTN
            :13A::CAON//001
            :22F::CAOP//CASH
            :17B::DFLT//Y
            :16R:CASHMOVE
            :22H::CRDB//CRED
            :19B::GRSS//EUR10,
            :98A::PAYD//20261126
            :16S:CASHMOVE
            :16S:CAOPTN
            """.Replace("{underlying}", Underlying),
            ["566"] = """
            :16R:GENL
            :20C::CORP//C1
            :20C::SEME//REF1
            :23G:NEWM
            :22F::CAEV//DVCA
            :16S:GENL
            :16R:USECU
            :97A::SAFE//123456789
            :35B:ISIN DE0007164600
            :93B::CONB//UNIT/7000,
            :16S:USECU
            :16R:CACONF
            :13A::CAON//001
            :22H::CAOP//CASH
            :16R:CASHMOVE
            :22H::CRDB//CRED
            :19B::PSTA//EUR10,
            :98A::POST//20261126
            :16S:CASHMOVE
            :16S:CACONF
            """,
            ["568"] = """
            :16R:GENL
            :20C::CORP//C1
            :20C::SEME//REF1
            :23G:NEWM
            :22F::CAEV//DVCA
            :16S:GENL
            :16R:ADDINFO
            :70E::ADTX//SOME TEXT
            :16S:ADDINFO
            """,
            ["700"] = """
            :27:1/1
            :40A:IRREVOCABLE
            :20:LC1
            :31C:261124
            :40E:UCP LATEST VERSION
            :31D:270124FRANKFURT
            :50:ANNA BEISPIEL
            :59:JEAN EXEMPLE
            :32B:EUR1000,
            :39A:10/10
            :41A:DEUTDEFF
            BY ACCEPTANCE
            :42C:60 DAYS
            :42A:DEUTDEFF
            :44C:261231
            :45A:GOODS; AS AGREED
            :46A:INVOICE
            :71D:ALL OUTSIDE GERMANY
            :48:21
            :49:WITHOUT
            """,
            ["707"] = """
            :27:1/1
            :20:LC1
            :21:NONREF
            :23:LC1
            :31C:261124
            :26E:1
            :30:261125
            :22A:ISSU
            :32B:EUR500,
            """,
            ["760"] = """
            :15A:
            :27:1/1
            :22A:ISSU
            :15B:
            :20:G1
            :30:261124
            :22D:DGAR
            :40C:URDG
            :23B:FIXD
            :31E:271231
            :50:ANNA BEISPIEL
            :52A:DEUTDEFF
            :59:JEAN EXEMPLE
            :32B:EUR1000,
            :77U:WE UNDERTAKE TO PAY
            """,
            ["191"] = ":20:A\n:21:B\n:32B:EUR10,\n:52A:DEUTDEFF\n:57A:BNPAFRPP\n:71B:/COMM/EUR10,\n:72:/INS/X",
            ["198"] = ":20:A\n:12:017\n:77E:WHATEVER WE\nAGREED ON",
            ["204"] = ":20:A\n:19:30,\n:30:261124\n:57A:DEUTDEFF\n:20:B\n:32B:EUR10,\n:53A:BNPAFRPP\n:20:C\n:21:D\n"
            + ":32B:EUR20,\n:53A:CHASUS33\n:72:/REC/X",
            ["515"] = """
            :16R:GENL
            :20C::SEME//REF1
            :23G:NEWM
            :98A::PREP//20261124
            :22F::TRTR//TRAD
            :16R:LINK
            :20C::RELA//REF0
            :16S:LINK
            :16S:GENL
            :16R:PAFILL
            :36B::PAFI//UNIT/500,
            :90B::PAFI//ACTU/EUR11,
            :16S:PAFILL
            :16R:CONFDET
            :98A::TRAD//20261124
            :98A::SETT//20261126
            :90B::DEAL//ACTU/EUR11,1234
            :22H::BUSE//BUYI
            :22H::PAYM//APMT
            :16R:CONFPRTY
            :95P::BUYR//DEUTDEFF
            :97A::SAFE//123456789
            :16S:CONFPRTY
            :36B::CONF//UNIT/1000,
            :35B:ISIN DE0007164600
            A SHARE
            :16S:CONFDET
            :16R:SETDET
            :22F::SETR//TRAD
            :16R:SETPRTY
            :95P::PSET//DAKVDEFF
            :16S:SETPRTY
            :16R:AMT
            :19A::SETT//EUR11123,4
            :16S:AMT
            :16S:SETDET
            """,
            ["535"] = """
            :16R:GENL
            :28E:1/ONLY
            :20C::SEME//REF1
            :23G:NEWM
            :98A::STAT//20261124
            :22F::SFRE//DAIL
            :22F::CODE//COMP
            :22F::STTY//CUST
            :22F::STBA//TRAD
            :97A::SAFE//123456789
            :17B::ACTI//Y
            :17B::AUDT//N
            :17B::CONS//N
            :16S:GENL
            :16R:SUBSAFE
            :16R:FIN
            :35B:ISIN DE0007164600
            A SHARE
            :90B::MRKT//ACTU/EUR11,1
            :98A::PRIC//20261124
            :93B::AGGR//UNIT/1000,
            :16R:SUBBAL
            :93C::BLOK//UNIT/AVAI/1000,
            :94F::SAFE//NCSD/DAKVDEFF
            :16S:SUBBAL
            :19A::HOLD//EUR11100,
            :16S:FIN
            :16S:SUBSAFE
            """,
            ["536"] = """
            :16R:GENL
            :28E:1/ONLY
            :20C::SEME//REF1
            :23G:NEWM
            :69A::STAT//20261101/20261124
            :22F::STBA//SETT
            :97A::SAFE//123456789
            :17B::ACTI//Y
            :17B::CONS//N
            :16S:GENL
            :16R:SUBSAFE
            :16R:FIN
            :35B:ISIN DE0007164600
            A SHARE
            :16R:TRAN
            :16R:LINK
            :20C::RELA//REF0
            :16S:LINK
            :16R:TRANSDET
            :36B::PSTA//UNIT/1000,
            :22F::TRAN//SETT
            :22H::REDE//RECE
            :22H::PAYM//APMT
            :98A::ESET//20261124
            :16R:SETPRTY
            :95P::DEAG//DEUTDEFF
            :16S:SETPRTY
            :16S:TRANSDET
            :16S:TRAN
            :16S:FIN
            :16S:SUBSAFE
            """,
            ["537"] = """
            :16R:GENL
            :28E:1/ONLY
            :20C::SEME//REF1
            :23G:NEWM
            :98A::STAT//20261124
            :22H::STST//STAT
            :97A::SAFE//123456789
            :17B::ACTI//Y
            :16S:GENL
            :16R:STAT
            :25D::SETT//PEND
            :16R:REAS
            :24B::PEND//LACK
            :16S:REAS
            :16R:TRAN
            :16R:LINK
            :20C::RELA//REF0
            :16S:LINK
            :16R:TRANSDET
            :35B:ISIN DE0007164600
            A SHARE
            :36B::SETT//UNIT/1000,
            :22F::TRAN//SETT
            :22H::REDE//DELI
            :22H::PAYM//FREE
            :98A::SETT//20261126
            :16S:TRANSDET
            :16S:TRAN
            :16S:STAT
            """,
            ["701"] = ":27:2/2\n:20:LC1\n:45A:GOODS\n:46A:+ INVOICE\n:47A:+ NONE",
            ["705"] = ":40A:IRREVOCABLE\n:20:LC1\n:31D:270131PARIS\n:50:ANNA BEISPIEL\n:59:JEAN EXEMPLE\n"
            + ":32B:EUR1000,\n:39A:5/5\n:44C:261231\n:45A:GOODS\n:79Z:MORE FOLLOWS",
            ["710"] = """
            :27:1/1
            :40B:IRREVOCABLE
            ADDING OUR CONFIRMATION
            :20:A
            :21:LC1
            :23:NONREF
            :31C:261124
            :40E:UCP LATEST VERSION
            :31D:270131PARIS
            :52A:DEUTDEFF
            :50:ANNA BEISPIEL
            :59:JEAN EXEMPLE
            :32B:EUR1000,
            :41D:ANY BANK
            BY NEGOTIATION
            :42C:SIGHT
            :42D:DEUTSCHE BANK
            :44C:261231
            :45A:GOODS
            :49:WITHOUT
            """,
            ["711"] = ":27:2/2\n:20:A\n:21:LC1\n:45A:GOODS\n:49G:PAY AT ONCE",
            ["720"] = """
            :27:1/1
            :40B:IRREVOCABLE TRANSFERABLE
            :20:A
            :21:LC1
            :31C:261124
            :40E:UCP LATEST VERSION
            :31D:270131PARIS
            :50:JEAN EXEMPLE
            :59:MARIE MODELE
            :32B:EUR1000,
            :41A:BNPAFRPP
            BY PAYMENT
            :45A:GOODS
            :49:WITHOUT
            """,
            ["721"] = ":27:2/2\n:20:A\n:21:LC1\n:45A:GOODS",
            ["730"] = ":20:A\n:21:LC1\n:30:261124\n:32B:EUR10,\n:57A:DEUTDEFF\n:71D:/COMM/EUR10,\n:72Z:/BENACC/",
            ["732"] = ":20:A\n:21:B\n:30:261124\n:32B:EUR1000,",
            ["734"] = ":20:A\n:21:B\n:32A:261124EUR1000,\n:73A:/COMM/EUR10,\n:33B:EUR1010,\n:77J:LATE SHIPMENT\n"
            + ":77B:/HOLD/",
            ["740"] = """
            :20:LC1
            :40F:URR LATEST VERSION
            :31D:270131PARIS
            :58A:BNPAFRPP
            :32B:EUR1000,
            :39A:5/5
            :41A:BNPAFRPP
            BY NEGOTIATION
            :42C:SIGHT
            :42A:DEUTDEFF
            :71A:OUR
            """,
            ["742"] = ":20:A\n:21:LC1\n:52A:DEUTDEFF\n:32B:EUR1000,\n:33B:EUR10,\n:34B:EUR1010,\n:57A:BNPAFRPP",
            ["747"] = ":20:LC1\n:30:261124\n:31E:270228\n:32B:EUR100,\n:34B:EUR1100,\n:77:NO OTHER CHANGE",
            ["750"] = ":20:A\n:21:B\n:32B:EUR1000,\n:73A:/COMM/EUR10,\n:34B:EUR1010,\n:77J:LATE SHIPMENT",
            ["752"] = ":20:LC1\n:21:B\n:23:REFUSED\n:30:261124\n:32B:EUR1000,\n:71D:/COMM/EUR10,\n:33B:EUR990,",
            ["754"] = ":20:A\n:21:B\n:32A:261124EUR1000,\n:73A:/COMM/EUR10,\n:34A:261126EUR1010,\n:57A:BNPAFRPP\n"
            + ":77:PAID",
            ["756"] = ":20:A\n:21:B\n:32B:EUR1000,\n:33A:261126EUR990,\n:53A:DEUTDEFF",
            ["765"] = ":20:A\n:21:G1\n:52A:DEUTDEFF\n:59:JEAN EXEMPLE\n:31L:261124\n:22G:PAYM\n:32B:EUR1000,\n"
            + ":49A:COMP\n:77:NO DELIVERY",
            ["767"] = """
            :15A:
            :27:1/1
            :21:G1
            :22A:ISSU
            :15B:
            :20:G1
            :26E:1
            :30:261124
            :52A:DEUTDEFF
            :32B:EUR100,
            :23B:FIXD
            :31E:271231
            :59:JEAN EXEMPLE
            :77U:ALL ELSE STAYS
            """,
            ["768"] = ":20:A\n:21:G1\n:25:123456\n:30:261124\n:32B:EUR10,\n:71B:/COMM/EUR10,",
            ["769"] = ":20:A\n:21:G1\n:30:261124\n:33B:EUR100,\n:34B:EUR900,\n:72:/BENACC/",
            ["900"] = ":20:A\n:21:B\n:25:123\n:32A:261124EUR10,\n:52A:DEUTDEFF",
            ["910"] = ":20:A\n:21:B\n:25P:123\nDEUTDEFF\n:13D:2611240931+0100\n:32A:261124EUR10,\n:50K:/1\nX",
            ["920"] = ":20:A\n:12:942\n:25:123\n:34F:EUR100,\n:12:940\n:25:123",
            ["940"] = """
            :20:A
            :25:123456789
            :28C:1/1
            :60F:C261123EUR100,
            :61:2611241124D25,5NTRFREF1//BANK1
            DETAILS
            :86:/REMI/INVOICE
            SECOND LINE
            :61:261124RD0,5NCHKNONREF
            :62F:C261124EUR75,
            :64:C261124EUR75,
            :65:C261125EUR80,
            :86:END OF STATEMENT
            """,
            ["941"] = ":20:A\n:25:123\n:28:1/1\n:60F:C261123EUR100,\n:90D:2EUR30,\n:90C:1EUR10,\n:62F:C261124EUR80,",
            ["942"] =
            ":20:A\n:25:123\n:28C:1/1\n:34F:EURD100,\n:34F:EURC50,\n"
            + ":13D:2611241200+0100\n:61:261124CR100,NTRFX//Y\n:86:I\n:90D:0EUR0,\n:90C:1EUR100,",
            ["950"] = ":20:A\n:25:123\n:28C:1\n:60M:C261123EUR100,\n:61:261124C10,S103X\n:62M:C261124EUR110,",
        };

    public static byte[] Bytes(string type, string? text = null)
    {
        string[] parts = type.Split(' ');
        string header = parts.Length > 1 ? $"{{3:{{119:{parts[1]}}}}}" : "";
        return Encoding.Latin1.GetBytes(
            $"{{1:F01DEUTDEFFAXXX0000000000}}{{2:I{parts[0]}BNPAFRPPXXXXN}}{header}{{4:\n{text ?? All[type]}\n-}}"
                .ReplaceLineEndings("\r\n"));
    }
}
