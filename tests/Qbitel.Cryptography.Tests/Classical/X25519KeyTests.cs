using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Classical;

public sealed class X25519KeyTests(ITestOutputHelper output)
{
    private static readonly byte[] BasePoint = [9, .. new byte[31]];

    // RFC 7748, section 5.2.
    [Theory]
    [InlineData(
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
        "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")]
    [InlineData(
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
        "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957")]
    public void DeriveSecret_gives_the_values_of_the_rfc(string scalar, string point, string expected)
    {
        using var key = X25519Key.ImportPrivate(Convert.FromHexString(scalar));
        Assert.Equal(expected, Convert.ToHexStringLower(Derive(key, Convert.FromHexString(point))));
    }

    // RFC 7748, section 5.2: the result becomes the scalar, the scalar the point.
    [Fact]
    [Trait("Soak", "x25519-iterations")]
    public void DeriveSecret_iterated_gives_the_values_of_the_rfc()
    {
        Dictionary<int, string> expected = new()
        {
            [1] = "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
            [1_000] = "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51",
            [1_000_000] = "7c3911e0ab2586fd864497297e575e6f3bc601c0883c30df5f4dd2d24f665424",
        };
        byte[] scalar = BasePoint, point = BasePoint;
        int iterations = Soak.Times(gate: 1_000, soak: 1_000_000), compared = 0;
        for (int i = 1; i <= iterations; i++)
        {
            using var key = X25519Key.ImportPrivate(scalar);
            (scalar, point) = (Derive(key, point), scalar);
            if (!expected.TryGetValue(i, out string? value)) continue;

            Assert.Equal(value, Convert.ToHexStringLower(scalar));
            compared++;
        }

        output.WriteLine($"{iterations} iterations, {compared} of them with a value in the RFC: equal");
    }

    [Fact]
    public void PublicKey_is_the_scalar_times_the_base_point()
    {
        using var key = X25519Key.Generate();
        Assert.Equal(Derive(key, BasePoint), key.PublicKey.ToArray());
    }

    [Fact]
    public void DeriveSecret_gives_both_sides_the_same_and_every_pair_another()
    {
        using X25519Key alice = X25519Key.Generate(), bob = X25519Key.Generate(), carol = X25519Key.Generate();
        byte[] shared = Derive(alice, bob.PublicKey.ToArray());
        Assert.Equal(shared, Derive(bob, alice.PublicKey.ToArray()));
        Assert.NotEqual(shared, Derive(carol, alice.PublicKey.ToArray()));
    }

    // RFC 7748, section 6.1: the points of order 1, 2, 4 and 8, canonical and not, lead to zero whatever the scalar.
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")]
    [InlineData("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    public void DeriveSecret_refuses_a_point_of_small_order(string point)
    {
        using var key = X25519Key.Generate();
        byte[] secret = [.. Enumerable.Repeat((byte)0xAA, X25519Key.Size)];
        CryptographicException e = Assert.Throws<CryptographicException>(
            () => key.DeriveSecret(Convert.FromHexString(point), secret));
        Assert.Contains("small order", e.Message, StringComparison.Ordinal);
        Assert.All(secret, b => Assert.Equal(0, b));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Keys_of_another_length_are_refused(int size)
    {
        using var key = X25519Key.Generate();
        Assert.Throws<CryptographicException>(() => X25519Key.ImportPrivate(new byte[size]));
        Assert.Throws<CryptographicException>(() => key.DeriveSecret(new byte[size], new byte[X25519Key.Size]));
        Assert.Throws<ArgumentOutOfRangeException>(() => key.DeriveSecret(key.PublicKey.Span, new byte[size]));
    }

    [Fact]
    public void ExportPrivateKey_gives_back_what_was_imported()
    {
        byte[] scalar = RandomNumberGenerator.GetBytes(X25519Key.Size);
        using var key = X25519Key.ImportPrivate(scalar);
        Assert.Equal(scalar, key.ExportPrivateKey());
        Assert.Equal("X25519 ***", key.ToString());
    }

    [Fact]
    public void A_disposed_key_refuses_to_work()
    {
        var key = X25519Key.Generate();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(key.ExportPrivateKey);
        Assert.Throws<ObjectDisposedException>(() => key.DeriveSecret(BasePoint, new byte[X25519Key.Size]));
    }

    private static byte[] Derive(X25519Key key, byte[] point)
    {
        byte[] secret = new byte[X25519Key.Size];
        key.DeriveSecret(point, secret);
        return secret;
    }
}
