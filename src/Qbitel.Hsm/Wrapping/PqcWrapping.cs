namespace Qbitel.Hsm.Wrapping;

/// <summary>Keys of a provider wrapped for a KEM key, and taken in again.</summary>
public static class PqcWrapping
{
    extension(HsmProvider hsm)
    {
        /// <summary>
        /// The key for a recipient, as CMS with a KEMRecipientInfo; the result says what left the token. Needs a key
        /// that may leave: one that was made to stay is refused.
        /// </summary>
        /// <exception cref="HsmException"><see cref="HsmFailure.NotAllowed"/>: it was made to stay.</exception>
        /// <exception cref="NotSupportedException">Keys of this provider do not move.</exception>
        public ValueTask<PqcWrappedKey> WrapKeyPqcAsync(
            TransferKey key, TransferRecipient recipient, CancellationToken cancellationToken) =>
            TransferPort.Of(hsm, hsm.Name).WrapAsync(key, recipient, cancellationToken);

        /// <summary>The same for a key of ours; the answer for most of them is that they stay.</summary>
        /// <inheritdoc cref="WrapKeyPqcAsync(HsmProvider, TransferKey, TransferRecipient, CancellationToken)"/>
        public async ValueTask<PqcWrappedKey> WrapKeyPqcAsync(
            HsmKey key, TransferRecipient recipient, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(key);
            TransferPort port = TransferPort.Of(hsm, hsm.Name);
            string id = key.Id.ToString();
            TransferKey found = (await port.ListAsync(cancellationToken)).FirstOrDefault(k => k.Id == id)
                ?? throw new HsmException(hsm.Name, HsmOperation.Wrap, HsmFailure.KeyMissing, $"there is no key {id}.");
            return await port.WrapAsync(found, recipient, cancellationToken);
        }

        /// <summary>
        /// Makes a wrapped key one of this provider, non-extractable, and lets it prove itself; the same message twice
        /// gives one key.
        /// </summary>
        /// <exception cref="HsmException">It does not open, or is another key than it says.</exception>
        /// <exception cref="NotSupportedException">Keys do not move to this provider.</exception>
        public ValueTask<TakenKey> UnwrapKeyPqcAsync(
            TransferRecipient receiver, PqcWrappedKey wrapped, CancellationToken cancellationToken) =>
            TransferPort.Of(hsm, hsm.Name).TakeAsync(receiver, wrapped, isExtractable: false, cancellationToken);
    }
}
