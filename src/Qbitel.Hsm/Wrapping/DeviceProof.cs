using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Wrapping;

/// <summary>Lets a private key do what only the owner of the public key can: that proves the pair.</summary>
internal static unsafe class DeviceProof
{
    // Not a message anybody would sign: it cannot be taken for one.
    private static readonly byte[] Prefix = "qbitel: does this private key belong to its public key? "u8.ToArray();

    /// <summary>Why no use of the key can prove it; null where one can.</summary>
    public static string? WhyNot(TransferKind kind, KeyUses uses) => kind.Type switch
    {
        Ckk.Ec or Ckk.EcEdwards or Ckk.MlDsa => uses.HasFlag(KeyUses.Sign) ? null : Lacking("sign"),
        Ckk.Rsa => (uses & (KeyUses.Sign | KeyUses.Decrypt)) != KeyUses.None ? null : Lacking("sign or decrypt"),
        Ckk.MlKem => uses.HasFlag(KeyUses.Decapsulate) ? null : Lacking("decapsulate"),
        _ => "such pairs do not live in this kind of token",
    };

    /// <returns>What was done, for the report; null where the pair does not belong together.</returns>
    public static string? Prove(Session session, ulong handle, TransferKind kind, TransferKey key)
    {
        byte[] probe = [.. Prefix, .. RandomNumberGenerator.GetBytes(32)];
        ReadOnlySpan<byte> publicKey = key.PublicKey.Span;
        switch (kind.Type)
        {
            case Ckk.Ec:
                {
                    byte[] digest = SHA256.HashData(probe);
                    byte[] signature = session.Sign(
                        new CkMechanism { Type = Ckm.Ecdsa }, handle, digest, 2 * kind.Size);
                    using ECDsa ecdsa = ECDsa.Create(new ECParameters
                    {
                        Curve = ECCurve.CreateFromValue(kind.Curve!),
                        Q = new ECPoint
                        {
                            X = publicKey.Slice(1, kind.Size).ToArray(),
                            Y = publicKey[(1 + kind.Size)..].ToArray(),
                        },
                    });
                    return ecdsa.VerifyHash(digest, signature) ? "signed and verified (ECDSA)" : null;
                }

            case Ckk.Rsa when key.Uses.HasFlag(KeyUses.Sign):
                {
                    byte[] signature = session.Sign(
                        new CkMechanism { Type = Ckm.Sha256RsaPkcs }, handle, probe, kind.Size);
                    using RSA rsa = RSA.Create();
                    rsa.ImportRSAPublicKey(publicKey, out _);
                    return rsa.VerifyData(probe, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                        ? "signed and verified (RSA)" : null;
                }

            case Ckk.Rsa:
                {
                    using RSA rsa = RSA.Create();
                    rsa.ImportRSAPublicKey(publicKey, out _);
                    byte[] sent = RandomNumberGenerator.GetBytes(32), received = new byte[kind.Size];
                    byte[] sealedText = rsa.Encrypt(sent, RSAEncryptionPadding.Pkcs1);
                    int size = session.Decrypt(new CkMechanism { Type = Ckm.RsaPkcs }, handle, sealedText, received);
                    return CryptographicOperations.FixedTimeEquals(sent, received.AsSpan(0, size))
                        ? "encrypted and decrypted (RSA)" : null;
                }

            case Ckk.MlKem:
                {
                    KemAlgorithm kem = (KemAlgorithm)kind.Algorithm!;
                    using KemKey receiver = KemKeys.ImportPublic(kem, publicKey);
                    byte[] ciphertext = new byte[kem.CiphertextSize], secret = new byte[kem.SharedSecretSize],
                        opened = [];
                    try
                    {
                        receiver.Encapsulate(ciphertext, secret);
                        opened = Decapsulate(session, handle, ciphertext);
                        return CryptographicOperations.FixedTimeEquals(secret, opened)
                            ? "encapsulated and decapsulated (ML-KEM)" : null;
                    }
                    finally
                    {
                        CryptographicOperations.ZeroMemory(secret);
                        CryptographicOperations.ZeroMemory(opened);
                    }
                }

            default:
                {
                    SignatureAlgorithm algorithm = (SignatureAlgorithm)kind.Algorithm!;
                    Ckm mechanism = kind.Type == Ckk.MlDsa ? Ckm.MlDsa : Ckm.Eddsa;
                    byte[] signature = session.Sign(
                        new CkMechanism { Type = mechanism }, handle, probe, algorithm.SignatureSize);
                    using SignatureKey verifier = SignatureKeys.ImportPublic(algorithm, publicKey);
                    return verifier.Verify(probe, signature) ? $"signed and verified ({algorithm})" : null;
                }
        }
    }

    // A secret made for the probe: it protects nothing.
    private static byte[] Decapsulate(Session session, ulong handle, byte[] ciphertext)
    {
        using Template template = new();
        template.Add(Cka.Class, (ulong)Cko.SecretKey).Add(Cka.KeyType, (ulong)Ckk.GenericSecret).Add(Cka.Token, false)
            .Add(Cka.Sensitive, false).Add(Cka.Extractable, true).Add(Cka.ValueLen, 32UL);
        ulong secret = session.Decapsulate(handle, ciphertext, template);
        try
        {
            return session.Attribute(secret, Cka.Value)
                ?? throw new Pkcs11Error("C_GetAttributeValue", Ckr.AttributeSensitive);
        }
        finally
        {
            session.Functions.DestroyObject(session.Handle, secret);
        }
    }

    private static string Lacking(string use) =>
        $"it may not {use}, so that a copy could not be proved to belong to its public key";
}
