using Qbitel.Cryptography;
using Qbitel.Hsm.Software;
using static Qbitel.Hsm.Tests.Software.TokenFixture;

namespace Qbitel.Hsm.Tests.Software;

/// <summary>Private keys in memory: zeroed when they leave it, and never under somebody's hands.</summary>
public sealed class KeyCacheTests
{
    [Fact]
    public void The_oldest_key_makes_room_and_is_zeroed()
    {
        KeyCache cache = new(capacity: 2);
        HeldKey[] keys = [.. Enumerable.Range(1, 3).Select(i => Keep(cache, i))];

        Assert.Null(cache.TryTake(Id(1)));
        Assert.Throws<ObjectDisposedException>(() => keys[0].Cipher.Length);
        Assert.Equal(32, keys[1].Cipher.Length);
        Assert.Equal(32, keys[2].Cipher.Length);
    }

    [Fact]
    public void A_key_in_use_is_zeroed_after_its_use()
    {
        KeyCache cache = new(capacity: 1);
        Keep(cache, 1);
        HeldKey inUse = cache.TryTake(Id(1))!;

        cache.Remove(Id(1));
        Assert.Equal(32, inUse.Cipher.Length);
        Assert.Null(cache.TryTake(Id(1)));

        inUse.Release();
        Assert.Throws<ObjectDisposedException>(() => inUse.Cipher.Length);
        Assert.False(inUse.TryHold());
    }

    [Fact]
    public void Closing_zeroes_all_and_keeps_none()
    {
        KeyCache cache = new(capacity: 10);
        HeldKey one = Keep(cache, 1);
        cache.Close();
        Assert.Throws<ObjectDisposedException>(() => one.Cipher.Length);

        HeldKey late = cache.Add(Fresh(2));
        Assert.Null(cache.TryTake(Id(2)));
        late.Release();
        Assert.Throws<ObjectDisposedException>(() => late.Cipher.Length);
    }

    [Fact]
    public void Of_two_loads_of_one_key_the_first_is_kept()
    {
        KeyCache cache = new(capacity: 10);
        HeldKey first = cache.Add(Fresh(1));
        HeldKey second = Fresh(1);
        Assert.Same(first, cache.Add(second));
        Assert.Throws<ObjectDisposedException>(() => second.Cipher.Length);
    }

    [Fact]
    public void A_secret_buffer_holds_zeros_after_dispose()
    {
        SecretBuffer buffer = new(32);
        Span<byte> bytes = buffer.Bytes;
        bytes.Fill(0xAA);
        buffer.Dispose();
        Assert.Equal(-1, bytes.IndexOfAnyExcept((byte)0));
        Assert.Equal("***", buffer.ToString());
    }

    private static HeldKey Keep(KeyCache cache, int number)
    {
        HeldKey key = cache.Add(Fresh(number));
        key.Release();
        return key;
    }

    private static HeldKey Fresh(int number) => HeldKey.Generate(Id(number), CipherAlgorithm.Aes256Gcm, Start);
}
