using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;

namespace Qbitel.Cryptography.Hybrid;

/// <summary>
/// RSAES-OAEP as a KEM: 32 random bytes, encrypted (draft-ietf-lamps-pq-composite-kem-18, sections 2.1 and 6.1: SHA-256
/// for both hashes, empty label).
/// </summary>
internal sealed class RsaOaepKem(RsaSize size) : ClassicalKem
{
    public override int PublicKeySize => size.PublicKeySize;

    public override int CiphertextSize => size.ModulusSize;

    public override int SecretSize => RsaOaepKey.SecretSize;

    public override byte[] NewPrivateKey()
    {
        using RSA key = size.Generate();
        return key.ExportRSAPrivateKey();
    }

    public override ClassicalKemKey ImportPrivate(ReadOnlySpan<byte> encoded) =>
        new RsaOaepKey(size.ImportPrivate(encoded));

    public override ClassicalKemKey ImportPublic(ReadOnlySpan<byte> encoded) =>
        new RsaOaepKey(size.ImportPublic(encoded));
}

/// <summary>A key of <see cref="RsaOaepKem"/>.</summary>
internal sealed class RsaOaepKey(RSA key) : ClassicalKemKey
{
    public const int SecretSize = 32;

    public override ReadOnlyMemory<byte> PublicKey { get; } = key.ExportRSAPublicKey();

    public override void Encapsulate(Span<byte> ciphertext, Span<byte> secret)
    {
        RandomNumberGenerator.Fill(secret);
        if (!key.TryEncrypt(secret, ciphertext, RSAEncryptionPadding.OaepSHA256, out int written)
            || written != ciphertext.Length)
        {
            throw new CryptographicException("RSA-OAEP gave a ciphertext of another length than its modulus.");
        }
    }

    public override void Decapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> secret)
    {
        // The platform wants room for any plaintext; the secret has one length. One error for every cause.
        Span<byte> plaintext = stackalloc byte[ciphertext.Length];
        bool done;
        try
        {
            done = key.TryDecrypt(ciphertext, plaintext, RSAEncryptionPadding.OaepSHA256, out int written)
                && written == SecretSize;
            if (done) plaintext[..SecretSize].CopyTo(secret);
        }
        catch (CryptographicException)
        {
            done = false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }

        if (!done) throw new CryptographicException("RSA-OAEP: the ciphertext was not made for this key.");
    }

    public override void Dispose() => key.Dispose();
}
