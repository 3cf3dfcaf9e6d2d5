using System.Security.Cryptography;
using Amazon.Runtime;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance;
using Qbitel.Hsm.Clouds.Aws;

namespace Qbitel.Hsm.Tests.Clouds.Aws;

/// <summary>What the contract does not ask: AWS's limits, states, refusals and failures.</summary>
public sealed class AwsKmsTests : IAsyncLifetime
{
    private static readonly KeyId Name = new(Guid.Parse("01998f00-0000-7000-8000-0000000000a1"));
    private static readonly TokenKeyId Id = TokenKeyId.Derive(Name, 1);
    private static readonly TokenKeyId Kek = TokenKeyId.Derive(Name, 9);
    private static readonly string Alias = $"alias/qbitel/{Id}";

    private FakeAwsKms _server = null!;
    private AwsKms _kms = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await AwsFixture.StartAsync();
        _kms = await AwsFixture.OpenAsync(_server);
    }

    public async ValueTask DisposeAsync()
    {
        await _kms.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(100_000)]
    public async Task MLDsa_signs_messages_of_any_length_with_and_without_context(int size)
    {
        HsmKey key = await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.MLDsa65, Stop);
        byte[] message = RandomNumberGenerator.GetBytes(size), context = "wire"u8.ToArray();
        using SignatureKey verifier = SignatureKeys.ImportPublic(SignatureAlgorithm.MLDsa65, key.PublicKey.Span);

        byte[] plain = await _kms.SignAsync(key, message, default, Stop);
        byte[] bound = await _kms.SignAsync(key, message, context, Stop);

        Assert.True(verifier.Verify(message, plain));
        Assert.True(verifier.Verify(message, bound, context));
        Assert.False(verifier.Verify(message, bound));
    }

    [Fact]
    public async Task Ed25519_refuses_what_the_service_would_not_take()
    {
        HsmKey key = await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.Ed25519, Stop);
        await _kms.SignAsync(key, new byte[4096], default, Stop);

        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await _kms.SignAsync(key, new byte[4097], default, Stop));

        Assert.Equal(HsmFailure.Unsupported, refused.Failure);
        Assert.Equal(1, _server.Count("Sign"));
    }

    [Fact]
    public async Task Wrapping_keys_open_what_they_closed_in_its_context_and_after_rotation()
    {
        byte[] material = RandomNumberGenerator.GetBytes(32), context = "backup"u8.ToArray();
        await _kms.Wrapping.EnsureAsync(Kek, Stop);
        await _kms.Wrapping.EnsureAsync(Kek, Stop);
        byte[] wrapped = await _kms.Wrapping.WrapAsync(Kek, material, context, Stop);
        await _kms.Wrapping.RotateAsync(Kek, Stop);
        await _kms.Wrapping.RotateEveryAsync(Kek, 90, Stop);
        byte[] later = await _kms.Wrapping.WrapAsync(Kek, material, context, Stop);

        Assert.Equal(material, await _kms.Wrapping.UnwrapAsync(Kek, wrapped, context, Stop));
        Assert.Equal(material, await _kms.Wrapping.UnwrapAsync(Kek, later, context, Stop));
        Assert.Single(_server.Keys);
        Assert.Equal(90, _server.Of($"alias/qbitel/wrapping/{Kek}").RotationDays);
        await NotOpenedAsync(Kek, wrapped, "other"u8.ToArray());
        await NotOpenedAsync(Kek, [], context);
        byte[] flipped = [.. wrapped];
        flipped[^1] ^= 1;
        await NotOpenedAsync(Kek, flipped, context);
        TokenKeyId other = TokenKeyId.Derive(Name, 10);
        await _kms.Wrapping.EnsureAsync(other, Stop);
        await NotOpenedAsync(other, wrapped, context);

        Assert.True(await _kms.Wrapping.DestroyAsync(Kek, Stop));
        Assert.False(await _kms.Wrapping.DestroyAsync(Kek, Stop));
        HsmException gone = await Assert.ThrowsAsync<HsmException>(
            async () => await _kms.Wrapping.UnwrapAsync(Kek, wrapped, context, Stop));
        Assert.Equal(HsmFailure.KeyMissing, gone.Failure);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await _kms.Wrapping.WrapAsync(other, new byte[4097], context, Stop));

        async Task NotOpenedAsync(TokenKeyId id, byte[] bytes, byte[] with) =>
            await Assert.ThrowsAsync<AuthenticationTagMismatchException>(
                async () => await _kms.Wrapping.UnwrapAsync(id, bytes, with, Stop));
    }

    [Theory]
    [InlineData("ECDSA-P256")]
    [InlineData("ECDSA-P384")]
    public async Task An_imported_key_signs_and_an_import_is_done_once(string name)
    {
        SignatureAlgorithm algorithm = (SignatureAlgorithm)KeyAlgorithm.Parse(name);
        using SignatureKey mine = SignatureKeys.Generate(algorithm);
        using SignatureKey other = SignatureKeys.Generate(algorithm);

        HsmKey key = await _kms.ImportAsync(Id, mine, Stop);
        HsmKey again = await _kms.ImportAsync(Id, mine, Stop);
        byte[] signature = await _kms.SignAsync(key, Name.Value.ToByteArray(), default, Stop);

        Assert.True(key.IsSameKeyAs(again));
        Assert.True(mine.Verify(Name.Value.ToByteArray(), signature));
        Assert.Equal(1, _server.Count("ImportKeyMaterial"));
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await _kms.ImportAsync(Id, other, Stop));
        Assert.Equal(HsmFailure.KeyConflict, refused.Failure);
    }

    [Fact]
    public async Task An_interrupted_import_goes_on()
    {
        using SignatureKey mine = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
        _server.Denied.Add("ImportKeyMaterial");
        await Assert.ThrowsAsync<HsmException>(async () => await _kms.ImportAsync(Id, mine, Stop));
        HsmException waiting = await Assert.ThrowsAsync<HsmException>(async () => await _kms.FindAsync(Id, Stop));
        Assert.Equal(HsmFailure.NotAllowed, waiting.Failure);

        _server.Denied.Clear();
        HsmKey key = await _kms.ImportAsync(Id, mine, Stop);

        Assert.Single(_server.Keys);
        Assert.Equal(mine.ExportPublicKey(), key.PublicKey.ToArray());
    }

    [Fact]
    public async Task Keys_the_service_does_not_import_are_refused_with_the_reason()
    {
        using SignatureKey mine = SignatureKeys.Generate(SignatureAlgorithm.MLDsa44);
        NotSupportedException refused = await Assert.ThrowsAsync<NotSupportedException>(
            async () => await _kms.ImportAsync(Id, mine, Stop));
        Assert.Contains("RSA_AES_KEY_WRAP", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Keys);
    }

    [Fact]
    public async Task A_disabled_key_is_found_and_does_nothing()
    {
        HsmKey key = await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
        _server.Of(Alias).State = "Disabled";

        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await _kms.SignAsync(key, Name.Value.ToByteArray(), default, Stop));

        Assert.Equal(HsmFailure.NotAllowed, refused.Failure);
        Assert.False(refused.IsTransient);
        Assert.NotNull(await _kms.FindAsync(Id, Stop));
    }

    [Fact]
    public async Task A_key_that_somebody_else_destroyed_is_missing_and_its_name_can_be_used_again()
    {
        HsmKey key = await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
        await _kms.SignAsync(key, new byte[1], default, Stop);
        _server.Of(Alias).State = "PendingDeletion";

        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await _kms.SignAsync(key, new byte[1], default, Stop));
        Assert.Equal(HsmFailure.KeyMissing, refused.Failure);
        Assert.Null(await _kms.FindAsync(Id, Stop));

        HsmKey now = await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
        Assert.False(now.IsSameKeyAs(key));
        HsmException conflict = await Assert.ThrowsAsync<HsmException>(
            async () => await _kms.SignAsync(key, new byte[1], default, Stop));
        Assert.Equal(HsmFailure.KeyConflict, conflict.Failure);
    }

    [Fact]
    public async Task An_alias_that_was_given_to_another_key_is_refused()
    {
        HsmKey key = await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
        await _kms.GenerateKeyAsync(TokenKeyId.Derive(Name, 2), SignatureAlgorithm.EcdsaP256, Stop);
        await _kms.Wrapping.EnsureAsync(Kek, Stop);
        _server.PointAlias(Alias, _server.Aliases[$"alias/qbitel/{TokenKeyId.Derive(Name, 2)}"]);
        await using AwsKms fresh = await AwsFixture.OpenAsync(_server);

        HsmException another = await Assert.ThrowsAsync<HsmException>(
            async () => await fresh.SignAsync(key, new byte[1], default, Stop));
        _server.PointAlias(Alias, _server.Aliases[$"alias/qbitel/wrapping/{Kek}"]);
        HsmException foreign = await Assert.ThrowsAsync<HsmException>(async () => await fresh.FindAsync(Id, Stop));

        Assert.Equal(HsmFailure.KeyConflict, another.Failure);
        Assert.Equal(HsmFailure.KeyConflict, foreign.Failure);
    }

    [Fact]
    public async Task Two_processes_that_make_one_key_end_with_one()
    {
        await using AwsKms other = await AwsFixture.OpenAsync(_server);
        HsmKey[] keys = await Task.WhenAll(((AwsKms[])[_kms, other]).Select(k => Task.Run(
            async () => await k.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop))));

        Assert.True(keys[0].IsSameKeyAs(keys[1]));
        Assert.Single(_server.Keys, key => key.State == "Enabled");
        Assert.All(_server.Keys, key => Assert.Equal(Id.ToString(), key.Tags["qbitel-key"]));
    }

    [Fact]
    public async Task The_loser_of_a_race_takes_its_key_back()
    {
        await using AwsKms other = await AwsFixture.OpenAsync(_server);
        HsmKey? first = null;
        bool isBetween = false;
        for (int i = 0; i < 2; i++)
        {
            _server.Next(async _ => // the two look-ups, then CreateKey of the one meets the whole creation of the other
            {
                if (isBetween) first = await other.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
                isBetween = true;
                return false;
            });
        }

        HsmKey second = await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);

        Assert.True(second.IsSameKeyAs(first!));
    }

    [Fact]
    public async Task Throttled_calls_are_made_again_and_then_given_up_as_transient()
    {
        HsmKey key = await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
        const string Busy = """{"__type":"ThrottlingException","message":"Rate exceeded"}""";
        for (int i = 0; i < 3; i++) _server.NextAnswers(400, Busy);
        await _kms.SignAsync(key, new byte[1], default, Stop);

        for (int i = 0; i < 4; i++) _server.NextAnswers(400, Busy);
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await _kms.SignAsync(key, new byte[1], default, Stop));

        Assert.Equal(HsmFailure.Unavailable, refused.Failure);
        Assert.True(refused.IsTransient);
    }

    [Fact]
    public async Task A_lost_answer_repeats_a_signature_and_never_a_creation()
    {
        HsmKey key = await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
        _server.NextIsCutOff();
        await _kms.SignAsync(key, new byte[1], default, Stop);
        Assert.Equal(2, _server.Count("Sign"));
        _server.NextAnswers(503, "<html>Service Unavailable</html>", "text/html");
        await _kms.SignAsync(key, new byte[1], default, Stop);

        TokenKeyId next = TokenKeyId.Derive(Name, 2);
        int before = _server.Count("CreateKey");
        for (int i = 0; i < 3; i++) _server.Next(_ => Task.FromResult(false)); // the three look-ups
        _server.NextIsCutOff();
        HsmException lost = await Assert.ThrowsAsync<HsmException>(
            async () => await _kms.GenerateKeyAsync(next, SignatureAlgorithm.EcdsaP256, Stop));

        Assert.True(lost.IsTransient);
        Assert.Equal(before + 1, _server.Count("CreateKey"));
        Assert.NotNull(await _kms.GenerateKeyAsync(next, SignatureAlgorithm.EcdsaP256, Stop));
    }

    [Fact]
    public async Task An_answer_that_does_not_come_costs_the_deadline()
    {
        await using AwsKms hasty = await AwsFixture.OpenAsync(
            _server, AwsFixture.Options(_server) with { CallTimeout = TimeSpan.FromMilliseconds(300) });
        _server.NextHangs();

        HsmException refused =
            await Assert.ThrowsAsync<HsmException>(async () => await hasty.RandomBytesAsync(8, Stop));

        Assert.Equal(HsmFailure.Unavailable, refused.Failure);
        Assert.True(refused.IsTransient);
        Assert.Contains("0.3", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_told_so()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMilliseconds(200));
        _server.NextHangs();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await _kms.RandomBytesAsync(8, patience.Token));
    }

    [Fact]
    public async Task A_wrong_clock_is_refused_by_the_service_and_named()
    {
        _server.Now = () => TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(6);
        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await _kms.RandomBytesAsync(8, Stop));
        Assert.Equal(HsmFailure.WrongSecret, refused.Failure);
        Assert.Contains("clock", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HsmException>(async () => await _kms.RandomBytesAsync(8, Stop));

        _server.Now = () => TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(4);
        Assert.Equal(8, (await _kms.RandomBytesAsync(8, Stop)).Length);
    }

    [Theory]
    [InlineData("AccessDeniedException", HsmFailure.NotAllowed, false)]
    [InlineData("KMSInternalException", HsmFailure.Unavailable, true)]
    [InlineData("DependencyTimeoutException", HsmFailure.Unavailable, true)]
    [InlineData("LimitExceededException", HsmFailure.Exhausted, false)]
    [InlineData("InvalidKeyUsageException", HsmFailure.NotAllowed, false)]
    [InlineData("UnrecognizedClientException", HsmFailure.WrongSecret, false)]
    [InlineData("NeverHeardOfException", HsmFailure.Unavailable, false)]
    public async Task Errors_say_whether_trying_again_helps(string code, HsmFailure failure, bool isTransient)
    {
        for (int i = 0; i < 4; i++)
            _server.NextAnswers(400, $$"""{"__type":"com.amazonaws.kms#{{code}}","message":"secret-of-the-service"}""");

        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await _kms.RandomBytesAsync(8, Stop));

        Assert.Equal(failure, refused.Failure);
        Assert.Equal(isTransient, refused.IsTransient);
        Assert.Contains(code, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of-the-service", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_that_expired_or_are_wrong_are_refused_and_never_shown()
    {
        const string Token = "IQoJb3JpZ2luX2VjEXAMPLETOKEN";
        _server.Token = Token;
        await using AwsKms session = await AwsKms.OpenAsync(AwsFixture.Options(_server),
            new SessionAWSCredentials(FakeAwsKms.AccessKey, FakeAwsKms.SecretKey, Token), null, TimeProvider.System,
            null, Stop);
        _server.IsTokenExpired = true;
        HsmException expired =
            await Assert.ThrowsAsync<HsmException>(async () => await session.RandomBytesAsync(8, Stop));
        _server.IsTokenExpired = false;
        _server.Now = () => TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(6);
        HsmException late = await Assert.ThrowsAsync<HsmException>(async () => await session.RandomBytesAsync(8, Stop));
        HsmException wrong = await Assert.ThrowsAsync<HsmException>(async () => await AwsKms.OpenAsync(
            AwsFixture.Options(_server), new SessionAWSCredentials(FakeAwsKms.AccessKey, "another", Token), null,
            TimeProvider.System, null, Stop));

        Assert.All((HsmException[])[expired, late, wrong], refused =>
        {
            Assert.Equal(HsmFailure.WrongSecret, refused.Failure);
            Assert.False(refused.IsTransient);
            Assert.DoesNotContain(Token, refused.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(FakeAwsKms.SecretKey, refused.ToString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Unknown_fields_are_passed_over_and_wrong_answers_are_not_believed()
    {
        _server.AddsUnknownFields = true;
        HsmKey key = await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.MLDsa44, Stop);
        await _kms.SignAsync(key, new byte[1], default, Stop);

        string another =
            $$"""{"KeyId":"arn:aws:kms:x:1:key/2","Signature":"{{Convert.ToBase64String(new byte[2420])}}"}""";
        foreach (string odd in (string[])["{}", "[]", "nonsense", "", """{"Signature":"AAAA"}""",
            """{"Signature":"%%"}""", another])
        {
            _server.NextAnswers(200, odd, "application/x-amz-json-1.1");
            HsmException refused = await Assert.ThrowsAsync<HsmException>(
                async () => await _kms.SignAsync(key, new byte[1], default, Stop));
            Assert.Equal(HsmFailure.Damaged, refused.Failure);
        }

        _server.NextAnswers(200, $$"""{"Plaintext":"{{new string('A', 2_000_000)}}"}""", "application/x-amz-json-1.1");
        await Assert.ThrowsAsync<HsmException>(async () => await _kms.RandomBytesAsync(8, Stop));
    }

    [Fact]
    public async Task Http_is_taken_to_loopback_only_and_only_when_asked_for()
    {
        foreach (AwsKmsOptions options in (AwsKmsOptions[])
        [
            AwsFixture.Options(_server) with { AllowHttpToLoopback = false },
            AwsFixture.Options(_server) with { Endpoint = new Uri("http://kms.example.com/") },
            AwsFixture.Options(_server) with { Region = "bad region" },
            AwsFixture.Options(_server) with { DeletionWaitDays = 3 },
            AwsFixture.Options(_server) with { KeyPrefix = "a/b" },
        ])
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await AwsFixture.OpenAsync(_server, options));
        }
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_refused()
    {
        await using Clouds.UntrustedServer server = await Clouds.UntrustedServer.StartAsync();
        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await AwsFixture.OpenAsync(
            _server, AwsFixture.Options(_server) with { Endpoint = server.Address, Attempts = 1 }));
        Assert.Equal(HsmFailure.Unavailable, refused.Failure);
        Assert.Equal(0, server.Requests);
    }
}
