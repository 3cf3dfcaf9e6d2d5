using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Governance.Audit;

/// <summary>When a checkpoint is believed: it bears a valid Ed25519 and a valid ML-DSA signature of the log.</summary>
/// <remarks>
/// The note format ignores signatures it does not know, so a line can be stripped without breaking a note. Requiring
/// one of each kind makes stripping a refusal. A checkpoint is believed only while neither kind is forged.
/// </remarks>
public sealed class CheckpointPolicy(LogKeys keys)
{
    public LogKeys Keys { get; } = keys;

    /// <summary>Reads and verifies a signed checkpoint. Lines of unknown keys, such as those of witnesses, are left
    /// alone.</summary>
    public bool TryVerify(
        ReadOnlySpan<byte> note, [NotNullWhen(true)] out Checkpoint? checkpoint,
        [NotNullWhen(false)] out string? error) =>
        TryVerify(note, unknownLinesAllowed: true, out checkpoint, out error);

    /// <summary>The same, where every byte must be accounted for: a line no key of the log made is an error.</summary>
    internal bool TryVerifyExactly(
        ReadOnlySpan<byte> note, [NotNullWhen(true)] out Checkpoint? checkpoint,
        [NotNullWhen(false)] out string? error) =>
        TryVerify(note, unknownLinesAllowed: false, out checkpoint, out error);

    private bool TryVerify(
        ReadOnlySpan<byte> bytes, bool unknownLinesAllowed, [NotNullWhen(true)] out Checkpoint? checkpoint,
        [NotNullWhen(false)] out string? error)
    {
        checkpoint = null;
        if (!SignedNote.TryParse(bytes, out SignedNote? note, out error)) return false;
        if (!Checkpoint.TryParse(note.Text, out Checkpoint? claimed, out error)) return false;
        if (claimed.Origin != Keys.Origin)
        {
            error = $"line 1: this is a checkpoint of '{claimed.Origin}', the keys are those of '{Keys.Origin}'";
            return false;
        }

        byte[] signed = SignedNote.BytesToSign(note.Text);
        HashSet<LogKey> seen = [];
        for (int i = 0; i < note.Signatures.Count; i++)
        {
            NoteSignature signature = note.Signatures[i];
            LogKey? key = Keys.FirstOrDefault(k => k.Name == signature.Name && k.KeyId == signature.KeyId);
            error = key is null ? (unknownLinesAllowed ? null : "no given key made this signature")
                : !seen.Add(key) ? "a second signature of the same key"
                : !IsValid(key, signed, signature.Signature.Span) ? $"the {key.Algorithm} signature does not verify"
                : null;
            if (error is null) continue;

            error = $"line {note.LineOfSignature(i)}: {error}";
            return false;
        }

        error = !seen.Any(key => !key.IsQuantumSafe) ? "no valid Ed25519 signature of the log"
            : !seen.Any(key => key.IsQuantumSafe)
                ? "no valid ML-DSA signature of the log: a quantum computer could have made this checkpoint"
            : null;
        if (error is null) checkpoint = claimed;
        return checkpoint is not null;
    }

    private static bool IsValid(LogKey key, byte[] signed, ReadOnlySpan<byte> signature)
    {
        try
        {
            using SignatureKey publicKey = SignatureKeys.ImportPublic(key.Algorithm, key.PublicKey.Span);
            return publicKey.Verify(signed, signature, LogKey.Context(key.Algorithm).Span);
        }
        catch (CryptographicException) // bytes of the right length that are no public key
        {
            return false;
        }
    }
}
