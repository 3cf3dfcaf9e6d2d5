using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.ThreeDS.Jose;

namespace Qbitel.Protocols.Tests.ThreeDS;

/// <summary>The examples of RFC 7515, 7516 and 7518, and objects made here by the platform's keys.</summary>
public sealed class JoseTests
{
    // RFC 7515, A.3.
    private const string SignedText =
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leG"
        + "FtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApm"
        + "WQxfKTUJqPP3-Kg6NU1Q";

    private const string SignerKey = """
        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
        """;

    // RFC 7516, A.3: content encrypted by A128CBC-HS256, whose key the appendix tells.
    private const string EncryptedText =
        "eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.6KB707dM9YTIgHtLvtgWQ8mKwboJW3of"
        + "9locizkDTHzBC2IlrT1oOQ.AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY."
        + "U0m_YmjN04DJvceFICbCVQ";

    private static readonly byte[] ContentKey =
        [4, 211, 31, 197, 84, 157, 252, 254, 11, 100, 157, 250, 63, 170, 106, 206,
        107, 124, 212, 45, 111, 107, 9, 219, 200, 177, 0, 240, 143, 156, 44, 207];

    [Fact]
    public void The_signature_of_RFC_7515_holds_and_none_other()
    {
        JwsMessage message = JwsMessage.Parse(Encoding.ASCII.GetBytes(SignedText));
        Assert.True(JoseKey.TryParse(Encoding.UTF8.GetBytes(SignerKey), out JoseKey key));
        using ECDsa signer = ECDsa.Create(key.ToParameters());

        Assert.True(message.Verify(signer));
        Assert.StartsWith("{\"iss\":\"joe\"", Encoding.UTF8.GetString(message.Payload.Span), StringComparison.Ordinal);
        Assert.Equal("ES256", message.Headers[0].Algorithm);

        for (int i = 0; i < SignedText.Length; i++)
        {
            if (SignedText[i] == '.') continue;
            char other = SignedText[i] == 'A' ? 'B' : 'A';
            byte[] changed = Encoding.ASCII.GetBytes(SignedText[..i] + other + SignedText[(i + 1)..]);
            bool holds = JwsMessage.TryParse(changed, out JwsMessage read, out _) && read.Verify(signer);
            Assert.False(holds && !read.Payload.Span.SequenceEqual(message.Payload.Span));
            // The last letter of the signature has two bits that say nothing.
            Assert.True(!holds || i == SignedText.Length - 1, $"{i}");
        }

        using ECDsa stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.False(message.Verify(stranger));
        using RSA rsa = RSA.Create(2048);
        Assert.False(message.Verify(rsa));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public void Another_algorithm_is_never_verified_by_a_key_of_the_curve(string algorithm)
    {
        using ECDsa signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.True(Sign(signer, "{\"alg\":\"ES256\"}").Verify(signer));
        Assert.False(Sign(signer, $"{{\"alg\":\"{algorithm}\"}}").Verify(signer));
        Assert.False(Sign(signer, "{\"alg\":\"ES256\",\"crit\":[\"b64\"],\"b64\":false}").Verify(signer));
    }

    [Fact]
    public void A_signature_of_PS256_holds_by_the_certificate_of_its_header()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=ACS", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        using X509Certificate2 own =
            request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        string header = Url($"{{\"alg\":\"PS256\",\"x5c\":[\"{Convert.ToBase64String(own.RawData)}\"]}}");
        string signed = $"{header}.{Url("{\"acsURL\":\"https://acs.example\"}")}";
        byte[] signature =
            key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

        JwsMessage message = JwsMessage.Parse(Encoding.ASCII.GetBytes($"{signed}.{Url(signature)}"));
        Assert.Equal(own.RawData, Assert.Single(message.Headers[0].Certificates).ToArray());
        Assert.True(message.Verify(key));
        Assert.True(message.Verify((given, text, made) =>
        {
            using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(given.Certificates[0].Span);
            using RSA leafKey = leaf.GetRSAPublicKey()!;
            return leafKey.VerifyData(text, made, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        }));

        // The same as JSON: one signature beside the payload, and in a list.
        string[] parts = signed.Split('.');
        string flat = $$"""{"payload":"{{parts[1]}}","protected":"{{parts[0]}}","signature":"{{Url(signature)}}"}""";
        string list = $$"""
            {"payload":"{{parts[1]}}","signatures":[{"protected":"{{parts[0]}}","signature":"{{Url(signature)}}"}]}
            """;
        Assert.True(JwsMessage.Parse(Encoding.ASCII.GetBytes(flat)).Verify(key));
        Assert.True(JwsMessage.Parse(Encoding.ASCII.GetBytes(list)).Verify(key));
    }

    [Fact]
    public void The_content_of_RFC_7516_is_decrypted()
    {
        JweMessage message = JweMessage.Parse(Encoding.ASCII.GetBytes(EncryptedText));
        Assert.True(message.TryDecryptContent(ContentKey, out byte[] plaintext));
        Assert.Equal("Live long and prosper.", Encoding.UTF8.GetString(plaintext));
        Assert.False(message.TryDecrypt(ContentKey, out _)); // its key is wrapped, not agreed upon beforehand
        byte[] other = [.. ContentKey];
        other[0] ^= 1;
        Assert.False(message.TryDecryptContent(other, out byte[] nothing));
        Assert.Empty(nothing);
    }

    // RFC 7518, B.1.
    [Fact]
    public void The_test_case_of_RFC_7518_is_decrypted()
    {
        byte[] key = [.. Enumerable.Range(0, 32).Select(each => (byte)each)];
        byte[] ciphertext = Convert.FromHexString("c80edfa32ddf39d5ef00c0b468834279a2e46a1b8049f792f76bfe54b903a9c9"
            + "a94ac9b47ad2655c5f10f9aef71427e2fc6f9b3f399a221489f16362c703233609d45ac69864e3321cf82935ac4096c8"
            + "6e133314c54019e8ca7980dfa4b9cf1b384c486f3a54c51078158ee5d79de59fbd34d848b3d69550a67646344427ade5"
            + "4b8851ffb598f7f80074b9473c82e2db");
        bool isRead =
            ContentCipher.TryDecrypt("A128CBC-HS256", key, Convert.FromHexString("1af38c2dc2b96ffdd86694092341bc04"),
            "The second principle of Auguste Kerckhoffs"u8, ciphertext,
            Convert.FromHexString("652c3fa36b0a7c5b3219fab3a30bc1c4"), out byte[] plaintext);

        Assert.True(isRead);
        Assert.Equal("A cipher system must not be required to be secret, and it must be able to fall into the hands of "
            + "the enemy without inconvenience", Encoding.ASCII.GetString(plaintext));
    }

    // RFC 7518, C.
    [Fact]
    public void The_agreed_key_of_RFC_7518_is_derived()
    {
        Assert.True(JoseKey.TryParse("""
            {"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
            "y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"}
            """u8, out JoseKey alice));
        Assert.True(JoseKey.TryParse("""
            {"kty":"EC","crv":"P-256","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
            "y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck"}
            """u8, out JoseKey bob));
        ECParameters own = bob.ToParameters();
        own.D = System.Buffers.Text.Base64Url.DecodeFromChars("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw");
        using ECDiffieHellman bobs = ECDiffieHellman.Create(own);
        using ECDiffieHellman alices = ECDiffieHellman.Create(alice.ToParameters());
        byte[] key = new byte[16];

        ConcatKdf.Derive(bobs.DeriveRawSecretAgreement(alices.PublicKey), "A128GCM", "Alice"u8, "Bob"u8, key);

        Assert.Equal("VqqN6vgjbSBcIijNcacQGg", Url(key));
    }

    [Theory]
    [InlineData("A128GCM")]
    [InlineData("A128CBC-HS256")]
    public void What_is_encrypted_under_each_key_management_is_decrypted_by_its_key_alone(string encryption)
    {
        byte[] text = "{\"messageType\":\"CReq\"}"u8.ToArray();
        byte[] key = RandomNumberGenerator.GetBytes(ContentCipher.KeySize(encryption));
        string direct =
            JoseWriting.Encrypt($"{{\"alg\":\"dir\",\"enc\":\"{encryption}\",\"kid\":\"k\"}}", "", key, text);
        JweMessage message = JweMessage.Parse(Encoding.ASCII.GetBytes(direct));
        Assert.True(message.TryDecrypt(key, out byte[] read));
        Assert.Equal(text, read);
        key[0] ^= 1;
        Assert.False(message.TryDecrypt(key, out _));
        Assert.False(message.TryDecrypt(key.AsSpan(1), out _));

        using ECDiffieHellman mine = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using ECDiffieHellman theirs = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        ConcatKdf.Derive(mine.DeriveRawSecretAgreement(theirs.PublicKey), encryption, [], "acs"u8, key);
        ECParameters epk = mine.ExportParameters(false);
        string AgreedHeader() => $$$"""
            {"alg":"ECDH-ES","enc":"{{{encryption}}}","apv":"{{{Url("acs")}}}","epk":{"kty":"EC","crv":"P-256",
            "x":"{{{Url(epk.Q.X!)}}}","y":"{{{Url(epk.Q.Y!)}}}"}}
            """;
        string agreed = JoseWriting.Encrypt(AgreedHeader(), "", key, text);
        message = JweMessage.Parse(Encoding.ASCII.GetBytes(agreed));
        Assert.True(message.TryDecrypt(theirs, out read));
        Assert.Equal(text, read);
        Assert.False(message.TryDecrypt(mine, out _));

        // A point that is not on the curve is refused, not computed with.
        epk.Q.Y![31] ^= 1;
        string off = JoseWriting.Encrypt(AgreedHeader(), "", key, text);
        Assert.False(JweMessage.Parse(Encoding.ASCII.GetBytes(off)).TryDecrypt(theirs, out _));

        using RSA rsa = RSA.Create(2048);
        byte[] wrapped = rsa.Encrypt(key, RSAEncryptionPadding.OaepSHA256);
        string sealedText =
            JoseWriting.Encrypt($"{{\"alg\":\"RSA-OAEP-256\",\"enc\":\"{encryption}\"}}", Url(wrapped), key, text);
        message = JweMessage.Parse(Encoding.ASCII.GetBytes(sealedText));
        Assert.True(message.TryDecrypt(rsa, out read));
        Assert.Equal(text, read);
        using RSA stranger = RSA.Create(2048);
        Assert.False(message.TryDecrypt(stranger, out _));

        // The same object as JSON.
        string[] parts = sealedText.Split('.');
        string json = $$"""
            {"protected":"{{parts[0]}}","encrypted_key":"{{parts[1]}}","iv":"{{parts[2]}}","ciphertext":"{{parts[3]}}",
            "tag":"{{parts[4]}}"}
            """;
        Assert.True(JweMessage.Parse(Encoding.ASCII.GetBytes(json)).TryDecrypt(rsa, out _));
    }

    [Theory]
    [InlineData("a.b", "Jose.Parts")]
    [InlineData("!.e30.AA", "Jose.Base64")]
    [InlineData("e30.e30.AA", "Jose.Header")]
    [InlineData("eyJhbGciOiJFUzI1NiIsImFsZyI6Im5vbmUifQ.e30.AA", "Jose.Header")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.e30.", "Jose.Base64")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.e30.AA==", "Jose.Base64")]
    [InlineData("{\"payload\":\"e30\"}", "Jose.Header")]
    public void What_is_no_signed_object_is_told(string text, string code)
    {
        Assert.False(JwsMessage.TryParse(Encoding.ASCII.GetBytes(text), out _, out ParseError error));
        Assert.Equal(code, error.Code);
    }

    [Fact]
    public void Objects_by_themselves_say_what_they_are()
    {
        ParseReport jwe = MessageParser.Parse(Encoding.ASCII.GetBytes(EncryptedText), "3ds");
        Assert.Equal(("JWE", true), (jwe.MessageType, jwe.IsValid));
        Assert.Contains(new("encryption", "A128CBC-HS256"), jwe.Summary);
        Assert.Equal("JWS", MessageParser.Parse(Encoding.ASCII.GetBytes(SignedText), "3ds").MessageType);
    }

    [Fact]
    public void Any_bytes_end_in_an_object_or_an_error() => Prop.ForAll<byte[]>(bytes =>
        (JwsMessage.TryParse(bytes, out _, out ParseError signed) || signed is not null)
        && (JweMessage.TryParse(bytes, out _, out ParseError encrypted) || encrypted is not null))
        .QuickCheckThrowOnFailure();

    private static JwsMessage Sign(ECDsa key, string header)
    {
        string signed = $"{Url(header)}.{Url("{}")}";
        byte[] signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return JwsMessage.Parse(Encoding.ASCII.GetBytes($"{signed}.{Url(signature)}"));
    }

    private static string Url(string text) => Url(Encoding.UTF8.GetBytes(text));

    private static string Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
