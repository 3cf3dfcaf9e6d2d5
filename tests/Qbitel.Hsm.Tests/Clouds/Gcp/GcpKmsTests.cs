using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance;
using Qbitel.Hsm.Clouds.Gcp;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Clouds.Gcp;

/// <summary>
/// What the contract does not ask: sign-in, checksums, versions, limits, refusals and failures of Cloud KMS.
/// </summary>
public sealed class GcpKmsTests : IAsyncLifetime
{
    private static readonly KeyId Name = new(Guid.Parse("01998f00-0000-7000-8000-0000000000c1"));
    private static readonly TokenKeyId Id = TokenKeyId.Derive(Name, 1);
    private static readonly TokenKeyId Kek = TokenKeyId.Derive(Name, 9);
    private static readonly string KeyName = $"{FakeCloudKms.Ring}/cryptoKeys/qbitel-{Id}";

    private readonly string _file = Path.GetTempFileName();
    private FakeCloudKms _server = null!;
    private GcpKms _kms = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await GcpFixture.StartAsync();
        _kms = await GcpFixture.OpenAsync(_server);
    }

    public async ValueTask DisposeAsync()
    {
        File.Delete(_file);
        await _kms.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public void The_checksum_is_CRC32C()
    {
        // RFC 3720, appendix B.4: 32 bytes of zeros and of ones; and the check value of the polynomial.
        Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Of([.. Enumerable.Repeat((byte)0xFF, 32)]));
        Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));
        byte[] any = RandomNumberGenerator.GetBytes(1_000);
        Assert.Equal(FakeCloudKms.Crc(any), Crc32C.Text(any));
    }

    [Fact]
    public async Task A_service_account_signs_in_by_an_assertion_and_its_token_is_used_again()
    {
        WriteAccount();
        await using GcpKms kms = await GcpFixture.OpenAsync(_server, file: _file);
        await kms.RandomBytesAsync(3_000, Stop);
        Assert.Equal(1, _server.Count("token"));
        Assert.Equal(1, _server.Count("metadata")); // of the other provider

        _server.Token = "ya29.token-2";
        await kms.RandomBytesAsync(8, Stop);
        Assert.Equal(2, _server.Count("token"));
    }

    [Fact]
    public async Task A_sign_in_that_is_refused_shows_neither_key_nor_assertion()
    {
        using RSA other = RSA.Create(2048);
        WriteAccount(key: other);
        HsmException stranger =
            await Assert.ThrowsAsync<HsmException>(async () => await GcpFixture.OpenAsync(_server, file: _file));
        WriteAccount();
        _server.Now = () => TimeProvider.System.GetUtcNow().AddMinutes(10);
        HsmException late =
            await Assert.ThrowsAsync<HsmException>(async () => await GcpFixture.OpenAsync(_server, file: _file));

        Assert.All((HsmException[])[stranger, late], refused =>
        {
            Assert.Equal(HsmFailure.WrongSecret, refused.Failure);
            Assert.DoesNotContain("eyJ", refused.ToString(), StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("https://evil.example.net/token", "service_account")]
    [InlineData("http://oauth2.googleapis.com/token", "service_account")]
    [InlineData("https://oauth2.googleapis.com/token", "external_account")]
    public async Task An_assertion_is_made_for_Google_only(string tokens, string type)
    {
        WriteAccount(tokens, type);
        HsmException refused =
            await Assert.ThrowsAsync<HsmException>(async () => await GcpFixture.OpenAsync(_server, file: _file));
        Assert.Equal(HsmFailure.WrongSecret, refused.Failure);
        Assert.DoesNotContain("PRIVATE KEY", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, _server.Count("token"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task MLDsa_signs_messages_of_any_length_with_and_without_context(int size)
    {
        HsmKey key = await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.MLDsa87, Stop);
        byte[] message = RandomNumberGenerator.GetBytes(size), context = "wire"u8.ToArray();
        using SignatureKey verifier = SignatureKeys.ImportPublic(SignatureAlgorithm.MLDsa87, key.PublicKey.Span);
        byte[] plain = await _kms.SignAsync(key, message, default, Stop);
        byte[] bound = await _kms.SignAsync(key, message, context, Stop);
        Assert.True(verifier.Verify(message, plain));
        Assert.True(verifier.Verify(message, bound, context));
    }

    [Theory]
    [InlineData("signature")]
    [InlineData("sharedSecret")]
    [InlineData("ciphertext")]
    [InlineData("initializationVector")]
    [InlineData("plaintext")]
    [InlineData("data")]
    public async Task Bytes_that_are_not_those_of_their_checksum_are_asked_for_again(string field)
    {
        HsmKey signer = await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.MLDsa44, Stop);
        HsmKey receiver = await _kms.GenerateKeyAsync(TokenKeyId.Derive(Name, 2), KemAlgorithm.MLKem768, Stop);
        HsmKey cipher = await _kms.GenerateKeyAsync(TokenKeyId.Derive(Name, 3), CipherAlgorithm.Aes256Gcm, Stop);
        byte[] container = await _kms.EncryptAsync(cipher, new byte[20], default, Stop);
        Func<GcpKms, Task> call = field switch
        {
            "signature" => async k => await k.SignAsync(signer, new byte[1], default, Stop),
            "sharedSecret" => async k => await k.DecapsulateAsync(receiver, new byte[1088], Stop),
            "data" => async k => await k.RandomBytesAsync(8, Stop),
            "plaintext" => async k => await k.DecryptAsync(cipher, container, default, Stop),
            _ => async k => await k.EncryptAsync(cipher, new byte[20], default, Stop),
        };
        _server.FlipNext = field;
        await call(_kms);
        Assert.Null(_server.FlipNext);

        await using GcpKms once = await GcpFixture.OpenAsync(_server, GcpFixture.Options with { Attempts = 1 });
        if (field != "data") await once.ListAsync(Stop).ToListAsync(Stop);
        _server.FlipNext = field;
        HsmException refused = await Assert.ThrowsAsync<HsmException>(() => call(once));
        Assert.Equal(HsmFailure.Damaged, refused.Failure);
        Assert.True(refused.IsTransient);
    }

    [Fact]
    public async Task A_service_that_did_not_verify_what_it_got_is_asked_again()
    {
        HsmKey key = await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.MLDsa44, Stop);
        _server.IgnoreChecksumsNext = true;
        await _kms.SignAsync(key, new byte[1], default, Stop);
        Assert.Equal(2, _server.Count("asymmetricSign"));
    }

    [Fact]
    public async Task An_impossible_point_of_XWing_is_refused_as_the_contract_says()
    {
        HsmKey key = await _kms.GenerateKeyAsync(Id, KemAlgorithm.XWing, Stop);
        await Assert.ThrowsAsync<CryptographicException>(
            async () => await _kms.DecapsulateAsync(key, new byte[1120], Stop));
    }

    [Fact]
    public async Task Keys_that_are_being_made_are_waited_for()
    {
        _server.GenerationTakes = 3;
        await using GcpKms patient = await GcpFixture.OpenAsync(_server, GcpFixture.Options with { Attempts = 5 });
        Assert.NotNull(await patient.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop));

        _server.GenerationTakes = 100;
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await patient.GenerateKeyAsync(TokenKeyId.Derive(Name, 2), SignatureAlgorithm.EcdsaP256, Stop));
        Assert.True(refused.IsTransient);
    }

    [Fact]
    public async Task States_are_mapped()
    {
        HsmKey key = await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
        await _kms.SignAsync(key, new byte[1], default, Stop);
        _server.Of(KeyName)[0].State = "DISABLED";
        HsmException disabled =
            await Assert.ThrowsAsync<HsmException>(async () => await _kms.SignAsync(key, new byte[1], default, Stop));
        Assert.Equal(HsmFailure.NotAllowed, disabled.Failure);

        foreach (string gone in (string[])["DESTROY_SCHEDULED", "DESTROYED"])
        {
            _server.Of(KeyName)[0].State = gone;
            HsmException missing = await Assert.ThrowsAsync<HsmException>(
                async () => await _kms.SignAsync(key, new byte[1], default, Stop));
            Assert.Equal(HsmFailure.KeyMissing, missing.Failure);
            Assert.Null(await _kms.FindAsync(Id, Stop));
        }

        HsmException taken = await Assert.ThrowsAsync<HsmException>(
            async () => await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP384, Stop));
        Assert.Equal(HsmFailure.KeyConflict, taken.Failure);
        Assert.Single(_server.Of(KeyName));
        Assert.False((await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop)).IsSameKeyAs(key));
    }

    [Fact]
    public async Task A_key_in_software_is_not_used_where_hardware_is_configured()
    {
        await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
        await using GcpKms hardware =
            await GcpFixture.OpenAsync(_server, GcpFixture.Options with { InHardware = true });

        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await hardware.FindAsync(Id, Stop));

        Assert.Equal(HsmFailure.KeyConflict, refused.Failure);
        Assert.True(hardware.KeepsInHardware(SignatureAlgorithm.EcdsaP256));
        Assert.False(hardware.KeepsInHardware(SignatureAlgorithm.MLDsa65));
        Assert.False(_kms.KeepsInHardware(SignatureAlgorithm.EcdsaP256));
        Assert.Contains(
            "InHardware", hardware.WhyNot(HsmOperation.Sign, SignatureAlgorithm.MLDsa65)!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_are_refused_before_anything_is_sent()
    {
        await using GcpKms hardware =
            await GcpFixture.OpenAsync(_server, GcpFixture.Options with { InHardware = true });
        HsmKey cipher = await hardware.GenerateKeyAsync(Id, CipherAlgorithm.Aes256Gcm, Stop);
        byte[] largest = await hardware.EncryptAsync(cipher, new byte[8000], new byte[192], Stop);
        Assert.Equal(8000, (await hardware.DecryptAsync(cipher, largest, new byte[192], Stop)).Length);
        int before = _server.Count("rawEncrypt");
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await hardware.EncryptAsync(cipher, new byte[8000], new byte[193], Stop));
        Assert.Equal(HsmFailure.Unsupported, refused.Failure);
        Assert.Equal(before, _server.Count("rawEncrypt"));
    }

    [Fact]
    public async Task Wrapping_keys_open_what_they_closed_in_its_context_and_after_rotation()
    {
        byte[] material = RandomNumberGenerator.GetBytes(32), context = "backup"u8.ToArray();
        await _kms.Wrapping.EnsureAsync(Kek, Stop);
        await _kms.Wrapping.EnsureAsync(Kek, Stop);
        byte[] wrapped = await _kms.Wrapping.WrapAsync(Kek, material, context, Stop);
        await _kms.Wrapping.RotateAsync(Kek, Stop);
        byte[] later = await _kms.Wrapping.WrapAsync(Kek, material, context, Stop);
        Assert.Equal(material, await _kms.Wrapping.UnwrapAsync(Kek, wrapped, context, Stop));
        Assert.Equal(material, await _kms.Wrapping.UnwrapAsync(Kek, later, context, Stop));
        byte[] flipped = [.. wrapped];
        flipped[^1] ^= 1;
        foreach ((byte[] bytes, byte[] with) in (
            (byte[], byte[])[])[(flipped, context), (wrapped, []), ([], context), (wrapped[..10], context)])
        {
            await Assert.ThrowsAsync<AuthenticationTagMismatchException>(
                async () => await _kms.Wrapping.UnwrapAsync(Kek, bytes, with, Stop));
        }

        Assert.True(await _kms.Wrapping.DestroyAsync(Kek, Stop));
        Assert.False(await _kms.Wrapping.DestroyAsync(Kek, Stop));
        await Assert.ThrowsAsync<HsmException>(
            async () => await _kms.Wrapping.UnwrapAsync(Kek, wrapped, context, Stop));
    }

    [Fact]
    public async Task Throttling_failures_and_lost_answers()
    {
        const string Busy = """{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"text-of-the-service"}}""";
        _server.NextAnswers(429, Busy, retryAfter: "0");
        _server.NextAnswers(503, "<html>", "text/html");
        _server.NextIsCutOff();
        Assert.Equal(8, (await _kms.RandomBytesAsync(8, Stop)).Length);

        await using GcpKms hasty = await GcpFixture.OpenAsync(
            _server, GcpFixture.Options with { CallTimeout = TimeSpan.FromMilliseconds(400) });
        _server.NextAnswers(429, Busy, retryAfter: "3600");
        HsmException late = await Assert.ThrowsAsync<HsmException>(async () => await hasty.RandomBytesAsync(8, Stop));
        _server.NextHangs();
        HsmException never = await Assert.ThrowsAsync<HsmException>(async () => await hasty.RandomBytesAsync(8, Stop));
        for (int i = 0; i < 4; i++) _server.NextAnswers(429, Busy);
        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await _kms.RandomBytesAsync(8, Stop));
        _server.NextAnswers(
            403, """{"error":{"code":403,"status":"PERMISSION_DENIED","message":"text-of-the-service"}}""");
        HsmException denied = await Assert.ThrowsAsync<HsmException>(async () => await _kms.RandomBytesAsync(8, Stop));

        Assert.All((HsmException[])[late, never, refused], e => Assert.True(e.IsTransient));
        Assert.Equal(HsmFailure.NotAllowed, denied.Failure);
        Assert.DoesNotContain("text-of-the-service", denied.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("ya29", denied.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_fields_are_passed_over_and_wrong_answers_are_not_believed()
    {
        _server.AddsUnknownFields = true;
        HsmKey key = await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.MLDsa44, Stop);
        byte[] signature = new byte[2420];
        string right = new JsonObject
        {
            ["name"] = KeyName + "/cryptoKeyVersions/2",
            ["signature"] = Convert.ToBase64String(signature),
            ["signatureCrc32c"] = FakeCloudKms.Crc(signature),
            ["verifiedDigestCrc32c"] = true,
        }.ToJsonString();
        await using GcpKms once = await GcpFixture.OpenAsync(_server, GcpFixture.Options with { Attempts = 1 });
        await once.SignAsync(key, new byte[1], default, Stop);
        foreach (string odd in (string[])["{}", "[]", "nonsense", "", right])
        {
            _server.NextAnswers(200, odd);
            HsmException refused = await Assert.ThrowsAsync<HsmException>(
                async () => await once.SignAsync(key, new byte[1], default, Stop));
            Assert.Equal(HsmFailure.Damaged, refused.Failure);
        }
    }

    [Fact]
    public async Task Only_https_and_a_whole_key_ring_are_taken()
    {
        foreach (GcpKmsOptions wrong in (GcpKmsOptions[])
        [
            GcpFixture.Options with { Endpoint = new Uri("http://127.0.0.1:1/") },
            GcpFixture.Options with { KeyRing = null },
            GcpFixture.Options with { KeyRing = "projects/p/locations/l/keyRings/r/cryptoKeys/k" },
            GcpFixture.Options with { KeyRing = "projects/../locations/l/keyRings/r" },
        ])
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await GcpFixture.OpenAsync(_server, wrong));
        }
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_refused()
    {
        WriteAccount();
        await using UntrustedServer server = await UntrustedServer.StartAsync();
        using SocketsHttpHandler network = new()
        {
            ConnectCallback = async (_, cancellation) =>
            {
                System.Net.Sockets.Socket socket =
                    new(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                await socket.ConnectAsync("127.0.0.1", server.Address.Port, cancellation);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        };
        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await GcpKms.OpenAsync(
            GcpFixture.Options with { Attempts = 1 }, _file, network, TimeProvider.System, null, Stop));
        Assert.Equal(HsmFailure.Unavailable, refused.Failure);
        Assert.Equal(0, server.Requests);
    }

    [Fact, Trait("Soak", "cloud-responses")]
    public async Task Any_answer_at_all_ends_in_a_value_or_an_error_of_ours()
    {
        using ResponseMutation network = new(GcpFixture.Network(_server));
        await using GcpKms kms = await GcpKms.OpenAsync(
            GcpFixture.Options with { Attempts = 1 }, null, network, TimeProvider.System, null, Stop);
        HsmKey signer = await kms.GenerateKeyAsync(Id, SignatureAlgorithm.MLDsa44, Stop);
        HsmKey receiver = await kms.GenerateKeyAsync(TokenKeyId.Derive(Name, 2), KemAlgorithm.XWing, Stop);
        HsmKey cipher = await kms.GenerateKeyAsync(TokenKeyId.Derive(Name, 3), CipherAlgorithm.Aes256Gcm, Stop);
        byte[] container = await kms.EncryptAsync(cipher, new byte[20], default, Stop);
        network.IsOn = true;

        await ResponseMutation.ShakeAsync(
            Soak.Times(200, 200_000),
            async () => await kms.FindAsync(Id, Stop),
            async () => await kms.SignAsync(signer, new byte[10], default, Stop),
            async () => await kms.DecapsulateAsync(receiver, new byte[1120], Stop),
            async () => await kms.EncryptAsync(cipher, new byte[20], default, Stop),
            async () => await kms.DecryptAsync(cipher, container, default, Stop),
            async () => await kms.RandomBytesAsync(8, Stop),
            async () => await kms.ListAsync(Stop).ToListAsync(Stop));
    }

    private void WriteAccount(
        string tokens = "https://oauth2.googleapis.com/token", string type = "service_account", RSA? key = null) =>
        File.WriteAllText(_file, new JsonObject
        {
            ["type"] = type,
            ["client_email"] = FakeCloudKms.Account,
            ["private_key_id"] = "key-1",
            ["private_key"] = (key ?? _server.AccountKey).ExportPkcs8PrivateKeyPem(),
            ["token_uri"] = tokens,
        }.ToJsonString(), new UTF8Encoding(false));
}
