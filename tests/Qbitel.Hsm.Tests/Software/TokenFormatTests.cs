using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography;
using Qbitel.Hsm.Software;
using static Qbitel.Hsm.Tests.Software.TokenFixture;

namespace Qbitel.Hsm.Tests.Software;

/// <summary>Reads a token by docs/formats/software-token.md alone, with none of the code that wrote it.</summary>
public sealed class TokenFormatTests : IDisposable
{
    private readonly TokenFixture _fixture = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Theory, InlineData(true), InlineData(false)]
    public async Task The_documented_format_is_enough_to_recover_a_key(bool passphrase)
    {
        using TokenSecret secret = passphrase
            ? TokenSecret.FromPassphrase("correct horse battery") : TokenSecret.FromKeyFile(_fixture.KeyFile);
        SoftwareTokenOptions options = _fixture.Options with { PassphraseIterations = 210_000 };
        await using SoftwareToken token = await SoftwareToken.CreateAsync(options, secret, _fixture.Time, null, Stop);
        HsmKey key = await token.GenerateKeyAsync(Id(1), CipherAlgorithm.Aes256Gcm, Stop);
        byte[] container = await token.EncryptAsync(key, "hello"u8.ToArray(), "aad"u8.ToArray(), Stop);

        byte[] header = File.ReadAllBytes(Path.Combine(_fixture.Folder, "token"));
        Assert.Equal(123, header.Length);
        Assert.Equal("QBITELTK\0\u0001"u8, header.AsSpan(0, 10));
        Assert.Equal(passphrase ? 1 : 2, header[26]);
        Assert.Equal(passphrase ? 210_000u : 0u, BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(27)));
        byte[] wrapping = passphrase
            ? Rfc2898DeriveBytes.Pbkdf2("correct horse battery", header[31..63], 210_000, HashAlgorithmName.SHA512, 32)
            : HKDF.DeriveKey(
                HashAlgorithmName.SHA512, File.ReadAllBytes(_fixture.KeyFile), 32, header[31..63],
                "qbitel software token 1: wrap"u8.ToArray());
        byte[] tokenKey = Open(wrapping, header[63..75], header[75..107], header[107..], header[..63]);

        byte[] file = File.ReadAllBytes(Path.Combine(_fixture.Keys, $"{Id(1)}.key"));
        Assert.Equal("QBITELKO\0\u0001"u8, file.AsSpan(0, 10));
        Assert.Equal(header[10..26], file[10..26]);
        Assert.Equal(Id(1).ToString(), Convert.ToHexStringLower(file[26..42]));
        Assert.Equal(Start.ToUnixTimeMilliseconds(), BinaryPrimitives.ReadInt64BigEndian(file.AsSpan(42)));
        Assert.Equal("AES-256-GCM", Encoding.ASCII.GetString(file, 51, file[50]));
        Assert.Equal(5, BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(62)));
        Assert.Equal(file.AsSpan(64, 5), key.CheckValue.Span);
        Assert.Equal(32, BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(81)));
        Assert.Equal(83 + 32 + 16, file.Length);
        byte[] sealing = HKDF.DeriveKey(
            HashAlgorithmName.SHA512, tokenKey, 32, info: "qbitel software token 1: seal"u8.ToArray());
        byte[] aes = Open(sealing, file[69..81], file[83..115], file[115..], file[..69]);
        Assert.Equal("hello"u8, Open(aes, container[..12], container[12..^16], container[^16..], "aad"u8.ToArray()));

        byte[] uses = File.ReadAllBytes(Path.Combine(_fixture.Keys, $"{Id(1)}.uses"));
        Assert.Equal("QBITELKU\0\u0001"u8, uses.AsSpan(0, 10));
        Assert.Equal(file[10..42], uses[10..42]);
        Assert.Equal(16, BinaryPrimitives.ReadInt64BigEndian(uses.AsSpan(42)));
        byte[] counting = HKDF.DeriveKey(
            HashAlgorithmName.SHA512, tokenKey, 32, info: "qbitel software token 1: uses"u8.ToArray());
        Assert.Equal(HMACSHA256.HashData(counting, uses.AsSpan(0, 50)), uses[50..]);
    }

    // RFC 4493 has no AES-256 vector; NIST SP 800-38B, appendix D.3: CMAC of the first block of the example message
    // under the example key is of another block than ours, so the check value is recomputed here with the platform's
    // CBC, which is how CMAC is defined.
    [Fact]
    public async Task The_check_value_is_the_cmac_of_a_zero_block()
    {
        await using SoftwareToken token = await _fixture.CreateAsync();
        for (int i = 1; i <= 20; i++)
        {
            HsmKey key = await token.GenerateKeyAsync(Id(i), CipherAlgorithm.Aes256Gcm, Stop);
            using Aes aes = Aes.Create();
            aes.Key = _fixture.PrivateKeyOf(key.Id);
            byte[] l = aes.EncryptEcb(new byte[16], PaddingMode.None);
            byte[] k1 = new byte[16];
            for (int at = 0; at < 16; at++) k1[at] = unchecked((byte)((l[at] << 1) | (at < 15 ? l[at + 1] >> 7 : 0)));
            if (l[0] >= 0x80) k1[15] ^= 0x87;
            Assert.Equal(aes.EncryptCbc(k1, new byte[16], PaddingMode.None).AsSpan(0, 5), key.CheckValue.Span);
        }
    }

    private static byte[] Open(byte[] key, byte[] nonce, byte[] ciphertext, byte[] tag, byte[] associatedData)
    {
        using AesGcm aes = new(key, 16);
        byte[] plaintext = new byte[ciphertext.Length];
        aes.Decrypt(nonce, ciphertext, tag, plaintext, associatedData);
        return plaintext;
    }
}
