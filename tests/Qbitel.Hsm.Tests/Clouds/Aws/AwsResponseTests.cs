using Amazon.Runtime;
using Qbitel.Cryptography;
using Qbitel.Governance;
using Qbitel.Hsm.Clouds.Aws;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Clouds.Aws;

public sealed class AwsResponseTests
{
    [Fact, Trait("Soak", "cloud-responses")]
    public async Task Any_answer_at_all_ends_in_a_value_or_an_error_of_ours()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using FakeAwsKms server = await AwsFixture.StartAsync();
        using ResponseMutation network = new(new SocketsHttpHandler());
        await using AwsKms kms = await AwsKms.OpenAsync(
            AwsFixture.Options(server) with { Attempts = 1 },
            new BasicAWSCredentials(FakeAwsKms.AccessKey, FakeAwsKms.SecretKey), network, TimeProvider.System, null,
                stop);
        KeyId name = new(Guid.Parse("01998f00-0000-7000-8000-0000000000a2"));
        TokenKeyId id = TokenKeyId.Derive(name, 1), kek = TokenKeyId.Derive(name, 2), kem = TokenKeyId.Derive(name, 3);
        HsmKey signer = await kms.GenerateKeyAsync(id, SignatureAlgorithm.MLDsa44, stop);
        HsmKey receiver = await kms.GenerateKeyAsync(kem, KemAlgorithm.MLKem512, stop);
        await kms.Wrapping.EnsureAsync(kek, stop);
        byte[] wrapped = await kms.Wrapping.WrapAsync(kek, new byte[32], default, stop);
        network.IsOn = true;

        await ResponseMutation.ShakeAsync(
            Soak.Times(200, 200_000),
            async () => await kms.FindAsync(id, stop),
            async () => await kms.SignAsync(signer, new byte[10], default, stop),
            async () => await kms.DecapsulateAsync(receiver, new byte[768], stop),
            async () => await kms.Wrapping.UnwrapAsync(kek, wrapped, default, stop),
            async () => await kms.RandomBytesAsync(8, stop),
            async () =>
            {
                await foreach (HsmKey _ in kms.ListAsync(stop))
                {
                    // each is read
                }
            });
    }
}
