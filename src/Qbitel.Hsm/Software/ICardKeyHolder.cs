using Qbitel.Cryptography;
using Qbitel.Cryptography.Cards;

namespace Qbitel.Hsm.Software;

/// <summary>Where the card keys of software lie: sealed in a folder, or in memory alone.</summary>
internal interface ICardKeyHolder
{
    /// <summary>The key behind the description, held for the caller, who releases it.</summary>
    ValueTask<HeldKey> HoldAsync(HsmKey key, HsmOperation operation, CancellationToken cancellationToken);

    /// <summary>Keeps a key, unless its name is taken: then returns the key that has it.</summary>
    ValueTask<HsmKey> KeepAsync(
        TokenKeyId id, CardKeyAlgorithm algorithm, CardKeyUse use, bool isExportable, SecretBuffer key,
        CancellationToken cancellationToken);
}
