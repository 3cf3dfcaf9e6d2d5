using System.Security.Cryptography;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Tests.Encodings;

public sealed class EncryptedPkcs8Tests
{
    private const string Password = "correct horse Ærø";

    [Fact]
    public void A_key_comes_back_with_its_password_only()
    {
        using SignatureKey key = SignatureKeys.Generate(SignatureAlgorithm.MLDsa65);
        byte[] pem = System.Text.Encoding.ASCII.GetBytes(KeyFile.WritePrivatePem(key, Password));
        using StoredKey read = KeyFile.Read(pem, Password);
        Assert.Equal(KeyFileFormat.EncryptedPkcs8, read.Format);
        Assert.True(read.IsPem);
        Assert.Equal(key.ExportPrivateKey(), read.Signature!.ExportPrivateKey());

        Assert.Contains("needs its password",
            Assert.Throws<CryptographicException>(() => KeyFile.Read(pem)).Message, StringComparison.Ordinal);
        Assert.Contains("password is wrong",
            Assert.Throws<CryptographicException>(() => KeyFile.Read(pem, "other")).Message, StringComparison.Ordinal);
    }

    // The platform writes and reads the same structure, with every cipher and hash we read.
    [Theory]
    [InlineData(PbeEncryptionAlgorithm.Aes128Cbc, "SHA1")]
    [InlineData(PbeEncryptionAlgorithm.Aes192Cbc, "SHA256")]
    [InlineData(PbeEncryptionAlgorithm.Aes256Cbc, "SHA384")]
    [InlineData(PbeEncryptionAlgorithm.Aes256Cbc, "SHA512")]
    public void The_platform_writes_what_we_read(PbeEncryptionAlgorithm cipher, string hash)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] encrypted = key.ExportEncryptedPkcs8PrivateKey(Password, new PbeParameters(cipher, new(hash), 2_000));
        using StoredKey read = KeyFile.Read(encrypted, Password);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), SubjectPublicKey.Of(read.Signature!).Encode());

        using ECDsa back = ECDsa.Create();
        back.ImportEncryptedPkcs8PrivateKey(
            Password, EncryptedPkcs8.EncryptWith(Pkcs8.Encode(read), Password, 2_000), out _);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), back.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public void Older_schemes_are_refused()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] pkcs12 = key.ExportEncryptedPkcs8PrivateKey(
            Password, new PbeParameters(PbeEncryptionAlgorithm.TripleDes3KeyPkcs12, HashAlgorithmName.SHA1, 2_000));
        Assert.Contains("expected PBES2",
            Assert.Throws<CryptographicException>(() => KeyFile.Read(pkcs12, Password)).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void Work_is_bounded_and_weak_settings_are_not_written()
    {
        byte[] pkcs8 = Pkcs8.Encode(SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256));
        Assert.Throws<ArgumentOutOfRangeException>(() => EncryptedPkcs8.Encrypt(pkcs8, Password, 1_000));
        Assert.Throws<ArgumentException>(() => EncryptedPkcs8.Encrypt(pkcs8, ""));
        byte[] slow = EncryptedPkcs8.EncryptWith(pkcs8, Password, 2_001);
        Assert.Contains("2001 iterations",
            Assert.Throws<CryptographicException>(
                () => EncryptedPkcs8.Decrypt(slow, Password, maxIterations: 2_000)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_and_a_wrong_password_are_one_error()
    {
        byte[] pkcs8 = Pkcs8.Encode(SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256));
        byte[] encrypted = EncryptedPkcs8.EncryptWith(pkcs8, Password, 1);
        HashSet<string> messages = [];
        for (int i = 0; i < 300; i++)
        {
            messages.Add(
                Assert.Throws<CryptographicException>(() => EncryptedPkcs8.Decrypt(encrypted, $"{i}")).Message);
            byte[] cut = Damage.Flip(encrypted, encrypted.Length - 1 - (i % 16), (byte)(1 + (i % 255)));
            Exception? refused = Record.Exception(() => EncryptedPkcs8.Decrypt(cut, Password));
            if (refused is not null) messages.Add(refused.Message);
        }

        Assert.Equal("The password is wrong, or the file is damaged.", Assert.Single(messages));
    }
}
