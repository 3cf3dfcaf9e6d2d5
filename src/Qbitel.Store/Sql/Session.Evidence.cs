using Qbitel.Governance;
using Qbitel.Governance.Inventory;

namespace Qbitel.Store.Sql;

internal sealed partial class Session
{
    private static readonly SqlText EndpointColumns = new(
        "host, port, first_seen_at, service, owner, zone, data_class, criticality, shelf_life, migration_planned");

    private static readonly SqlText FindingColumns = new(
        "id, host, port, at, failure, protocol_version, observed, key_exchange_group, diffie_hellman_bits, " +
        "cipher_suite, signature_scheme, key_oid, key_size_bits, key_curve, signature_oid, certificate_not_after, " +
        "document");

    private static readonly SqlText DiscoveryColumns =
        new("id, at, source, source_sha256, message_count, flow_count, document");

    public override IAsyncEnumerable<EndpointRecord> ReadEndpointsAsync() =>
        PagesAsync(
            last => $"""
                SELECT {EndpointColumns} FROM endpoint WHERE (host, port) > ({last?.Host ?? ""}, {last?.Port ?? 0})
                ORDER BY host, port LIMIT {PageSize}
                """,
            ReadEndpoint);

    public override IAsyncEnumerable<ScanFinding> ReadLatestFindingsAsync() =>
        PagesAsync(
            last => $"""
                SELECT {FindingColumns} FROM scan_finding
                WHERE id IN (
                    SELECT latest_finding FROM endpoint
                    WHERE latest_finding IS NOT NULL AND (host, port) > ({last?.Host ?? ""}, {last?.Port ?? 0})
                    ORDER BY host, port LIMIT {PageSize})
                ORDER BY host, port
                """,
            ReadFinding);

    public override async Task<IReadOnlyList<ScanFinding>> ReadFindingsAsync(
        string host, int port, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);

        return await ListAsync($"""
            SELECT {FindingColumns} FROM scan_finding WHERE host = {host} AND port = {port}
            ORDER BY id DESC LIMIT {limit}
            """, ReadFinding, cancellationToken);
    }

    public override Task<DiscoveryRecord?> FindDiscoveryAsync(Guid id, CancellationToken cancellationToken) =>
        FindAsync($"SELECT {DiscoveryColumns} FROM discovery WHERE id = {id}", ReadDiscovery, cancellationToken);

    public override IAsyncEnumerable<DiscoveryRecord> ReadDiscoveriesAsync(ReadOrder order = ReadOrder.NewestFirst) =>
        PagesAsync(last => PageById(DiscoveryColumns, new SqlText("discovery"), last?.Id, order), ReadDiscovery);

    public override Task PutAsync(EndpointRecord endpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);

        return ExecuteAsync($"""
            INSERT INTO endpoint ({EndpointColumns})
            VALUES ({endpoint.Host}, {endpoint.Port}, {endpoint.FirstSeenAt}, {endpoint.Service}, {endpoint.Owner},
                {endpoint.Zone}, {endpoint.DataClass}, {endpoint.Criticality}, {endpoint.ShelfLife},
                {endpoint.MigrationPlanned})
            ON CONFLICT (host, port) DO UPDATE SET service = excluded.service, owner = excluded.owner,
                zone = excluded.zone, data_class = excluded.data_class, criticality = excluded.criticality,
                shelf_life = excluded.shelf_life, migration_planned = excluded.migration_planned
            """, cancellationToken);
    }

    public override async Task AddAsync(ScanFinding finding, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(finding);

        TlsObservation? seen = finding.Observation;
        await ExecuteAsync($"""
            INSERT INTO scan_finding ({FindingColumns})
            VALUES ({finding.Id}, {finding.Host}, {finding.Port}, {finding.At}, {finding.Failure},
                {finding.ProtocolVersion}, {seen is not null}, {seen?.Group}, {seen?.DiffieHellmanBits},
                {seen?.CipherSuite}, {seen?.SignatureScheme}, {seen?.KeyOid}, {seen?.KeySizeBits}, {seen?.KeyCurve},
                {seen?.CertificateSignatureOid}, {finding.CertificateNotAfter}, {finding.DocumentJson})
            """, cancellationToken);
        await ExecuteAsync(
            $"UPDATE endpoint SET latest_finding = {finding.Id} WHERE host = {finding.Host} AND port = {finding.Port}",
            cancellationToken);
    }

    public override Task AddAsync(DiscoveryRecord discovery, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(discovery);

        return ExecuteAsync($"""
            INSERT INTO discovery ({DiscoveryColumns})
            VALUES ({discovery.Id}, {discovery.At}, {discovery.Source}, {discovery.SourceSha256},
                {discovery.MessageCount}, {discovery.FlowCount}, {discovery.DocumentJson})
            """, cancellationToken);
    }

    private static EndpointRecord ReadEndpoint(Row row) => new()
    {
        Host = row.Text(),
        Port = row.Int(),
        FirstSeenAt = row.Time(),
        Service = row.TextOrNull(),
        Owner = row.TextOrNull(),
        Zone = row.TextOrNull(),
        DataClass = row.EnumOrNull<DataClass>(),
        Criticality = row.Enum<Criticality>(),
        ShelfLife = row.SpanOrNull(),
        MigrationPlanned = row.DayOrNull(),
    };

    private static ScanFinding ReadFinding(Row row) => new()
    {
        Id = row.Id(),
        Host = row.Text(),
        Port = row.Int(),
        At = row.Time(),
        Failure = row.TextOrNull(),
        ProtocolVersion = row.IntOrNull(),
        Observation = ReadObservation(row),
        CertificateNotAfter = row.TimeOrNull(),
        DocumentJson = row.Text(),
    };

    private static TlsObservation? ReadObservation(Row row)
    {
        bool observed = row.Flag();
        TlsObservation seen = new()
        {
            Group = row.IntOrNull(),
            DiffieHellmanBits = row.IntOrNull(),
            CipherSuite = row.IntOrNull(),
            SignatureScheme = row.IntOrNull(),
            KeyOid = row.TextOrNull(),
            KeySizeBits = row.IntOrNull(),
            KeyCurve = row.TextOrNull(),
            CertificateSignatureOid = row.TextOrNull(),
        };
        return observed ? seen : null;
    }

    private static DiscoveryRecord ReadDiscovery(Row row) => new()
    {
        Id = row.Id(),
        At = row.Time(),
        Source = row.Text(),
        SourceSha256 = row.Bytes(),
        MessageCount = row.Long(),
        FlowCount = row.Long(),
        DocumentJson = row.Text(),
    };
}
