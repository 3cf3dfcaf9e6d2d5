using System.Security.Cryptography;
using System.Text;
using Qbitel.Automation.Keys;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Envelopes;
using Qbitel.Governance;
using Qbitel.Governance.Audit;
using Qbitel.Store;

namespace Qbitel.Automation.Protection;

/// <summary>Signs a payment message, seals it to a recipient, archives it, and opens it again years later.</summary>
/// <remarks>
/// Sign, then encrypt. The signature covers reference, format and message; the seal (HPKE with a hybrid KEM,
/// AES-256-GCM) has the transaction reference as associated data. Any changed bit in message, reference, seal or
/// signature is refused. Safe for concurrent use.
/// </remarks>
public sealed class MessageVault(StateStore store, KeyUse keys)
{
    private static readonly byte[] SignatureContext = "qbitel message 1"u8.ToArray();

    private static readonly byte[] SealInfo = "qbitel archive 1"u8.ToArray();

    /// <summary>Protects a message and archives it.</summary>
    /// <param name="message">What to protect, and who protects it for whom.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Stops the work; then nothing is archived.</param>
    public async Task<ArchivedMessage> ProtectAsync(MessageToProtect message, Actor actor,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(actor);

        (KeyRecord signing, KeyRecord sealing) = await store.ReadAsync(async (s, ct) =>
            (await KeyAsync(s, message.SigningKey, ct), await KeyAsync(s, message.RecipientKey, ct)),
            cancellationToken);
        if (sealing.Algorithm is not KemAlgorithm kem)
        {
            throw new KeyRefusedException(
                $"Key '{sealing.Name}' is {sealing.Algorithm}: a message is sealed to a KEM key.");
        }
        if (signing.Algorithm is not SignatureAlgorithm signatureAlgorithm)
        {
            throw new KeyRefusedException(
                $"Key '{signing.Name}' is {signing.Algorithm}: a message is signed with a signature key.");
        }

        byte[] signed = SignedBytes(message.Reference, message.Protocol, message.Content.Span);
        KeySignature signature = await keys.SignAsync(signing.Id, signed, SignatureContext, cancellationToken);
        KeyVersionRecord recipient = await keys.CurrentAsync(sealing.Id, cancellationToken);
        byte[] sealedBytes = HybridEncryption.Seal(
            kem, recipient.PublicKey.Span, message.Content.Span, Encoding.UTF8.GetBytes(message.Reference), SealInfo);

        DateTimeOffset now = store.Time.GetUtcNow();
        ArchivedMessage archived = new()
        {
            Id = Guid.CreateVersion7(now),
            Reference = message.Reference,
            Protocol = message.Protocol,
            ArchivedAt = now,
            RetainUntil = now + message.Retention,
            KemAlgorithm = kem.Name,
            CipherAlgorithm = CipherAlgorithm.Aes256Gcm.Name,
            SealingKeyId = sealing.Id,
            SealingKeyVersion = recipient.Version,
            Sealed = sealedBytes,
            SignatureAlgorithm = signatureAlgorithm.Name,
            SigningKeyId = signing.Id,
            SigningKeyVersion = signature.Version,
            Signature = signature.Signature,
        };
        await store.ChangeAsync(async (t, ct) =>
        {
            await t.AddAsync(archived, ct);
            await t.AppendAsync(AuditTrail.Entry(now, actor, "message.protect", $"message:{archived.Id}",
                AuditOutcome.Done,
                ("reference", archived.Reference), ("protocol", archived.Protocol), ("kem", archived.KemAlgorithm),
                ("cipher", archived.CipherAlgorithm),
                ("signature", archived.SignatureAlgorithm), ("sealed-sha256", Digest.Of(sealedBytes).ToString()),
                ("retain-until",
                    archived.RetainUntil.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture))),
                    ct);
        }, cancellationToken);
        return archived;
    }

    /// <summary>Opens an archived message and verifies who signed it.</summary>
    /// <exception cref="CryptographicException">One bit of the seal, the signature or the reference is not what was
    /// archived.</exception>
    /// <exception cref="KeyRefusedException">A key may no longer process.</exception>
    public async Task<byte[]> OpenAsync(ArchivedMessage archived, CompromiseConsent? consent,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(archived);

        if (!KeyAlgorithm.TryParse(archived.KemAlgorithm, out KeyAlgorithm? algorithm)
            || algorithm is not KemAlgorithm kem)
        {
            throw new CryptographicException(
                $"The message is sealed with '{archived.KemAlgorithm}', which is no KEM this version knows.");
        }
        if (archived is not
            {
                SealingKeyId: { } sealingKey, SealingKeyVersion: { } sealingVersion,
                SigningKeyId: { } signingKey, SigningKeyVersion: { } signingVersion
            })
        {
            throw new KeyRefusedException(
                $"Message {archived.Id} was sealed to or signed by a key that is not kept here.");
        }

        byte[] content = await HybridEncryption.OpenAsync(
            kem, (ciphertext, ct) => keys.DecapsulateAsync(sealingKey, sealingVersion, ciphertext, consent, ct),
            archived.Sealed, Encoding.UTF8.GetBytes(archived.Reference), SealInfo, cancellationToken);

        KeySignature signature = new(signingKey, signingVersion, archived.Signature);
        byte[] signed = SignedBytes(archived.Reference, archived.Protocol, content);
        if (await keys.VerifyAsync(signature, signed, SignatureContext, consent, cancellationToken)) return content;

        CryptographicOperations.ZeroMemory(content);
        throw new CryptographicException("The signature of the message does not verify: it is not what was archived.");
    }

    // Lengths first, so that no part can be moved across a border.
    private static byte[] SignedBytes(string reference, string protocol, ReadOnlySpan<byte> content)
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes, Encoding.UTF8);
        writer.Write(reference);
        writer.Write(protocol);
        writer.Write(content.Length);
        writer.Write(content);
        writer.Flush();
        return bytes.ToArray();
    }

    private static async Task<KeyRecord> KeyAsync(StateSnapshot snapshot, KeyId id,
        CancellationToken cancellationToken) =>
        await snapshot.FindKeyAsync(id, cancellationToken) ?? throw new KeyRefusedException($"There is no key {id}.");
}
