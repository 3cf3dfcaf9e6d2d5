using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Tests.Lattices;

public sealed class SignatureBatchTests
{
    private const int Many = 150;
    private const int Size = 2420;

    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private static readonly ReadOnlyMemory<byte>[] Messages =
        [.. Enumerable.Range(0, Many).Select(i => BitConverter.GetBytes(i))];
    private static readonly byte[] Context = [1, 2];

    [Fact]
    public void Signatures_lie_in_the_order_of_the_messages()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        byte[] signatures = new byte[Many * Size];
        SignatureBatch.SignMany(key, Messages, signatures, Context, Token);
        for (int i = 0; i < Many; i++)
            Assert.True(key.VerifyData(Messages[i].Span, signatures.AsSpan(i * Size, Size), Context));
    }

    [Fact]
    public void Answers_lie_in_the_order_of_the_messages()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        byte[] signatures = new byte[Many * Size];
        bool[] answers = new bool[Many];
        SignatureBatch.SignMany(key, Messages, signatures, Context, Token);
        for (int i = 0; i < Many; i += 7) signatures[(i * Size) + 5] ^= 1;
        SignatureBatch.VerifyMany(key, Messages, signatures, answers, Context, Token);
        Assert.Equal(Enumerable.Range(0, Many).Select(i => i % 7 != 0), answers);
    }

    [Fact]
    public void Nothing_is_left_of_a_batch_that_is_cancelled_or_fails()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        using ManagedMLDsa verifier =
            ManagedMLDsa.ImportMLDsaPublicKey(MLDsaAlgorithm.MLDsa44, key.ExportMLDsaPublicKey());
        byte[] signatures = [.. Enumerable.Repeat((byte)1, Many * Size)];
        Assert.ThrowsAny<OperationCanceledException>(
            () => SignatureBatch.SignMany(key, Messages, signatures, Context, new CancellationToken(canceled: true)));
        Assert.Equal(new byte[Many * Size], signatures);
        Assert.Throws<CryptographicException>(() =>
            SignatureBatch.SignMany(verifier, Messages, signatures, Context, Token));

        bool[] answers = [.. Enumerable.Repeat(true, Many)];
        Assert.ThrowsAny<OperationCanceledException>(
            () => SignatureBatch.VerifyMany(key, Messages, signatures, answers, Context,
                new CancellationToken(canceled: true)));
        Assert.DoesNotContain(true, answers);
    }

    [Fact]
    public void Sizes_must_be_exact_and_nothing_is_a_batch_too()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        SignatureBatch.SignMany(key, [], default, default, Token);
        SignatureBatch.VerifyMany(key, [], default, default, default, Token);
        Assert.Throws<ArgumentException>("signatures", () =>
            SignatureBatch.SignMany(key, Messages, new byte[(Many * Size) - 1], default, Token));
        Assert.Throws<ArgumentException>("signatures", () =>
            SignatureBatch.VerifyMany(key, Messages, new byte[Size], new bool[Many], default, Token));
        Assert.Throws<ArgumentException>(
            "answers", () =>
                SignatureBatch.VerifyMany(key, Messages, new byte[Many * Size], new bool[Many + 1], default, Token));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => SignatureBatch.SignMany(key, Messages, new byte[Many * Size], new byte[256], Token));
    }
}
