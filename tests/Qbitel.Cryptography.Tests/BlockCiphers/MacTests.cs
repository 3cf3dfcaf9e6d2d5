using Qbitel.Cryptography.BlockCiphers;

namespace Qbitel.Cryptography.Tests.BlockCiphers;

public sealed class MacTests
{
    [Theory]
    // NIST SP 800-38B, D.1: AES-128.
    [InlineData("", "BB1D6929E95937287FA37D129B756746")]
    [InlineData("6BC1BEE22E409F96E93D7E117393172A", "070A16B46B4D4144F79BDD9DD04A287C")]
    [InlineData("6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411",
        "DFA66747DE9AE63030CA32611497C827")]
    public void Cmac_with_aes_is_that_of_the_standard(string data, string mac)
    {
        AesCipher key = new(Convert.FromHexString("2B7E151628AED2A6ABF7158809CF4F3C"));
        byte[] actual = new byte[16];

        Cmac.Compute(key, Convert.FromHexString(data), actual);

        Assert.Equal(mac, Convert.ToHexString(actual));
    }

    [Theory]
    // NIST SP 800-38B, examples for three-key and two-key TDEA.
    [InlineData("8AA83BF8CBDA10620BC1BF19FBB6CD58BC313D4A371CA8B5", "", 0xB7A688E122FFAF95)]
    [InlineData("8AA83BF8CBDA10620BC1BF19FBB6CD58BC313D4A371CA8B5", "6BC1BEE22E409F96", 0x8E8F293136283797)]
    [InlineData("8AA83BF8CBDA10620BC1BF19FBB6CD58BC313D4A371CA8B5", "6BC1BEE22E409F96E93D7E117393172AAE2D8A57",
        0x743DDBE0CE2DC2ED)]
    [InlineData("4CF15134A2850DD58A3D10BA80570D38", "", 0xBD2EBF9A3BA00361)]
    public void Cmac_with_tdea_is_that_of_the_standard(string key, string data, ulong mac) =>
        Assert.Equal(mac, Cmac.Compute(new TripleDes(Convert.FromHexString(key)), Convert.FromHexString(data)));

    [Fact]
    public void The_retail_mac_of_one_block_is_triple_encryption_of_it()
    {
        TripleDes key = new(Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210"));

        Assert.Equal(key.Encrypt(0x1122334455667788),
            RetailMac.Compute(key, Convert.FromHexString("1122334455667788"), MacPadding.Zeros));
    }

    [Fact]
    public void Padding_one_leaves_full_blocks_alone_and_padding_two_never_does()
    {
        TripleDes key = new(Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210"));
        byte[] seven = Convert.FromHexString("11223344556677"), eight = [.. seven, 0];

        Assert.Equal(RetailMac.Compute(key, seven, MacPadding.Zeros), RetailMac.Compute(key, eight, MacPadding.Zeros));
        Assert.NotEqual(RetailMac.Compute(key, seven, MacPadding.OneThenZeros),
            RetailMac.Compute(key, eight, MacPadding.OneThenZeros));
        Assert.Equal(RetailMac.Compute(key, [.. seven, 0x80], MacPadding.Zeros),
            RetailMac.Compute(key, seven, MacPadding.OneThenZeros));
        Assert.Equal(key.Encrypt(0), RetailMac.Compute(key, [], MacPadding.Zeros));
    }

    [Fact]
    public void A_check_value_of_aes_is_of_the_mac_not_of_the_cipher()
    {
        // The KCV of test block 6 of X9.143's examples starts 08793E.
        byte[] key = Convert.FromHexString("88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6");

        Assert.Equal(5, KeyCheckValue.OfAes(key).Length);
        Assert.Equal("08D7B4",
            Convert.ToHexString(KeyCheckValue.OfTripleDes(Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210"))));
        Assert.Throws<ArgumentException>(() => KeyCheckValue.OfTripleDes(key));
    }
}
