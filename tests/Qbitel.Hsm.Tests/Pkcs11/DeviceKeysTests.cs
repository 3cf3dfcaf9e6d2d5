using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Envelopes;
using Qbitel.Cryptography.Keys;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Tests.Software;

namespace Qbitel.Hsm.Tests.Pkcs11;

/// <summary>What real modules do with keys beyond the provider: either it works, or the mechanism is named.</summary>
public abstract class DeviceKeysContract : IDisposable
{
    private static readonly byte[] Data = "pay 5,000,000.00 USD"u8.ToArray();

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static readonly TheoryData<string> Kinds = [.. DeviceKeyKind.All
        .Where(k => k != DeviceKeyKind.Rsa3072 && k != DeviceKeyKind.Rsa4096).Select(k => k.Name)];

    protected abstract ValueTask<Pkcs11Token> OpenAsync();

    public abstract void Dispose();

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_kind_works_for_its_purpose_or_names_the_missing_mechanism(string name)
    {
        await using Pkcs11Token token = await OpenAsync();
        DeviceKeyKind kind = DeviceKeyKind.All.Single(k => k.Name == name);
        DeviceKeys keys = token.DeviceKeys;
        try
        {
            DeviceKey key = await keys.GenerateAsync(Id(1), kind, isExtractable: false, Stop);
            DeviceKey again = await keys.GenerateAsync(Id(1), kind, isExtractable: false, Stop);
            DeviceKey other = await keys.GenerateAsync(Id(2), kind, isExtractable: false, Stop);
            Assert.True(key.IsSameKeyAs(again));
            Assert.False(key.CheckValue.Span.SequenceEqual(other.CheckValue.Span));
            Assert.True(key.IsSameKeyAs((await keys.FindAsync(Id(1), Stop))!));
            await WorksAsync(keys, key, other);

            Assert.True(await token.DestroyAsync(Id(1), Stop));
            Assert.Null(await keys.FindAsync(Id(1), Stop));
        }
        catch (HsmException e) when (e.Failure == HsmFailure.Unsupported)
        {
            Assert.Matches("CKM_[A-Z0-9_]+ \\(0x[0-9a-f]+\\)", e.Message);
            TestContext.Current.TestOutputHelper!.WriteLine($"{token.Name}: {e.Message}");
            Assert.Skip(e.Message);
        }
    }

    [Fact]
    public async Task A_wrapped_key_unwraps_to_the_same_key_and_nothing_else()
    {
        await using Pkcs11Token token = await OpenAsync();
        DeviceKeys keys = token.DeviceKeys;
        DeviceKey kek = await keys.GenerateAsync(Id(1), DeviceKeyKind.AesWrap256, isExtractable: false, Stop);
        DeviceKey otherKek = await keys.GenerateAsync(Id(2), DeviceKeyKind.AesWrap256, isExtractable: false, Stop);
        DeviceKey mac = await keys.GenerateAsync(Id(3), DeviceKeyKind.AesCmac256, isExtractable: true, Stop);

        WrappedKey wrapped = await keys.WrapAsync(kek, mac, Stop);
        DeviceKey copy = await keys.UnwrapAsync(kek, wrapped, Id(4), Stop);

        Assert.Equal(40, wrapped.Bytes.Length);
        Assert.Equal(await keys.MacAsync(mac, Data, Stop), await keys.MacAsync(copy, Data, Stop));
        Assert.True(copy.IsSameKeyAs(await keys.UnwrapAsync(kek, wrapped, Id(4), Stop))); // twice gives one key
        byte[] changed = wrapped.Bytes.ToArray();
        changed[20] ^= 1;
        await RefusedAsync(HsmFailure.Damaged,
            () => keys.UnwrapAsync(kek, wrapped with { Bytes = changed }, Id(5), Stop));
        await RefusedAsync(HsmFailure.Damaged, () => keys.UnwrapAsync(otherKek, wrapped, Id(5), Stop));
        await RefusedAsync(HsmFailure.KeyConflict,
            () => keys.UnwrapAsync(kek, wrapped with { CheckValue = new byte[5] }, Id(5), Stop));
        Assert.Null(await keys.FindAsync(Id(5), Stop));

        // The copy is non-extractable, as every key that was not asked to be otherwise.
        HsmException stays = await RefusedAsync(HsmFailure.NotAllowed, () => keys.WrapAsync(kek, copy, Stop));
        Assert.Contains(copy.Id.ToString(), stays.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_another_purpose_is_refused_before_the_device()
    {
        await using Pkcs11Token token = await OpenAsync();
        DeviceKeys keys = token.DeviceKeys;
        DeviceKey kek = await keys.GenerateAsync(Id(1), DeviceKeyKind.AesWrap256, isExtractable: false, Stop);

        await Assert.ThrowsAsync<ArgumentException>(async () => await keys.MacAsync(kek, Data, Stop));
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await keys.EncryptBlocksAsync(kek, new byte[8], new byte[8], Stop));
        HsmException taken = await Assert.ThrowsAsync<HsmException>(
            async () => await keys.GenerateAsync(Id(1), DeviceKeyKind.AesCmac256, isExtractable: false, Stop));
        Assert.Equal(HsmFailure.KeyConflict, taken.Failure);
        await Assert.ThrowsAsync<HsmException>(
            async () => await token.GenerateKeyAsync(Id(1), CipherAlgorithm.Aes256Gcm, Stop));
    }

    protected static TokenKeyId Id(int version) => TokenFixture.Id(version);

    private static async Task WorksAsync(DeviceKeys keys, DeviceKey key, DeviceKey other)
    {
        if (key.Kind.IsMac)
        {
            byte[] mac = await keys.MacAsync(key, Data, Stop);
            Assert.Equal(key.Kind.MacSize, mac.Length);
            Assert.True(await keys.VerifyMacAsync(key, Data, mac, Stop));
            Assert.False(await keys.VerifyMacAsync(other, Data, mac, Stop));
            Assert.False(await keys.VerifyMacAsync(key, Data, mac.AsMemory(1), Stop));
            mac[0] ^= 1;
            Assert.False(await keys.VerifyMacAsync(key, Data, mac, Stop));
        }
        else if (key.Kind.IsPair)
        {
            using RSA rsa = RSA.Create();
            rsa.ImportRSAPublicKey(key.PublicKey.Span, out _);
            foreach (RSASignaturePadding padding in (RSASignaturePadding[])[RSASignaturePadding.Pss,
                RSASignaturePadding.Pkcs1])
            {
                foreach (HashAlgorithmName hash in (HashAlgorithmName[])[HashAlgorithmName.SHA256,
                    HashAlgorithmName.SHA384, HashAlgorithmName.SHA512])
                {
                    byte[] signature = await keys.SignRsaAsync(key, Data, hash, padding, Stop);
                    Assert.True(rsa.VerifyData(Data, signature, hash, padding));
                }
            }
        }
        else if (key.Kind == DeviceKeyKind.HkdfSha256)
        {
            DeviceKey derived = await keys.DeriveAsync(key, Id(3), DeviceKeyKind.HmacSha256, Data, Data, Stop);
            DeviceKey otherwise = await keys.DeriveAsync(key, Id(4), DeviceKeyKind.HmacSha256, Data, default, Stop);
            Assert.False(derived.CheckValue.Span.SequenceEqual(otherwise.CheckValue.Span));
            await WorksAsync(keys, derived, otherwise);
        }
        else if (key.Kind != DeviceKeyKind.AesWrap256)
        {
            byte[] iv = RandomNumberGenerator.GetBytes(8), blocks = RandomNumberGenerator.GetBytes(24);
            byte[] encrypted = await keys.EncryptBlocksAsync(key, blocks, iv, Stop);
            Assert.NotEqual(blocks, encrypted);
            Assert.Equal(blocks, await keys.DecryptBlocksAsync(key, encrypted, iv, Stop));
            byte[] zero = await keys.EncryptBlocksAsync(key, new byte[8], new byte[8], Stop);
            Assert.Equal(zero[..3], key.CheckValue.ToArray());
        }
    }

    private static async Task<HsmException> RefusedAsync(HsmFailure failure, Func<ValueTask> call)
    {
        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await call());
        Assert.Equal(failure, refused.Failure);
        return refused;
    }

    private static Task<HsmException> RefusedAsync<T>(HsmFailure failure, Func<ValueTask<T>> call) =>
        RefusedAsync(failure, async () =>
        {
            await call();
        });
}

[Collection(RealModules.Name)]
public sealed class SoftHsmDeviceKeysTests : DeviceKeysContract
{
    private readonly SoftHsmFixture _fixture = new();

    public override void Dispose() => _fixture.Dispose();

    protected override async ValueTask<Pkcs11Token> OpenAsync() => await _fixture.OpenAsync();

    [Fact]
    public async Task Post_quantum_wrapping_is_refused_with_the_reason()
    {
        await using Pkcs11Token token = await OpenAsync();
        DeviceKey key = await token.DeviceKeys.GenerateAsync(
            Id(1), DeviceKeyKind.AesCmac256, isExtractable: true, Stop);
        HsmKey kem = HsmKey.OfPair(Id(2), KemAlgorithm.MLKem1024, new byte[1568], DateTimeOffset.UnixEpoch);

        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await token.DeviceKeys.WrapKeyPqcAsync(kem, key, Stop));

        Assert.Equal(HsmFailure.Unsupported, refused.Failure);
        Assert.Contains("C_EncapsulateKey", refused.Message, StringComparison.Ordinal);
    }
}

[Collection(RealModules.Name)]
public sealed class NssDeviceKeysTests : DeviceKeysContract
{
    private readonly NssFixture _fixture = new();

    public override void Dispose() => _fixture.Dispose();

    protected override async ValueTask<Pkcs11Token> OpenAsync() => await _fixture.OpenAsync();

    [Fact]
    public async Task A_key_wrapped_for_a_kem_key_stays_in_devices_all_the_way()
    {
        await using Pkcs11Token token = await OpenAsync();
        DeviceKeys keys = token.DeviceKeys;
        HsmKey kem = await token.GenerateKeyAsync(Id(1), KemAlgorithm.MLKem1024, Stop);
        HsmKey otherKem = await token.GenerateKeyAsync(Id(2), KemAlgorithm.MLKem1024, Stop);
        DeviceKey mac = await keys.GenerateAsync(Id(3), DeviceKeyKind.HmacSha512, isExtractable: true, Stop);

        WrappedKey wrapped = await keys.WrapKeyPqcAsync(kem, mac, Stop);
        DeviceKey copy = await keys.UnwrapKeyPqcAsync(kem, wrapped, Id(4), Stop);

        byte[] data = "data"u8.ToArray();
        Assert.Equal(await keys.MacAsync(mac, data, Stop), await keys.MacAsync(copy, data, Stop));
        Assert.Equal("CKM_AES_KEY_WRAP_KWP", wrapped.Mechanism);
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await keys.UnwrapKeyPqcAsync(otherKem, wrapped, Id(5), Stop));
        Assert.Equal(HsmFailure.Damaged, refused.Failure);
    }

    // Our own ML-KEM and key wrap on one side, the module's on the other: known keys enter the token.
    [Fact]
    public async Task Known_keys_authenticate_in_the_token_as_they_do_in_the_library()
    {
        await using Pkcs11Token token = await OpenAsync();
        HsmKey kem = await token.GenerateKeyAsync(Id(1), KemAlgorithm.MLKem768, Stop);
        using KemKey publicKey = KemKeys.ImportPublic(KemAlgorithm.MLKem768, kem.PublicKey.Span);
        byte[] known = RandomNumberGenerator.GetBytes(32), data = "data"u8.ToArray();
        byte[] encapsulated = new byte[1088], secret = new byte[32];
        publicKey.Encapsulate(encapsulated, secret);
        byte[] bytes = AesKeyWrap.WrapPadded(secret, known);

        WrappedKey forHmac = new("CKM_AES_KEY_WRAP_KWP", DeviceKeyKind.HmacSha256, bytes,
            HMACSHA256.HashData(known, "qbitel check value"u8).AsMemory(0, 5), encapsulated);
        DeviceKey hmac = await token.DeviceKeys.UnwrapKeyPqcAsync(kem, forHmac, Id(2), Stop);
        WrappedKey forCmac = forHmac with { Kind = DeviceKeyKind.AesCmac256, CheckValue = KeyCheckValue.OfAes(known) };
        DeviceKey cmac = await token.DeviceKeys.UnwrapKeyPqcAsync(kem, forCmac, Id(3), Stop);
        WrappedKey forHkdf = forHmac with
        {
            Kind = DeviceKeyKind.HkdfSha256,
            CheckValue = HMACSHA256.HashData(
                HKDF.DeriveKey(HashAlgorithmName.SHA256, known, 32, [], "qbitel check value"u8.ToArray()),
                "qbitel check value"u8.ToArray()).AsMemory(0, 5),
        };
        DeviceKey hkdf = await token.DeviceKeys.UnwrapKeyPqcAsync(kem, forHkdf, Id(4), Stop);
        DeviceKey derived = await token.DeviceKeys.DeriveAsync(
            hkdf, Id(5), DeviceKeyKind.HmacSha256, data, known, Stop);

        Assert.Equal(HMACSHA256.HashData(known, data), await token.DeviceKeys.MacAsync(hmac, data, Stop));
        Assert.Equal(KeyCheckValue.OfAes(known), cmac.CheckValue.ToArray());
        byte[] expected = HKDF.DeriveKey(HashAlgorithmName.SHA256, known, 32, data, known);
        Assert.Equal(HMACSHA256.HashData(expected, data), await token.DeviceKeys.MacAsync(derived, data, Stop));
    }
}
