using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Lattices;

public sealed class MLDsaStreamTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(135)]
    [InlineData(136)]
    [InlineData(65_536)]
    [InlineData(200_001)]
    public async Task A_stream_is_signed_as_its_bytes_are(int size)
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        byte[] data = RandomNumberGenerator.GetBytes(size), context = [7];
        byte[] ofBytes = key.SignData(data, context);
        Assert.True(key.VerifyData(data, key.SignData(new MemoryStream(data), context), context));
        Assert.True(key.VerifyData(data, await key.SignDataAsync(new Dribble(data), context, Token), context));
        Assert.True(key.VerifyData(new Dribble(data), ofBytes, context));
        Assert.True(await key.VerifyDataAsync(new MemoryStream(data), ofBytes, context, Token));

        Assert.False(key.VerifyData(new MemoryStream([.. data, 0]), ofBytes, context));
        Assert.False(key.VerifyData(new MemoryStream(data), ofBytes));
        Assert.False(await key.VerifyDataAsync(new MemoryStream([.. data, 0]), ofBytes, context, Token));
    }

    [Fact]
    public void A_stream_is_read_from_where_it_stands()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        MemoryStream data = new([1, 2, 3]) { Position = 1 };
        Assert.True(key.VerifyData((byte[])[2, 3], key.SignData(data)));
    }

    [Fact]
    public void A_stream_of_any_size_takes_the_same_memory()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        byte[] signature = [];
        long allocated = Allocation.Least(() => signature = key.SignData(new Zeros(64 << 20)), enough: 100_000);
        Assert.InRange(allocated, 0, 100_000);
        Assert.True(key.VerifyData(new Zeros(64 << 20), signature));
        Assert.False(key.VerifyData(new Zeros((64 << 20) - 1), signature));
    }

    [Fact]
    public async Task Nothing_is_read_for_a_key_a_context_or_a_signature_that_will_not_do()
    {
        ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        using ManagedMLDsa verifier =
            ManagedMLDsa.ImportMLDsaPublicKey(MLDsaAlgorithm.MLDsa44, key.ExportMLDsaPublicKey());
        MemoryStream data = new(new byte[10]);
        Assert.Throws<CryptographicException>(() => verifier.SignData(data));
        await Assert.ThrowsAsync<CryptographicException>(() => verifier.SignDataAsync(data, default, Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => key.SignData(data, new byte[256]));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => key.SignDataAsync(data, new byte[256], Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => key.VerifyData(data, new byte[2420], new byte[256]));
        Assert.False(key.VerifyData(data, new byte[2419]));
        Assert.False(await key.VerifyDataAsync(data, new byte[2421], default, Token));
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.SignData(data));
        Assert.Throws<ObjectDisposedException>(() => key.VerifyData(data, new byte[2420]));
        Assert.Equal(0, data.Position);
        Assert.Throws<ArgumentNullException>(() => verifier.VerifyData((Stream)null!, new byte[2420]));
    }

    [Fact]
    public async Task Cancelling_ends_the_reading()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        CancellationToken cancelled = new(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            key.SignDataAsync(new MemoryStream(new byte[9]), default, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => key.VerifyDataAsync(new MemoryStream(new byte[9]), new byte[2420], default, cancelled));
    }

    [Fact]
    public void A_message_in_pieces_has_the_mu_of_the_whole()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa65);
        using ManagedMLDsa verifier =
            ManagedMLDsa.ImportMLDsaPublicKey(MLDsaAlgorithm.MLDsa65, key.ExportMLDsaPublicKey());
        byte[] data = RandomNumberGenerator.GetBytes(1000), context = new byte[255];
        using MLDsaMuHash hash = verifier.StartMu(context);
        for (int round = 0; round < 2; round++) // it starts again, with its context
        {
            for (int i = 0, size; i < data.Length; i += size)
            {
                size = Math.Min((i % 77) + 1, data.Length - i);
                hash.AppendData(data.AsSpan(i, size));
            }

            byte[] mu = hash.GetMuAndReset();
            Assert.True(verifier.VerifyData(data, key.SignMu(mu), context));
            Assert.True(verifier.VerifyMu(mu, key.SignData(data, context)));
        }

        Assert.Throws<ArgumentException>(() => hash.GetMuAndReset(new byte[63]));
        Assert.Throws<ArgumentOutOfRangeException>(() => verifier.StartMu(new byte[256]));
        hash.Dispose();
        hash.Dispose();
        Assert.Throws<ObjectDisposedException>(() => hash.AppendData([1]));
        Assert.Throws<ObjectDisposedException>(() => hash.GetMuAndReset());
    }

    private sealed class Zeros(long length) : MemoryStream
    {
        private long _rest = length;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int size = (int)Math.Min(buffer.Length, _rest);
            buffer[..size].Clear();
            _rest -= size;
            return size;
        }
    }

    // A few bytes at a time, as a network may give them.
    private sealed class Dribble(byte[] data) : MemoryStream(data)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1237)]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1237)], cancellationToken);
    }
}
