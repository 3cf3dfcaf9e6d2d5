using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Protocols.Emv;
using Qbitel.Protocols.Iso8583;

namespace Qbitel.Hsm.Tests.Cards.Issuing;

/// <summary>A chip card of an invented issuer: it makes cryptograms and checks the answers.</summary>
internal sealed class TestCard(byte[] issuerKey, string pan, CryptogramVersion version)
{
    private readonly byte[] _masterKey = MasterKey(issuerKey, pan, version);

    public string Pan => pan;

    public CryptogramVersion Version => version;

    /// <summary>A request with the next cryptogram of the card.</summary>
    public byte[] Request(int counter, Action<Dictionary<uint, byte[]>>? alter = null, bool isBinary = false) =>
        Message(ChipData(counter, alter), isBinary).ToBytes();

    public Iso8583Message Message(byte[] chip, bool isBinary = false)
    {
        Iso8583Encoding encoding = new(
            Iso8583Header.None, isBinary ? Iso8583Bitmap.Binary : Iso8583Bitmap.Hex);
        Iso8583Builder builder = new(Type("0100"), Iso8583Profile.Ascii1987, encoding);
        builder.Set(2, pan).Set(3, "000000").Set(4, "000000004000").Set(7, "1128120000").Set(11, "000017")
            .Set(12, "120000").Set(13, "1128").Set(32, "123456").Set(37, "000000000017").Set(41, "TERM0001")
            .Set(49, "840");
        builder.Set(55, isBinary ? chip : Encoding.ASCII.GetBytes(Convert.ToHexString(chip)));
        return builder.Build(allowInvalid: true);
    }

    public byte[] ChipData(int counter, Action<Dictionary<uint, byte[]>>? alter = null)
    {
        Dictionary<uint, byte[]> data = new()
        {
            [EmvTag.AmountAuthorised] = Hex("000000004000"),
            [EmvTag.AmountOther] = new byte[6],
            [EmvTag.TerminalCountry] = Hex("0840"),
            [EmvTag.TerminalVerificationResults] = Hex("8000048000"),
            [EmvTag.TransactionCurrency] = Hex("0840"),
            [EmvTag.TransactionDate] = Hex("261128"),
            [EmvTag.TransactionType] = [0],
            [EmvTag.UnpredictableNumber] = Hex("52BF4585"),
            [EmvTag.ApplicationInterchangeProfile] = Hex("1800"),
            [EmvTag.TransactionCounter] = [(byte)(counter >> 8), (byte)(counter & 0xFF)],
            [EmvTag.IssuerApplicationData] = IssuerData(),
            [EmvTag.CryptogramInformation] = [0x80],
            [EmvTag.PanSequence] = [0x01],
        };
        data[EmvTag.Cryptogram] = Cryptogram(data);
        alter?.Invoke(data);
        ArrayBufferWriter<byte> chip = new();
        foreach ((uint tag, byte[] value) in data) BerTlv.Write(chip, tag, value);
        return chip.WrittenSpan.ToArray();
    }

    /// <summary>Whether the answer in field 55 is the issuer's: what the card itself checks.</summary>
    public bool Accepts(Iso8583Message response, int counter)
    {
        byte[] chip = response.Encoding.Bitmap == Iso8583Bitmap.Binary
            ? response.ValueOf(response.Find(55)!.Value).ToArray() : Hex(response[55]!);
        Assert.True(BerTlvReader.TryFind(chip, EmvTag.IssuerAuthenticationData, out ReadOnlySpan<byte> sent));
        Dictionary<uint, byte[]> data = [];
        BerTlvReader reader = new(ChipData(counter));
        byte[] own = ChipData(counter);
        while (reader.TryRead(out BerTlv item))
            data[item.Tag] = own[item.ValueOffset..(item.ValueOffset + item.ValueLength)];

        byte[] key = version.AnswersUnderMasterKey ? _masterKey : SessionKey(data);
        byte[] expected = new byte[version.Answer == AnswerMethod.Method1 ? 8 : 4];
        if (version.Answer == AnswerMethod.Method1)
            EmvCryptogram.AnswerByMethod1(key, data[EmvTag.Cryptogram], sent[8..10], expected);
        else
            EmvCryptogram.AnswerByMethod2(key, data[EmvTag.Cryptogram], sent[4..8], [], expected);
        return sent[..expected.Length].SequenceEqual(expected);
    }

    public static Mti Type(string text)
    {
        Assert.True(Mti.TryParse(text, out Mti mti));
        return mti;
    }

    public static int CounterOf(byte[] data) => BinaryPrimitives.ReadUInt16BigEndian(data);

    /// <summary>A card number of 16 digits with a right check digit.</summary>
    public static string Number(string prefix, int serial)
    {
        string digits = prefix + serial.ToString(CultureInfo.InvariantCulture).PadLeft(15 - prefix.Length, '0');
        int sum = 0;
        for (int i = 0; i < 15; i++)
        {
            int digit = digits[i] - '0';
            int doubled = i % 2 == 0 ? 2 * digit : digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }

        return digits + ((10 - (sum % 10)) % 10).ToString(CultureInfo.InvariantCulture);
    }

    private byte[] IssuerData() => version.Scheme == CardScheme.Visa
        ? version.Code == 0x22 ? [0x1F, 0x22, 0x01, .. new byte[29]]
        : [0x06, 0x01, version.Code, 0x03, 0xA0, 0xB8, 0x00]
        : [0x01, version.Code, 0xA0, 0x00, 0x03, 0x22, 0x00, 0x00, 0x12, 0x34, 1, 2, 3, 4, 5, 6, 7, 8];

    private byte[] Cryptogram(Dictionary<uint, byte[]> data)
    {
        List<byte> input = [];
        foreach ((uint tag, _) in version.Data) input.AddRange(data[tag]);
        byte[] issuerData = data[EmvTag.IssuerApplicationData];
        input.AddRange(version.CardData switch
        {
            AuthenticatedCardData.Whole => issuerData,
            _ when version.Scheme == CardScheme.Visa => issuerData[3..7],
            AuthenticatedCardData.Results => issuerData[2..8],
            _ => [.. issuerData[2..8], .. issuerData[10..18]],
        });
        byte[] cryptogram = new byte[8];
        EmvCryptogram.Compute(SessionKey(data), [.. input], version.Padding, cryptogram);
        return cryptogram;
    }

    private byte[] SessionKey(Dictionary<uint, byte[]> data)
    {
        byte[] session = new byte[16];
        EmvKeys.DeriveSessionKey(_masterKey, version.SessionKey, data[EmvTag.TransactionCounter],
            data[EmvTag.UnpredictableNumber], isAes: false, session);
        return session;
    }

    private static byte[] MasterKey(byte[] issuerKey, string pan, CryptogramVersion version)
    {
        byte[] key = new byte[16];
        EmvKeys.DeriveMasterKey(issuerKey, pan, "01", version.MasterKey, key);
        return key;
    }

    private static byte[] Hex(string digits) => Convert.FromHexString(digits);
}
