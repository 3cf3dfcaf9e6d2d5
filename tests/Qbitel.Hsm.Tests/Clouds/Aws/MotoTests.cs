using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Qbitel.Cryptography;
using Qbitel.Governance;
using Qbitel.Hsm.Clouds.Aws;

namespace Qbitel.Hsm.Tests.Clouds.Aws;

/// <summary>
/// AWS KMS as others read its documentation: moto. It has no Ed25519, post-quantum keys and imports, checks no
/// signatures of requests, hashes digests once more and deletes by no ARN; what it has is asked here.
/// </summary>
public sealed class MotoTests(MotoTests.Host host) : IClassFixture<MotoTests.Host>, IAsyncLifetime
{
    private static readonly KeyId Name = new(Guid.Parse("01998f00-0000-7000-8000-0000000000a7"));
    private static readonly TokenKeyId Id = TokenKeyId.Derive(Name, 1);
    private static readonly byte[] Data = "pay 5,000,000.00 USD"u8.ToArray();

    // Of one server, every test has its own keys.
    private readonly string _prefix = $"moto{Convert.ToHexString(RandomNumberGenerator.GetBytes(4))}";
    private MotoServer _server = null!;
    private AwsKms _kms = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await host.StartAsync(Stop);
        _kms = await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_kms is not null) await _kms.DisposeAsync();
    }

    [Theory]
    [InlineData("ECDSA-P256")]
    [InlineData("ECDSA-P384")]
    public async Task Keys_are_made_found_listed_and_used(string algorithm)
    {
        HsmKey key = await _kms.GenerateKeyAsync(Id, KeyAlgorithm.Parse(algorithm), Stop);
        Assert.True(key.IsSameKeyAs(await _kms.GenerateKeyAsync(Id, KeyAlgorithm.Parse(algorithm), Stop)));
        await using AwsKms other = await OpenAsync();
        Assert.True(key.IsSameKeyAs((await other.FindAsync(Id, Stop))!));
        List<HsmKey> all = [];
        await foreach (HsmKey each in other.ListAsync(Stop)) all.Add(each);
        Assert.True(Assert.Single(all).IsSameKeyAs(key));

        // It passes over MessageType and hashes the digest as if it were the message: that is what is verified here.
        byte[] signature = await other.SignAsync(key, Data, default, Stop);
        HashAlgorithmName hash = algorithm == "ECDSA-P256" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384;
        byte[] digest = CryptographicOperations.HashData(hash, Data);
        Assert.False(await _kms.VerifyAsync(key, Data, signature, default, Stop));
        using ECDsa publicKey = PublicKey(key.PublicKey.Span);
        Assert.True(publicKey.VerifyData(digest, signature, hash, DSASignatureFormat.Rfc3279DerSequence)
            || publicKey.VerifyData(Encoding.ASCII.GetBytes(Convert.ToBase64String(digest)), signature, hash,
                DSASignatureFormat.Rfc3279DerSequence));

        // It deletes by identifiers only, and answers our ARN with a 500: which is told, and the key stays.
        HsmException stays = await Assert.ThrowsAsync<HsmException>(async () => await _kms.DestroyAsync(Id, Stop));
        Assert.Equal(HsmFailure.Unavailable, stays.Failure);
        Assert.NotNull(await other.FindAsync(Id, Stop));
    }

    [Fact]
    public async Task A_name_never_changes_its_algorithm_and_many_get_one_key()
    {
        HsmKey[] made = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await using AwsKms each = await OpenAsync();
            return await each.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP256, Stop);
        }));
        Assert.All(made, key => Assert.True(key.IsSameKeyAs(made[0])));
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.EcdsaP384, Stop));
        Assert.Equal(HsmFailure.KeyConflict, refused.Failure);
    }

    [Fact]
    public async Task Keys_are_wrapped_in_a_context_and_open_after_a_rotation()
    {
        byte[] material = RandomNumberGenerator.GetBytes(32), context = "ledger"u8.ToArray();
        await _kms.Wrapping.EnsureAsync(Id, Stop);
        await _kms.Wrapping.EnsureAsync(Id, Stop);
        byte[] wrapped = await _kms.Wrapping.WrapAsync(Id, material, context, Stop);
        await _kms.Wrapping.RotateAsync(Id, Stop);

        Assert.Equal(material, await _kms.Wrapping.UnwrapAsync(Id, wrapped, context, Stop));
        await Assert.ThrowsAsync<AuthenticationTagMismatchException>(
            async () => await _kms.Wrapping.UnwrapAsync(Id, wrapped, "other"u8.ToArray(), Stop));
        wrapped[^1] ^= 1;
        await Assert.ThrowsAsync<AuthenticationTagMismatchException>(
            async () => await _kms.Wrapping.UnwrapAsync(Id, wrapped, context, Stop));
    }

    [Fact]
    public async Task What_it_does_not_know_is_an_error_in_our_words()
    {
        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await _kms.GenerateKeyAsync(Id, SignatureAlgorithm.MLDsa65, Stop));
        Assert.False(refused.IsTransient);
        Assert.DoesNotContain("enum value set", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(300, (await _kms.RandomBytesAsync(300, Stop)).Length);
    }

    private static ECDsa PublicKey(ReadOnlySpan<byte> point)
    {
        int size = (point.Length - 1) / 2;
        return ECDsa.Create(new ECParameters
        {
            Curve = size == 32 ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384,
            Q = new ECPoint { X = point[1..(size + 1)].ToArray(), Y = point[(size + 1)..].ToArray() },
        });
    }

    private ValueTask<AwsKms> OpenAsync() => AwsKms.OpenAsync(_server.Options with { KeyPrefix = _prefix },
        new BasicAWSCredentials(FakeAwsKms.AccessKey, FakeAwsKms.SecretKey), null, TimeProvider.System, null, Stop);

    /// <summary>One process for all of them: it takes seconds to start.</summary>
    public sealed class Host : IAsyncDisposable
    {
        private MotoServer? _server;

        internal async Task<MotoServer> StartAsync(CancellationToken stop) =>
            _server ??= await MotoServer.StartAsync(stop);

        public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
