using Qbitel.Cryptography;
using Qbitel.Governance;
using Qbitel.Hsm.Clouds.Aws;
using Qbitel.Hsm.Providers;

namespace Qbitel.Hsm.Tests.Clouds.Aws;

/// <summary>The example of the documents; credentials come from the environment, as they do outside.</summary>
public sealed class AwsExampleTests
{
    [Fact]
    public async Task Sign_with_a_key_of_a_cloud()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using FakeAwsKms server = await AwsFixture.StartAsync();
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", FakeAwsKms.AccessKey);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", FakeAwsKms.SecretKey);
        KeyId name = new(Guid.Parse("01998f00-0000-7000-8000-0000000000d1"));
        TokenKeyId kek = TokenKeyId.Derive(name, 2);
        byte[] payment = new byte[10_000], dataKey = new byte[32], purpose = "backup"u8.ToArray();
        AwsKmsOptions where = AwsFixture.Options(server);

        #region CloudByName
        HsmOptions options = new()
        {
            Provider = "aws_kms",
            AwsKms = where with { Region = "eu-central-1", KeyPrefix = "payments" },
        };
        await using HsmProvider hsm = await HsmProvider.CreateAsync(options, TimeProvider.System, logger: null, stop);
        HsmKey key = await hsm.GenerateKeyAsync(TokenKeyId.Derive(name, version: 1), SignatureAlgorithm.MLDsa65, stop);
        byte[] signature = await hsm.SignAsync(key, payment, "wire"u8.ToArray(), stop);

        // Keys under a key of the cloud, bound to what they are for.
        AwsWrapping wrapping = ((AwsKms)hsm).Wrapping;
        await wrapping.EnsureAsync(kek, stop);
        byte[] wrapped = await wrapping.WrapAsync(kek, dataKey, purpose, stop);
        #endregion

        Assert.True(await hsm.VerifyAsync(key, payment, signature, "wire"u8.ToArray(), stop));
        Assert.Equal(dataKey, await wrapping.UnwrapAsync(kek, wrapped, purpose, stop));
        Assert.Contains($"alias/payments/{key.Id}", server.Aliases.Keys);
    }
}
