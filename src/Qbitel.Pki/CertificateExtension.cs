namespace Qbitel.Pki;

/// <summary>One extension of a certificate: its DER value, not interpreted.</summary>
public readonly record struct CertificateExtension(string Oid, bool IsCritical, ReadOnlyMemory<byte> Value);
