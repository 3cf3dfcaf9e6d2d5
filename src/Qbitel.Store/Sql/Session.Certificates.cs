using Qbitel.Governance;

namespace Qbitel.Store.Sql;

internal sealed partial class Session
{
    private static readonly SqlText CertificateColumns = new(
        "id, state, subject, issuer, serial_number, not_before, not_after, der, service, key_id, key_version, " +
        "successor_id, revoked_at, revocation_reason");

    public override Task<CertificateRecord?> FindCertificateAsync(Guid id, CancellationToken cancellationToken) =>
        FindAsync($"SELECT {CertificateColumns} FROM certificate WHERE id = {id}", ReadCertificate, cancellationToken);

    public override Task<CertificateRecord?> FindCertificateAsync(string issuer, string serialNumber,
        CancellationToken cancellationToken) =>
        FindAsync(
            $"SELECT {CertificateColumns} FROM certificate WHERE issuer = {issuer} AND serial_number = {serialNumber}",
            ReadCertificate,
            cancellationToken);

    public override IAsyncEnumerable<CertificateRecord> ReadCertificatesAsync(ReadOrder order =
        ReadOrder.OldestFirst) =>
        PagesAsync(last => PageById(CertificateColumns, new SqlText("certificate"), last?.Id, order), ReadCertificate);

    public override async Task<IReadOnlyList<CertificateRecord>> ReadCertificatesAsync(KeyId keyId,
        CancellationToken cancellationToken) =>
        await ListAsync($"SELECT {CertificateColumns} FROM certificate WHERE key_id = {keyId} ORDER BY id",
            ReadCertificate, cancellationToken);

    public override async Task PutAsync(CertificateRecord certificate, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(certificate);

        int rows = await ExecuteAsync($"""
            INSERT INTO certificate ({CertificateColumns})
            VALUES ({certificate.Id}, {certificate.State}, {certificate.Subject}, {certificate.Issuer},
                {certificate.SerialNumber}, {certificate.NotBefore}, {certificate.NotAfter}, {certificate.Der},
                {certificate.Service}, {certificate.KeyId}, {certificate.KeyVersion}, {certificate.SuccessorId},
                {certificate.RevokedAt}, {certificate.RevocationReason})
            ON CONFLICT (id) DO UPDATE SET state = excluded.state, service = excluded.service, key_id = excluded.key_id,
                key_version = excluded.key_version, successor_id = excluded.successor_id,
                revoked_at = excluded.revoked_at, revocation_reason = excluded.revocation_reason
            WHERE certificate.der = excluded.der
            """, cancellationToken);
        if (rows == 0)
        {
            throw Refuse(
                new StateStoreException(
                $"Certificate {certificate.Id} exists with other contents: a new certificate has a new id."));
        }
    }

    private static CertificateRecord ReadCertificate(Row row) => new()
    {
        Id = row.Id(),
        State = row.Enum<CertificateState>(),
        Subject = row.Text(),
        Issuer = row.Text(),
        SerialNumber = row.Text(),
        NotBefore = row.Time(),
        NotAfter = row.Time(),
        Der = row.Bytes(),
        Service = row.TextOrNull(),
        KeyId = row.KeyIdOrNull(),
        KeyVersion = row.IntOrNull(),
        SuccessorId = row.IdOrNull(),
        RevokedAt = row.TimeOrNull(),
        RevocationReason = row.TextOrNull(),
    };
}
