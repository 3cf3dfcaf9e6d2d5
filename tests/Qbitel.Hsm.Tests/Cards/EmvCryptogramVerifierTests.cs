using System.Buffers;
using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Hsm.Cards;
using Qbitel.Hsm.Tests.Cards.Issuing;
using Qbitel.Hsm.Tests.Software;
using Qbitel.Protocols;
using Qbitel.Protocols.Emv;

namespace Qbitel.Hsm.Tests.Cards;

public sealed class EmvCryptogramVerifierTests : IDisposable
{
    private static readonly byte[] IssuerKey = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");

    private readonly TokenFixture _token = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _token.Dispose();

    [Fact]
    public async Task The_worked_example_of_visa_cvn_18_is_valid_and_answered()
    {
        await using HsmProvider hsm = await _token.CreateAsync();
        byte[] field55 = Example;

        #region VerifyArqc
        // The issuer's key goes into the box once and stays there.
        HsmKey key = await hsm.Cards.ImportAsync(
            HostFixture.Name(), CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.Cryptograms, isExportable: false, IssuerKey,
            Cancel);

        // Field 55 of a request. What the card says of its cryptogram stands in its issuer application data.
        Assert.True(EmvCryptogramData.TryParse(
            field55, ParseMode.Lenient, out EmvCryptogramData data, out ParseError? problem), problem?.ToString());
        Assert.True(IssuerApplicationData.TryParse(
            CardScheme.Visa, data.IssuerApplicationData.Span, out IssuerApplicationData issuerData));
        CryptogramVersion version = CryptogramVersion.Find(
            CryptogramVersion.Standard, CardScheme.Visa, issuerData.Version)!;

        EmvCryptogramVerifier verifier = new(hsm);
        CardIdentity card = CardIdentity.Of("1234567890123456", data);
        ArqcVerification result = await verifier.VerifyArqcAsync(data, card, version, key, Cancel);
        if (result.Status == VerificationStatus.Valid)
        {
            // Tag 91: the answer, and the card status update under it.
            byte[] answer = await verifier.GenerateArpcAsync(data, card, version, key, "00", new byte[4], Cancel);
            Assert.Equal("9AF514C100000000", Convert.ToHexString(answer));
        }
        #endregion

        Assert.Equal(VerificationStatus.Valid, result.Status);
        Assert.Equal("123456******3456", result.Card);
        Assert.Equal(0x1C, result.Counter);
    }

    [Fact]
    public async Task Without_a_key_or_a_box_nothing_is_valid()
    {
        HsmProvider hsm = await _token.CreateAsync();
        EmvCryptogramVerifier verifier = new(hsm);
        CryptogramVersion version = CryptogramVersion.Standard.First(v => v.Name == "Visa CVN 18");
        Assert.True(EmvCryptogramData.TryParse(Example, ParseMode.Lenient, out EmvCryptogramData data, out _));
        CardIdentity card = CardIdentity.Of("1234567890123456", data);
        HsmKey key = await hsm.Cards.ImportAsync(
            HostFixture.Name(), CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.Cryptograms, false, IssuerKey, Cancel);

        ArqcVerification none = await verifier.VerifyArqcAsync(data, card, version, null, Cancel);
        Assert.Equal((VerificationStatus.Indeterminate, VerificationReason.NoKey), (none.Status, none.Reason));

        await hsm.DestroyAsync(key.Id, Cancel);
        ArqcVerification gone = await verifier.VerifyArqcAsync(data, card, version, key, Cancel);
        Assert.Equal((VerificationStatus.Indeterminate, VerificationReason.WrongKey), (gone.Status, gone.Reason));
        await hsm.DisposeAsync();
    }

    [Theory]
    [InlineData(EmvTag.Cryptogram, VerificationReason.MalformedValue)]
    [InlineData(EmvTag.TransactionCounter, VerificationReason.MissingData)]
    [InlineData(EmvTag.AmountOther, VerificationReason.MissingData)]
    [InlineData(EmvTag.IssuerApplicationData, VerificationReason.MissingData)]
    public async Task A_missing_data_object_is_named_and_never_made_up(uint tag, VerificationReason reason)
    {
        await using HsmProvider hsm = await _token.CreateAsync();
        CryptogramVersion version = CryptogramVersion.Standard.First(v => v.Name == "Visa CVN 18");
        HsmKey key = await hsm.Cards.ImportAsync(
            HostFixture.Name(), CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.Cryptograms, false, IssuerKey, Cancel);
        ArrayBufferWriter<byte> without = new();
        BerTlvReader reader = new(Example);
        while (reader.TryRead(out BerTlv item))
        {
            if (item.Tag != tag)
                BerTlv.Write(without, item.Tag, Example.AsSpan(item.ValueOffset, item.ValueLength));
        }

        Assert.True(EmvCryptogramData.TryParse(
            without.WrittenSpan.ToArray(), ParseMode.Lenient, out EmvCryptogramData data, out _));
        ArqcVerification result = await new EmvCryptogramVerifier(hsm).VerifyArqcAsync(
            data, CardIdentity.Of("1234567890123456", data), version, key, Cancel);

        Assert.Equal((VerificationStatus.Invalid, reason), (result.Status, result.Reason));
    }

    private static byte[] Example { get; } = Convert.FromHexString(
        "9F0206000000004000" + "9F0306000000000000" + "9F1A020124" + "95058000048000" + "5F2A020124" + "9A03191105"
        + "9C0101" + "9F370452BF4585" + "82021800" + "9F3602001C" + "9F100706011203A0B800" + "9F26087A788EA6B8A3E733"
        + "5F340100");
}
