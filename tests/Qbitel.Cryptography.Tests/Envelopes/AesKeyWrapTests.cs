using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography.Envelopes;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Envelopes;

public sealed class AesKeyWrapTests
{
    private const string Kek = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F";
    private const string Data = "00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F";

    // RFC 3394, sections 4.1 to 4.6: the sizes of the wrapping key and of the key, and the result.
    [Theory]
    [InlineData(16, 16, "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5")]
    [InlineData(24, 16, "96778B25AE6CA435F92B5B97C050AED2468AB8A17AD84E5D")]
    [InlineData(32, 16, "64E8C3F9CE0F5BA263E9777905818A2A93C8191E7D6E8AE7")]
    [InlineData(24, 24, "031D33264E15D33268F24EC260743EDCE1C6C7DDEE725A936BA814915C6762D2")]
    [InlineData(32, 24, "A8F9BC1612C68B3FF6E6F4FBE30E71E4769C8B80A32CB8958CD5D17D6B254DA1")]
    [InlineData(32, 32, "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21")]
    public void Wrap_gives_the_values_of_rfc_3394(int kekSize, int keySize, string expected)
    {
        byte[] kek = Convert.FromHexString(Kek)[..kekSize], key = Convert.FromHexString(Data)[..keySize];
        byte[] wrapped = AesKeyWrap.Wrap(kek, key);
        Assert.Equal(expected, Convert.ToHexString(wrapped));
        Assert.Equal(key, AesKeyWrap.Unwrap(kek, wrapped));
    }

    // RFC 5649, section 6.
    [Theory]
    [InlineData("C37B7E6492584340BED12207808941155068F738",
        "138BDEAA9B8FA7FC61F97742E72248EE5AE6AE5360D1AE6A5F54F373FA543B6A")]
    [InlineData("466F7250617369", "AFBEB0F07DFBF5419200F2CCB50BB24F")]
    public void WrapPadded_gives_the_values_of_rfc_5649(string keyHex, string expected)
    {
        byte[] kek = Convert.FromHexString("5840DF6E29B02AF1AB493B705BF16EA1AE8338F4DCC176A8");
        byte[] key = Convert.FromHexString(keyHex), wrapped = AesKeyWrap.WrapPadded(kek, key);
        Assert.Equal(expected, Convert.ToHexString(wrapped));
        Assert.Equal(key, AesKeyWrap.UnwrapPadded(kek, wrapped));
    }

    [Fact]
    public void Both_programs_wrap_with_padding_alike()
    {
        byte[] kek = RandomNumberGenerator.GetBytes(32);
        using Aes platform = Aes.Create();
        platform.SetKey(kek);
        for (int size = 1; size <= 80; size++)
        {
            byte[] key = RandomNumberGenerator.GetBytes(size), wrapped = AesKeyWrap.WrapPadded(kek, key);
            Assert.Equal(platform.EncryptKeyWrapPadded(key), wrapped);
            Assert.Equal(key, platform.DecryptKeyWrapPadded(wrapped));
            Assert.Equal(key, AesKeyWrap.UnwrapPadded(kek, wrapped));
        }
    }

    [Fact]
    public void Any_changed_bit_is_refused()
    {
        byte[] kek = RandomNumberGenerator.GetBytes(32), key = RandomNumberGenerator.GetBytes(32);
        byte[] wrapped = AesKeyWrap.Wrap(kek, key), padded = AesKeyWrap.WrapPadded(kek, key.AsSpan(0, 29));
        for (int bit = 0; bit < 8 * wrapped.Length; bit++)
        {
            byte mask = (byte)(1 << (bit % 8));
            Assert.Throws<CryptographicException>(() => AesKeyWrap.Unwrap(kek, Damage.Flip(wrapped, bit / 8, mask)));
            Assert.Throws<CryptographicException>(
                () => AesKeyWrap.UnwrapPadded(kek, Damage.Flip(padded, bit / 8, mask)));
        }
    }

    // What passes the platform's check of the padding passes ours, and nothing else: initial values made to order.
    [Theory]
    [InlineData(0xA65959A600000009, 16, true)]
    [InlineData(0xA65959A600000010, 16, true)]
    [InlineData(0xA65959A600000008, 16, false)]
    [InlineData(0xA65959A600000011, 16, false)]
    [InlineData(0xA65959A600000000, 8, false)]
    [InlineData(0xA65959A600000001, 8, true)]
    [InlineData(0xA65959A600000009, 8, false)]
    [InlineData(0xA65959A6FFFFFFFF, 16, false)]
    [InlineData(0xA65959A700000009, 16, false)]
    public void The_length_inside_must_fit(ulong initial, int size, bool fits)
    {
        byte[] kek = new byte[16], blocks = new byte[8 + size];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(blocks, initial);
        byte[] wrapped = RawWrap(kek, blocks);
        Exception? refused = Record.Exception(() => AesKeyWrap.UnwrapPadded(kek, wrapped));
        Assert.Equal(fits, refused is null);
        Assert.True(refused is null or CryptographicException);
    }

    [Fact]
    public void Padding_that_is_not_zero_is_refused()
    {
        byte[] kek = new byte[16], blocks = new byte[24];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(blocks, 0xA65959A60000000B);
        for (int i = 11; i < 16; i++)
        {
            byte[] padded = Damage.Flip(blocks, 8 + i, 0x80);
            Assert.Throws<CryptographicException>(() => AesKeyWrap.UnwrapPadded(kek, RawWrap(kek, padded)));
        }

        Assert.Equal(11, AesKeyWrap.UnwrapPadded(kek, RawWrap(kek, blocks)).Length);
    }

    [Fact]
    public void Wrong_sizes_are_the_callers_fault()
    {
        Assert.Throws<ArgumentException>(() => AesKeyWrap.Wrap(new byte[15], new byte[16]));
        Assert.Throws<ArgumentException>(() => AesKeyWrap.Wrap(new byte[16], new byte[8]));
        Assert.Throws<ArgumentException>(() => AesKeyWrap.Wrap(new byte[16], new byte[17]));
        Assert.Throws<ArgumentException>(() => AesKeyWrap.WrapPadded(new byte[16], []));
    }

    [Fact]
    [Trait("Soak", "envelope-fuzz")]
    public void Any_bytes_are_refused()
    {
        byte[] kek = RandomNumberGenerator.GetBytes(32);
        Prop.ForAll<byte[]>(bytes =>
            Damage.Refuses(() => Run(() => AesKeyWrap.Unwrap(kek, bytes)))
            && Damage.Refuses(() => Run(() => AesKeyWrap.UnwrapPadded(kek, bytes))))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(300, 100_000)));
    }

    private static IDisposable? Run(Func<byte[]> unwrap)
    {
        unwrap();
        return null;
    }

    // W of RFC 3394 with an initial value of the test's choice, written out once more.
    private static byte[] RawWrap(byte[] kek, byte[] blocks)
    {
        using Aes aes = Aes.Create();
        aes.SetKey(kek);
        if (blocks.Length == 16) return aes.EncryptEcb(blocks, PaddingMode.None);

        byte[] a = blocks[..8];
        byte[][] r = [.. blocks[8..].Chunk(8)];
        for (int j = 0; j < 6; j++)
        {
            for (int i = 0; i < r.Length; i++)
            {
                byte[] b = aes.EncryptEcb([.. a, .. r[i]], PaddingMode.None);
                a = b[..8];
                a[7] ^= (byte)((r.Length * j) + i + 1);
                r[i] = b[8..];
            }
        }

        return [.. a, .. r.SelectMany(x => x)];
    }
}
