using Qbitel.Cryptography;
using Qbitel.Governance.Inventory;

namespace Qbitel.Governance.Tests.Inventory;

public sealed class CryptoAlgorithmsTests
{
    [Theory]
    [InlineData(512, 0)]
    [InlineData(1024, 80)]
    [InlineData(2047, 80)]
    [InlineData(2048, 112)]
    [InlineData(3071, 112)]
    [InlineData(3072, 128)]
    [InlineData(4096, 128)]
    [InlineData(7680, 192)]
    [InlineData(15360, 256)]
    public void The_strength_of_RSA_is_that_of_the_row_its_modulus_reaches(int size, int bits)
    {
        CryptoAlgorithm rsa = CryptoAlgorithms.ByPublicKey("1.2.840.113549.1.1.1", size);
        Assert.Equal(($"RSA-{size}", bits, 0), (rsa.Name, rsa.ClassicalBits, rsa.QuantumCategory));
    }

    // Several published pages call P-256 112-bit.
    [Theory]
    [InlineData("P-256", 128)]
    [InlineData("Ed25519", 128)]
    [InlineData("X25519", 128)]
    [InlineData("P-384", 192)]
    [InlineData("RSA-2048", 112)]
    [InlineData("FFDHE-2048", 112)]
    public void Classical_strengths_are_those_of_SP_800_57(string name, int bits)
    {
        CryptoAlgorithm algorithm = CryptoAlgorithms.ByName(name);
        Assert.Equal((bits, true), (algorithm.ClassicalBits, algorithm.IsQuantumVulnerable));
    }

    [Theory]
    [InlineData(0x11EC, "X25519MLKEM768", 3, true)]
    [InlineData(0x11ED, "SecP384r1MLKEM1024", 5, true)]
    [InlineData(0x0200, "ML-KEM-512", 1, false)]
    [InlineData(0x001D, "X25519", 0, false)]
    [InlineData(0x0017, "P-256", 0, false)]
    public void TLS_groups_are_known_by_number(int number, string name, int category, bool hybrid)
    {
        CryptoAlgorithm group = CryptoAlgorithms.ByTlsGroup(number);
        Assert.Equal((name, category, hybrid), (group.Name, group.QuantumCategory, group.IsHybrid));
    }

    [Theory]
    [InlineData("kyber-tunnel")]
    [InlineData("ML-KEM-768-custom")]
    [InlineData("falcon")]
    [InlineData("RSA-2048x")]
    [InlineData("")]
    public void A_name_that_is_not_listed_is_unknown_however_it_looks(string name)
    {
        CryptoAlgorithm algorithm = CryptoAlgorithms.ByName(name);
        Assert.False(algorithm.IsKnown || algorithm.IsQuantumSafe || algorithm.IsQuantumVulnerable);
    }

    [Fact]
    public void Unlisted_numbers_stay_numbers()
    {
        Assert.Equal("TLS group 0x0A0A", CryptoAlgorithms.ByTlsGroup(0x0A0A).Name);
        Assert.Equal("TLS cipher suite 0xFFFF", CryptoAlgorithms.ByTlsCipherSuite(0xFFFF).Name);
        Assert.Equal("TLS signature scheme 0xFE00", CryptoAlgorithms.ByTlsSignatureScheme(0xFE00).Name);
        Assert.False(CryptoAlgorithms.ByOid("1.2.3.4").IsKnown);
        Assert.False(CryptoAlgorithms.ByPublicKey("1.2.840.10045.2.1", 256, "1.2.3").IsKnown);
        Assert.False(CryptoAlgorithms.ByPublicKey("1.2.840.10045.2.1", 256).IsKnown);
    }

    [Theory]
    [InlineData("Kyber768")]
    [InlineData("X25519Kyber768Draft00")]
    [InlineData("Dilithium3")]
    [InlineData("Falcon-512")]
    public void Drafts_are_known_and_no_standard(string name) =>
        Assert.True(CryptoAlgorithms.ByName(name) is { IsKnown: true, IsStandard: false, IsQuantumSafe: false });

    [Fact]
    public void Every_algorithm_of_the_library_is_known_by_name_alias_and_identifier() =>
        Assert.All(KeyAlgorithm.All, a =>
    {
        CryptoAlgorithm known = CryptoAlgorithms.Ours(a);
        Assert.Equal(a.IsQuantumSafe, known.IsQuantumSafe);
        Assert.Equal(known, CryptoAlgorithms.ByName(a.Name));
        Assert.All(
            a.Aliases, alias => Assert.Equal(known.QuantumCategory, CryptoAlgorithms.ByName(alias).QuantumCategory));
        if (a.Oid is not null) Assert.Equal(known.QuantumCategory, CryptoAlgorithms.ByOid(a.Oid).QuantumCategory);
    });

    // FIPS 204 and 205 of a hash; the numbers of NIST CSOR, as RFC 9909 writes them out.
    [Theory]
    [InlineData(32, "HashML-DSA-44", 2)]
    [InlineData(34, "HashML-DSA-87", 5)]
    [InlineData(35, "HashSLH-DSA-SHA2-128s", 1)]
    [InlineData(40, "HashSLH-DSA-SHA2-256f", 5)]
    [InlineData(41, "HashSLH-DSA-SHAKE-128s", 1)]
    [InlineData(43, "HashSLH-DSA-SHAKE-192s", 3)]
    [InlineData(46, "HashSLH-DSA-SHAKE-256f", 5)]
    public void Signatures_of_a_hash_are_known_by_their_identifiers(int number, string name, int category)
    {
        CryptoAlgorithm known = CryptoAlgorithms.ByOid($"2.16.840.1.101.3.4.3.{number}");
        Assert.Equal((name, category, true), (known.Name, known.QuantumCategory, known.IsQuantumSafe));
    }

    [Fact]
    public void SLH_DSA_is_known_by_its_identifiers()
    {
        Assert.Equal("SLH-DSA-SHA2-128s", CryptoAlgorithms.ByOid("2.16.840.1.101.3.4.3.20").Name);
        Assert.Equal(
            ("SLH-DSA-SHAKE-256f", 5),
            (CryptoAlgorithms.ByOid("2.16.840.1.101.3.4.3.31").Name,
                CryptoAlgorithms.ByOid("2.16.840.1.101.3.4.3.31").QuantumCategory));
    }

    [Fact]
    public void A_handshake_gives_its_uses_by_the_numbers_of_the_wire()
    {
        TlsObservation hybrid = new()
        {
            Group = 0x11EC,
            CipherSuite = 0x1302,
            SignatureScheme = 0x0403,
            KeyOid = "1.2.840.10045.2.1",
            KeySizeBits = 256,
            KeyCurve = "secp256r1",
            CertificateSignatureOid = "1.2.840.10045.4.3.2",
        };
        Assert.Equal(
            ["negotiated group X25519MLKEM768", "certificate key P-256", "handshake signature ECDSA P-256",
                "issuer signature ECDSA with SHA-256", "cipher suite AES-256"],
            hybrid.Uses().Select(u => $"{u.Role} {u.Algorithm}"));

        TlsObservation transport = new() { CipherSuite = 0x009D, KeyOid = "1.2.840.113549.1.1.1", KeySizeBits = 2048 };
        AlgorithmUse exchange = transport.Uses()[0];
        Assert.Equal(("RSA-2048 key transport", 112), (exchange.Algorithm.Name, exchange.Algorithm.ClassicalBits));
        Assert.Equal("RSA-PSS under RSA-2048", (transport with { SignatureScheme = 0x0804 }).Uses()[2].Algorithm.Name);
        Assert.Equal(
            "DH-1024", new TlsObservation { DiffieHellmanBits = 1024, CipherSuite = 0x0033 }.Uses()[0].Algorithm.Name);
        Assert.False(new TlsObservation { CipherSuite = 0xC02F }.Uses()[0].Algorithm.IsKnown);
    }
}
