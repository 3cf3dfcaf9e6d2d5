using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cms;
using Qbitel.Hsm.Clouds.Aws;
using Qbitel.Hsm.Clouds.Azure;
using Qbitel.Hsm.Clouds.Gcp;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Pools;
using Qbitel.Hsm.Software;

namespace Qbitel.Hsm.Wrapping;

/// <summary>A key that was taken in, or was there already.</summary>
/// <param name="Key">As it stands in the token now.</param>
/// <param name="WasThere">It was there before: nothing was opened.</param>
/// <param name="Boundary">Null where it was there before.</param>
/// <param name="Proof">What it did to prove that it is the key.</param>
/// <param name="Wider">
/// Uses the token says it has beyond those it was taken in for: NSS gives its private keys every use of their kind.
/// </param>
public sealed record TakenKey(TransferKey Key, bool WasThere, BoundaryReport? Boundary, string Proof, KeyUses Wider);

/// <summary>One end of a transfer: what a token gives out and takes in, and in what form.</summary>
/// <remarks>
/// Beside <see cref="HsmProvider"/>, which has no export. Whether a key may leave is asked of the key object itself,
/// and a key that was made to stay stays.
/// </remarks>
public abstract class TransferPort
{
    private protected TransferPort(string token)
    {
        Token = token;
    }

    /// <summary>The name it is configured by, for reports.</summary>
    public string Token { get; }

    /// <summary>The last step of keys into this token, and what protects them there.</summary>
    public abstract string LastHop { get; }

    /// <summary>The same of one key: it may depend on the form in which the source gives it out.</summary>
    public abstract KeyHop HopOf(TransferKey key, TransferPort source);

    /// <exception cref="NotSupportedException">Keys of this provider do not move.</exception>
    public static TransferPort Of(HsmProvider provider, string token) => provider switch
    {
        Pkcs11Token device => new DevicePort(device, token),
        SoftwareToken software => new SoftwarePort(software, token),
        AwsKms aws => new CloudPort(aws, token),
        AzureManagedHsm azure => new CloudPort(azure, token),
        GcpKms gcp => new CloudPort(gcp, token),
        HsmPool =>
            throw new NotSupportedException("A pool is no end of a transfer: a key moves into one box. Name a member "
            + "of it."),
        null => throw new ArgumentNullException(nameof(provider)),
        _ =>
            throw new NotSupportedException($"Keys of the provider '{provider.Name}' do not move: it has no wrapping."),
    };

    /// <summary>Every key, also those that do not move.</summary>
    public abstract ValueTask<IReadOnlyList<TransferKey>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Why the key cannot leave; null when it can.</summary>
    public abstract ValueTask<string?> WhyNotWrapAsync(TransferKey key, CancellationToken cancellationToken);

    /// <summary>Why the token cannot wrap for an ML-KEM key all by itself; null when it can.</summary>
    public abstract ValueTask<string?> WhyNotInsideAsync(CancellationToken cancellationToken);

    /// <summary>Why the key cannot be kept and proved here; null when it can.</summary>
    public abstract ValueTask<string?> WhyNotTakeAsync(TransferKey key, CancellationToken cancellationToken);

    /// <summary>The key of that name, whatever it is; null when there is none.</summary>
    /// <exception cref="HsmException">There are several.</exception>
    public abstract ValueTask<TransferKey?> FindAsync(TransferKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Of a key without a label, which its identifier alone names: a key that has the identifier and a label; null when
    /// there is none, or names here have no labels.
    /// </summary>
    internal virtual ValueTask<TransferKey?> FindLabelledAsync(TransferKey key, CancellationToken cancellationToken) =>
        ValueTask.FromResult<TransferKey?>(null);

    /// <summary>The key for a recipient; the token's answer is wrapped, never clear.</summary>
    /// <exception cref="HsmException">
    /// <see cref="HsmFailure.NotAllowed"/>: it was made to stay; <see cref="HsmFailure.KeyConflict"/>: it is another
    /// key.
    /// </exception>
    public abstract ValueTask<PqcWrappedKey> WrapAsync(
        TransferKey key, TransferRecipient recipient, CancellationToken cancellationToken);

    /// <summary>
    /// A KEM key to receive with: in the token where it has one that derives by RFC 9629, else in this process. The
    /// same name gives the same key of the token.
    /// </summary>
    public abstract ValueTask<TransferRecipient> ReceiverAsync(TokenKeyId name, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the key one of this token and lets it prove itself; finds it where it is there already, so that the same
    /// message taken twice gives one key.
    /// </summary>
    /// <exception cref="HsmException">It does not open, or is another key than described; then nothing
    /// stays.</exception>
    public abstract ValueTask<TakenKey> TakeAsync(
        TransferRecipient receiver, PqcWrappedKey wrapped, bool isExtractable, CancellationToken cancellationToken);

    /// <summary>Compares the key of that name with the description, and lets a pair prove itself.</summary>
    /// <returns>What it did.</returns>
    /// <exception cref="HsmException">It is gone or another one, or its halves do not belong together.</exception>
    public abstract ValueTask<string> ProveAsync(TransferKey key, CancellationToken cancellationToken);

    /// <summary>Destroys the key of that name if it is the described one; false when there is none.</summary>
    public abstract ValueTask<bool> RemoveAsync(TransferKey key, CancellationToken cancellationToken);

    /// <summary>Removes the receiver from the token; one in this process is disposed by its owner.</summary>
    public abstract ValueTask ForgetReceiverAsync(TokenKeyId name, CancellationToken cancellationToken);

    private protected HsmException Failed(
        HsmOperation operation, HsmFailure failure, string message, Exception? inner = null) =>
        new(Token, operation, failure, message, inner: inner);

    /// <summary>A key of ours.</summary>
    private protected static TransferKey Describe(HsmKey key)
    {
        TransferKind? kind = key.CardUse is null ? TransferKind.Of(key.Algorithm) : null;
        string value = Convert.ToHexStringLower(key.CheckValue.Span);
        return new TransferKey
        {
            Id = key.Id.ToString(),
            Label = "",
            Kind = kind?.Name ?? key.Algorithm.Name,
            Uses = key.Algorithm switch
            {
                SignatureAlgorithm => KeyUses.Sign,
                KemAlgorithm => KeyUses.Decapsulate,
                CipherAlgorithm => KeyUses.Encrypt | KeyUses.Decrypt,
                _ => KeyUses.None,
            },
            IsExtractable = false,
            CheckValue = kind is null ? value : kind.IsPair ? $"public:{value}" : $"cmac:{value}",
            PublicKey = key.PublicKey,
            Obstacle = key.CardUse is not null ? "card keys move in key blocks ('qbitel card tr31 wrap')"
                : kind is null ? $"no standard gives private keys of {key.Algorithm} a form to travel in" : null,
        };
    }

    /// <exception cref="CryptographicException">It is for another key, or was changed.</exception>
    private protected static byte[] OpenHere(KemKey key, PqcWrappedKey wrapped) =>
        WrappedForm(wrapped) is { } form ? form.Open(key) : CmsEnvelope.Decode(wrapped.Cms).Decrypt(key);

    /// <summary>The two forms of CMS in a document.</summary>
    private protected static CmsWrappedKey? WrappedForm(PqcWrappedKey wrapped)
    {
        // The content type is the first thing in it: its last byte tells EnvelopedData from AuthEnvelopedData.
        ReadOnlySpan<byte> enveloped = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x03];
        int head = Math.Min(32, wrapped.Cms.Length);
        return wrapped.Cms.Span[..head].IndexOf(enveloped) >= 0 ? CmsWrappedKey.Decode(wrapped.Cms) : null;
    }
}
