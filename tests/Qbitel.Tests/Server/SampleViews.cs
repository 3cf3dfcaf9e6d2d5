using Qbitel.Discovery.Analysis;
using Qbitel.Governance;
using Qbitel.Machine;
using Qbitel.Server;
using Qbitel.Testing;
using Qbitel.Views;

namespace Qbitel.Tests.Server;

/// <summary>Something for every page to show, with text that would act if a page did not encode it.</summary>
internal static class SampleViews
{
    public const string Hostile = "<script>alert(1)</script>\"'&\u202e";

    private static readonly DateTimeOffset Now = Door.Start;

    public static ConsoleSources Everything() => new()
    {
        Posture = _ => ValueTask.FromResult(Posture()),
        Protocols = _ => ValueTask.FromResult(Protocols()),
        ProtocolMap = (file, _) => ValueTask.FromResult(ProtocolMap(file)),
        Messages = _ => ValueTask.FromResult(Messages()),
        Keys = _ => ValueTask.FromResult(Keys()),
        Certificates = _ => ValueTask.FromResult(Certificates()),
        Automation = _ => ValueTask.FromResult(Automation()),
        Incidents = _ => ValueTask.FromResult(Incidents()),
        Audit = (before, _) => ValueTask.FromResult(Audit(before)),
        Machine = _ => ValueTask.FromResult(Machine()),
    };

    public static ConsoleSources Empty() => new()
    {
        Posture = _ => ValueTask.FromResult(new PostureView(Now, Verdict.NotAssessed, [], [], new([], [], []), [], [])),
        Protocols = _ => ValueTask.FromResult(new ProtocolsView(Now, [])),
        ProtocolMap = (_, _) => ValueTask.FromResult(new ProtocolMapView(Now, "/captures", [], null)),
        Messages = _ => ValueTask.FromResult(new MessagesView(Now, [])),
        Keys = _ => ValueTask.FromResult(new KeysView(Now, [])),
        Certificates = _ => ValueTask.FromResult(new CertificatesView(Now, [])),
        Automation = _ => ValueTask.FromResult(new AutomationView(Now, [], [])),
        Incidents = _ => ValueTask.FromResult(new IncidentsView(Now, [])),
        Audit = (_, _) => ValueTask.FromResult(new AuditView(Now, 0, 0, null, [], null, null)),
        Machine = _ => ValueTask.FromResult(new MachineReport("0", Now, [])),
    };

    public static PostureView Posture() => new(Now, Verdict.Fail,
        [
            new("quantum-safe", 1, 4, 25, "in scope with readiness quantum-safe", new string('c', 64), ["scan-1"]),
            new("coverage", 3, 4, 75, "in scope and assessed", new string('c', 64), ["scan-1", "scan-2"]),
            new("signatures", 0, 0, null, "in scope and signing", new string('c', 64), []),
        ],
        ["127.0.0.1:9444", Hostile],
        new(["cards", "payments"], ["internal", "restricted"],
        [
            new("cards", "internal", 1, 0, Verdict.NotAssessed), new("cards", "restricted", 1, 0, Verdict.AtRisk),
            new("payments", "restricted", 2, 1, Verdict.Fail),
        ]),
        [
            new("NIST IR 8547", "initial public draft", new(2030, 12, 31), "2030",
                "112-bit classical algorithms are deprecated", false, ["tls:2"]),
            new("NIST IR 8547", "initial public draft", new(2035, 12, 31), "2035",
                "classical public-key algorithms are disallowed", false, ["tls:1", "tls:2"]),
        ],
        [
            Asset("tls:2", Verdict.Fail, Hostile, new(2030, 12, 31), "RSA-2048"),
            Asset("tls:1", Verdict.AtRisk, "classical key exchange", new(2035, 12, 31), "X25519"),
            Asset("tls:3", Verdict.NotAssessed, "no handshake came to an end", null),
            Asset("tls:0", Verdict.Pass, "quantum-safe", null, "X25519MLKEM768", "ML-DSA-65"),
        ]);

    private static AssetRow Asset(string id, Verdict verdict, string why, DateOnly? until,
        params string[] algorithms) => new(
        id, "tls-endpoint", $"127.0.0.1:{id}", null, "payments", "restricted", verdict, why, until,
        "classical", "unknown",
        [.. algorithms.Select(name => new UseRow("negotiated group", name, verdict, why))], ["scan-" + id], Now);

    public static KeysView Keys() => new(Now,
    [
        new("0193a3c0-0000-7000-8000-000000000001", "wire-transfer-api/signing", "wire-transfer-api", "signing",
            "ML-DSA-87", true, "WIRE-001",
        [
            new(2, KeyState.Active, "software", Now, Now.AddDays(365), null),
            new(1, KeyState.Compromised, "software", Now.AddDays(-10), Now, Now),
        ]),
        new("0193a3c0-0000-7000-8000-000000000002", Hostile, null, "dek", "AES-256", true, "PAYMENT-001",
            [new(1, KeyState.Active, "software", Now, Now.AddDays(90), null)]),
    ]);

    public static CertificatesView Certificates() => new(Now,
    [
        new(Id(1), "CN=ledger", "CN=Bank CA", "0A", "RSA 2048", "sha256WithRSAEncryption", false, "expired",
            Now.AddDays(-90), Now.AddDays(-1), null),
        new(Id(2), "CN=cards", "CN=Bank CA", "0B", "EC P-256", "ecdsa-with-SHA256", false, "expiring", Now,
            Now.AddDays(20), "cards"),
        new(Id(3), Hostile, "CN=Bank CA", "0C", "ML-DSA-65", "ML-DSA-65", true, "active", Now, Now.AddDays(90),
            "wire-transfer-api"),
    ]);

    // Discovered, like any other; what comes from the capture itself is hostile.
    private static readonly Lazy<string> Map = new(() =>
    {
        string hostile = System.Text.Json.JsonEncodedText.Encode(Hostile).ToString();
        using MemoryStream input = new(System.Text.Encoding.UTF8.GetBytes(
            BranchTraffic.Lines(BranchTraffic.Messages(80)).Replace("branch 7", hostile, StringComparison.Ordinal)));
        return Qbitel.Discovery.Reports.ProtocolMap.WriteBody(new ProtocolDiscoveryOrchestrator()
            .DiscoverProtocolsAsync(input).GetAwaiter().GetResult());
    });

    public static ProtocolMapView ProtocolMap(string? file) => new(Now, Hostile,
        [new("monday.jsonl", 12_345, "host.session.json"), new(Hostile, 1, null)],
        file is null ? null : new CaptureMap(Hostile, Hostile, null) { Body = Map.Value });

    public static ProtocolsView Protocols() => new(Now,
    [
        new(Id(4), Now, Hostile, new string('a', 64), 420, 12, 3,
            [new("iso8583", true, 1, 200, ["0100", "0110"]), new("fix", true, 1, 100, ["D", "8"]),
                new("unknown-1", false, 0.41, 117, [])]),
    ]);

    public static MessagesView Messages() => new(Now,
        [new(Id(5), "REF" + Hostile, "mt103", "MLDSA65-Ed25519-SHA512", "X25519MLKEM768", new string('b', 64), Now,
            Now.AddYears(10))]);

    public static AutomationView Automation() => new(Now,
        [new(Id(6), "Demo bank", [new("scan", StepProgress.Done, Now, "3 endpoints"),
            new("hybrid", StepProgress.Unavailable, Now, Hostile), new("rotate", StepProgress.Waiting, null, null)])],
        [new("key.rotate", Id(1).ToString(), "wire-transfer-api/signing", Now.AddDays(335),
            "wait: the current version is not due", "made version 2; version 1 is deactivated", Now.AddDays(-30)),
            new("scan", "127.0.0.1:9443", Hostile, null, null, null, null)],
        new(91.1, Now.AddDays(335), ["wire-transfer-api/signing", Hostile]));

    public static IncidentsView Incidents() => new(Now,
        [new(Id(7), "key.compromised", "key:1/v1", "critical", "open", Hostile, Now, Now.AddMinutes(15), null),
            new(Id(8), "scan.failed", "x", "low", "closed", "seen", Now, null, Now)]);

    public static AuditView Audit(long? before) =>
        new(Now, 120, 1, new("qbitel.bank/log", 119, "q83vEjRWeJA=", Now, ["ed25519", "qbitel/ml-dsa-65"]),
        [new(before - 1, Id(9), Now, "automation:keys", "key.rotate", "key:1/v2", "done", new Dictionary<string,
            string> { ["reason"] = Hostile })], 70, before is null ? null : 120);

    public static MachineReport Machine() => new("0.1.0", Now,
        [new("a", "Good", "1", FindingState.Good, "works"),
            new("b", Hostile, "2", FindingState.Problem, "does not", "mend it")]);

    private static Guid Id(byte last) => new(0x0193a3c0, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, last);
}
