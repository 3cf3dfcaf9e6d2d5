using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Keys;
using Qbitel.Cryptography.Lattices;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Keys;

/// <summary>The examples of docs/guides/cryptography.md.</summary>
public sealed class GuideTests
{
    [Fact]
    public void A_signature_made_by_ecdsa_becomes_a_composite()
    {
        byte[] payment = [.. "pacs.008"u8];

        #region MigrateSignature
        // Before: using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        //         byte[] signature = key.SignData(payment, HashAlgorithmName.SHA256);
        using SignatureKey key = SignatureKeys.Generate(SignatureAlgorithm.MLDsa65EcdsaP256);
        byte[] signature = key.Sign(payment, context: "wire"u8);

        // The other side needs the public key only; both halves must verify.
        byte[] encoded = SubjectPublicKey.Of(key).Encode();
        SubjectPublicKey decoded = SubjectPublicKey.Decode(encoded);
        using SignatureKey verifier =
            SignatureKeys.ImportPublic((SignatureAlgorithm)decoded.Algorithm, decoded.Key.Span);
        bool genuine = verifier.Verify(payment, signature, context: "wire"u8);
        #endregion

        Assert.True(genuine);
        Assert.False(verifier.Verify(payment, signature, "other"u8));
    }

    [Fact]
    public void A_key_wrapped_by_rsa_becomes_a_hybrid_kem()
    {
        #region MigrateKeyTransport
        // Before: byte[] wrapped = rsa.Encrypt(sessionKey, RSAEncryptionPadding.OaepSHA256);
        // A KEM makes the session key itself; what is sent is the ciphertext.
        using KemKey holder = KemKeys.Generate(KemAlgorithm.XWing);
        byte[] publicKey = holder.ExportEncapsulationKey();

        using KemKey sender = KemKeys.ImportPublic(KemAlgorithm.XWing, publicKey);
        byte[] ciphertext = new byte[sender.Algorithm.CiphertextSize];
        byte[] sessionKey = new byte[sender.Algorithm.SharedSecretSize];
        sender.Encapsulate(ciphertext, sessionKey);

        byte[] received = new byte[holder.Algorithm.SharedSecretSize];
        holder.Decapsulate(ciphertext, received); // equal to sessionKey
        #endregion

        Assert.Equal(sessionKey, received);
    }

    [Fact]
    public void An_rsa_half_stays_where_rsa_has_to_stay()
    {
        #region KeepRsa
        using KemKey holder = KemKeys.Generate(KemAlgorithm.CompositeMLKem768Rsa2048);
        byte[] privateKey = holder.ExportPrivateKey(); // seed, then RSAPrivateKey: at most PrivateKeySize bytes
        using KemKey again = KemKeys.ImportPrivate(holder.Algorithm, privateKey);
        CryptographicOperations.ZeroMemory(privateKey);
        #endregion

        Assert.Equal(holder.ExportEncapsulationKey(), again.ExportEncapsulationKey());
        Assert.False(holder.Algorithm.IsPrivateKeySizeFixed);
    }

    [Fact]
    public void The_implementation_in_force_is_visible()
    {
        #region InForce
        LatticeImplementation inForce = LatticeImplementation.Current;
        bool managed = inForce.KeyEncapsulation == ImplementationChoice.Managed;
        string line = inForce.ToString(); // "Managed: ML-KEM Managed, ML-DSA Managed"
        #endregion

        Assert.Equal(managed, line.Contains("ML-KEM Managed", StringComparison.Ordinal));
    }

    [Fact]
    public void A_busy_sender_keeps_ephemeral_keys_ready()
    {
        TimeProvider time = new ManualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using KemKey holder = KemKeys.Generate(KemAlgorithm.XWing);
        byte[] publicKey = holder.ExportEncapsulationKey(), ciphertext = new byte[1120], secret = new byte[32];

        #region Reserve
        using X25519Reserve reserve = new(capacity: 64, lifetime: TimeSpan.FromSeconds(30), time);
        using KemKey sender = KemKeys.ImportPublic(KemAlgorithm.XWing, publicKey, reserve);
        sender.Encapsulate(ciphertext, secret);
        #endregion

        byte[] received = new byte[32];
        holder.Decapsulate(ciphertext, received);
        Assert.Equal(secret, received);
    }
}
