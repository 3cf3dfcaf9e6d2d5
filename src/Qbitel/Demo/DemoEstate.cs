using System.Globalization;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Automation.Engine;
using Qbitel.Automation.Estate;
using Qbitel.Discovery;
using Qbitel.Discovery.Analysis;
using Qbitel.Discovery.Tls;
using Qbitel.Governance;

namespace Qbitel.Demo;

/// <summary>What the demo bank has on its network, and looking at it.</summary>
internal sealed class DemoEstate(AutomationPlatform platform) : IAsyncDisposable
{
    private const string CaptureName = "demo-traffic.pcapng";

    private readonly DemoEndpoints _endpoints = new();
    private readonly EstateRegister _register = new(platform.Store);
    private readonly EndpointScanner _scanner = new(platform.Store.Time, EndpointScanner.DefaultTimeout);

    /// <summary>Starts the endpoints, scans them and records what was seen.</summary>
    public async Task<IReadOnlyList<DemoCheck>> SeeAsync(CancellationToken cancellation)
    {
        if (_endpoints.Endpoints.Count == 0) await StartAsync(cancellation);

        List<DemoCheck> checks = [];
        foreach (DemoEndpoint endpoint in _endpoints.Endpoints)
        {
            EndpointScan scan = await _scanner.ScanAsync(endpoint.Address, cancellation);
            await _register.RecordAsync(scan, service: null, DemoBank.Presenter, cancellation);
            checks.Add(DemoCheck.Of(endpoint.Name, IsAsDescribed(endpoint, scan.Preferred), Describe(scan)));
        }

        if (DemoEndpoints.HybridUnavailable is { } reason) checks.Add(DemoCheck.Unavailable("gateway-hybrid", reason));
        return checks;
    }

    /// <summary>Reads the capture and records what is in it.</summary>
    public async Task<IReadOnlyList<DemoCheck>> UnderstandAsync(CancellationToken cancellation)
    {
        byte[] capture = DemoTraffic.Capture();
        using MemoryStream input = new(capture);
        DiscoveryDocument document = await new ProtocolDiscoveryOrchestrator()
            .DiscoverProtocolsAsync(input, cancellationToken: cancellation);
        await _register.RecordAsync(document, CaptureName, Digest.Of(capture), DemoBank.Presenter, cancellation);

        return
        [
            Found("iso8583", DemoTraffic.CardMessages),
            Found("fix", DemoTraffic.TradingMessages),
            Found("swift-mt", DemoTraffic.PaymentMessages),
            Found("unknown-1", DemoTraffic.ProprietaryMessages),
            DemoCheck.Of("nothing invented", document.Protocols.Count == 4 && document.Unassigned.Count == 0,
                $"{Text(document.Protocols.Count)} protocols, {Text(document.Unassigned.Count)} messages unassigned"),
        ];

        DemoCheck Found(string name, int messages)
        {
            DiscoveredProtocol? protocol = document.Protocols.FirstOrDefault(p => p.Name == name);
            return DemoCheck.Of(name, protocol?.Messages.Count == messages, protocol is null ? "not found"
                : $"{Text(protocol.Messages.Count)} messages in {Text(protocol.Flows.Count)} flows, confidence "
                    + $"{protocol.Confidence.ToString("0.00", CultureInfo.InvariantCulture)}");
        }
    }

    public ValueTask DisposeAsync() => _endpoints.DisposeAsync();

    private async Task StartAsync(CancellationToken cancellation)
    {
        DemoAuthority authority = await DemoAuthority.OpenAsync(platform, cancellation);
        X509Certificate2Collection issuers = [authority.Certificate];

        using var rsa = RSA.Create(2048);
        using X509Certificate2 legacy = await authority.IssueAsync("legacy-swift.bank.internal", rsa, cancellation);
        _endpoints.Start("legacy-swift", "RSA-2048, TLS 1.2", legacy.CopyWithPrivateKey(rsa), issuers,
            SslProtocols.Tls12);

        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 payments = await authority.IssueAsync("payments-api.bank.internal", p256, cancellation);
        _endpoints.Start("payments-api", "ECDSA P-256, TLS 1.3", payments.CopyWithPrivateKey(p256), issuers,
            SslProtocols.Tls13);

        if (DemoEndpoints.HybridUnavailable is not null) return;
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using X509Certificate2 gateway = await authority.IssueAsync(
            "gateway-hybrid.bank.internal", p384, cancellation);
        _endpoints.Start("gateway-hybrid", "X25519MLKEM768, TLS 1.3", gateway.CopyWithPrivateKey(p384), issuers,
            SslProtocols.Tls13);
    }

    private static bool IsAsDescribed(DemoEndpoint endpoint, TlsEndpointReport report) =>
        report.Completed && report.SignatureValid != false && endpoint.Name switch
        {
            "legacy-swift" =>
                report.Version == TlsNumbers.Tls12 && report.Chain[0] is { KeyAlgorithm: "RSA", KeySizeBits: 2048 },
            "payments-api" => report.Version == TlsNumbers.Tls13 && report.Chain[0].KeyAlgorithm == "EC secp256r1",
            _ => report.Group == TlsNumbers.X25519MLKem768,
        };

    private static string Describe(EndpointScan scan)
    {
        TlsEndpointReport report = scan.Preferred;
        if (!report.Completed) return report.Failure ?? "no answer";

        CertificateSummary leaf = report.Chain[0];
        string group = report.Group is { } number
            ? string.Create(CultureInfo.InvariantCulture, $"group 0x{number:X4} {report.GroupName}")
            : report.KeyExchange ?? "no group";
        return $"{report.VersionName}, {group}, {report.CipherSuiteName}, {leaf.KeyAlgorithm} "
            + $"{leaf.KeySizeBits?.ToString(CultureInfo.InvariantCulture)}, signed with {leaf.SignatureOid}";
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
