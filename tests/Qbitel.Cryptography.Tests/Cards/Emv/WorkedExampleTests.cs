using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;

namespace Qbitel.Cryptography.Tests.Cards.Emv;

/// <summary>
/// The worked examples that the authors of pyemv published with results of a hardware module: card 1234567890123456 of
/// sequence 00, counter 001C.
/// </summary>
public sealed class WorkedExampleTests
{
    private const string Pan = "1234567890123456";

    private static readonly byte[] CryptogramKey = Hex("0123456789ABCDEFFEDCBA9876543210");
    private static readonly byte[] IntegrityKey = Hex("FEDCBA98765432100123456789ABCDEF");
    private static readonly byte[] ConfidentialityKey = Hex("89ABCDEF0123456776543210FEDCBA98");

    // Amounts, countries, results, date, type, number, profile and counter of the two examples of Visa.
    private const string Transaction =
        "000000004000" + "000000000000" + "0124" + "8000048000" + "0124" + "191105" + "01" + "52BF4585"
        + "1800" + "001C";

    [Fact]
    public void Visa_cvn_18_is_verified_answered_and_scripted()
    {
        CryptogramVersion version = Version("Visa CVN 18");
        byte[] master = Master(CryptogramKey, version), session = new byte[16];
        EmvKeys.DeriveSessionKey(master, version.SessionKey, Hex("001C"), [], isAes: false, session);
        byte[] arqc = Hex("7A788EA6B8A3E733"), answer = new byte[4];

        Assert.True(EmvCryptogram.Verify(session, Hex(Transaction + "06011203A0B800"), version.Padding, arqc));
        EmvCryptogram.AnswerByMethod2(session, arqc, new byte[4], [], answer);
        Assert.Equal("9AF514C1", Convert.ToHexString(answer));
        Assert.Equal("04EDE90BC24CC35E", ScriptMac(version, "8418000008", "7A788EA6B8A3E733", []));
        Assert.Equal("8424000218BB221AF527377A2811D2B6EBC396A9391A22B480EF312F40",
            PinChange(version, "8424000218", "7A788EA6B8A3E733", ""));
        Assert.Equal("84240001182EE025E554BCD87E11D2B6EBC396A9390FB94A4E4EC10F41",
            PinChange(version, "8424000118", "7A788EA6B8A3E733", "8888"));
    }

    [Fact]
    public void Visa_cvn_10_is_verified_answered_and_scripted()
    {
        CryptogramVersion version = Version("Visa CVN 10");
        byte[] master = Master(CryptogramKey, version);
        byte[] arqc = Hex("29CCA15AE665FA2E"), answer = new byte[8];

        Assert.True(EmvCryptogram.Verify(master, Hex(Transaction + "03A06010"), version.Padding, arqc));
        EmvCryptogram.AnswerByMethod1(master, arqc, "00"u8, answer);
        Assert.Equal("28993816AFAE4AEB", Convert.ToHexString(answer));
        Assert.Equal("DB56BA60087CEFD3", ScriptMac(version, "8418000008", "29CCA15AE665FA2E", []));
        Assert.Equal("8424000218BB221AF527377A2811D2B6EBC396A9391A965A5CB2CE62DA",
            PinChange(version, "8424000218", "29CCA15AE665FA2E", ""));
        Assert.Equal("84240001182EE025E554BCD87E11D2B6EBC396A939C4A8393B57DD2F3F",
            PinChange(version, "8424000118", "29CCA15AE665FA2E", "8888"));
    }

    [Fact]
    public void A_session_key_of_mchips_kind_is_verified_and_answered_under_itself()
    {
        // Interac CVN 133, which we do not list: M/Chip's session key, all of the issuer's data, method 1.
        byte[] master = Master(CryptogramKey, Version("Mastercard CVN 16")), session = new byte[16];
        EmvKeys.DeriveSessionKey(
            master, SessionKeyDerivation.MChip, Hex("001C"), Hex("ABCDEF12"), isAes: false, session);
        byte[] arqc = Hex("18932FECA2D84326"), answer = new byte[8];

        Assert.True(EmvCryptogram.Verify(session, Hex(
            "000000009999" + "000000000000" + "0124" + "8000000000" + "0124" + "209906" + "00" + "ABCDEF12" + "1800"
            + "001C" + "1501850440B100000000B00000000000000000000000"), MacPadding.OneThenZeros, arqc));
        EmvCryptogram.AnswerByMethod1(session, arqc, new byte[2], answer);
        Assert.Equal("4DF171A49396C363", Convert.ToHexString(answer));
    }

    [Theory]
    [InlineData("9999", ScriptPadding.WhereNeeded, "28367E05DE3381C2")]
    [InlineData("999999999999", ScriptPadding.WhereNeeded, "99AD3AF9EB3ECF0C")]
    [InlineData("9999", ScriptPadding.Always, "28367E05DE3381C29D30A6055A8DEB86")]
    public void A_new_pin_is_enciphered_for_the_card(string pin, ScriptPadding padding, string expected)
    {
        byte[] master = new byte[16], session = new byte[16], block = new byte[8];
        EmvKeys.DeriveMasterKey(
            Hex("11111111111111112222222222222222"), Pan, "01", MasterKeyDerivation.OptionA, master);
        EmvKeys.DeriveScriptKey(master, ScriptKeyDerivation.FromCryptogram, Hex("ABCDEF1234567890"), session);
        PinBlock.Encode(PinBlockFormat.Iso2, pin, [], block);

        Assert.Equal(expected, Convert.ToHexString(IssuerScript.Encrypt(session, block, padding)));
    }

    [Theory]
    [InlineData(CardScheme.Visa, "06010A03A06010", 0x0A, 3, 4)]
    [InlineData(CardScheme.Visa, "06011203A0B8000F0102", 0x12, 3, 4)]
    [InlineData(CardScheme.Visa, "1F2201A000000000000000000000000000000000000000000000000000000000", 0x22, 3, 5)]
    [InlineData(CardScheme.Mastercard, "0110A00003220000000000000000000000FF", 0x10, 2, 6)]
    [InlineData(CardScheme.UnionPay, "0FA501A030F8000000000000000000000F010000000000000000000000000000", 0xA5, 3, 5)]
    public void Issuer_application_data_says_its_version(CardScheme scheme, string value, int version, int at, int size)
    {
        Assert.True(IssuerApplicationData.TryParse(scheme, Hex(value), out IssuerApplicationData data));
        Assert.Equal(version, data.Version);
        Assert.Equal(1, data.KeyIndex);
        Assert.Equal((at, size), (data.ResultsOffset, data.ResultsSize));
    }

    [Theory]
    [InlineData(CardScheme.Visa, "")]
    [InlineData(CardScheme.Visa, "06010A")]
    [InlineData(CardScheme.Visa, "06010A02A06010")]
    [InlineData(CardScheme.Mastercard, "06010A03A06010")]
    [InlineData(CardScheme.Unknown, "0110A00003220000000000000000000000FF")]
    public void Other_issuer_application_data_is_refused(CardScheme scheme, string value) =>
        Assert.False(IssuerApplicationData.TryParse(scheme, Hex(value), out _));

    [Fact]
    public void An_unknown_version_is_not_found_and_the_known_ones_are_told_apart()
    {
        Assert.Null(CryptogramVersion.Find(CryptogramVersion.Standard, CardScheme.Visa, 0x11));
        Assert.Null(CryptogramVersion.Find(CryptogramVersion.Standard, CardScheme.Unknown, 0x0A));
        Assert.Distinct(CryptogramVersion.Standard.Select(version => (version.Scheme, version.Code)));
    }

    [Theory]
    [InlineData("A0000000031010", CardScheme.Visa)]
    [InlineData("A0000000041010", CardScheme.Mastercard)]
    [InlineData("A000000333010101", CardScheme.UnionPay)]
    [InlineData("A0000000", CardScheme.Unknown)]
    [InlineData("A0000009991010", CardScheme.Unknown)]
    public void A_scheme_is_told_by_the_application(string identifier, CardScheme scheme) =>
        Assert.Equal(scheme, CardScheme.OfApplication(Hex(identifier)));

    private static CryptogramVersion Version(string name) =>
        CryptogramVersion.Standard.First(version => version.Name == name);

    private static byte[] Master(byte[] issuerKey, CryptogramVersion version)
    {
        byte[] master = new byte[16];
        EmvKeys.DeriveMasterKey(issuerKey, Pan, "00", version.MasterKey, master);
        return master;
    }

    private static byte[] ScriptKey(byte[] issuerKey, CryptogramVersion version)
    {
        byte[] session = new byte[16];
        EmvKeys.DeriveScriptKey(Master(issuerKey, version), version.ScriptKey, Hex("001C"), session);
        return session;
    }

    private static string ScriptMac(CryptogramVersion version, string header, string arqc, byte[] data)
    {
        byte[] mac = new byte[8];
        IssuerScript.ComputeMac(
            ScriptKey(IntegrityKey, version), [.. Hex(header + "001C" + arqc), .. data], mac);
        return Convert.ToHexString(mac);
    }

    private static string PinChange(CryptogramVersion version, string header, string arqc, string currentPin)
    {
        byte[] block = new byte[8];
        IssuerScript.WriteVisaPinBlock(Master(CryptogramKey, version), "9999", currentPin, block);
        byte[] data = IssuerScript.Encrypt(ScriptKey(ConfidentialityKey, version), block, version.ScriptPadding);
        return header + Convert.ToHexString(data) + ScriptMac(version, header, arqc, data);
    }

    private static byte[] Hex(string digits) => Convert.FromHexString(digits);
}
