using System.Buffers.Binary;
using System.Security.Cryptography;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Testing;
using Xunit;

namespace Qbitel.Cryptography.Tests.BlockCiphers;

public sealed class TripleDesTests
{
    [Theory]
    // NIST SP 800-17, appendices A and B: variable plaintext, variable key, permutation operation, substitution table.
    [InlineData("0101010101010101", 0x8000000000000000, 0x95F8A5E5DD31D900)]
    [InlineData("0101010101010101", 0x0000000000000001, 0x166B40B44ABA4BD6)]
    [InlineData("8001010101010101", 0x0000000000000000, 0x95A8D72813DAA94D)]
    [InlineData("1046913489980131", 0x0000000000000000, 0x88D55E54F54C97B4)]
    [InlineData("7CA110454A1A6E57", 0x01A1D6D039776742, 0x690F5B0D9A26939B)]
    [InlineData("133457799BBCDFF1", 0x0123456789ABCDEF, 0x85E813540F0AB405)]
    public void Encrypts_the_published_blocks(string key, ulong plaintext, ulong ciphertext)
    {
        TripleDes des = new(Convert.FromHexString(key));

        Assert.Equal(ciphertext, des.EncryptFirst(plaintext));
        Assert.Equal(ciphertext, des.Encrypt(plaintext));
        Assert.Equal(plaintext, des.Decrypt(ciphertext));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    public void Agrees_with_the_platform(int keySize)
    {
        Random random = new(46);
        byte[] key = new byte[keySize];
        byte[] block = new byte[8];
        for (int i = 0; i < 500; i++)
        {
            random.NextBytes(key);
            random.NextBytes(block);
            using TripleDES platform = TripleDES.Create();
            platform.Key = keySize == 16 ? [.. key, .. key.AsSpan(0, 8)] : key;
            byte[] expected = platform.EncryptEcb(block, PaddingMode.None);
            ulong plaintext = BinaryPrimitives.ReadUInt64BigEndian(block),
                ciphertext = BinaryPrimitives.ReadUInt64BigEndian(expected);

            TripleDes ours = new(key);

            Assert.Equal(ciphertext, ours.Encrypt(plaintext));
            Assert.Equal(plaintext, ours.Decrypt(ciphertext));
            Assert.Equal((ours.Encrypt(1), ciphertext), ours.EncryptPair(1, plaintext));
        }
    }

    [Fact]
    public void Single_operations_take_their_own_part_of_the_key()
    {
        byte[] key = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");
        TripleDes pair = new(key), first = new(key.AsSpan(0, 8)), second = new(key.AsSpan(8));

        Assert.Equal(first.Encrypt(42), pair.EncryptFirst(42));
        Assert.Equal(first.Encrypt(second.Decrypt(42)), pair.DecryptSecondEncryptFirst(42));
    }

    [Fact]
    public void Takes_weak_keys_and_equal_halves()
    {
        TripleDes weak = new(Convert.FromHexString("01010101010101010101010101010101"));

        Assert.Equal(7UL, weak.Encrypt(weak.EncryptFirst(7)));
    }

    [Fact]
    public void Allocates_nothing()
    {
        byte[] key = new byte[16];
        Assert.Equal(0, Allocation.Least(() => Use(key)));

        static void Use(byte[] key)
        {
            TripleDes des = new(key);
            des.Encrypt(des.Decrypt(1));
            des.Clear();
        }
    }
}
