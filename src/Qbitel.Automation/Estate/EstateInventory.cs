using System.Text.Json;
using Qbitel.Cryptography;
using Qbitel.Governance;
using Qbitel.Governance.Inventory;
using Qbitel.Governance.Posture;
using Qbitel.Store;

namespace Qbitel.Automation.Estate;

/// <summary>What the store knows of the bank's cryptography, as the assets that posture judges.</summary>
public static class EstateInventory
{
    /// <summary>Judges everything in the store as of now.</summary>
    public static async Task<PostureReport> AssessAsync(StateStore store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        return PostureAssessment.Assess(await ReadAsync(store, cancellationToken),
            new PostureScope { At = store.Time.GetUtcNow() });
    }

    public static Task<IReadOnlyList<CryptoAsset>> ReadAsync(StateStore store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.ReadAsync<IReadOnlyList<CryptoAsset>>(async (s, ct) =>
        {
            List<CryptoAsset> assets = [];
            Dictionary<(string, int), EndpointRecord> endpoints = [];
            await foreach (EndpointRecord endpoint in s.ReadEndpointsAsync().WithCancellation(ct))
                endpoints[(endpoint.Host, endpoint.Port)] = endpoint;
            await foreach (ScanFinding finding in s.ReadLatestFindingsAsync().WithCancellation(ct))
                assets.Add(Of(endpoints[(finding.Host, finding.Port)], finding));

            DateTimeOffset now = store.Time.GetUtcNow();
            await foreach (KeyRecord key in s.ReadKeysAsync().WithCancellation(ct))
                assets.Add(Of(key, await s.ReadKeyVersionsAsync(key.Id, ct), now));
            await foreach (DiscoveryRecord discovery in s.ReadDiscoveriesAsync().WithCancellation(ct))
                assets.AddRange(Of(discovery));
            return [.. assets.DistinctBy(a => a.Id)];
        }, cancellationToken);
    }

    private static CryptoAsset Of(EndpointRecord endpoint, ScanFinding finding) => new()
    {
        Id = $"tls:{finding.Host}:{finding.Port}",
        Kind = AssetKind.TlsEndpoint,
        Name = endpoint.Service is { } service ? $"{service} ({finding.Host}:{finding.Port})"
            : $"{finding.Host}:{finding.Port}",
        Uses = finding.Observation?.Uses() ?? [],
        Evidence = [new Evidence(finding.Id.ToString(), "tls_endpoint_scan", finding.At)],
        Service = endpoint.Service,
        Owner = endpoint.Owner,
        Zone = endpoint.Zone ?? "network",
        DataClass = endpoint.DataClass,
        Criticality = endpoint.Criticality,
        ShelfLife = endpoint.ShelfLife,
        MigrationPlanned = endpoint.MigrationPlanned,
        NotAfter = finding.CertificateNotAfter,
        Unobserved = finding.Failure,
    };

    private static CryptoAsset Of(KeyRecord key, IReadOnlyList<KeyVersionRecord> versions, DateTimeOffset now)
    {
        KeyVersionRecord? current = versions.LastOrDefault(v => v.State == KeyState.Active);
        CryptoUse use = key.Algorithm switch
        {
            KemAlgorithm => CryptoUse.KeyEstablishment,
            SignatureAlgorithm => CryptoUse.Signature,
            _ => CryptoUse.SymmetricEncryption,
        };
        return new CryptoAsset
        {
            Id = $"key:{key.Id}",
            Kind = AssetKind.Key,
            Name = key.Name,
            Uses = [new AlgorithmUse(use, CryptoAlgorithms.Ours(key.Algorithm), "managed key",
                IsProved: current is not null)],
            Evidence = [new Evidence($"key:{key.Id}", "key_inventory", now)], // the inventory is read at this moment
            Service = key.Service,
            Zone = "keys",
            DataClass = DataClass.Restricted,
            Unobserved = current is null ? "no version of it is active" : null,
        };
    }

    private static IEnumerable<CryptoAsset> Of(DiscoveryRecord discovery)
    {
        using JsonDocument document = JsonDocument.Parse(discovery.DocumentJson);
        foreach (JsonElement protocol in document.RootElement.GetProperty("protocols").EnumerateArray())
        {
            string name = protocol.GetProperty("name").GetString()!;
            if (name == "tls") continue; // what it negotiates is known from scans, not from its presence

            yield return new CryptoAsset
            {
                Id = $"flow:{discovery.Source}/{name}",
                Kind = AssetKind.ProtocolFlow,
                Name = $"{name} in {discovery.Source}",
                Evidence = [new Evidence(discovery.Id.ToString(), "protocol_config", discovery.At)],
                Zone = "traffic",
                DataClass = DataClass.Restricted,
                IsCleartext = name is not null && !name.StartsWith("unknown", StringComparison.Ordinal),
                Unobserved = name!.StartsWith("unknown", StringComparison.Ordinal)
                    ? "the protocol is unknown, so nothing can be said about its protection" : null,
            };
        }
    }
}
