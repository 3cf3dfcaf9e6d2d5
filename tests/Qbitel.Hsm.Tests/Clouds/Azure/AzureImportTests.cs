using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance;
using Qbitel.Hsm.Clouds.Azure;

namespace Qbitel.Hsm.Tests.Clouds.Azure;

/// <summary>Keys brought by transfer blobs, on a server that opens them and refuses what Managed HSM refuses.</summary>
public sealed class AzureImportTests : IAsyncLifetime
{
    private static readonly KeyId Name = new(Guid.Parse("01998f00-0000-7000-8000-0000000000b2"));
    private static readonly TokenKeyId Id = TokenKeyId.Derive(Name, 1);
    private static readonly TokenKeyId Second = TokenKeyId.Derive(Name, 2);
    private static readonly string KeyName = $"qbitel-{Id}";

    private FakeManagedHsm _server = null!;
    private AzureManagedHsm _hsm = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await AzureFixture.StartAsync();
        _hsm = await AzureFixture.OpenAsync(_server);
    }

    public async ValueTask DisposeAsync()
    {
        await _hsm.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("ECDSA-P256")]
    [InlineData("ECDSA-P384")]
    public async Task An_imported_pair_signs_and_is_imported_once(string name)
    {
        SignatureAlgorithm algorithm = (SignatureAlgorithm)KeyAlgorithm.Parse(name);
        using SignatureKey mine = SignatureKeys.Generate(algorithm);
        using SignatureKey other = SignatureKeys.Generate(algorithm);

        HsmKey key = await _hsm.ImportAsync(Id, algorithm, Pkcs8.Encode(mine), Stop);
        HsmKey again = await _hsm.ImportAsync(Id, algorithm, Pkcs8.Encode(mine), Stop);
        byte[] signature = await _hsm.SignAsync(key, new byte[9], default, Stop);

        Assert.True(key.IsSameKeyAs(again));
        Assert.True(mine.Verify(new byte[9], signature));
        Assert.Equal(1, _server.Count("import"));
        Assert.Equal(["sign", "verify"], Assert.Single(_server.Of(KeyName)).Operations);
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await _hsm.ImportAsync(Id, algorithm, Pkcs8.Encode(other), Stop));
        Assert.Equal(HsmFailure.KeyConflict, refused.Failure);
    }

    [Fact]
    public async Task An_imported_cipher_key_is_compared_by_what_it_encrypts()
    {
        byte[] mine = RandomNumberGenerator.GetBytes(32);
        HsmKey key = await _hsm.ImportAsync(Id, CipherAlgorithm.Aes256Gcm, mine, Stop);
        byte[] container = await _hsm.EncryptAsync(key, "a payment"u8.ToArray(), "of today"u8.ToArray(), Stop);

        byte[] opened = new byte[9];
        using (AesGcm here = new(mine, 16))
            here.Decrypt(container.AsSpan(0, 12), container.AsSpan(12, 9), container.AsSpan(21), opened, "of today"u8);
        Assert.Equal("a payment"u8.ToArray(), opened);
        Assert.True(key.IsSameKeyAs(await _hsm.ImportAsync(Id, CipherAlgorithm.Aes256Gcm, mine, Stop)));
        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await _hsm.ImportAsync(
            Id, CipherAlgorithm.Aes256Gcm, RandomNumberGenerator.GetBytes(32), Stop));
        Assert.Equal(HsmFailure.KeyConflict, refused.Failure);
    }

    [Fact]
    public async Task The_key_exchange_key_is_made_once_and_only_imports()
    {
        await ImportAsync(Id);
        await ImportAsync(Second);

        Assert.Equal(["import"], Assert.Single(_server.Of("qbitel-import-kek")).Operations);
        Assert.Equal(1, _server.Count("create"));
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task A_key_exchange_key_that_can_do_more_gets_nothing()
    {
        await ImportAsync(Second);
        _server.Of("qbitel-import-kek")[0].Operations = ["import", "wrapKey"];
        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await ImportAsync(Id));
        Assert.Equal(HsmFailure.NotAllowed, refused.Failure);
        Assert.Equal(1, _server.Count("import"));
    }

    [Fact]
    public async Task A_blob_for_another_key_exchange_key_is_refused_and_leaves_nothing()
    {
        _server.SwapsNext = true;
        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await ImportAsync(Id));
        Assert.DoesNotContain("text-of-the-service", refused.ToString(), StringComparison.Ordinal);
        Assert.False(refused.IsTransient);
        Assert.Null(await _hsm.FindAsync(Id, Stop));

        await ImportAsync(Id);
        Assert.NotNull(await _hsm.FindAsync(Id, Stop));
    }

    [Fact]
    public async Task An_import_whose_answer_is_lost_is_found_by_the_next()
    {
        await ImportAsync(Second);
        using SignatureKey mine = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
        byte[] encoded = Pkcs8.Encode(mine);
        _server.CutsNextImport = true;
        HsmException lost = await Assert.ThrowsAsync<HsmException>(
            async () => await _hsm.ImportAsync(Id, SignatureAlgorithm.EcdsaP256, encoded, Stop));
        Assert.True(lost.IsTransient);

        HsmKey key = await _hsm.ImportAsync(Id, SignatureAlgorithm.EcdsaP256, encoded, Stop);
        Assert.Equal(mine.ExportPublicKey(), key.PublicKey.ToArray());
        Assert.Single(_server.Of(KeyName));
    }

    [Fact]
    public async Task Keys_the_service_does_not_import_are_refused_with_the_reason()
    {
        using SignatureKey mine = SignatureKeys.Generate(SignatureAlgorithm.MLDsa44);
        NotSupportedException refused = await Assert.ThrowsAsync<NotSupportedException>(
            async () => await _hsm.ImportAsync(Id, SignatureAlgorithm.MLDsa44, Pkcs8.Encode(mine), Stop));
        Assert.Contains("none against quantum computers", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<CryptographicException>(async () => await _hsm.ImportAsync(
            Id, SignatureAlgorithm.EcdsaP256, Pkcs8.Encode(mine), Stop));
        Assert.Equal(0, _server.Count("import"));
    }

    /// <summary>The server is no pushover: what the client never sends is refused as the service refuses it.</summary>
    [Theory]
    [InlineData("none", 200)]
    [InlineData("schema", 400)]
    [InlineData("alg", 400)]
    [InlineData("enc", 400)]
    [InlineData("curve", 400)]
    [InlineData("flip", 400)]
    [InlineData("cut", 400)]
    [InlineData("sha256", 400)] // another OAEP than the specification's
    [InlineData("kid", 404)]
    [InlineData("host", 400)]
    [InlineData("kek", 403)] // an RSA key that may do more
    public async Task The_server_refuses_as_the_service(string fault, int status)
    {
        await ImportAsync(Second);
        FakeManagedHsm.Held kek = _server.Of("qbitel-import-kek")[0];
        if (fault == "kek") kek.Operations = ["import", "wrapKey"];
        using SignatureKey mine = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
        byte[] wrapped = RsaAesKeyWrap.Wrap(ImportWrapping.Key(0), Pkcs8.Encode(mine),
            fault == "sha256" ? RSAEncryptionPadding.OaepSHA256 : RSAEncryptionPadding.OaepSHA1);
        if (fault == "flip") wrapped[^1] ^= 1;
        if (fault == "cut") wrapped = wrapped[..^8];
        string kid = kek.Kid("qbitel-import-kek");
        JsonObject blob = new()
        {
            ["schema_version"] = fault == "schema" ? "2.0.0" : "1.0.0",
            ["header"] = new JsonObject
            {
                ["kid"] = fault == "kid" ? kid[..^1] + "_" : fault == "host"
                    ? kid.Replace("bank.", "other.", StringComparison.Ordinal) : kid,
                ["alg"] = fault == "alg" ? "RSA-OAEP" : "dir",
                ["enc"] = fault == "enc" ? "A256GCM" : "CKM_RSA_AES_KEY_WRAP",
            },
            ["ciphertext"] = Base64Url.EncodeToString(wrapped),
            ["generator"] = "a test",
        };
        using HttpClient http = new(new ToLoopback(_server.Address, FakeManagedHsm.Host));
        using HttpRequestMessage request = new(
            HttpMethod.Put, $"https://{FakeManagedHsm.Host}/keys/{KeyName}?api-version=7.6");
        request.Headers.Authorization = new("Bearer", _server.Token);
        request.Content = new StringContent(new JsonObject
        {
            ["key"] = new JsonObject
            {
                ["kty"] = "EC-HSM",
                ["crv"] = fault == "curve" ? "P-384" : "P-256",
                ["key_ops"] = new JsonArray("sign", "verify"),
                ["key_hsm"] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(blob.ToJsonString())),
            },
            ["attributes"] = new JsonObject { ["enabled"] = true },
            ["tags"] = new JsonObject(),
        }.ToJsonString(), Encoding.UTF8, "application/json");

        using HttpResponseMessage response = await http.SendAsync(request, Stop);

        Assert.Equal(status, (int)response.StatusCode);
    }

    private async Task ImportAsync(TokenKeyId id)
    {
        using SignatureKey mine = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
        await _hsm.ImportAsync(id, SignatureAlgorithm.EcdsaP256, Pkcs8.Encode(mine), Stop);
    }

    private async Task<int> CountAsync()
    {
        int count = 0;
        await foreach (HsmKey _ in _hsm.ListAsync(Stop)) count++;
        return count;
    }
}
