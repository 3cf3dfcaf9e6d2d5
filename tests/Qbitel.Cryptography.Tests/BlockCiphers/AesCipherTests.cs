using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Qbitel.Cryptography.BlockCiphers;

namespace Qbitel.Cryptography.Tests.BlockCiphers;

public sealed class AesCipherTests
{
    [Theory]
    // FIPS 197, appendix C.
    [InlineData(16, "69C4E0D86A7B0430D8CDB78070B4C55A")]
    [InlineData(24, "DDA97CA4864CDFE06EAF70A0EC0D7191")]
    [InlineData(32, "8EA2B7CA516745BFEAFC49904B496089")]
    public void It_encrypts_as_the_standard_shows(int keySize, string encrypted)
    {
        byte[] key = [.. Enumerable.Range(0, keySize).Select(i => (byte)i)];
        Vector128<byte> clear = Vector128.Create(Convert.FromHexString("00112233445566778899AABBCCDDEEFF"));
        foreach (bool byInstructions in Ways)
        {
            AesCipher cipher = new(key, byInstructions);
            Vector128<byte> actual = cipher.Encrypt(clear);

            Assert.Equal(encrypted, Convert.ToHexString(Bytes(actual)));
            Assert.Equal(clear, cipher.Decrypt(actual));
            cipher.Clear();
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(32)]
    public void It_agrees_with_the_platform_over_random_keys(int keySize)
    {
        for (int i = 0; i < 500; i++)
        {
            byte[] key = RandomNumberGenerator.GetBytes(keySize), block = RandomNumberGenerator.GetBytes(16);
            using Aes platform = Aes.Create();
            platform.SetKey(key);
            foreach (bool byInstructions in Ways)
            {
                AesCipher cipher = new(key, byInstructions);
                Assert.Equal(platform.EncryptEcb(block, PaddingMode.None),
                    Bytes(cipher.Encrypt(Vector128.Create(block))));
                Assert.Equal(platform.DecryptEcb(block, PaddingMode.None),
                    Bytes(cipher.Decrypt(Vector128.Create(block))));
                cipher.Clear();
            }
        }
    }

    private static IEnumerable<bool> Ways =>
        System.Runtime.Intrinsics.X86.Aes.IsSupported ? [true, false] : [false];

    private static byte[] Bytes(Vector128<byte> block)
    {
        byte[] bytes = new byte[16];
        block.CopyTo(bytes);
        return bytes;
    }
}
