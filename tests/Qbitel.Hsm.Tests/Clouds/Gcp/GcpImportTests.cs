using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance;
using Qbitel.Hsm.Clouds.Gcp;

namespace Qbitel.Hsm.Tests.Clouds.Gcp;

/// <summary>
/// Import jobs and imports, on a server that opens what it is sent and refuses what Cloud KMS refuses.
/// </summary>
public sealed class GcpImportTests : IAsyncLifetime
{
    private static readonly KeyId Name = new(Guid.Parse("01998f00-0000-7000-8000-0000000000c2"));
    private static readonly TokenKeyId Id = TokenKeyId.Derive(Name, 1);
    private static readonly TokenKeyId Second = TokenKeyId.Derive(Name, 2);
    private static readonly string KeyName = $"{FakeCloudKms.Ring}/cryptoKeys/qbitel-{Id}";

    private FakeCloudKms _server = null!;
    private GcpKms _kms = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await GcpFixture.StartAsync();
        _kms = await GcpFixture.OpenAsync(_server, GcpFixture.Options with { InHardware = true });
    }

    public async ValueTask DisposeAsync()
    {
        await _kms.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("ECDSA-P256")]
    [InlineData("ECDSA-P384")]
    public async Task An_imported_pair_signs_and_is_imported_once(string name)
    {
        _server.Imports.GenerationTakes = 2;
        _server.ImportTakes = 2;
        SignatureAlgorithm algorithm = (SignatureAlgorithm)KeyAlgorithm.Parse(name);
        using SignatureKey mine = SignatureKeys.Generate(algorithm);
        using SignatureKey other = SignatureKeys.Generate(algorithm);

        HsmKey key = await _kms.ImportAsync(Id, algorithm, Pkcs8.Encode(mine), Stop);
        HsmKey again = await _kms.ImportAsync(Id, algorithm, Pkcs8.Encode(mine), Stop);
        byte[] signature = await _kms.SignAsync(key, new byte[9], default, Stop);

        Assert.True(key.IsSameKeyAs(again));
        Assert.True(mine.Verify(new byte[9], signature));
        Assert.Equal(1, _server.Count("import"));
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await _kms.ImportAsync(Id, algorithm, Pkcs8.Encode(other), Stop));
        Assert.Equal(HsmFailure.KeyConflict, refused.Failure);
        Assert.Equal("ENABLED", Assert.Single(_server.Of(KeyName)).State);
    }

    [Fact]
    public async Task An_imported_cipher_key_is_compared_by_what_it_encrypts()
    {
        byte[] mine = RandomNumberGenerator.GetBytes(32);
        HsmKey key = await _kms.ImportAsync(Id, CipherAlgorithm.Aes256Gcm, mine, Stop);
        byte[] container = await _kms.EncryptAsync(key, "a payment"u8.ToArray(), "of today"u8.ToArray(), Stop);

        byte[] opened = new byte[9];
        using (AesGcm here = new(mine, 16))
            here.Decrypt(container.AsSpan(0, 12), container.AsSpan(12, 9), container.AsSpan(21), opened, "of today"u8);
        Assert.Equal("a payment"u8.ToArray(), opened);
        Assert.True(key.IsSameKeyAs(await _kms.ImportAsync(Id, CipherAlgorithm.Aes256Gcm, mine, Stop)));
        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await _kms.ImportAsync(
            Id, CipherAlgorithm.Aes256Gcm, RandomNumberGenerator.GetBytes(32), Stop));
        Assert.Equal(HsmFailure.KeyConflict, refused.Failure);
    }

    [Fact]
    public async Task A_job_is_used_again_and_replaced_when_it_ends()
    {
        await ImportAsync(Id);
        await ImportAsync(Second);
        Assert.Equal(1, _server.Imports.Count);

        _server.Imports.EndsNext = true; // between the look and the import
        await ImportAsync(TokenKeyId.Derive(Name, 3));
        Assert.Equal(2, _server.Imports.Count);

        DateTimeOffset later = TimeProvider.System.GetUtcNow().AddDays(4);
        _server.Now = () => later;
        await using GcpKms then = await GcpKms.OpenAsync(GcpFixture.Options with { InHardware = true }, null,
            GcpFixture.Network(_server), new Testing.ManualTime(later), null, Stop);
        using SignatureKey mine = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
        await then.ImportAsync(TokenKeyId.Derive(Name, 4), SignatureAlgorithm.EcdsaP256, Pkcs8.Encode(mine), Stop);
        Assert.Equal(3, _server.Imports.Count);
    }

    [Fact]
    public async Task A_key_under_another_wrapping_key_is_not_imported_and_the_next_try_is()
    {
        await ImportAsync(Second); // makes the job
        using SignatureKey mine = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
        byte[] encoded = Pkcs8.Encode(mine);
        _server.Imports.SwapsNext = true;

        HsmException failed = await Assert.ThrowsAsync<HsmException>(
            async () => await _kms.ImportAsync(Id, SignatureAlgorithm.EcdsaP256, encoded, Stop));

        Assert.Equal(HsmFailure.Damaged, failed.Failure);
        Assert.Contains("importFailureReason", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("text-of-the-service", failed.ToString(), StringComparison.Ordinal);
        Assert.Null(await _kms.FindAsync(Id, Stop));

        HsmKey key = await _kms.ImportAsync(Id, SignatureAlgorithm.EcdsaP256, encoded, Stop);
        Assert.Equal(mine.ExportPublicKey(), key.PublicKey.ToArray());
        Assert.Equal(["IMPORT_FAILED", "ENABLED"], _server.Of(KeyName).Select(v => v.State));
    }

    [Fact]
    public async Task An_import_whose_answer_is_lost_is_found_by_the_next()
    {
        await ImportAsync(Second);
        using SignatureKey mine = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
        byte[] encoded = Pkcs8.Encode(mine);
        _server.CutsNextImport = true;
        HsmException lost = await Assert.ThrowsAsync<HsmException>(
            async () => await _kms.ImportAsync(Id, SignatureAlgorithm.EcdsaP256, encoded, Stop));
        Assert.True(lost.IsTransient);

        HsmKey key = await _kms.ImportAsync(Id, SignatureAlgorithm.EcdsaP256, encoded, Stop);

        Assert.Equal(mine.ExportPublicKey(), key.PublicKey.ToArray());
        Assert.Single(_server.Of(KeyName));
    }

    [Fact]
    public async Task What_never_gets_ready_is_told_and_gone_on_with()
    {
        await using GcpKms hasty = await GcpFixture.OpenAsync(
            _server, GcpFixture.Options with { ImportTimeout = TimeSpan.FromMilliseconds(20) });
        using SignatureKey mine = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
        _server.ImportTakes = 1_000;
        HsmException late = await Assert.ThrowsAsync<HsmException>(
            async () => await hasty.ImportAsync(Id, SignatureAlgorithm.EcdsaP256, Pkcs8.Encode(mine), Stop));
        Assert.True(late.IsTransient);

        _server.Of(KeyName)[0].Waits = 1;
        HsmKey key = await hasty.ImportAsync(Id, SignatureAlgorithm.EcdsaP256, Pkcs8.Encode(mine), Stop);
        Assert.Equal(mine.ExportPublicKey(), key.PublicKey.ToArray());
        Assert.Equal(1, _server.Count("import"));
    }

    [Fact]
    public async Task Keys_the_service_does_not_import_are_refused_with_the_reason()
    {
        await using GcpKms software = await GcpFixture.OpenAsync(_server);
        using SignatureKey mine = SignatureKeys.Generate(SignatureAlgorithm.MLDsa44);
        NotSupportedException refused = await Assert.ThrowsAsync<NotSupportedException>(
            async () => await software.ImportAsync(Id, SignatureAlgorithm.MLDsa44, Pkcs8.Encode(mine), Stop));
        Assert.Contains("documents no import", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<CryptographicException>(async () => await software.ImportAsync(
            Id, SignatureAlgorithm.EcdsaP256, Pkcs8.Encode(mine), Stop));
        await Assert.ThrowsAnyAsync<CryptographicException>(async () => await software.ImportAsync(
            Id, CipherAlgorithm.Aes256Gcm, new byte[16], Stop));
        Assert.Equal(0, _server.Count("import"));
    }

    /// <summary>The server is no pushover: what the client never sends is refused as the service refuses it.</summary>
    [Theory]
    [InlineData("EC_SIGN_P384_SHA384", "", 200, "IMPORT_FAILED")] // another curve than the key's
    [InlineData("EC_SIGN_P256_SHA256", "flip", 200, "IMPORT_FAILED")]
    [InlineData("EC_SIGN_P256_SHA256", "cut", 200, "IMPORT_FAILED")]
    [InlineData("EC_SIGN_P256_SHA256", "sha1", 200, "IMPORT_FAILED")] // another OAEP than the job's method
    [InlineData("AES_256_GCM", "", 400, null)] // another purpose than the name's
    [InlineData("RSA_SIGN_PKCS1_4096_SHA512", "", 400, null)]
    [InlineData("EC_SIGN_P256_SHA256", "both", 400, null)]
    [InlineData("EC_SIGN_P256_SHA256", "nojob", 404, null)]
    [InlineData("EC_SIGN_P256_SHA256", "ended", 400, null)]
    public async Task The_server_refuses_as_the_service(string algorithm, string fault, int status, string? state)
    {
        await ImportAsync(Id);
        string job = (await RawAsync(HttpMethod.Get, $"{FakeCloudKms.Ring}/importJobs", null))
            .Body["importJobs"]![0]!["name"]!.GetValue<string>();
        using SignatureKey mine = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
        byte[] wrapped = RsaAesKeyWrap.Wrap(ImportWrapping.Key(0), Pkcs8.Encode(mine),
            fault == "sha1" ? RSAEncryptionPadding.OaepSHA1 : RSAEncryptionPadding.OaepSHA256);
        if (fault == "flip") wrapped[^1] ^= 1;
        if (fault == "cut") wrapped = wrapped[..^8];
        JsonObject request = new()
        {
            ["algorithm"] = algorithm,
            ["importJob"] = fault == "nojob" ? job + "x" : job,
            ["wrappedKey"] = Convert.ToBase64String(wrapped),
        };
        if (fault == "both") request["rsaAesWrappedKey"] = Convert.ToBase64String(wrapped);
        if (fault == "ended") _server.Imports.EndsNext = true;

        (int got, JsonObject answer) = await RawAsync(HttpMethod.Post, $"{KeyName}/cryptoKeyVersions:import", request);

        Assert.Equal(status, got);
        Assert.Equal(state, answer["state"]?.GetValue<string>());
    }

    [Fact]
    public async Task The_example_brings_a_key()
    {
        using SignatureKey mine = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
        GcpKms kms = _kms;
        TokenKeyId id = Id;
        CancellationToken stop = Stop;
        #region ImportIntoCloud
        HsmKey imported = await kms.ImportAsync(id, SignatureAlgorithm.EcdsaP256, Pkcs8.Encode(mine), stop);
        #endregion
        Assert.Equal(mine.ExportPublicKey(), imported.PublicKey.ToArray());
    }

    private async Task ImportAsync(TokenKeyId id)
    {
        using SignatureKey mine = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
        await _kms.ImportAsync(id, SignatureAlgorithm.EcdsaP256, Pkcs8.Encode(mine), Stop);
    }

    private async Task<(int Status, JsonObject Body)> RawAsync(HttpMethod method, string path, JsonObject? body)
    {
        using HttpClient http = new(GcpFixture.Network(_server));
        using HttpRequestMessage request = new(method, $"https://{FakeCloudKms.Host}/v1/{path}");
        request.Headers.Authorization = new("Bearer", _server.Token);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await http.SendAsync(request, Stop);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!.AsObject());
    }
}
