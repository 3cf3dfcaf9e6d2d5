using System.Formats.Asn1;
using System.Security.Cryptography;
using Qbitel.Cryptography.Cms;
using Qbitel.Cryptography.Envelopes;
using Qbitel.Cryptography.Keys;
using Qbitel.Cryptography.Tests.Encodings;

namespace Qbitel.Cryptography.Tests.Cms;

public sealed class CmsEnvelopeTests
{
    private static readonly byte[] Content = [.. "payment order"u8];
    private static readonly KemKey Key = KemKeys.Generate(KemAlgorithm.MLKem768);
    private static readonly byte[] Certificate = Samples.Certificate(SubjectPublicKey.Of(Key));

    public static readonly TheoryData<string> Kems = [.. Samples.KemNames];

    [Theory, MemberData(nameof(Kems))]
    public async Task Every_kem_with_an_identifier_encrypts_and_decrypts(string name)
    {
        using KemKey key = Samples.Kem(name);
        byte[] certificate = Samples.Certificate(SubjectPublicKey.Of(key));
        CmsEnvelope message =
            CmsEnvelope.Decode(CmsEnvelope.Encrypt(Content, [CmsRecipient.FromCertificate(certificate)]));
        Assert.Equal([name], message.RecipientAlgorithms);
        Assert.Equal(Content, message.Decrypt(key));
        Assert.Equal(Content, message.Decrypt(key, certificate));

        ValueTask<byte[]> Token(ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken)
        {
            byte[] secret = new byte[key.Algorithm.SharedSecretSize];
            key.Decapsulate(ciphertext.Span, secret);
            return ValueTask.FromResult(secret);
        }

        Assert.Equal(Content, await message.DecryptAsync(
            key.Algorithm, Token, certificate, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Each_recipient_opens_alone_and_nobody_else()
    {
        using KemKey second = KemKeys.Generate(KemAlgorithm.MLKem768), third = KemKeys.Generate(KemAlgorithm.XWing);
        using KemKey stranger = KemKeys.Generate(KemAlgorithm.MLKem768);
        byte[] named = Samples.Certificate(SubjectPublicKey.Of(second), serial: 9, keyIdentifier: [7, 7]);
        byte[] encoded = CmsEnvelope.Encrypt(Content,
        [
            CmsRecipient.FromCertificate(Certificate), CmsRecipient.FromKey(second, [7, 7]),
            CmsRecipient.FromKey(third, [8]),
        ]);
        CmsEnvelope message = CmsEnvelope.Decode(encoded);
        Assert.Equal(Content, message.Decrypt(Key));
        Assert.Equal(Content, message.Decrypt(Key, Certificate));
        Assert.Equal(Content, message.Decrypt(second, named));
        Assert.Equal(Content, message.Decrypt(third));
        string refused = Assert.Throws<CryptographicException>(() => message.Decrypt(stranger)).Message;
        Assert.Equal(
            refused, Assert.Throws<CryptographicException>(() => message.Decrypt(stranger, Certificate)).Message);
        Assert.Contains("no recipient", Assert.Throws<CryptographicException>(
            () => message.Decrypt(
                stranger, Samples.Certificate(SubjectPublicKey.Of(stranger), serial: 5, keyIdentifier: [4]))).Message,
            StringComparison.Ordinal);
        using KemKey other = KemKeys.Generate(KemAlgorithm.MLKem512);
        Assert.Contains("ML-KEM-768", Assert.Throws<CryptographicException>(() => message.Decrypt(other)).Message,
            StringComparison.Ordinal);
        using KemKey publicOnly = KemKeys.ImportPublic(Key.Algorithm, Key.ExportEncapsulationKey());
        Assert.Throws<CryptographicException>(() => message.Decrypt(publicOnly));
    }

    // RFC 9629, sections 3 and 5, read a second time with .NET's primitives.
    [Fact]
    public void The_recipient_info_is_that_of_the_rfc()
    {
        byte[] encoded = CmsEnvelope.Encrypt(Content, [CmsRecipient.FromCertificate(Certificate)]);
        AsnReader info = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
        Assert.Equal("1.2.840.113549.1.9.16.1.23", info.ReadObjectIdentifier());
        AsnReader data = info.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence();
        Assert.Equal(0, (int)data.ReadInteger());
        AsnReader other = data.ReadSetOf().ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 4));
        Assert.Equal("1.2.840.113549.1.9.16.13.3", other.ReadObjectIdentifier());
        AsnReader kem = other.ReadSequence();
        Assert.Equal(0, (int)kem.ReadInteger());
        kem.ReadSequence();
        Assert.Equal("300B0609608648016503040402", Convert.ToHexString(kem.ReadEncodedValue().Span));
        byte[] ciphertext = kem.ReadOctetString();
        Assert.Equal("300D060B2A864886F70D010910031C", Convert.ToHexString(kem.ReadEncodedValue().Span));
        Assert.Equal(32, (int)kem.ReadInteger());
        Assert.Equal("300B060960864801650304012D", Convert.ToHexString(kem.ReadEncodedValue().Span));
        byte[] wrapped = kem.ReadOctetString(), secret = new byte[32];
        Key.Decapsulate(ciphertext, secret);
        byte[] otherInfo = Convert.FromHexString("3010300B060960864801650304012D020120");
        byte[] contentKey =
            AesKeyWrap.Unwrap(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, [], otherInfo), wrapped);

        AsnReader content = data.ReadSequence();
        Assert.Equal("1.2.840.113549.1.7.1", content.ReadObjectIdentifier());
        AsnReader cipher = content.ReadSequence();
        Assert.Equal("2.16.840.1.101.3.4.1.46", cipher.ReadObjectIdentifier());
        byte[] nonce = cipher.ReadSequence().ReadOctetString();
        byte[] encrypted = content.ReadOctetString(new Asn1Tag(TagClass.ContextSpecific, 0));
        byte[] tag = data.ReadOctetString();
        byte[] plaintext = new byte[encrypted.Length];
        using AesGcm gcm = new(contentKey, 16);
        gcm.Decrypt(nonce, encrypted, tag, plaintext);
        Assert.Equal(Content, plaintext);
    }

    [Fact]
    public void Every_changed_byte_is_refused()
    {
        byte[] encoded = CmsEnvelope.Encrypt(Content, [CmsRecipient.FromCertificate(Certificate)]);
        int open = 0;
        for (int i = 0; i < encoded.Length; i++)
        {
            byte[] changed = Damage.Flip(encoded, i, (byte)(1 << (i % 8)));
            try
            {
                // The name of the recipient and the type inside are not authenticated, by the standard.
                Assert.Equal(Content, CmsEnvelope.Decode(changed).Decrypt(Key));
                open++;
            }
            catch (CryptographicException)
            {
            }
        }

        Assert.InRange(open, 1, 60);
    }

    [Fact]
    public void Misuse_is_refused()
    {
        Assert.Throws<ArgumentException>(() => CmsEnvelope.Encrypt(Content, []));
        Assert.Throws<ArgumentException>(() => CmsRecipient.FromKey(Key, []));
        byte[] signer = Samples.Certificate(SubjectPublicKey.Of(Samples.Signature("ML-DSA-44")));
        Assert.Throws<CryptographicException>(() => CmsRecipient.FromCertificate(signer));
        using KemKey unnamed = KemKeys.Generate(KemAlgorithm.MLKem768P256);
        Assert.Throws<ArgumentException>(() => CmsRecipient.FromKey(unnamed, [1]));
    }

    // Nested a hundred thousand deep, and lengths that promise more than there is.
    [Fact]
    public void Hostile_nesting_is_refused_quickly()
    {
        byte[][] hostile =
        [
            [.. Enumerable.Repeat((byte)0x30, 100_000).SelectMany(tag => (byte[])[tag, 0x80])],
            [.. Enumerable.Repeat((byte)0x24, 100_000).SelectMany(tag => (byte[])[tag, 0x80])],
            [0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF, 0x06], [0x30, 0x80], [],
        ];
        byte[] valid = CmsEnvelope.Encrypt(Content, [CmsRecipient.FromCertificate(Certificate)]);
        Assert.All(hostile, bytes =>
        {
            Assert.Throws<CryptographicException>(() => CmsEnvelope.Decode(bytes));
            Assert.Throws<CryptographicException>(() => CmsSignedData.Decode(bytes));
            Assert.Throws<CryptographicException>(() => CmsEnvelope.Decode((byte[])[.. valid[..^18], .. bytes]));
        });
    }
}
