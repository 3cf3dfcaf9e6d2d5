using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards;
using Qbitel.Hsm.Pkcs11;

namespace Qbitel.Hsm.Tests.Pkcs11;

/// <summary>The laws of card cryptography with the mechanisms of SoftHSM.</summary>
[Collection(RealModules.Name)]
public sealed class SoftHsmCardsTests : HsmCardsContract, IDisposable
{
    private readonly SoftHsmFixture _fixture = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    protected override async ValueTask<HsmProvider> OpenAsync() => await _fixture.OpenAsync();

    [Fact]
    public async Task What_a_module_cannot_do_is_refused_by_what_it_would_need()
    {
        await using Pkcs11Token hsm = await _fixture.OpenAsync();
        foreach ((CardKeyUse use, string needed) in ((CardKeyUse, string)[])
        [
            (CardKeyUse.PinEncryption, "PIN"), (CardKeyUse.PinVerificationVisa, "PIN"),
            (CardKeyUse.KeyBlockProtection, "X9.143"), (CardKeyUse.BaseDerivation, "DUKPT"),
        ])
        {
            HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await hsm.Cards.ImportAsync(
                Name(), CardKeyAlgorithm.TwoKeyTdea, use, isExportable: false, new byte[16], Cancel));
            Assert.Equal(HsmFailure.Unsupported, refused.Failure);
            Assert.Contains(needed, refused.Message, StringComparison.Ordinal);
        }

        HsmException half = await Assert.ThrowsAsync<HsmException>(async () => await hsm.Cards.GenerateAsync(
            Name(), CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.RetailMac, isExportable: false, Cancel));
        Assert.Contains("CKM_EXTRACT_KEY_FROM_KEY", half.Message, StringComparison.Ordinal);
    }

    /// <summary>A key that derives must not encrypt: with that, keys of cards could be computed in the clear.</summary>
    [Fact]
    public async Task A_key_of_the_module_stays_there_is_found_again_and_goes_whole()
    {
        byte[] value = RandomNumberGenerator.GetBytes(16);
        TokenKeyId issuer = Name(), mac = Name(), made = Name();
        HsmKey first;
        await using (Pkcs11Token hsm = await _fixture.OpenAsync())
        {
            first = await hsm.Cards.ImportAsync(
                issuer, CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.Cryptograms, isExportable: false, value, Cancel);
            await hsm.Cards.ImportAsync(
                mac, CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.RetailMac, isExportable: false, value, Cancel);
            HsmKey index = await hsm.Cards.GenerateAsync(
                made, CardKeyAlgorithm.Aes256, CardKeyUse.Cmac, isExportable: false, Cancel);
            byte[] tag = new byte[16];
            await hsm.Cards.ComputeMacAsync(index, value, MacPadding.Zeros, tag, Cancel);
            Assert.NotEqual(new byte[16], tag);
        }

        await using Pkcs11Token again = await _fixture.OpenAsync();
        Assert.True(first.IsSameKeyAs((await again.FindAsync(issuer, Cancel))!));
        List<TokenKeyId> listed = [];
        await foreach (HsmKey key in again.ListAsync(Cancel)) listed.Add(key.Id);
        Assert.Equal(new[] { issuer, mac, made }.Order(Comparer<TokenKeyId>.Create(ById)), listed.Order(
            Comparer<TokenKeyId>.Create(ById)));
        Assert.True(await again.DestroyAsync(mac, Cancel));
        Assert.Null(await again.FindAsync(mac, Cancel));
        await again.Cards.ImportAsync(
            mac, CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.RetailMac, isExportable: false, value, Cancel);

        HsmException other = await Assert.ThrowsAsync<HsmException>(async () => await again.Cards.ImportAsync(
            mac, CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.Cryptograms, isExportable: false, value, Cancel));
        Assert.Equal(HsmFailure.KeyConflict, other.Failure);
    }

    private static int ById(TokenKeyId one, TokenKeyId other) =>
        string.CompareOrdinal(one.ToString(), other.ToString());

    private static TokenKeyId Name() => new(RandomNumberGenerator.GetBytes(TokenKeyId.Size));
}

/// <summary>The same laws on NSS softoken.</summary>
[Collection(RealModules.Name)]
public sealed class NssCardsTests : HsmCardsContract, IDisposable
{
    private readonly NssFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    protected override async ValueTask<HsmProvider> OpenAsync() => await _fixture.OpenAsync();
}
