using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Discovery.Tls;

/// <summary>One ephemeral key of a hello: what we send for a group, and the secret its answer gives.</summary>
internal abstract class KeyShare(int group) : IDisposable
{
    public int Group { get; } = group;

    public abstract ReadOnlyMemory<byte> Public { get; }

    /// <summary>The shared secret. The caller zeroes it.</summary>
    /// <exception cref="CryptographicException">The server's share is no key of this group.</exception>
    public abstract byte[] Derive(ReadOnlySpan<byte> serverShare);

    public abstract void Dispose();

    /// <summary>Null where we cannot speak the group.</summary>
    public static KeyShare? Generate(int group) => group switch
    {
        TlsNumbers.X25519 => new X25519Share(),
        TlsNumbers.X25519MLKem768 => new HybridShare(group, KemAlgorithm.X25519MLKem768),
        TlsNumbers.Secp256r1MLKem768 => new HybridShare(group, KemAlgorithm.SecP256r1MLKem768),
        TlsNumbers.Secp384r1MLKem1024 => new HybridShare(group, KemAlgorithm.SecP384r1MLKem1024),
        TlsNumbers.Secp256r1 => new CurveShare(group, ECCurve.NamedCurves.nistP256),
        TlsNumbers.Secp384r1 => new CurveShare(group, ECCurve.NamedCurves.nistP384),
        TlsNumbers.Secp521r1 => new CurveShare(group, ECCurve.NamedCurves.nistP521),
        _ => null,
    };

    private sealed class X25519Share() : KeyShare(TlsNumbers.X25519)
    {
        private readonly X25519Key _key = X25519Key.Generate();

        public override ReadOnlyMemory<byte> Public => _key.PublicKey;

        public override byte[] Derive(ReadOnlySpan<byte> serverShare)
        {
            if (serverShare.Length != X25519Key.Size)
            {
                throw new CryptographicException(
                    $"an X25519 share has {X25519Key.Size} bytes, not {serverShare.Length}");
            }

            byte[] secret = new byte[X25519Key.Size];
            _key.DeriveSecret(serverShare, secret);
            return secret;
        }

        public override void Dispose() => _key.Dispose();
    }

    // draft-ietf-tls-ecdhe-mlkem: our share is the encapsulation key, the server's the ciphertext.
    private sealed class HybridShare(int group, KemAlgorithm algorithm) : KeyShare(group)
    {
        private readonly KemKey _key = KemKeys.Generate(algorithm);

        public override ReadOnlyMemory<byte> Public => _key.ExportEncapsulationKey();

        public override byte[] Derive(ReadOnlySpan<byte> serverShare)
        {
            if (serverShare.Length != algorithm.CiphertextSize)
            {
                throw new CryptographicException(
                    $"a {TlsNumbers.GroupName(Group)} answer has {algorithm.CiphertextSize} bytes, "
                    + $"not {serverShare.Length}");
            }

            byte[] secret = new byte[algorithm.SharedSecretSize];
            _key.Decapsulate(serverShare, secret);
            return secret;
        }

        public override void Dispose() => _key.Dispose();
    }

    private sealed class CurveShare(int group, ECCurve curve) : KeyShare(group)
    {
        private readonly ECDiffieHellman _key = ECDiffieHellman.Create(curve);

        public override ReadOnlyMemory<byte> Public
        {
            get
            {
                ECPoint point = _key.ExportParameters(includePrivateParameters: false).Q;
                return (byte[])[4, .. point.X!, .. point.Y!];
            }
        }

        public override byte[] Derive(ReadOnlySpan<byte> serverShare)
        {
            int size = (_key.KeySize + 7) / 8;
            if (serverShare.Length != 1 + (2 * size) || serverShare[0] != 4)
            {
                throw new CryptographicException(
                    $"a {TlsNumbers.GroupName(Group)} share is an uncompressed point of {1 + (2 * size)} bytes");
            }

            ECParameters parameters = new()
            {
                Curve = curve,
                Q = new ECPoint { X = serverShare.Slice(1, size).ToArray(), Y = serverShare[(1 + size)..].ToArray() }
            };
            using var peer = ECDiffieHellman.Create(parameters);
            using ECDiffieHellmanPublicKey peerKey = peer.PublicKey;
            return _key.DeriveRawSecretAgreement(peerKey);
        }

        public override void Dispose() => _key.Dispose();
    }
}
