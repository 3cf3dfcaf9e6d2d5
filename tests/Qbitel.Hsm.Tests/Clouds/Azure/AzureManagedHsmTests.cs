using System.Security.Cryptography;
using Azure.Core;
using Qbitel.Cryptography;
using Qbitel.Governance;
using Qbitel.Hsm.Clouds.Azure;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Clouds.Azure;

/// <summary>
/// What the contract does not ask: challenge, versions, states, refusals and failures of Managed HSM.
/// </summary>
public sealed class AzureManagedHsmTests : IAsyncLifetime
{
    private static readonly KeyId Name = new(Guid.Parse("01998f00-0000-7000-8000-0000000000b1"));
    private static readonly TokenKeyId Id = TokenKeyId.Derive(Name, 1);
    private static readonly TokenKeyId Kek = TokenKeyId.Derive(Name, 9);
    private static readonly string KeyName = $"qbitel-{Id}";

    private FakeManagedHsm _server = null!;
    private AzureFixture.Issuer _issuer = null!;
    private AzureManagedHsm _hsm = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await AzureFixture.StartAsync();
        _issuer = new AzureFixture.Issuer(_server);
        _hsm = await AzureFixture.OpenAsync(_server, credential: _issuer);
    }

    public async ValueTask DisposeAsync()
    {
        await _hsm.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_token_is_drawn_once_for_the_tenant_and_resource_of_the_challenge()
    {
        await _hsm.RandomBytesAsync(300, Stop);
        TokenRequestContext asked = Assert.Single(_issuer.Asked);
        Assert.Equal("https://managedhsm.azure.net/.default", Assert.Single(asked.Scopes));
        Assert.Equal("72f988bf-0000", asked.TenantId);
    }

    [Theory]
    [InlineData("https://evil.example.net")]
    [InlineData("https://hsm.azure.net")]
    [InlineData("https://other.managedhsm.azure.net")]
    [InlineData("http://managedhsm.azure.net")]
    [InlineData("managedhsm")]
    public async Task A_challenge_for_another_resource_draws_no_token(string resource)
    {
        _server.Resource = resource;
        AzureFixture.Issuer issuer = new(_server);
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await AzureFixture.OpenAsync(_server, credential: issuer));
        Assert.Equal(HsmFailure.WrongSecret, refused.Failure);
        Assert.Empty(issuer.Asked);
    }

    [Fact]
    public async Task A_token_that_ran_out_is_replaced_once_and_one_that_is_refused_is_not_tried_again()
    {
        _server.Token = "token-2";
        Assert.Equal(8, (await _hsm.RandomBytesAsync(8, Stop)).Length);
        Assert.Equal(2, _issuer.Asked.Count);

        int before = _server.Count("401");
        await using AzureManagedHsm stranger = await AzureFixture.OpenAsync(_server, credential: new Fixed("token-2"));
        _server.Token = "token-3";
        HsmException refused =
            await Assert.ThrowsAsync<HsmException>(async () => await stranger.RandomBytesAsync(8, Stop));
        Assert.Equal(HsmFailure.WrongSecret, refused.Failure);
        Assert.DoesNotContain("token-2", refused.ToString(), StringComparison.Ordinal);
        Assert.InRange(_server.Count("401") - before, 2, 3);
    }

    [Fact]
    public async Task A_process_without_identity_is_told_so()
    {
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await AzureFixture.OpenAsync(_server, credential: new Nobody()));
        Assert.Equal(HsmFailure.WrongSecret, refused.Failure);
        Assert.DoesNotContain("client-secret-value", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotation_by_the_HSM_does_not_change_our_key()
    {
        HsmKey key = await _hsm.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
        _server.AddVersion(KeyName, TimeProvider.System.GetUtcNow().AddSeconds(5));

        Assert.True(key.IsSameKeyAs((await _hsm.FindAsync(Id, Stop))!));
        byte[] signature = await _hsm.SignAsync(key, new byte[3], default, Stop);
        Assert.True(await _hsm.VerifyAsync(key, new byte[3], signature, default, Stop));
    }

    [Fact]
    public async Task Two_versions_of_one_second_are_refused_until_one_is_left()
    {
        HsmKey key = await _hsm.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
        FakeManagedHsm.Held first = Assert.Single(_server.Of(KeyName));
        _server.AddVersion(KeyName, first.CreatedAt);
        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await _hsm.FindAsync(Id, Stop));
        Assert.Equal(HsmFailure.KeyConflict, refused.Failure);

        _server.Of(KeyName)[1].IsEnabled = false;
        Assert.True(key.IsSameKeyAs((await _hsm.FindAsync(Id, Stop))!));
    }

    [Fact]
    public async Task Who_made_a_version_later_disables_it_and_takes_the_first()
    {
        await using AzureManagedHsm other = await AzureFixture.OpenAsync(_server);
        HsmKey? first = null;
        int seen = 0;
        for (int i = 0; i < 3; i++)
        {
            _server.Next(async _ =>
            {
                if (++seen == 3) // both look-ups found nothing; now the creation of the other comes first
                {
                    first = await other.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
                    _server.Now = () => TimeProvider.System.GetUtcNow().AddSeconds(2);
                }

                return false;
            });
        }

        HsmKey second = await _hsm.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);

        Assert.True(second.IsSameKeyAs(first!));
        Assert.Equal(2, _server.Of(KeyName).Count);
        Assert.False(_server.Of(KeyName)[1].IsEnabled);
    }

    [Fact]
    public async Task A_disabled_key_is_found_and_does_nothing()
    {
        HsmKey key = await _hsm.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
        _server.Of(KeyName)[0].IsEnabled = false;
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await _hsm.SignAsync(key, new byte[1], default, Stop));
        Assert.Equal(HsmFailure.NotAllowed, refused.Failure);
        Assert.NotNull(await _hsm.FindAsync(Id, Stop));
    }

    [Fact]
    public async Task Purge_protection_keeps_the_name_taken_and_says_so()
    {
        _server.IsPurgeProtected = true;
        await _hsm.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
        Assert.True(await _hsm.DestroyAsync(Id, Stop));
        Assert.True(_server.IsDeleted(KeyName));
        Assert.Null(await _hsm.FindAsync(Id, Stop));

        HsmException taken = await Assert.ThrowsAsync<HsmException>(
            async () => await _hsm.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop));
        Assert.Equal(HsmFailure.KeyConflict, taken.Failure);
        Assert.Contains("purge", taken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_destroyed_stays_recoverable_where_that_is_configured()
    {
        await using AzureManagedHsm careful = await AzureFixture.OpenAsync(
            _server, AzureFixture.Options with { PurgesDestroyed = false });
        await careful.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
        Assert.True(await careful.DestroyAsync(Id, Stop));
        Assert.True(_server.IsDeleted(KeyName));
        Assert.Equal(0, _server.Count("purge"));
    }

    [Fact]
    public async Task Wrapping_keys_open_what_they_closed_also_after_rotation()
    {
        byte[] material = RandomNumberGenerator.GetBytes(32);
        await _hsm.Wrapping.EnsureAsync(Kek, Stop);
        await _hsm.Wrapping.EnsureAsync(Kek, Stop);
        byte[] wrapped = await _hsm.Wrapping.WrapAsync(Kek, material, Stop);
        await _hsm.Wrapping.RotateAsync(Kek, Stop);
        byte[] later = await _hsm.Wrapping.WrapAsync(Kek, material, Stop);

        Assert.Equal(material, await _hsm.Wrapping.UnwrapAsync(Kek, wrapped, Stop));
        Assert.Equal(material, await _hsm.Wrapping.UnwrapAsync(Kek, later, Stop));
        Assert.NotEqual(wrapped[..32], later[..32]);
        byte[] flipped = [.. wrapped];
        flipped[^1] ^= 1;
        foreach (byte[] bad in (byte[][])[flipped, [], wrapped[..40], [.. wrapped, 0]])
        {
            await Assert.ThrowsAsync<AuthenticationTagMismatchException>(
                async () => await _hsm.Wrapping.UnwrapAsync(Kek, bad, Stop));
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await _hsm.Wrapping.WrapAsync(Kek, new byte[17], Stop));
        Assert.True(await _hsm.Wrapping.DestroyAsync(Kek, Stop));
        Assert.False(await _hsm.Wrapping.DestroyAsync(Kek, Stop));
    }

    [Fact]
    public async Task Throttling_is_waited_for_as_long_as_the_service_says_and_no_longer_than_the_deadline()
    {
        const string Busy = """{"error":{"code":"Throttled","message":"m"}}""";
        _server.NextAnswers(429, Busy, retryAfter: "0");
        _server.NextAnswers(503, "<html>", "text/html");
        Assert.Equal(8, (await _hsm.RandomBytesAsync(8, Stop)).Length);

        await using AzureManagedHsm hasty = await AzureFixture.OpenAsync(
            _server, AzureFixture.Options with { CallTimeout = TimeSpan.FromMilliseconds(400) });
        _server.NextAnswers(429, Busy, retryAfter: "3600");
        HsmException late = await Assert.ThrowsAsync<HsmException>(async () => await hasty.RandomBytesAsync(8, Stop));
        Assert.True(late.IsTransient);

        for (int i = 0; i < 4; i++) _server.NextAnswers(429, Busy);
        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await _hsm.RandomBytesAsync(8, Stop));
        Assert.True(refused.IsTransient);
        Assert.DoesNotContain("text-of-the-service", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_answer_repeats_a_signature_and_never_a_creation()
    {
        HsmKey key = await _hsm.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
        _server.NextIsCutOff();
        await _hsm.SignAsync(key, new byte[1], default, Stop);
        Assert.Equal(2, _server.Count("sign"));

        TokenKeyId next = TokenKeyId.Derive(Name, 2);
        for (int i = 0; i < 2; i++) _server.Next(_ => Task.FromResult(false)); // the two look-ups
        _server.NextIsCutOff();
        HsmException lost = await Assert.ThrowsAsync<HsmException>(
            async () => await _hsm.GenerateKeyAsync(next, SignatureAlgorithm.EcdsaP256, Stop));
        Assert.True(lost.IsTransient);
        HsmKey found = await _hsm.GenerateKeyAsync(next, SignatureAlgorithm.EcdsaP256, Stop);
        Assert.NotNull(found);
        Assert.Single(_server.Of($"qbitel-{next}"));
    }

    [Fact]
    public async Task An_answer_that_does_not_come_costs_the_deadline()
    {
        await using AzureManagedHsm hasty = await AzureFixture.OpenAsync(
            _server, AzureFixture.Options with { CallTimeout = TimeSpan.FromMilliseconds(400) });
        _server.NextHangs();
        HsmException refused =
            await Assert.ThrowsAsync<HsmException>(async () => await hasty.RandomBytesAsync(8, Stop));
        Assert.True(refused.IsTransient);
        Assert.Contains("0.4", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_fields_are_passed_over_and_wrong_answers_are_not_believed()
    {
        _server.AddsUnknownFields = true;
        HsmKey key = await _hsm.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
        string kid = _server.Of(KeyName)[0].Kid(KeyName),
            another = $"https://{FakeManagedHsm.Host}/keys/other/{new string('0', 32)}";
        string rs = System.Buffers.Text.Base64Url.EncodeToString(new byte[64]);
        foreach (string odd in (string[])["{}", "[]", "nonsense", "", $$"""{"kid":"{{kid}}","value":"AAAA"}""",
            $$"""{"kid":"{{kid}}","value":"%%"}""", $$"""{"kid":"{{another}}","value":"{{rs}}"}""",
            $$"""{"value":"{{rs}}"}"""])
        {
            _server.NextAnswers(200, odd);
            HsmException refused = await Assert.ThrowsAsync<HsmException>(
                async () => await _hsm.SignAsync(key, new byte[1], default, Stop));
            Assert.Equal(HsmFailure.Damaged, refused.Failure);
        }

        _server.NextAnswers(200, $$"""{"value":"{{new string('A', 2_000_000)}}"}""");
        await Assert.ThrowsAsync<HsmException>(async () => await _hsm.RandomBytesAsync(8, Stop));
        _server.NextAnswers(200, """{"value":[],"nextLink":"https://evil.example.net/keys"}""");
        HsmException elsewhere = await Assert.ThrowsAsync<HsmException>(async () => await _hsm.FindAsync(Id, Stop));
        Assert.Equal(HsmFailure.Damaged, elsewhere.Failure);
    }

    [Theory]
    [InlineData("http://bank.managedhsm.azure.net/")]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("https://bank.managedhsm.azure.net/keys")]
    [InlineData("https://user:word@bank.managedhsm.azure.net/")]
    public async Task Only_https_to_an_HSM_is_taken(string endpoint) => await Assert.ThrowsAsync<ArgumentException>(
        async () => await AzureFixture.OpenAsync(_server, AzureFixture.Options with { Endpoint = new Uri(endpoint) }));

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_refused()
    {
        await using UntrustedServer server = await UntrustedServer.StartAsync();
        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await AzureManagedHsm.OpenAsync(
            AzureFixture.Options with { Endpoint = server.Address, Attempts = 1 }, _issuer, null, TimeProvider.System,
            null, Stop));
        Assert.Equal(HsmFailure.Unavailable, refused.Failure);
        Assert.Equal(0, server.Requests);
    }

    [Fact, Trait("Soak", "cloud-responses")]
    public async Task Any_answer_at_all_ends_in_a_value_or_an_error_of_ours()
    {
        using ResponseMutation network = new(new ToLoopback(_server.Address, FakeManagedHsm.Host));
        await using AzureManagedHsm hsm = await AzureManagedHsm.OpenAsync(AzureFixture.Options with { Attempts = 1 },
            new AzureFixture.Issuer(_server), network, TimeProvider.System, null, Stop);
        HsmKey signer = await hsm.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
        HsmKey cipher = await hsm.GenerateKeyAsync(TokenKeyId.Derive(Name, 2), CipherAlgorithm.Aes256Gcm, Stop);
        await hsm.Wrapping.EnsureAsync(Kek, Stop);
        byte[] wrapped = await hsm.Wrapping.WrapAsync(Kek, new byte[32], Stop);
        byte[] container = await hsm.EncryptAsync(cipher, new byte[20], default, Stop);
        network.IsOn = true;

        await ResponseMutation.ShakeAsync(
            Soak.Times(200, 200_000),
            async () => await hsm.FindAsync(Id, Stop),
            async () => await hsm.SignAsync(signer, new byte[10], default, Stop),
            async () => await hsm.DecryptAsync(cipher, container, default, Stop),
            async () => await hsm.EncryptAsync(cipher, new byte[20], default, Stop),
            async () => await hsm.Wrapping.UnwrapAsync(Kek, wrapped, Stop),
            async () => await hsm.RandomBytesAsync(8, Stop),
            async () =>
            {
                await foreach (HsmKey _ in hsm.ListAsync(Stop))
                {
                    // each is read
                }
            });
    }

    private sealed class Fixed(string token) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(token, TimeProvider.System.GetUtcNow().AddHours(1));

        public override ValueTask<AccessToken> GetTokenAsync(
            TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }

    private sealed class Nobody : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new global::Azure.Identity.AuthenticationFailedException("client-secret-value was refused");

        public override ValueTask<AccessToken> GetTokenAsync(
            TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new global::Azure.Identity.AuthenticationFailedException("client-secret-value was refused");
    }
}
