using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cms;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Tests.Pkcs11;
using Qbitel.Hsm.Wrapping;

namespace Qbitel.Hsm.Tests.Wrapping;

/// <summary>Keys of real modules wrapped for KEM keys and taken in by real modules.</summary>
[Collection(RealModules.Name)]
public sealed class TransferPortTests(ITestOutputHelper output)
{
    private static readonly TokenKeyId Receiver =
        TokenKeyId.Derive(new KeyId(Guid.Parse("01998f00-0000-7000-8000-00000000000a")), 1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_go_from_SoftHSM_to_NSS_and_are_the_same_there()
    {
        using SoftHsmFixture softHsm = new();
        using NssFixture nss = new();
        await using Pkcs11Token from = await softHsm.OpenAsync(), to = await nss.OpenAsync();
        await LegacyKeys.MakeAsync(from, Stop);
        TransferPort source = TransferPort.Of(from, "old"), target = TransferPort.Of(to, "new");
        using TransferRecipient receiver = await target.ReceiverAsync(Receiver, Stop);
        Assert.Equal(KemAlgorithm.MLKem1024, receiver.Algorithm);
        Assert.NotNull(receiver.InToken);

        List<string> moved = [];
        foreach (TransferKey key in await source.ListAsync(Stop))
        {
            Assert.Null(key.Obstacle);
            if (await source.WhyNotWrapAsync(key, Stop) is { } why)
            {
                output.WriteLine($"{key}: {why}");
                continue;
            }

            Assert.Null(await target.WhyNotTakeAsync(key, Stop));
            PqcWrappedKey wrapped = await source.WrapAsync(key, receiver, Stop);
            TakenKey taken = await target.TakeAsync(receiver, wrapped, isExtractable: false, Stop);
            output.WriteLine($"{key}: {taken.Proof}; {wrapped.Boundary}; {taken.Boundary}");
            Assert.True(taken.Key.IsSameKeyAs(key));
            Assert.False(taken.Key.IsExtractable);
            Assert.Equal(key.Uses, taken.Key.Uses & ~taken.Wider);
            if (taken.Key.PublicKey.IsEmpty) Assert.Equal(KeyUses.None, taken.Wider);
            Assert.False(taken.WasThere);
            Assert.Equal(Exposure.ThisProcess, wrapped.Boundary.WrappingKeys);
            Assert.True(taken.Boundary!.StaysInside);

            // The same message again is the same key.
            Assert.True((await target.TakeAsync(receiver, wrapped, false, Stop)).WasThere);
            moved.Add(key.Id);
        }

        Assert.Equal(LegacyKeys.Movable.Order(), moved.Select(FromHex).Order());
        IReadOnlyList<TransferKey> there = await target.ListAsync(Stop);
        Assert.Equal(LegacyKeys.Movable.Length + 1, there.Count); // and the receiver
    }

    [Fact]
    public async Task NSS_wraps_inside_for_a_key_that_this_library_opens()
    {
        using NssFixture nss = new();
        await using Pkcs11Token token = await nss.OpenAsync();
        await LegacyKeys.MakeAsync(token, ["data-key", "payments-ec", "clearing-rsa", "pqc-dsa", "pqc-kem"], Stop);
        TransferPort port = TransferPort.Of(token, "vault");
        foreach (KemAlgorithm kem in (KemAlgorithm[])[KemAlgorithm.MLKem768, KemAlgorithm.MLKem1024])
        {
            using TransferRecipient recipient = TransferRecipient.OfKey(KemKeys.Generate(kem));
            foreach (TransferKey key in await port.ListAsync(Stop))
            {
                PqcWrappedKey wrapped = await port.WrapAsync(key, recipient, Stop);
                output.WriteLine($"{key}: {wrapped.Boundary}");
                Assert.True(wrapped.Boundary.StaysInside);
                byte[] clear = CmsWrappedKey.Decode(wrapped.Cms).Open(recipient.Here!);
                Assert.Equal(key.CheckValue, CheckValueOf(key, clear));
            }
        }
    }

    [Fact]
    public async Task NSS_takes_back_what_it_wrapped_after_the_key_was_destroyed()
    {
        using NssFixture nss = new();
        await using Pkcs11Token token = await nss.OpenAsync();
        await LegacyKeys.MakeAsync(token, ["data-key", "payments-ec", "clearing-rsa", "pqc-dsa", "pqc-kem"], Stop);
        TransferPort port = TransferPort.Of(token, "vault");
        IReadOnlyList<TransferKey> keys = await port.ListAsync(Stop);
        using TransferRecipient receiver = await port.ReceiverAsync(Receiver, Stop);
        foreach (TransferKey key in keys)
        {
            PqcWrappedKey wrapped = await port.WrapAsync(key, receiver, Stop);
            Assert.True(await port.RemoveAsync(key, Stop));
            Assert.Null(await port.FindAsync(key, Stop));

            PqcWrappedKey read = PqcWrappedKey.Parse(wrapped.ToJson());
            TakenKey taken = await port.TakeAsync(receiver, read, isExtractable: true, Stop);

            Assert.True(taken.Boundary!.StaysInside);
            Assert.Equal(key, taken.Key with { Uses = key.Uses });
        }
    }

    [Fact]
    public async Task SoftHSM_takes_in_by_a_key_of_this_process_and_says_so()
    {
        using SoftHsmFixture softHsm = new();
        await using Pkcs11Token token = await softHsm.OpenAsync();
        await LegacyKeys.MakeAsync(token, ["data-key", "payments-ec", "clearing-rsa"], Stop);
        TransferPort port = TransferPort.Of(token, "old");
        using TransferRecipient receiver = await port.ReceiverAsync(Receiver, Stop);
        Assert.Equal(KemAlgorithm.XWing, receiver.Algorithm);
        Assert.Contains("C_DecapsulateKey", port.LastHop, StringComparison.Ordinal);
        foreach (TransferKey key in await port.ListAsync(Stop))
        {
            PqcWrappedKey wrapped = await port.WrapAsync(key, receiver, Stop);
            await port.RemoveAsync(key, Stop);
            TakenKey taken = await port.TakeAsync(receiver, wrapped, isExtractable: false, Stop);
            Assert.True(taken.Key.IsSameKeyAs(key));
            Assert.Equal(Exposure.ThisProcess, taken.Boundary!.WrappingKeys);
            Assert.Equal(Exposure.InsideToken, taken.Boundary.Key);
        }
    }

    [Theory, InlineData("softhsm2"), InlineData("nss")]
    public async Task A_key_that_was_made_to_stay_stays(string provider)
    {
        using ModuleFixture fixture = provider == "nss" ? new NssFixture() : new SoftHsmFixture();
        await using Pkcs11Token token = await fixture.OpenAsync();
        await LegacyKeys.MakeAsync(token, LegacyKeys.Staying, Stop);
        HsmKey ours = await token.GenerateKeyAsync(Receiver, SignatureAlgorithm.EcdsaP256, Stop);
        using TransferRecipient recipient = TransferRecipient.OfKey(KemKeys.Generate(KemAlgorithm.MLKem768));
        TransferPort port = TransferPort.Of(token, provider);

        foreach (TransferKey key in await port.ListAsync(Stop))
        {
            Assert.NotNull(await port.WhyNotWrapAsync(key, Stop));
            HsmException refused = await Assert.ThrowsAsync<HsmException>(
                async () => await token.WrapKeyPqcAsync(key with { IsExtractable = true }, recipient, Stop));
            Assert.Equal(HsmFailure.NotAllowed, refused.Failure);
        }

        HsmException stays = await Assert.ThrowsAsync<HsmException>(
            async () => await token.WrapKeyPqcAsync(ours, recipient, Stop));
        Assert.Equal(HsmFailure.NotAllowed, stays.Failure);
    }

    [Fact]
    public async Task What_is_changed_or_of_another_key_leaves_nothing_behind()
    {
        using NssFixture nss = new();
        await using Pkcs11Token token = await nss.OpenAsync();
        await LegacyKeys.MakeAsync(token, ["data-key", "payments-ec"], Stop);
        TransferPort port = TransferPort.Of(token, "vault");
        using TransferRecipient receiver = await port.ReceiverAsync(Receiver, Stop);
        foreach (TransferKey key in (await port.ListAsync(Stop)).Where(k => k.IsExtractable))
        {
            PqcWrappedKey wrapped = await port.WrapAsync(key, receiver, Stop);
            await port.RemoveAsync(key, Stop);
            foreach (int at in (int[])[200, 1000, wrapped.Cms.Length - 60, wrapped.Cms.Length - 1])
            {
                byte[] changed = wrapped.Cms.ToArray();
                changed[at] ^= 1;
                HsmException refused = await Assert.ThrowsAsync<HsmException>(
                    async () => await port.TakeAsync(receiver, wrapped with { Cms = changed }, false, Stop));
                Assert.Equal(HsmFailure.Damaged, refused.Failure);
            }

            string another = key.CheckValue[..^1] + (key.CheckValue[^1] == '0' ? '1' : '0');
            HsmException other = await Assert.ThrowsAsync<HsmException>(async () => await port.TakeAsync(
                receiver, wrapped with { Key = key with { CheckValue = another } }, false, Stop));
            Assert.Equal(HsmFailure.KeyConflict, other.Failure);
            Assert.Null(await port.FindAsync(key, Stop));
        }

        Assert.Single(await port.ListAsync(Stop)); // the receiver
    }

    private static string FromHex(string id) => System.Text.Encoding.ASCII.GetString(Convert.FromHexString(id));

    // By this library alone: what the device gave out is the key it says.
    internal static string CheckValueOf(TransferKey key, byte[] clear)
    {
        if (key.Kind == "AES-256")
        {
            using Aes aes = Aes.Create();
            aes.SetKey(clear);
            return "cmac:" + Convert.ToHexStringLower(Qbitel.Cryptography.BlockCiphers.KeyCheckValue.OfAes(clear));
        }

        byte[] publicKey;
        if (key.Kind.StartsWith("RSA", StringComparison.Ordinal))
        {
            using RSA rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(clear, out _);
            publicKey = rsa.ExportRSAPublicKey();
        }
        else
        {
            using Qbitel.Cryptography.Encodings.StoredKey stored = Qbitel.Cryptography.Encodings.Pkcs8.Decode(clear);
            publicKey = stored.ExportPublicKey();
        }

        return "public:" + Convert.ToHexStringLower(SHA256.HashData(publicKey));
    }
}
