using System.Text;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Cryptography.Keys;
using Qbitel.Hsm.Cards;
using Qbitel.Hsm.Tests.Cards.Issuing;
using Qbitel.Hsm.Tests.Software;
using Qbitel.Protocols.ThreeDS;

namespace Qbitel.Hsm.Tests.Cards;

public sealed class ThreeDSVerifierTests : IDisposable
{
    private const string Pan = "4123456789012345";

    private static readonly byte[] Key = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");

    private readonly TokenFixture _token = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _token.Dispose();

    [Fact]
    public async Task A_value_is_valid_only_under_the_key_and_shifts_liability_by_its_indicator()
    {
        await using HsmProvider hsm = await _token.CreateAsync();
        HsmKey key = await ImportAsync(hsm);
        ThreeDSVerifier verifier = new(hsm);

        CavvVerification valid = await verifier.VerifyCavvAsync(Data(), key, Cancel);
        Assert.Equal(VerificationStatus.Valid, valid.Status);
        Assert.True(valid.LiabilityShifts);
        Assert.Equal("412345******2345", valid.Card);

        CavvVerification wrong = await verifier.VerifyCavvAsync(Data(flip: true), key, Cancel);
        Assert.Equal((VerificationStatus.Invalid, VerificationReason.WrongValue), (wrong.Status, wrong.Reason));
        Assert.False(wrong.LiabilityShifts);
    }

    [Fact]
    public async Task Without_a_key_or_a_method_it_is_indeterminate_and_never_valid()
    {
        await using HsmProvider hsm = await _token.CreateAsync();
        ThreeDSVerifier verifier = new(hsm);

        CavvVerification noKey = await verifier.VerifyCavvAsync(Data(), null, Cancel);
        Assert.Equal((VerificationStatus.Indeterminate, VerificationReason.NoKey), (noKey.Status, noKey.Reason));
        Assert.False(noKey.LiabilityShifts);
        CavvVerification manual = await verifier.VerifyCavvAsync(
            Data() with { Parts = null }, await ImportAsync(hsm), Cancel);
        Assert.Equal((VerificationStatus.Indeterminate, VerificationReason.UnsupportedScheme),
            (manual.Status, manual.Reason));
        CavvVerification zeros = await verifier.VerifyCavvAsync(
            Data() with { AuthenticationValue = new byte[20] }, null, Cancel);
        Assert.Equal(VerificationStatus.Invalid, zeros.Status);
    }

    [Theory]
    [InlineData(CardScheme.Visa, "05", EciMeaning.Authenticated)]
    [InlineData(CardScheme.Visa, "06", EciMeaning.Attempted)]
    [InlineData(CardScheme.Visa, "07", EciMeaning.NotAuthenticated)]
    [InlineData(CardScheme.Visa, "02", null)]
    [InlineData(CardScheme.Mastercard, "02", EciMeaning.Authenticated)]
    [InlineData(CardScheme.Mastercard, "01", EciMeaning.Attempted)]
    [InlineData(CardScheme.Mastercard, "00", EciMeaning.NotAuthenticated)]
    [InlineData(CardScheme.Mastercard, "05", null)]
    [InlineData(CardScheme.Jcb, "05", EciMeaning.Authenticated)]
    [InlineData(CardScheme.Unknown, "05", null)]
    public async Task An_indicator_means_what_its_scheme_says(CardScheme scheme, string eci, EciMeaning? meaning)
    {
        await using HsmProvider hsm = await _token.CreateAsync();
        CavvVerification result = await new ThreeDSVerifier(hsm).VerifyCavvAsync(
            Data() with { Scheme = scheme, Eci = eci }, await ImportAsync(hsm), Cancel);

        Assert.Equal(meaning, result.Meaning);
        bool holds = meaning is EciMeaning.Authenticated or EciMeaning.Attempted;
        Assert.Equal(holds ? VerificationStatus.Valid : VerificationStatus.Invalid, result.Status);
        Assert.Equal(holds, result.LiabilityShifts);
    }

    [Fact]
    public async Task A_receipt_is_signed_by_a_quantum_safe_key_and_holds_no_card_number()
    {
        await using HsmProvider hsm = await _token.CreateAsync();
        HsmKey signing = await hsm.GenerateKeyAsync(HostFixture.Name(), SignatureAlgorithm.MLDsa65, Cancel);
        ThreeDSVerifier verifier = new(hsm, receipts: hsm.SignerFor(signing));

        CavvVerification result = await verifier.VerifyCavvAsync(Data(), await ImportAsync(hsm), Cancel);
        VerificationReceipt receipt = result.Receipt!;

        Assert.True(receipt.IsSignedBy(signing.PublicKey.Span));
        byte[] changed = receipt.Statement.ToArray();
        changed[^3] ^= 1;
        Assert.False((receipt with { Statement = changed }).IsSignedBy(signing.PublicKey.Span));
        string statement = Encoding.UTF8.GetString(receipt.Statement.Span);
        Assert.DoesNotContain(Pan, statement, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"Valid\"", statement, StringComparison.Ordinal);
        using SignatureKey classical = SignatureKeys.Generate(SignatureAlgorithm.Ed25519);
        Assert.Throws<ArgumentException>(() => new ThreeDSVerifier(hsm, receipts: new LocalSigner(classical)));
    }

    [Fact]
    public void A_value_on_the_wire_has_twenty_bytes()
    {
        Assert.True(ThreeDSData.TryReadValue("AAABAWFlmQAAAABjRWWZEEFgFz0=", out byte[] value));
        Assert.Equal(20, value.Length);
        Assert.False(ThreeDSData.TryReadValue("AAABAWFlmQAAAABjRWWZEEFgFz0", out _));
        Assert.False(ThreeDSData.TryReadValue("????????????????????????????", out _));
    }

    private static ValueTask<HsmKey> ImportAsync(HsmProvider hsm) => hsm.Cards.ImportAsync(
        HostFixture.Name(), CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.CardVerification, false, Key, Cancel);

    private static ThreeDSData Data(bool flip = false)
    {
        char[] digits = new char[3];
        CardVerificationValue.ComputeCavv(Key, Pan, "1234", "0", "03", digits);
        if (flip) digits[2] = digits[2] == '0' ? '1' : '0';
        byte[] value = new byte[20];
        value[0] = 1;
        return new ThreeDSData
        {
            Pan = Pan,
            Scheme = CardScheme.Visa,
            Eci = "05",
            AuthenticationValue = value,
            Parts = new CavvParts(new string(digits), "1234", "0", "03"),
        };
    }
}
