using System.ComponentModel.DataAnnotations;

namespace Qbitel.Hsm.Software;

/// <summary>Section <c>Qbitel:Hsm:Software</c>.</summary>
public sealed record SoftwareTokenOptions
{
    /// <summary>The folder of the token. No default.</summary>
    [Required]
    public required string Folder { get; init; }

    /// <summary>Iterations of PBKDF2-HMAC-SHA-512 when a passphrase closes the token. Default 600,000.</summary>
    [Range(TokenHeader.MinIterations, TokenHeader.MaxIterations)]
    public int PassphraseIterations { get; init; } = 600_000;

    /// <summary>How often one cipher key may encrypt. Default and upper limit 2^32.</summary>
    [Range(1, HsmProvider.MaxEncryptionsPerKey)]
    public long EncryptionsPerKey { get; init; } = HsmProvider.MaxEncryptionsPerKey;

    /// <summary>How many private keys stay in memory. Default 1,024.</summary>
    [Range(0, 1_000_000)]
    public int KeysInMemory { get; init; } = 1_024;

    /// <summary>
    /// Lets keys leave the token, wrapped for the KEM key of a backup or migration. Default false: they stay.
    /// </summary>
    public bool AllowBackup { get; init; }

    /// <summary>How long a writer waits for another process. Default 30 seconds.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
