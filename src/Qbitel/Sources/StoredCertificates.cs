using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Discovery.Tls;
using Qbitel.Store;
using Qbitel.Views;

namespace Qbitel.Sources;

internal static class StoredCertificates
{
    private const string Unreadable = "unreadable";

    public static Task<CertificatesView> ReadAsync(StateStore store, CancellationToken cancellation) =>
        store.ReadAsync(async (state, cancel) =>
        {
            List<CertificateRow> rows = [];
            await foreach (CertificateRecord certificate in state.ReadCertificatesAsync().WithCancellation(cancel))
                rows.Add(Row(certificate));
            return new CertificatesView(store.Time.GetUtcNow(),
                [.. rows.OrderBy(row => row.NotAfter).ThenBy(row => row.Id)]);
        }, cancellation);

    private static CertificateRow Row(CertificateRecord record)
    {
        (string key, string signature, bool safe) = Algorithms(record.Der.Span);
        return new(record.Id, record.Subject, record.Issuer, record.SerialNumber, key, signature, safe,
            record.State.ToString().ToLowerInvariant(),
            record.NotBefore, record.NotAfter, record.Service);
    }

    // A certificate is quantum-safe where both its key and the signature on it are; by identifier, never by name.
    private static (string Key, string Signature, bool Safe) Algorithms(ReadOnlySpan<byte> der)
    {
        try
        {
            CertificateSummary summary = CertificateSummary.Parse(der);
            string key = summary.KeySizeBits is { } bits ? $"{summary.KeyAlgorithm} {bits}" : summary.KeyAlgorithm;
            return (key, summary.SignatureAlgorithm,
                IsQuantumSafe(summary.KeyOid) && IsQuantumSafe(summary.SignatureOid));
        }
        catch (CryptographicException)
        {
            return (Unreadable, Unreadable, false);
        }
    }

    private static bool IsQuantumSafe(string oid) =>
        KeyAlgorithm.All.Any(algorithm => algorithm.Oid == oid && algorithm.IsQuantumSafe);
}
