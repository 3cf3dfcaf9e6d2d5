namespace Qbitel.Protocols.ThreeDS.Jose;

/// <summary>
/// Verifies one signature by a key that the caller chooses, as by the certificates of the header once their path is
/// valid.
/// </summary>
/// <param name="header">The protected header.</param>
/// <param name="signed">The bytes that are signed.</param>
/// <param name="signature">For ES256 both numbers of 32 bytes one after the other.</param>
public delegate bool JwsVerification(JoseHeader header, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature);
