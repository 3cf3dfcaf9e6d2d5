using System.Text;
using System.Text.Json;
using Qbitel.Discovery;
using Qbitel.Discovery.Tls;
using Qbitel.Governance;
using Qbitel.Governance.Audit;
using Qbitel.Governance.Inventory;
using Qbitel.Store;

namespace Qbitel.Automation.Estate;

/// <summary>Enters what was found into the store, each finding with its audit entry.</summary>
public sealed class EstateRegister(StateStore store)
{
    public Task<ScanFinding> RecordAsync(EndpointScan scan, string? service, Actor actor,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(actor);

        TlsEndpointReport report = scan.Preferred;
        CertificateSummary? leaf = report.Chain.Count > 0 ? report.Chain[0] : null;
        ScanFinding finding = new()
        {
            Id = Guid.CreateVersion7(scan.At),
            Host = scan.Address.Host,
            Port = scan.Address.Port,
            At = scan.At,
            Failure = report.Completed ? null : report.Failure ?? "the handshake did not complete",
            ProtocolVersion = report.Version,
            Observation = report.Completed ? Observation(report, leaf) : null,
            CertificateNotAfter = leaf?.NotAfter,
            DocumentJson = EndpointScanDocument.ToJson(scan),
        };
        return store.ChangeAsync(async (t, ct) =>
        {
            await t.PutAsync(new EndpointRecord
            {
                Host = scan.Address.Host,
                Port = scan.Address.Port,
                FirstSeenAt = scan.At,
                Service = service,
            }, ct);
            await t.AddAsync(finding, ct);
            await t.AppendAsync(AuditTrail.Entry(scan.At, actor, "endpoint.scan", $"endpoint:{scan.Address}",
                report.Completed ? AuditOutcome.Done : AuditOutcome.Failed,
                ("protocol", report.VersionName ?? "none"), ("group", report.GroupName ?? report.KeyExchange ?? "none"),
                ("key", leaf is null ? "none" : $"{leaf.KeyAlgorithm} {leaf.KeySizeBits}"),
                ("signature", leaf?.SignatureOid ?? "none"),
                ("failure", report.Failure ?? "none"), ("finding", finding.Id.ToString()),
                ("document-sha256", Digest.Of(Encoding.UTF8.GetBytes(finding.DocumentJson)).ToString())), ct);
            return finding;
        }, cancellationToken);
    }

    /// <param name="document">What was discovered.</param>
    /// <param name="source">The name of the capture as the user gave it.</param>
    /// <param name="sourceHash">The hash of the capture.</param>
    /// <param name="actor">Who asked.</param>
    /// <param name="cancellationToken">Stops the work; then nothing is recorded.</param>
    public async Task<DiscoveryRecord> RecordAsync(
        DiscoveryDocument document, string source, Digest sourceHash, Actor actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(actor);

        DateTimeOffset now = store.Time.GetUtcNow();
        using MemoryStream json = new();
        using (Utf8JsonWriter writer = new(json)) document.WriteTo(writer);
        DiscoveryRecord record = new()
        {
            Id = Guid.CreateVersion7(now),
            At = now,
            Source = source,
            SourceSha256 = sourceHash.ToArray(),
            MessageCount = document.Summary.MessageCount,
            FlowCount = document.Summary.FlowCount,
            DocumentJson = Encoding.UTF8.GetString(json.GetBuffer(), 0, (int)json.Length),
        };
        return await store.ChangeAsync(async (t, ct) =>
        {
            await t.AddAsync(record, ct);
            await t.AppendAsync(AuditTrail.Entry(now, actor, "protocol.discover", $"capture:{source}",
                AuditOutcome.Done,
                ("capture-sha256", sourceHash.ToString()), ("messages", Text(record.MessageCount)),
                ("flows", Text(record.FlowCount)),
                ("protocols",
                    string.Join(", ", document.Protocols.Select(p => $"{p.Name} ({Text(p.Messages.Count)})"))),
                ("unassigned", Text(document.Unassigned.Count))), ct);
            return record;
        }, cancellationToken);
    }

    private static TlsObservation Observation(TlsEndpointReport report, CertificateSummary? leaf) => new()
    {
        Group = report.Group,
        DiffieHellmanBits = report.DiffieHellmanBits,
        CipherSuite = report.CipherSuite,
        SignatureScheme = report.SignatureScheme,
        KeyOid = leaf?.KeyOid,
        KeySizeBits = leaf?.KeySizeBits,
        KeyCurve = leaf?.KeyCurve,
        CertificateSignatureOid = leaf?.SignatureOid,
    };

    private static string Text(long value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
