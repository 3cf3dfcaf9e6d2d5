using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Hsm.Tests.Clouds;

/// <summary>A key pair as a cloud holds it: it signs digests, messages and representatives, and decapsulates.</summary>
public sealed class CloudKey
{
    private readonly ECDsa? _ecdsa;
    private readonly ManagedMLDsa? _lattice;
    private readonly SignatureKey? _signature;
    private readonly KemKey? _kem;

    private CloudKey(ECDsa? ecdsa, ManagedMLDsa? lattice, SignatureKey? signature, KemKey? kem) =>
        (_ecdsa, _lattice, _signature, _kem) = (ecdsa, lattice, signature, kem);

    public static CloudKey Make(KeyAlgorithm algorithm) => algorithm.Name switch
    {
        "ECDSA-P256-SHA256" => Of(ECDsa.Create(ECCurve.NamedCurves.nistP256)),
        "ECDSA-P384-SHA384" => Of(ECDsa.Create(ECCurve.NamedCurves.nistP384)),
        "ML-DSA-44" => new(null, ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44), null, null),
        "ML-DSA-65" => new(null, ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa65), null, null),
        "ML-DSA-87" => new(null, ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa87), null, null),
        _ when algorithm is KemAlgorithm kem => new(null, null, null, KemKeys.Generate(kem)),
        _ => new(null, null, SignatureKeys.Generate((SignatureAlgorithm)algorithm), null),
    };

    public static CloudKey Of(ECDsa key) => new(key, null, null, null);

    public ECDsa Ecdsa => _ecdsa!;

    public byte[] SubjectPublicKeyInfo => _ecdsa?.ExportSubjectPublicKeyInfo()
        ?? (_lattice is not null
            ? new SubjectPublicKey(KeyAlgorithm.Parse(_lattice.Algorithm.Name), _lattice.ExportMLDsaPublicKey())
            : _signature is null ? SubjectPublicKey.Of(_kem!) : SubjectPublicKey.Of(_signature)).Encode();

    public byte[] RawPublicKey => _lattice?.ExportMLDsaPublicKey() ?? _kem?.ExportEncapsulationKey()
        ?? _signature!.ExportPublicKey();

    public byte[] SignDigest(byte[] digest, DSASignatureFormat format) => _ecdsa!.SignHash(digest, format);

    public byte[] SignMessage(byte[] message)
    {
        if (_lattice is null) return _signature!.Sign(message);
        byte[] signature = new byte[_lattice.Algorithm.SignatureSizeInBytes];
        _lattice.SignData(message, signature.AsSpan());
        return signature;
    }

    public byte[] SignMu(byte[] mu)
    {
        byte[] signature = new byte[_lattice!.Algorithm.SignatureSizeInBytes];
        _lattice.SignMuDeterministically(mu, signature);
        return signature;
    }

    public int CiphertextSize => _kem!.Algorithm.CiphertextSize;

    public byte[] Decapsulate(byte[] ciphertext)
    {
        byte[] secret = new byte[_kem!.Algorithm.SharedSecretSize];
        _kem.Decapsulate(ciphertext, secret);
        return secret;
    }
}
