namespace Qbitel.Store.Sql;

internal sealed partial class Session
{
    private static readonly SqlText EndpointColumns = new("host, port, service, first_seen_at");

    private static readonly SqlText FindingColumns = new(
        "id, host, port, at, completed, protocol_version, key_exchange_group, cipher_suite, key_algorithm, key_size_bits, signature_oid, " +
        "certificate_not_after, document");

    private static readonly SqlText DiscoveryColumns = new("id, at, source, source_sha256, message_count, flow_count, document");

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
            SELECT {FindingColumns} FROM scan_finding WHERE host = {host} AND port = {port} ORDER BY id DESC LIMIT {limit}
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
            VALUES ({endpoint.Host}, {endpoint.Port}, {endpoint.Service}, {endpoint.FirstSeenAt})
            ON CONFLICT (host, port) DO UPDATE SET service = excluded.service
            """, cancellationToken);
    }

    public override async Task AddAsync(ScanFinding finding, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(finding);

        await ExecuteAsync($"""
            INSERT INTO scan_finding ({FindingColumns})
            VALUES ({finding.Id}, {finding.Host}, {finding.Port}, {finding.At}, {finding.Completed}, {finding.ProtocolVersion},
                {finding.Group}, {finding.CipherSuite}, {finding.KeyAlgorithm}, {finding.KeySizeBits}, {finding.SignatureOid},
                {finding.CertificateNotAfter}, {finding.DocumentJson})
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
            VALUES ({discovery.Id}, {discovery.At}, {discovery.Source}, {discovery.SourceSha256}, {discovery.MessageCount},
                {discovery.FlowCount}, {discovery.DocumentJson})
            """, cancellationToken);
    }

    private static EndpointRecord ReadEndpoint(Row row) => new(row.Text(), row.Int(), row.TextOrNull(), row.Time());

    private static ScanFinding ReadFinding(Row row) => new()
    {
        Id = row.Id(),
        Host = row.Text(),
        Port = row.Int(),
        At = row.Time(),
        Completed = row.Flag(),
        ProtocolVersion = row.IntOrNull(),
        Group = row.IntOrNull(),
        CipherSuite = row.IntOrNull(),
        KeyAlgorithm = row.TextOrNull(),
        KeySizeBits = row.IntOrNull(),
        SignatureOid = row.TextOrNull(),
        CertificateNotAfter = row.TimeOrNull(),
        DocumentJson = row.Text(),
    };

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
