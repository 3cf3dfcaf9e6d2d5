using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance;

namespace Qbitel.Hsm.Pools;

/// <summary>
/// Health as a real operation with a key made for it: a signature over fresh bytes that verifies outside the device, or a
/// container that opens again. A device that answers pings and signs nothing is not healthy.
/// </summary>
internal sealed class HealthProbe(HsmProvider provider)
{
    /// <summary>The same name in every member, with a key of its own in each: it protects nothing.</summary>
    public static readonly TokenKeyId KeyId =
        TokenKeyId.Derive(new KeyId(new Guid("7fa1c2d0-6a3e-4d0f-9a51-0c3b5f7e9d21")), 1);

    private static readonly SignatureAlgorithm[] Signatures =
    [
        SignatureAlgorithm.EcdsaP256, SignatureAlgorithm.Ed25519, SignatureAlgorithm.EcdsaP384,
        SignatureAlgorithm.MLDsa65, SignatureAlgorithm.MLDsa44, SignatureAlgorithm.MLDsa87,
    ];

    private HsmKey? _key;

    /// <exception cref="HsmException">The member cannot do it, or gave a wrong answer.</exception>
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        byte[] data = RandomNumberGenerator.GetBytes(32);
        HsmKey key = _key ??= await MakeAsync(cancellationToken);
        if (key.Algorithm is SignatureAlgorithm algorithm)
        {
            byte[] signature = await provider.SignAsync(key, data, default, cancellationToken);
            using SignatureKey publicKey = SignatureKeys.ImportPublic(algorithm, key.PublicKey.Span);
            if (publicKey.Verify(data, signature)) return;
            throw Wrong(HsmOperation.Sign, "its signature with the test key does not verify.");
        }

        byte[] container = await provider.EncryptAsync(key, data, default, cancellationToken);
        byte[] opened = await provider.DecryptAsync(key, container, default, cancellationToken);
        if (!opened.AsSpan().SequenceEqual(data)) throw Wrong(HsmOperation.Decrypt, "it decrypts to something else.");
    }

    /// <summary>The test key may be another one when the member is back: it is looked for anew.</summary>
    public void Forget() => _key = null;

    private async ValueTask<HsmKey> MakeAsync(CancellationToken cancellationToken)
    {
        KeyAlgorithm algorithm = Signatures.FirstOrDefault(each => provider.Supports(HsmOperation.GenerateKey, each)
                && provider.Supports(HsmOperation.Sign, each))
            ?? (KeyAlgorithm)CipherAlgorithm.Aes256Gcm;
        if (!provider.Supports(HsmOperation.GenerateKey, algorithm))
            throw Wrong(HsmOperation.GenerateKey, "it makes no key that health could be asked with.");

        // Made for another algorithm by an earlier version of this program: that key does as well.
        return await provider.FindAsync(KeyId, cancellationToken)
            ?? await provider.GenerateKeyAsync(KeyId, algorithm, cancellationToken);
    }

    private HsmException Wrong(HsmOperation operation, string message) =>
        new(provider.Name, operation, HsmFailure.Unavailable, message, isTransient: true);
}
