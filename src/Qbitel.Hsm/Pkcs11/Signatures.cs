using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Pkcs11;

/// <summary>Signing in a session, in the forms the library's own signatures have.</summary>
internal static unsafe class Signatures
{
    public static byte[] Sign(
        Session session, FoundKey key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> context)
    {
        SignatureAlgorithm algorithm = (SignatureAlgorithm)key.Mechanism.Algorithm;
        CkMechanism mechanism = new() { Type = key.Mechanism.Use };
        if (key.Mechanism.KeyType == Ckk.Ec)
        {
            // The digest is made here: CKM_ECDSA takes one, and is what every module has.
            Span<byte> digest = stackalloc byte[SHA384.HashSizeInBytes];
            int size = algorithm == SignatureAlgorithm.EcdsaP256 ? SHA256.HashData(data, digest)
                : SHA384.HashData(data, digest);
            byte[] rs = session.Sign(mechanism, key.Handle, digest[..size], 2 * size);
            return PublicKeyEncoding.EcdsaToDer(rs);
        }

        fixed (byte* place = context)
        {
            CkSignContext bound = new() { Context = place, ContextLength = (ulong)context.Length };
            if (!context.IsEmpty)
            {
                mechanism.Parameter = &bound;
                mechanism.ParameterLength = (ulong)sizeof(CkSignContext);
            }

            return session.Sign(mechanism, key.Handle, data, algorithm.SignatureSize);
        }
    }
}
