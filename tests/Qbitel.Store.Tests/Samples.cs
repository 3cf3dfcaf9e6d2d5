using Qbitel.Cryptography;
using Qbitel.Governance;
using Qbitel.Governance.Audit;
using Qbitel.Governance.Inventory;

namespace Qbitel.Store.Tests;

/// <summary>Records with every member set, at the time given.</summary>
internal static class Samples
{
    public static AuditEntry Entry(DateTimeOffset at, string target = "test:1", string action = "test.change") =>
        new(Guid.CreateVersion7(at), at, "user:test", action, target, AuditOutcome.Done);

    public static ServiceRecord Service(DateTimeOffset at, string name = "wire-transfer-api") => new()
    {
        Name = name,
        State = ServiceState.Ready,
        Subdomain = "wire_transfers",
        PolicyId = "WIRE-001",
        ConfigurationJson = """{"hybrid":true}""",
        MadeAt = at,
    };

    public static KeyRecord Key(DateTimeOffset at, string name = "wire-transfer-api/signing", string? service = null) =>
        new()
        {
            Id = new KeyId(Guid.CreateVersion7(at)),
            Name = name,
            Type = KeyType.Signing,
            Algorithm = SignatureAlgorithm.MLDsa87,
            Service = service,
            PolicyId = "WIRE-001",
            RotationPeriod = TimeSpan.FromDays(365),
            RequiresHsm = true,
            DualControl = true,
            MadeAt = at,
        };

    public static KeyVersionRecord Version(KeyRecord key, int version, KeyState state, DateTimeOffset at) => new()
    {
        KeyId = key.Id,
        Version = version,
        State = state,
        Token = "software",
        TokenKeyId = $"{key.Id}.{version}",
        PublicKey = new byte[] { 1, 2, 3, (byte)version },
        MadeAt = at,
        ActivatedAt = at.AddMinutes(1),
        RotateDueAt = at.AddDays(365),
        DeactivatedAt = at.AddDays(366),
        CompromisedAt = at.AddDays(367),
        DestroyedAt = at.AddDays(368),
    };

    public static CertificateRecord Certificate(DateTimeOffset at, KeyVersionRecord? version = null,
        string serialNumber = "0A1B") => new()
        {
            Id = Guid.CreateVersion7(at),
            State = CertificateState.Active,
            Subject = "CN=payments-api.bank.internal",
            Issuer = "CN=Bank CA",
            SerialNumber = serialNumber,
            NotBefore = at,
            NotAfter = at.AddDays(90),
            Der = new byte[] { 0x30, 0x00 },
            KeyId = version?.KeyId,
            KeyVersion = version?.Version,
            RevokedAt = at.AddDays(1),
            RevocationReason = "keyCompromise",
        };

    public static EndpointRecord Endpoint(DateTimeOffset at, string host = "127.0.0.1", int port = 8443,
        string? service = null) => new()
        {
            Host = host,
            Port = port,
            FirstSeenAt = at,
            Service = service,
            Owner = "payments",
            Zone = "dmz",
            DataClass = DataClass.Restricted,
            Criticality = Criticality.Critical,
            ShelfLife = TimeSpan.FromDays(3650),
            MigrationPlanned = new DateOnly(2028, 2, 29),
        };

    public static ScanFinding Finding(DateTimeOffset at, string host = "127.0.0.1", int port = 8443) => new()
    {
        Id = Guid.CreateVersion7(at),
        Host = host,
        Port = port,
        At = at,
        ProtocolVersion = 0x0304,
        Observation = new TlsObservation
        {
            Group = 0x11EC,
            DiffieHellmanBits = 2048,
            CipherSuite = 0x1302,
            SignatureScheme = 0x0804,
            KeyOid = "1.2.840.113549.1.1.1",
            KeySizeBits = 2049,
            KeyCurve = "P-256",
            CertificateSignatureOid = "1.2.840.113549.1.1.11",
        },
        CertificateNotAfter = at.AddDays(30),
        DocumentJson = """{"host":"127.0.0.1"}""",
    };

    public static DiscoveryRecord Discovery(DateTimeOffset at) => new()
    {
        Id = Guid.CreateVersion7(at),
        At = at,
        Source = "day.pcapng",
        SourceSha256 = new byte[32],
        MessageCount = 1200,
        FlowCount = 7,
        DocumentJson = """{"protocols":[]}""",
    };

    public static IncidentRecord Incident(DateTimeOffset at) => new()
    {
        Id = Guid.CreateVersion7(at),
        Kind = "key.compromised",
        Target = "key:1",
        Severity = IncidentSeverity.Critical,
        State = IncidentState.Open,
        Summary = "Potential exposure detected",
        OpenedAt = at,
        ResponseDueAt = at.AddMinutes(15),
        ClosedAt = at.AddHours(1),
        DetailsJson = """{"version":1}""",
    };

    public static ArchivedMessage Archived(DateTimeOffset at, KeyVersionRecord? key = null,
        string reference = "REF-1") => new()
        {
            Id = Guid.CreateVersion7(at),
            Reference = reference,
            Protocol = "mt103",
            ArchivedAt = at,
            RetainUntil = at.AddYears(10),
            KemAlgorithm = "X-Wing",
            CipherAlgorithm = "AES-256-GCM",
            SealingKeyId = key?.KeyId,
            SealingKeyVersion = key?.Version,
            Sealed = new byte[] { 9, 8, 7 },
            SignatureAlgorithm = "MLDSA65-Ed25519-SHA512",
            SigningKeyId = key?.KeyId,
            SigningKeyVersion = key?.Version,
            Signature = new byte[] { 6, 5 },
        };
}
