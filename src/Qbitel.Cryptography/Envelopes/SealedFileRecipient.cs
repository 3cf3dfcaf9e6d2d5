using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Envelopes;

/// <summary>Whom a file is sealed to.</summary>
/// <param name="Algorithm">The KEM's name as written in the file; it may be one this version does not know.</param>
/// <param name="Fingerprint">Of the recipient's public key.</param>
public sealed record SealedFileRecipient(string Algorithm, KeyFingerprint Fingerprint);
