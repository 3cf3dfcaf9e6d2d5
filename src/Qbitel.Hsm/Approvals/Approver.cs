using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Hsm.Approvals;

/// <summary>A person who may approve, and the key they do it with.</summary>
/// <remarks>The key withstands a quantum computer: an approval is evidence for as long as the log is kept.</remarks>
public sealed class Approver
{
    /// <exception cref="ArgumentException">It is no person, or the algorithm is a classical one.</exception>
    public Approver(string name, SignatureAlgorithm algorithm, ReadOnlyMemory<byte> publicKey)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        if (!ApprovalRequest.IsPerson(name))
            throw new ArgumentException("An approver is a person: user:NAME.", nameof(name));
        if (!algorithm.IsQuantumSafe)
        {
            throw new ArgumentException(
                $"{name} would sign with {algorithm}, which a quantum computer forges. Take ML-DSA or a hybrid of it.",
                nameof(algorithm));
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, algorithm.PublicKeySize, nameof(publicKey));
        Name = name;
        Algorithm = algorithm;
        PublicKey = publicKey;
        Fingerprint = KeyFingerprint.Of(algorithm, publicKey.Span);
    }

    /// <summary><c>user:…</c>, as requests and the audit log name them.</summary>
    public string Name { get; }

    public SignatureAlgorithm Algorithm { get; }

    public ReadOnlyMemory<byte> PublicKey { get; }

    public KeyFingerprint Fingerprint { get; }

    public override string ToString() => $"{Name} ({Algorithm} sha256:{Fingerprint})";
}
