using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Cryptography;
using Qbitel.Governance;
using Qbitel.Governance.Audit;
using Qbitel.Sources;
using Qbitel.Store;
using Qbitel.Tests.Server;

namespace Qbitel.Tests.Sources;

/// <summary>A data folder with one of everything, written as the rooms write it.</summary>
internal static class StateSample
{
    public static readonly DateTimeOffset Now = Door.Start;

    public static KeyId Key { get; } = KeyId.Parse("0193a3c0-0000-7000-8000-000000000001");

    public static async Task<StateStore> MakeAsync(string folder, int entries = 3)
    {
        StateStore store = await PlatformStore.OpenAsync(DataFolder.Choose(folder, _ => null),
            new Qbitel.Testing.ManualTime(Now), TestContext.Current.CancellationToken);
        await store.ChangeAsync(async (change, cancel) =>
        {
            for (int i = 0; i < entries; i++)
            {
                await change.AppendAsync(new AuditEntry(Guid.CreateVersion7(Now.AddSeconds(i)), Now.AddSeconds(i),
                    "automation:keys", "key.rotate", $"key:{i}", AuditOutcome.Done,
                    details: [new("reason", "due")]), cancel);
            }

            await change.PutAsync(new KeyRecord
            {
                Id = Key,
                Name = "wire/signing",
                Type = KeyType.Signing,
                Algorithm = SignatureAlgorithm.MLDsa87,
                PolicyId = "WIRE-001",
                RequiresHsm = true,
                DualControl = true,
                MadeAt = Now,
                CurrentVersion = 2,
            }, cancel);
            await change.PutAsync(Version(1, KeyState.Compromised) with { CompromisedAt = Now }, cancel);
            await change.PutAsync(Version(2, KeyState.Active) with { RotateDueAt = Now.AddDays(365) }, cancel);
            await change.PutAsync(Certificate(), cancel);
            await change.PutAsync(new IncidentRecord
            {
                Id = Guid.CreateVersion7(Now),
                Kind = "key.compromised",
                Target = "key:1",
                Severity = IncidentSeverity.Critical,
                State = IncidentState.Open,
                Summary = "exposure",
                OpenedAt = Now,
                ResponseDueAt = Now.AddMinutes(15),
            }, cancel);
            await change.AddAsync(new ArchivedMessage
            {
                Id = Guid.CreateVersion7(Now),
                Reference = "REF1",
                Protocol = "mt103",
                ArchivedAt = Now,
                RetainUntil = Now.AddYears(10),
                KemAlgorithm = "X-Wing",
                CipherAlgorithm = "AES-256-GCM",
                Sealed = "sealed"u8.ToArray(),
                SignatureAlgorithm = "MLDSA65-Ed25519-SHA512",
                Signature = new byte[] { 1 },
            }, cancel);
            await change.AddAsync(new DiscoveryRecord
            {
                Id = Guid.CreateVersion7(Now),
                At = Now,
                Source = "day.pcap",
                SourceSha256 = new byte[32],
                MessageCount = 3,
                FlowCount = 2,
                DocumentJson = """
                    {"protocols":[{"name":"fix","confidence":1,"variant":null,"messageTypes":["D"],"grammar":null,
                    "messages":[{"index":0},{"index":1}]}],"unassigned":[2]}
                    """,
            }, cancel);
            await change.ScheduleAsync(new WorkItem("key.rotate", "wire/signing", Now.AddDays(365)), cancel);
        }, TestContext.Current.CancellationToken);
        return store;
    }

    private static KeyVersionRecord Version(int version, KeyState state) => new()
    {
        KeyId = Key,
        Version = version,
        State = state,
        Token = "software",
        TokenKeyId = $"{version:x16}",
        MadeAt = Now,
    };

    private static CertificateRecord Certificate()
    {
        using RSA key = RSA.Create(2048);
        using X509Certificate2 certificate = new CertificateRequest("CN=ledger", key, HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1).CreateSelfSigned(Now, Now.AddDays(90));
        return new CertificateRecord
        {
            Id = Guid.CreateVersion7(Now),
            State = CertificateState.Active,
            Subject = "CN=ledger",
            Issuer = "CN=ledger",
            SerialNumber = certificate.SerialNumber,
            NotBefore = Now,
            NotAfter = Now.AddDays(90),
            Der = certificate.RawData,
        };
    }
}
