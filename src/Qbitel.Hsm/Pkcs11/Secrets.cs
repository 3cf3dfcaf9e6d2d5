using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Pkcs11;

/// <summary>Encryption and decapsulation in a session.</summary>
internal static unsafe class Secrets
{
    /// <summary>The shared secret itself, which leaves the token: the key schedule above is not in it.</summary>
    public static byte[] Decapsulate(Session session, FoundKey key, ReadOnlySpan<byte> ciphertext)
    {
        using Template template = new();
        template.Add(Cka.Class, (ulong)Cko.SecretKey).Add(Cka.KeyType, (ulong)Ckk.GenericSecret)
            .Add(Cka.Token, false).Add(Cka.Sensitive, false).Add(Cka.Extractable, true)
            .Add(Cka.ValueLen, (ulong)((KemAlgorithm)key.Mechanism.Algorithm).SharedSecretSize);
        ulong secret = session.Decapsulate(key.Handle, ciphertext, template);
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

    public static byte[] Encrypt(
        Session session, ulong key, bool deviceMakesNonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> bound)
    {
        byte[] container = new byte[HsmProvider.NonceSize + plaintext.Length + HsmProvider.TagSize];
        Span<byte> nonce = container.AsSpan(0, HsmProvider.NonceSize);
        if (!deviceMakesNonce) RandomNumberGenerator.Fill(nonce);
        fixed (byte* iv = nonce, aad = bound)
        {
            CkGcmParameters gcm = Parameters(iv, aad, bound.Length);
            CkMechanism mechanism = Mechanism(&gcm);
            int size = session.Encrypt(mechanism, key, plaintext, container.AsSpan(HsmProvider.NonceSize));
            if (size != plaintext.Length + HsmProvider.TagSize || !nonce.ContainsAnyExcept((byte)0))
                throw new Pkcs11Error("C_Encrypt", Ckr.DataLenRange);
        }

        return container;
    }

    /// <exception cref="AuthenticationTagMismatchException">Not made by this key, or altered.</exception>
    public static byte[] Decrypt(Session session, ulong key, ReadOnlySpan<byte> container, ReadOnlySpan<byte> bound)
    {
        ReadOnlySpan<byte> sealedBytes = container[HsmProvider.NonceSize..];

        // Room for the tag too: a module may write before it checks.
        byte[] plaintext = new byte[sealedBytes.Length];
        int size = 0;
        try
        {
            fixed (byte* iv = container, aad = bound)
            {
                CkGcmParameters gcm = Parameters(iv, aad, bound.Length);
                size = session.Decrypt(Mechanism(&gcm), key, sealedBytes, plaintext);
            }
        }
        catch (Pkcs11Error e) when (IsTagMismatch(session, e))
        {
            throw new AuthenticationTagMismatchException("The token did not authenticate the container.", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext.AsSpan(size));
        }

        byte[] result = plaintext[..size];
        CryptographicOperations.ZeroMemory(plaintext);
        return result;
    }

    // The standard's answer is CKR_AEAD_DECRYPT_FAILED; older modules have others, up to a general error. That one is
    // taken for a mismatch only while the session lives.
    private static bool IsTagMismatch(Session session, Pkcs11Error error)
    {
        if (error.Function != "C_Decrypt") return false;
        if (error.Code is Ckr.AeadDecryptFailed or Ckr.EncryptedDataInvalid or Ckr.EncryptedDataLenRange
            or Ckr.DataInvalid or Ckr.DataLenRange)
        {
            return true;
        }

        if (error.Code is not (Ckr.GeneralError or Ckr.FunctionFailed or Ckr.DeviceError)) return false;
        try
        {
            session.Ping();
            return true;
        }
        catch (Pkcs11Error)
        {
            return false;
        }
    }

    private static CkGcmParameters Parameters(byte* iv, byte* bound, int boundLength) => new()
    {
        Iv = iv,
        IvLength = HsmProvider.NonceSize,
        IvBits = HsmProvider.NonceSize * 8,
        AssociatedData = bound,
        AssociatedDataLength = (ulong)boundLength,
        TagBits = HsmProvider.TagSize * 8,
    };

    private static CkMechanism Mechanism(CkGcmParameters* gcm) => new()
    {
        Type = Ckm.AesGcm,
        Parameter = gcm,
        ParameterLength = (ulong)sizeof(CkGcmParameters),
    };
}
