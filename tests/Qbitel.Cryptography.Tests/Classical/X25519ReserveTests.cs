using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Keys;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Classical;

public sealed class X25519ReserveTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_key_is_handed_out_once()
    {
        using X25519Reserve reserve = new(16, TimeSpan.FromMinutes(1), new ManualTime(Start));
        HashSet<string> seen = [];
        Parallel.For(0, 400, _ =>
        {
            using MontgomeryKey key = reserve.Take();
            lock (seen) Assert.True(seen.Add(Convert.ToHexString(key.ExportPrivate())));
        });
        Assert.Equal(400, seen.Count);
    }

    [Fact]
    public void It_fills_to_its_capacity_and_no_further()
    {
        using X25519Reserve reserve = new(8, TimeSpan.FromMinutes(1), new ManualTime(Start));
        Assert.True(SpinWait.SpinUntil(() => reserve.Count == 8, TimeSpan.FromSeconds(20)));
        for (int i = 0; i < 6; i++) reserve.Take().Dispose();
        Assert.True(SpinWait.SpinUntil(() => reserve.Count == 8, TimeSpan.FromSeconds(20)));
        Assert.Equal("X25519 reserve of 8 ***", reserve.ToString());
    }

    [Fact]
    public void Keys_older_than_the_lifetime_are_zeroed_and_never_handed_out()
    {
        ManualTime time = new(Start);
        using X25519Reserve reserve = new(4, TimeSpan.FromMinutes(1), time);
        Assert.True(SpinWait.SpinUntil(() => reserve.Count == 4, TimeSpan.FromSeconds(20)));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, reserve.Count); // and an idle process makes no others
        using MontgomeryKey key = reserve.Take();
        Assert.NotEmpty(key.ExportPrivate());
        Assert.True(SpinWait.SpinUntil(() => reserve.Count == 4, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void A_forked_child_uses_none_of_the_parents_keys()
    {
        int process = 1;
        X25519Reserve reserve = new(4, TimeSpan.FromMinutes(1), new ManualTime(Start), () => process);
        Assert.True(SpinWait.SpinUntil(() => reserve.Count == 4, TimeSpan.FromSeconds(20)));
        process = 2;

        // It drops them unless the lock is taken, for which it must not wait; either way it makes its own.
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                reserve.Take().Dispose();
                return reserve.Count == 0;
            },
            TimeSpan.FromSeconds(20)));
        process = 1;
        reserve.Dispose();
    }

    [Fact]
    public void A_disposed_reserve_holds_nothing_and_keys_are_made_on_the_spot()
    {
        X25519Reserve reserve = new(4, TimeSpan.FromMinutes(1), new ManualTime(Start));
        Assert.True(SpinWait.SpinUntil(() => reserve.Count == 4, TimeSpan.FromSeconds(20)));
        reserve.Dispose();
        reserve.Dispose();
        Assert.Equal(0, reserve.Count);
        using MontgomeryKey key = reserve.Take();
        Assert.Equal(32, key.PublicKey.Length);
        Assert.Equal(0, reserve.Count);
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(4097, 60)]
    [InlineData(8, 0)]
    [InlineData(8, 3601)]
    public void Sizes_and_lifetimes_without_bounds_are_refused(int capacity, int seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new X25519Reserve(capacity, TimeSpan.FromSeconds(seconds), new ManualTime(Start)));

    [Theory]
    [InlineData("X-Wing")]
    [InlineData("X25519MLKEM768")]
    [InlineData("MLKEM768-X25519-SHA3-256")]
    public void Encapsulation_with_a_reserve_is_opened_as_any_other(string name)
    {
        var algorithm = (KemAlgorithm)KeyAlgorithm.Parse(name);
        using X25519Reserve reserve = new(4, TimeSpan.FromMinutes(1), new ManualTime(Start));
        using KemKey holder = KemKeys.Generate(algorithm);
        using KemKey sender = KemKeys.ImportPublic(algorithm, holder.ExportEncapsulationKey(), reserve);
        HashSet<string> shares = [];
        for (int i = 0; i < 20; i++)
        {
            byte[] ciphertext = new byte[algorithm.CiphertextSize];
            byte[] sent = new byte[algorithm.SharedSecretSize], received = [.. sent];
            sender.Encapsulate(ciphertext, sent);
            holder.Decapsulate(ciphertext, received);
            Assert.Equal(sent, received);
            Assert.True(shares.Add(Convert.ToHexString(ciphertext[^32..])));
        }
    }

    [Theory]
    [InlineData("ML-KEM-768")]
    [InlineData("MLKEM768-P256")]
    [InlineData("MLKEM768-RSA3072-SHA3-256")]
    [InlineData("MLKEM1024-X448-SHA3-256")]
    public void An_algorithm_without_x25519_takes_no_reserve(string name)
    {
        var algorithm = (KemAlgorithm)KeyAlgorithm.Parse(name);
        using X25519Reserve reserve = new(4, TimeSpan.FromMinutes(1), new ManualTime(Start));
        Assert.Throws<ArgumentException>(
            () => KemKeys.ImportPublic(algorithm, new byte[algorithm.EncapsulationKeySize], reserve));
    }
}
