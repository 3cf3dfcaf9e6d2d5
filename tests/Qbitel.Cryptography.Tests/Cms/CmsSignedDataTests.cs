using System.Formats.Asn1;
using System.Security.Cryptography;
using Qbitel.Cryptography.Cms;
using Qbitel.Cryptography.Keys;
using Qbitel.Cryptography.Tests.Encodings;

namespace Qbitel.Cryptography.Tests.Cms;

public sealed class CmsSignedDataTests
{
    private static readonly byte[] Content = [.. "statement of account"u8];
    private static readonly SignatureKey Key = SignatureKeys.Generate(SignatureAlgorithm.MLDsa65);
    private static readonly byte[] Certificate = Samples.Certificate(SubjectPublicKey.Of(Key));

    public static readonly TheoryData<string> Signatures = [.. Samples.SignatureNames];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Signatures))]
    public async Task Every_algorithm_signs_and_verifies(string name)
    {
        using SignatureKey key = Samples.Signature(name);
        byte[] certificate = Samples.Certificate(SubjectPublicKey.Of(key));
        DateTimeOffset time = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
        foreach (bool hasAttributes in (bool[])[true, false])
        {
            foreach (bool isDetached in (bool[])[true, false])
            {
                CmsSigner signer = new(new LocalSigner(key), certificate)
                {
                    HasSignedAttributes = hasAttributes,
                    SigningTime = time,
                };
                CmsSignedData message = CmsSignedData.Decode(
                    await CmsSignedData.SignAsync(Content, [signer], isDetached, cancellationToken: Cancellation));
                Assert.Equal(isDetached, message.Content is null);
                if (!isDetached) Assert.Equal(Content, message.Content!.Value.ToArray());

                CmsSignature signature = Assert.Single(message.Signatures);
                Assert.Same(key.Algorithm, signature.Algorithm);
                Assert.Equal(hasAttributes, signature.HasSignedAttributes);
                Assert.Equal(hasAttributes ? time : null, signature.SigningTime);
                Assert.Equal(certificate, message.CertificateOf(signature)!.Value.ToArray());
                Assert.True(signature.Verify(key, Content));
                Assert.False(signature.Verify(key, new byte[1]));
                using SignatureKey other = Samples.Signature(name);
                Assert.False(signature.Verify(other, Content));
            }
        }
    }

    [Fact]
    public async Task Several_sign_each_for_himself()
    {
        using SignatureKey second = SignatureKeys.Generate(SignatureAlgorithm.MLDsa87);
        byte[] authority = Samples.Certificate(SubjectPublicKey.Of(second), serial: 77);
        CmsSigner[] signers =
        [
            new(new LocalSigner(Key), Certificate) { Digest = CmsDigest.Shake256 },
            CmsSigner.ByKeyIdentifier(new LocalSigner(second), [5, 5]),
        ];
        CmsSignedData message = CmsSignedData.Decode(
            await CmsSignedData.SignAsync(
                Content, signers, certificates: [authority, Certificate], cancellationToken: Cancellation));
        Assert.Equal(2, message.Certificates.Count);
        Assert.Equal(2, message.Signatures.Count);
        CmsSignature first = message.Signatures.Single(signature => signature.Algorithm == Key.Algorithm);
        CmsSignature other = message.Signatures.Single(signature => signature.Algorithm == second.Algorithm);
        Assert.Same(CmsDigest.Shake256, first.Digest);
        Assert.True(first.Verify(Key, Content) && other.Verify(second, Content));
        Assert.False(first.Verify(second, Content) || other.Verify(Key, Content));
        Assert.Null(message.CertificateOf(other));
        Assert.True(other.Names(Samples.Certificate(SubjectPublicKey.Of(second), keyIdentifier: [5, 5])));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(200_000)]
    public async Task A_stream_is_signed_as_it_passes(int size)
    {
        byte[] content = RandomNumberGenerator.GetBytes(size);
        CmsSigner signer = new(new LocalSigner(Key), Certificate);
        using MemoryStream written = new();
        await CmsSignedData.SignAsync(new MemoryStream(content), written, [signer], cancellationToken: Cancellation);
        CmsSignedData message = CmsSignedData.Decode(written.ToArray());
        Assert.Equal(content, message.Content!.Value.ToArray());
        Assert.True(message.Signatures[0].Verify(Key, content));

        CmsSignedData detached = CmsSignedData.Decode(
            await CmsSignedData.SignDetachedAsync(
                new MemoryStream(content), [signer], cancellationToken: Cancellation));
        Assert.Null(detached.Content);
        Assert.True(await detached.Signatures[0].VerifyAsync(Key, new MemoryStream(content), Cancellation));
        Assert.False(await detached.Signatures[0].VerifyAsync(Key, new MemoryStream([.. content, 1]), Cancellation));

        CmsSigner bare = new(new LocalSigner(Key), Certificate) { HasSignedAttributes = false };
        await Assert.ThrowsAsync<ArgumentException>(
            () => CmsSignedData.SignDetachedAsync(new MemoryStream(content), [bare], cancellationToken: Cancellation));
        CmsSignedData whole = CmsSignedData.Decode(
            await CmsSignedData.SignAsync(content, [bare], cancellationToken: Cancellation));
        await Assert.ThrowsAsync<CryptographicException>(
            () => whole.Signatures[0].VerifyAsync(Key, new MemoryStream(content), Cancellation));
    }

    [Fact]
    public async Task A_weak_digest_is_not_made_and_not_believed()
    {
        Assert.Throws<ArgumentException>(
            () => new CmsSigner(new LocalSigner(Key), Certificate) { Digest = CmsDigest.Sha256 });
        using SignatureKey smallest = SignatureKeys.Generate(SignatureAlgorithm.MLDsa44);
        byte[] certificate = Samples.Certificate(SubjectPublicKey.Of(smallest));
        CmsSigner fine = new(new LocalSigner(smallest), certificate) { Digest = CmsDigest.Sha256 };
        Assert.True(
            CmsSignedData.Decode(await CmsSignedData.SignAsync(Content, [fine], cancellationToken: Cancellation))
            .Signatures[0].Verify(smallest, Content));

        // The same attributes and signature, said to be by a digest of which they are not.
        byte[] message = await CmsSignedData.SignAsync(
            Content, [new CmsSigner(new LocalSigner(Key), Certificate)], cancellationToken: Cancellation);
        byte[] sha512 = Convert.FromHexString("0609608648016503040203");
        byte[] sha256 = Convert.FromHexString("0609608648016503040201");
        for (int at; (at = message.AsSpan().IndexOf(sha512)) >= 0;) sha256.CopyTo(message, at);
        Assert.False(CmsSignedData.Decode(message).Signatures[0].Verify(Key, Content));
    }

    // What one signed as attributes must not pass as a content signed without any: RFC 5652 leaves it open.
    [Fact]
    public async Task Signed_attributes_are_not_a_content()
    {
        CmsSigner signer = new(new LocalSigner(Key), Certificate);
        byte[] digest = CmsDigest.Sha512.Of(Content);
        byte[] attributes = CmsAttributes.Make(CmsOids.Data, digest, null).Signed;
        CmsSigner bare = new(new LocalSigner(Key), Certificate) { HasSignedAttributes = false };
        await Assert.ThrowsAsync<CryptographicException>(
            () => CmsSignedData.SignAsync(attributes, [bare], cancellationToken: Cancellation));

        // The forgery: the signature over the attributes, in a message without them.
        byte[] signature = Key.Sign(attributes);
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            signer.Identifier.Write(writer);
            CmsAlgorithms.WriteIdentifier(writer, CmsDigest.Sha512.Oid);
            CmsAlgorithms.WriteIdentifier(writer, Key.Algorithm.Oid!);
            writer.WriteOctetString(signature);
        }

        CmsSignature forged = CmsSignature.Read(new AsnReader(writer.Encode(), AsnEncodingRules.DER), CmsOids.Data);
        Assert.True(Key.Verify(attributes, signature));
        Assert.False(forged.Verify(Key, attributes));
    }

    [Fact]
    public async Task Every_changed_byte_of_the_signed_parts_is_refused()
    {
        byte[] encoded = await CmsSignedData.SignAsync(
            Content, [CmsSigner.ByKeyIdentifier(new LocalSigner(Key), [1, 2, 3, 4])], cancellationToken: Cancellation);
        int verified = 0;
        for (int i = 0; i < encoded.Length; i++)
        {
            byte[] changed = Damage.Flip(encoded, i, (byte)(1 << (i % 8)));
            try
            {
                CmsSignedData message = CmsSignedData.Decode(changed);
                if (message.Signatures.Count == 1 && message.Content is { } content
                    && message.Signatures[0].Verify(Key, content))
                {
                    Assert.Equal(Content, content.ToArray());
                    verified++;
                }
            }
            catch (CryptographicException)
            {
            }
        }

        Assert.InRange(verified, 0, 40); // the version, the list of digests and the signer's name, by the standard
    }

    [Fact]
    public async Task A_certificate_of_another_key_is_refused()
    {
        using SignatureKey other = SignatureKeys.Generate(SignatureAlgorithm.MLDsa65);
        Assert.Throws<ArgumentException>(() => new CmsSigner(new LocalSigner(other), Certificate));
        Assert.Throws<ArgumentException>(() => CmsSigner.ByKeyIdentifier(new LocalSigner(other), []));
        await Assert.ThrowsAsync<ArgumentException>(
            () => CmsSignedData.SignAsync(Content, [], cancellationToken: Cancellation));
    }

    [Fact]
    public async Task An_order_is_signed_and_encrypted()
    {
        using SignatureKey signingKey = SignatureKeys.Generate(SignatureAlgorithm.MLDsa65);
        using KemKey recipientKey = KemKeys.Generate(KemAlgorithm.MLKem768);
        byte[] signingCertificate = Samples.Certificate(SubjectPublicKey.Of(signingKey));
        byte[] recipientCertificate = Samples.Certificate(SubjectPublicKey.Of(recipientKey)), order = [.. "pay"u8];
        SignatureKey senderKey = signingKey;
        DateTimeOffset now = new(2026, 11, 28, 0, 0, 0, TimeSpan.Zero);
        CancellationToken cancellation = Cancellation;

        #region SignThenEncrypt
        CmsSigner signer = new(new LocalSigner(signingKey), signingCertificate) { SigningTime = now };
        byte[] signed = await CmsSignedData.SignAsync(order, [signer], cancellationToken: cancellation);
        byte[] message = CmsEnvelope.Encrypt(signed, [CmsRecipient.FromCertificate(recipientCertificate)]);

        byte[] opened = CmsEnvelope.Decode(message).Decrypt(recipientKey, recipientCertificate);
        CmsSignedData received = CmsSignedData.Decode(opened);
        bool genuine = received.Signatures[0].Verify(senderKey, received.Content!.Value);
        #endregion

        Assert.True(genuine);
    }

    [Fact]
    public async Task The_message_is_der()
    {
        byte[] encoded = await CmsSignedData.SignAsync(
            Content, [new CmsSigner(new LocalSigner(Key), Certificate)], cancellationToken: Cancellation);
        AsnReader info = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
        Assert.Equal(CmsOids.SignedData, info.ReadObjectIdentifier());
        AsnReader data = info.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence();
        Assert.Equal(1, (int)data.ReadInteger());
        Assert.Equal("310D300B0609608648016503040203", Convert.ToHexString(data.ReadEncodedValue().Span));
        data.ReadSequence();
        data.ReadSetOf(new Asn1Tag(TagClass.ContextSpecific, 0));
        AsnReader signer = data.ReadSetOf().ReadSequence();
        Assert.Equal(1, (int)signer.ReadInteger());
        data.ThrowIfNotEmpty();
    }
}
