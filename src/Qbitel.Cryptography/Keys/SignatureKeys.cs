using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Falcon;
using Qbitel.Cryptography.HashSignatures;
using Qbitel.Cryptography.Hybrid;

namespace Qbitel.Cryptography.Keys;

/// <summary>Makes a key of any <see cref="SignatureAlgorithm"/>.</summary>
public static class SignatureKeys
{
    private enum Family { Classical, Lattice, HashBased, Falcon, Composite }

    /// <exception cref="PlatformNotSupportedException">
    /// The algorithm has an Ed25519 or Ed448 half and OpenSSL 3 is not installed.
    /// </exception>
    public static SignatureKey Generate(SignatureAlgorithm algorithm) => FamilyOf(algorithm) switch
    {
        Family.Classical => ClassicalKeys.Generate(algorithm),
        Family.Lattice => LatticeKeys.Generate(algorithm),
        Family.HashBased => SlhDsaKey.Generate(algorithm),
        Family.Falcon => Falcon512Round3.GenerateKey(),
        _ => CompositeKey.Generate(algorithm),
    };

    /// <summary>The inverse of <see cref="SignatureKey.ExportPrivateKey"/>.</summary>
    /// <remarks>
    /// An ECDSA key may also carry its public key, as most programs write it; the two must then belong together.
    /// </remarks>
    /// <exception cref="CryptographicException">The private key is malformed.</exception>
    public static SignatureKey ImportPrivate(SignatureAlgorithm algorithm, ReadOnlySpan<byte> privateKey)
    {
        Family family = FamilyOf(algorithm);
        bool mayBeLonger = algorithm == SignatureAlgorithm.EcdsaP256 || algorithm == SignatureAlgorithm.EcdsaP384;
        if (!mayBeLonger) KeySize.RequirePrivate(algorithm, privateKey);

        return family switch
        {
            Family.Classical => ClassicalKeys.ImportPrivate(algorithm, privateKey),
            Family.Lattice => LatticeKeys.ImportPrivate(algorithm, privateKey),
            Family.HashBased => SlhDsaKey.ImportPrivate(algorithm, privateKey),
            Family.Falcon => Falcon512Round3.ImportPrivateKey(privateKey),
            _ => CompositeKey.ImportPrivate(algorithm, privateKey),
        };
    }

    /// <summary>
    /// The inverse of <see cref="SignatureKey.ExportPublicKey"/>; for DER see <see cref="SubjectPublicKey"/>.
    /// </summary>
    /// <exception cref="CryptographicException">The public key is malformed.</exception>
    public static SignatureKey ImportPublic(SignatureAlgorithm algorithm, ReadOnlySpan<byte> publicKey)
    {
        Family family = FamilyOf(algorithm);
        KeySize.Require(algorithm, "public", algorithm.PublicKeySize, publicKey);
        return family switch
        {
            Family.Classical => ClassicalKeys.ImportPublic(algorithm, publicKey),
            Family.Lattice => LatticeKeys.ImportPublic(algorithm, publicKey),
            Family.HashBased => SlhDsaKey.ImportPublic(algorithm, publicKey),
            Family.Falcon => Falcon512Round3.ImportPublicKey(publicKey),
            _ => CompositeKey.ImportPublic(algorithm, publicKey),
        };
    }

    private static Family FamilyOf(SignatureAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        if (algorithm == SignatureAlgorithm.Falcon512Round3) return Family.Falcon;
        bool plain = algorithm == SignatureAlgorithm.MLDsa44
            || algorithm == SignatureAlgorithm.MLDsa65
            || algorithm == SignatureAlgorithm.MLDsa87;
        return plain ? Family.Lattice
            : SlhDsaKey.IsOf(algorithm) ? Family.HashBased
            : algorithm.IsQuantumSafe ? Family.Composite
            : Family.Classical;
    }
}
