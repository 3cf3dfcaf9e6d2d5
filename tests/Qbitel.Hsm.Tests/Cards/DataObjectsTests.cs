using System.Buffers;
using Qbitel.Cryptography;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Hsm.Cards;
using Qbitel.Hsm.Cards.Issuing;
using Qbitel.Hsm.Tests.Cards.Issuing;
using Qbitel.Protocols;
using Qbitel.Protocols.Emv;

namespace Qbitel.Hsm.Tests.Cards;

/// <summary>Cards that say by their CDOL1 which data of the terminal is under their cryptogram.</summary>
public sealed class DataObjectsTests
{
    private const string List = "9F3704" + "9F0206" + "9A03" + "9C01" + "9F1A02" + "5F2A02" + "9505" + "9F0306";

    private static readonly string Pan = TestCard.Number("476173", 77);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static CryptogramVersion Cvn18 =>
        CryptogramVersion.Standard.First(version => version.Name == "Visa CVN 18");

    /// <summary>A card that has the data of its cryptogram in the order of the list.</summary>
    private static TestCard Card => new(HostFixture.IssuerKey, Pan, Cvn18 with
    {
        Data =
        [
            (EmvTag.UnpredictableNumber, 4), (EmvTag.AmountAuthorised, 6), (EmvTag.TransactionDate, 3),
            (EmvTag.TransactionType, 1), (EmvTag.TerminalCountry, 2), (EmvTag.TransactionCurrency, 2),
            (EmvTag.TerminalVerificationResults, 5), (EmvTag.AmountOther, 6),
            (EmvTag.ApplicationInterchangeProfile, 2), (EmvTag.TransactionCounter, 2),
        ],
    });

    [Fact]
    public async Task A_cryptogram_over_the_cards_own_list_is_valid_by_that_list_alone()
    {
        await using HostFixture fixture = await HostFixture.CreateAsync();
        EmvCryptogramVerifier verifier = new(fixture.Hsm);
        Assert.True(EmvCryptogramData.TryParse(Card.ChipData(5), ParseMode.Lenient, out EmvCryptogramData data, out _));
        CardIdentity card = CardIdentity.Of(Pan, data);
        (CryptogramVersion version, HsmKey key) = (Cvn18, fixture.CryptogramKey);

        #region VerifyArqcByCdol
        // As read from the card, or as its profile says: amount, other amount, country, results, currency, date, type,
        // number.
        Assert.True(DataObjectList.TryParse(
            Convert.FromHexString("9F3704" + "9F0206" + "9A03" + "9C01" + "9F1A02" + "5F2A02" + "9505" + "9F0306"),
            out DataObjectList cdol, out _));
        ArqcVerification result = await verifier.VerifyArqcAsync(data, card, version, key, cdol, Cancel);
        #endregion

        Assert.Equal(VerificationStatus.Valid, result.Status);
        ArqcVerification other = await verifier.VerifyArqcAsync(data, card, version, key, Cancel);
        Assert.Equal(VerificationReason.WrongValue, other.Reason);
    }

    /// <summary>
    /// Numbers on the left, card numbers with F, others on the right; profile and counter where they are asked for.
    /// </summary>
    [Theory]
    [InlineData("9F0208" + "9F3704", "0000000000004000" + "52BF4585" + "1800" + "0005")]
    [InlineData("9F0203" + "9C02", "004000" + "0000" + "1800" + "0005")]
    [InlineData("9F3702" + "9505" + "9F4E05", "52BF" + "8000048000" + "4142430000" + "1800" + "0005")]
    [InlineData("9F4E02" + "9F3602" + "9A03", "4142" + "0005" + "261128" + "1800")]
    [InlineData("5A0A" + "8202" + "9F3602", "PAN" + "FFFF" + "1800" + "0005")]
    public async Task Values_are_filled_up_and_cut_as_the_list_says(string list, string expected)
    {
        await using HostFixture fixture = await HostFixture.CreateAsync();
        byte[] master = new byte[16], session = new byte[16], cryptogram = new byte[8];
        EmvKeys.DeriveMasterKey(HostFixture.IssuerKey, Pan, "01", Cvn18.MasterKey, master);
        EmvKeys.DeriveSessionKey(master, Cvn18.SessionKey, [0, 5], [], isAes: false, session);
        byte[] issuerData = Convert.FromHexString("06011203A0B800");
        EmvCryptogram.Compute(
            session, [.. Convert.FromHexString(expected.Replace("PAN", Pan, StringComparison.Ordinal)), .. issuerData],
            MacPadding.OneThenZeros, cryptogram);
        byte[] chip = Card.ChipData(5, data =>
        {
            data[EmvTag.IssuerApplicationData] = issuerData;
            data[EmvTag.Cryptogram] = cryptogram;
            data[0x9F4E] = "ABC"u8.ToArray();
            data[EmvTag.Pan] = Convert.FromHexString(Pan);
        });
        Assert.True(EmvCryptogramData.TryParse(chip, ParseMode.Lenient, out EmvCryptogramData data, out _));
        Assert.True(DataObjectList.TryParse(Convert.FromHexString(list), out DataObjectList cdol, out _));

        ArqcVerification result = await new EmvCryptogramVerifier(fixture.Hsm).VerifyArqcAsync(
            data, CardIdentity.Of(Pan, data), Cvn18, fixture.CryptogramKey, cdol, Cancel);

        Assert.Equal(VerificationStatus.Valid, result.Status);
    }

    [Fact]
    public async Task What_the_list_asks_for_and_nobody_sent_is_named_and_a_list_too_long_is_refused()
    {
        await using HostFixture fixture = await HostFixture.CreateAsync();
        EmvCryptogramVerifier verifier = new(fixture.Hsm);
        Assert.True(EmvCryptogramData.TryParse(Card.ChipData(5), ParseMode.Lenient, out EmvCryptogramData data, out _));
        foreach ((string list, string named) in ((string, string)[])
            [(List + "9F5301", "9F53"), ("9F02FF" + "9F03FF" + "95FF", "765 bytes")])
        {
            Assert.True(DataObjectList.TryParse(Convert.FromHexString(list), out DataObjectList cdol, out _));
            ArqcVerification result = await verifier.VerifyArqcAsync(
                data, CardIdentity.Of(Pan, data), Cvn18, fixture.CryptogramKey, cdol, Cancel);
            Assert.Equal(VerificationReason.MissingData, result.Reason);
            Assert.Contains(named, result.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_profile_of_the_host_may_name_its_list()
    {
        await using HostFixture fixture = await HostFixture.CreateAsync();
        Assert.True(DataObjectList.TryParse(Convert.FromHexString(List), out DataObjectList cdol, out _));
        IssuerHost host = fixture.Host(fixture.Options with
        {
            Products = [new IssuerProduct("476173", fixture.CryptogramKey, DataObjects: cdol)],
        });

        IssuerReply reply = await host.AuthoriseAsync(Card.Request(5), Cancel);
        Assert.Equal(IssuerRefusal.None, reply.Decision.Refusal);
        Assert.True(Card.Accepts(reply.Response!, 5));
        Assert.Equal(IssuerRefusal.WrongCryptogram,
            (await fixture.Host().AuthoriseAsync(Card.Request(6), Cancel)).Decision.Refusal);
    }
}
