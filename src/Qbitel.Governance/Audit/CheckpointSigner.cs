using System.Security.Cryptography;
using Qbitel.Cryptography;

namespace Qbitel.Governance.Audit;

/// <summary>Signs checkpoints with both keys of a log, wherever they are held.</summary>
/// <remarks>
/// The caller signs no checkpoint that is inconsistent with one signed before: whoever signs two histories has forked
/// the log. Calls are made one after the other.
/// </remarks>
public sealed class CheckpointSigner
{
    private readonly Signer[] _signers;
    private readonly CheckpointPolicy _check;

    /// <exception cref="ArgumentException">The two are not one Ed25519 and one ML-DSA signer, or the origin is no
    /// name.</exception>
    public CheckpointSigner(string origin, Signer classical, Signer quantumSafe)
    {
        ArgumentNullException.ThrowIfNull(classical);
        ArgumentNullException.ThrowIfNull(quantumSafe);
        _signers = [classical, quantumSafe];
        Keys = new LogKeys(_signers.Select(signer => new LogKey(origin, signer.Algorithm, signer.PublicKey.Span)));
        _check = new CheckpointPolicy(Keys);
    }

    /// <summary>What verifiers need.</summary>
    public LogKeys Keys { get; }

    /// <summary>The signed note of a checkpoint of this log, verified before it is given out.</summary>
    /// <exception cref="ArgumentException">The checkpoint is of another log.</exception>
    /// <exception cref="CryptographicException">A signer gave a signature that its own public key does not
    /// verify.</exception>
    public async ValueTask<byte[]> SignAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (checkpoint.Origin != Keys.Origin)
        {
            throw new ArgumentException(
                $"These are the keys of '{Keys.Origin}', not of '{checkpoint.Origin}'.", nameof(checkpoint));
        }

        string text = checkpoint.ToText();
        byte[] signed = SignedNote.BytesToSign(text);
        List<NoteSignature> signatures = [];
        for (int i = 0; i < _signers.Length; i++)
        {
            byte[] signature =
                await _signers[i].SignAsync(signed, LogKey.Context(_signers[i].Algorithm), cancellationToken);
            signatures.Add(new NoteSignature(Keys[i].Name, Keys[i].KeyId, signature));
        }

        byte[] note = new SignedNote(text, signatures).ToBytes();
        return _check.TryVerify(note, out _, out string? error)
            ? note
            : throw new CryptographicException($"The signed checkpoint was thrown away, {error}.");
    }
}
