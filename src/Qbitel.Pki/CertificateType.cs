namespace Qbitel.Pki;

/// <summary>What a certificate is for.</summary>
public enum CertificateType
{
    TlsServer,

    TlsClient,

    CodeSigning,
}
