using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Tests.Lattices;

public sealed class MLKemBatchTests
{
    private const int Many = 500;

    private static readonly MLKemAlgorithm Algorithm = MLKemAlgorithm.MLKem768;

    [Fact]
    public void Each_recipient_opens_the_ciphertext_in_its_place()
    {
        ManagedMLKem[] keys = [.. Enumerable.Range(0, Many).Select(_ => ManagedMLKem.GenerateKey(Algorithm))];
        byte[] ciphertexts = new byte[Many * 1088], secrets = new byte[Many * 32];

        ManagedMLKem.EncapsulateMany(keys, ciphertexts, secrets,
            cancellationToken: TestContext.Current.CancellationToken);

        for (int i = 0; i < Many; i++)
        {
            Assert.Equal(secrets[(32 * i)..(32 * i + 32)],
                keys[i].Decapsulate(ciphertexts[(1088 * i)..(1088 * i + 1088)]));
        }
        foreach (ManagedMLKem key in keys) key.Dispose();
    }

    [Fact]
    public void A_key_opens_many_in_their_order()
    {
        using ManagedMLKem key = ManagedMLKem.GenerateKey(Algorithm);
        byte[] ciphertexts = new byte[Many * 1088], sent = new byte[Many * 32], received = new byte[Many * 32];
        for (int i = 0; i < Many; i++) key.Encapsulate(ciphertexts.AsSpan(1088 * i, 1088), sent.AsSpan(32 * i, 32));
        ciphertexts[3 * 1088] ^= 1;

        key.DecapsulateMany(ciphertexts, received, cancellationToken: TestContext.Current.CancellationToken);

        for (int i = 0; i < Many; i++)
            Assert.Equal(i != 3, sent.AsSpan(32 * i, 32).SequenceEqual(received.AsSpan(32 * i, 32)));
    }

    [Fact]
    public void A_failure_zeroes_every_secret_and_is_thrown_as_it_was()
    {
        ManagedMLKem[] keys = [.. Enumerable.Range(0, Many).Select(_ => ManagedMLKem.GenerateKey(Algorithm))];
        byte[] secrets = new byte[Many * 32];
        keys[^1].Dispose();

        Assert.Throws<ObjectDisposedException>(() =>
            ManagedMLKem.EncapsulateMany(keys, new byte[Many * 1088], secrets,
                cancellationToken: TestContext.Current.CancellationToken));

        Assert.All(secrets, value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_cancelled_batch_leaves_no_secret()
    {
        using ManagedMLKem key = ManagedMLKem.GenerateKey(Algorithm);
        byte[] secrets = [.. Enumerable.Repeat((byte)1, 32)];
        Assert.Throws<OperationCanceledException>(() =>
            key.DecapsulateMany(new byte[1088], secrets, cancellationToken: new CancellationToken(canceled: true)));
        Assert.All(secrets, value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_public_key_opens_nothing()
    {
        using ManagedMLKem key = ManagedMLKem.GenerateKey(Algorithm);
        using ManagedMLKem sender = ManagedMLKem.ImportEncapsulationKey(Algorithm, key.ExportEncapsulationKey());
        Assert.Throws<CryptographicException>(
            () => sender.DecapsulateMany(new byte[1088], new byte[32],
                cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Nothing_is_a_batch_too()
    {
        using ManagedMLKem key = ManagedMLKem.GenerateKey(Algorithm);
        ManagedMLKem.EncapsulateMany([], default, default, cancellationToken: TestContext.Current.CancellationToken);
        key.DecapsulateMany(default, default, cancellationToken: TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Buffers_of_another_size_and_keys_of_two_algorithms_are_refused()
    {
        using ManagedMLKem key = ManagedMLKem.GenerateKey(Algorithm);
        using ManagedMLKem other = ManagedMLKem.GenerateKey(MLKemAlgorithm.MLKem512);
        CancellationToken token = TestContext.Current.CancellationToken;
        Assert.Throws<ArgumentException>("ciphertexts", () =>
            ManagedMLKem.EncapsulateMany([key], new byte[1087], new byte[32], cancellationToken: token));
        Assert.Throws<ArgumentException>("sharedSecrets", () =>
            ManagedMLKem.EncapsulateMany([key], new byte[1088], new byte[33], cancellationToken: token));
        Assert.Throws<ArgumentException>("ciphertexts", () =>
            ManagedMLKem.EncapsulateMany([], new byte[1], default, cancellationToken: token));
        Assert.Throws<ArgumentException>("ciphertexts", () =>
            key.DecapsulateMany(new byte[1089], new byte[32], cancellationToken: token));
        Assert.Throws<ArgumentException>("sharedSecrets", () =>
            key.DecapsulateMany(new byte[1088], new byte[31], cancellationToken: token));
        ArgumentException mixed = Assert.Throws<ArgumentException>(
            "recipients", () =>
                ManagedMLKem.EncapsulateMany([key, other], new byte[2176], new byte[64], cancellationToken: token));
        Assert.Contains("ML-KEM-512", mixed.Message, StringComparison.Ordinal);
    }
}
