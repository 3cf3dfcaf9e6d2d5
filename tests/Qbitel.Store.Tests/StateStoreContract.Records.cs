using Qbitel.Cryptography;
using Qbitel.Governance;

namespace Qbitel.Store.Tests;

public abstract partial class StateStoreContract
{
    [Fact]
    public async Task Keys_and_versions_come_back_as_they_went_in()
    {
        StateStore store = await OpenAsync();
        ServiceRecord service = Samples.Service(Start);
        KeyRecord key = Samples.Key(Start, service: service.Name) with { CurrentVersion = 1 };
        KeyVersionRecord version = Samples.Version(key, 1, KeyState.Active, Start);
        KeyRecord bare = Samples.Key(Start.AddSeconds(1), "audit/log") with
        {
            Type = KeyType.Dek,
            Algorithm = CipherAlgorithm.Aes256Gcm,
            RotationPeriod = null,
            RequiresHsm = false,
            DualControl = false,
        };

        await ChangeAsync(store, async t =>
        {
            await t.PutAsync(service, Cancel);
            await t.PutAsync(key, Cancel); // its current version follows: references hold at the end of a change
            await t.PutAsync(version, Cancel);
            await t.PutAsync(bare, Cancel);
        });

        await store.ReadAsync(async (s, c) =>
        {
            AssertSame(service, await s.FindServiceAsync(service.Name, c));
            Assert.Equal(key, await s.FindKeyAsync(key.Id, c));
            Assert.Equal(key, await s.FindKeyAsync(key.Name, c));
            Assert.Equal(bare, await s.FindKeyAsync(bare.Id, c));
            AssertSame(version, await s.FindKeyVersionAsync(key.Id, 1, c));
            AssertSame([version], await s.ReadKeyVersionsAsync(key.Id, c));
            Assert.Equal([key, bare], await s.ReadKeysAsync().ToListAsync(c));
            Assert.Equal([key], await s.ReadKeysAsync(service.Name).ToListAsync(c));
            Assert.Null(await s.FindKeyAsync(new KeyId(Guid.Empty), c));
            Assert.Null(await s.FindKeyAsync("none", c));
            return 0;
        }, Cancel);
    }

    [Fact]
    public async Task A_key_rotates_by_deactivating_one_version_and_activating_the_next()
    {
        StateStore store = await OpenAsync();
        KeyRecord key = Samples.Key(Start);
        KeyVersionRecord first = Samples.Version(key, 1, KeyState.Active, Start);
        KeyVersionRecord second = Samples.Version(key, 2, KeyState.Active, Start.AddDays(365));
        await ChangeAsync(store, async t =>
        {
            await t.PutAsync(key with { CurrentVersion = 1 }, Cancel);
            await t.PutAsync(first, Cancel);
        });

        await Assert.ThrowsAsync<StateStoreException>(() => ChangeAsync(store, t => t.PutAsync(second, Cancel)));
        await ChangeAsync(store, async t =>
        {
            await t.PutAsync(first with { State = KeyState.Deactivated }, Cancel);
            await t.PutAsync(second, Cancel);
            await t.PutAsync(key with { CurrentVersion = 2 }, Cancel);
        });

        await store.ReadAsync(async (s, c) =>
        {
            Assert.Equal(2, (await s.FindKeyAsync(key.Id, c))!.CurrentVersion);
            Assert.Equal([KeyState.Deactivated, KeyState.Active],
                (await s.ReadKeyVersionsAsync(key.Id, c)).Select(v => v.State));
            return 0;
        }, Cancel);
    }

    [Fact]
    public async Task A_key_never_changes_its_type_or_algorithm_nor_takes_a_used_name()
    {
        StateStore store = await OpenAsync();
        KeyRecord key = Samples.Key(Start);
        await ChangeAsync(store, t => t.PutAsync(key, Cancel));

        await Assert.ThrowsAsync<StateStoreException>(() =>
            ChangeAsync(store, t => t.PutAsync(key with { Type = KeyType.Kek }, Cancel)));
        await Assert.ThrowsAsync<StateStoreException>(
            () => ChangeAsync(store, t => t.PutAsync(key with { Algorithm = SignatureAlgorithm.MLDsa44 }, Cancel)));
        await Assert.ThrowsAsync<StateStoreException>(
            () => ChangeAsync(store, t => t.PutAsync(key with { Id = new KeyId(Guid.CreateVersion7(Start)) }, Cancel)));

        Assert.Equal(key, await store.ReadAsync((s, c) => s.FindKeyAsync(key.Id, c), Cancel));
    }

    [Fact]
    public async Task References_to_what_does_not_exist_are_refused()
    {
        StateStore store = await OpenAsync();
        KeyRecord key = Samples.Key(Start);

        await Assert.ThrowsAsync<StateStoreException>(() =>
            ChangeAsync(store, t => t.PutAsync(key with { Service = "none" }, Cancel)));
        await Assert.ThrowsAsync<StateStoreException>(() =>
            ChangeAsync(store, t => t.PutAsync(key with { CurrentVersion = 1 }, Cancel)));
        await Assert.ThrowsAsync<StateStoreException>(
            () => ChangeAsync(store, t => t.PutAsync(Samples.Version(key, 1, KeyState.Active, Start), Cancel)));
        await Assert.ThrowsAsync<StateStoreException>(() =>
            ChangeAsync(store, t => t.AddAsync(Samples.Finding(Start), Cancel)));

        // A failed commit leaves the store usable.
        await ChangeAsync(store, t => t.PutAsync(key, Cancel));
    }

    [Fact]
    public async Task Certificates_come_back_as_they_went_in_and_keep_their_contents()
    {
        StateStore store = await OpenAsync();
        KeyRecord key = Samples.Key(Start);
        KeyVersionRecord version = Samples.Version(key, 1, KeyState.Active, Start);
        CertificateRecord certificate = Samples.Certificate(Start, version);
        CertificateRecord successor = Samples
            .Certificate(Start.AddDays(60), serialNumber: "0A1C") with
        { RevokedAt = null, RevocationReason = null };
        CertificateRecord renewed = certificate with { State = CertificateState.Renewed, SuccessorId = successor.Id };
        await ChangeAsync(store, async t =>
        {
            await t.PutAsync(key, Cancel);
            await t.PutAsync(version, Cancel);
            await t.PutAsync(certificate, Cancel);
            await t.PutAsync(renewed, Cancel);
            await t.PutAsync(successor, Cancel);
        });

        await store.ReadAsync(async (s, c) =>
        {
            AssertSame(renewed, await s.FindCertificateAsync(certificate.Id, c));
            AssertSame(successor, await s.FindCertificateAsync("CN=Bank CA", "0A1C", c));
            AssertSame([renewed], await s.ReadCertificatesAsync(key.Id, c));
            AssertSame([successor, renewed], await s.ReadCertificatesAsync(ReadOrder.NewestFirst).ToListAsync(c));
            return 0;
        }, Cancel);
        await Assert.ThrowsAsync<StateStoreException>(
            () => ChangeAsync(store, t => t.PutAsync(certificate with { Der = new byte[] { 1 } }, Cancel)));
        await Assert.ThrowsAsync<StateStoreException>(
            () => ChangeAsync(store, t => t.PutAsync(Samples.Certificate(Start, serialNumber: "0A1B"), Cancel)));
    }

    [Fact]
    public async Task Endpoints_show_their_newest_finding()
    {
        StateStore store = await OpenAsync();
        EndpointRecord one = Samples.Endpoint(Start), two = Samples.Endpoint(Start, port: 9443);
        EndpointRecord bare = new() { Host = "a", Port = 1, FirstSeenAt = Start };
        ScanFinding old = Samples.Finding(Start),
            recent = Samples.Finding(Start.AddHours(1)) with { Failure = "no answer", Observation = null };
        ScanFinding other = Samples.Finding(Start, port: 9443);
        await ChangeAsync(store, async t =>
        {
            foreach (EndpointRecord endpoint in (EndpointRecord[])[one with { Owner = null }, two, bare, one])
                await t.PutAsync(endpoint, Cancel);
            foreach (ScanFinding finding in (ScanFinding[])[old, recent, other]) await t.AddAsync(finding, Cancel);
        });

        await store.ReadAsync(async (s, c) =>
        {
            Assert.Equal([one, two, bare], await s.ReadEndpointsAsync().ToListAsync(c));
            AssertSame([recent, other], await s.ReadLatestFindingsAsync().ToListAsync(c));
            AssertSame([recent, old], await s.ReadFindingsAsync("127.0.0.1", 8443, 10, c));
            AssertSame([recent], await s.ReadFindingsAsync("127.0.0.1", 8443, 1, c));
            return 0;
        }, Cancel);
        await Assert.ThrowsAsync<StateStoreException>(() => ChangeAsync(store, t => t.AddAsync(old, Cancel)));
    }

    [Fact]
    public async Task Discoveries_incidents_and_archived_messages_come_back_as_they_went_in()
    {
        StateStore store = await OpenAsync();
        DiscoveryRecord discovery = Samples.Discovery(Start);
        IncidentRecord incident = Samples.Incident(Start), bare = incident with
        {
            Id = Guid.CreateVersion7(Start.AddSeconds(1)),
            ResponseDueAt = null,
            ClosedAt = null,
            DetailsJson = null,
        };
        ArchivedMessage message = Samples.Archived(Start), later = Samples.Archived(Start.AddSeconds(1)),
            other = Samples.Archived(Start, reference: "R2");
        await ChangeAsync(store, async t =>
        {
            await t.AddAsync(discovery, Cancel);
            await t.PutAsync(incident, Cancel);
            await t.PutAsync(incident with { State = IncidentState.Closed }, Cancel);
            await t.PutAsync(bare, Cancel);
            foreach (ArchivedMessage archived in (ArchivedMessage[])[message, later, other])
                await t.AddAsync(archived, Cancel);
        });

        await store.ReadAsync(async (s, c) =>
        {
            AssertSame(discovery, await s.FindDiscoveryAsync(discovery.Id, c));
            AssertSame([discovery], await s.ReadDiscoveriesAsync().ToListAsync(c));
            Assert.Equal(incident with { State = IncidentState.Closed }, await s.FindIncidentAsync(incident.Id, c));
            Assert.Equal([bare.Id, incident.Id], (await s.ReadIncidentsAsync().ToListAsync(c)).Select(i => i.Id));
            AssertSame(message, await s.FindArchivedMessageAsync(message.Id, c));
            AssertSame([message, later], await s.ReadArchiveAsync("REF-1", c));
            Assert.Equal(3, await s.ReadArchiveAsync().CountAsync(c));
            return 0;
        }, Cancel);
        await Assert.ThrowsAsync<StateStoreException>(() => ChangeAsync(store, t => t.AddAsync(message, Cancel)));
    }

    [Fact]
    public async Task Documents_that_are_not_JSON_are_refused()
    {
        StateStore store = await OpenAsync();
        await Assert.ThrowsAsync<StateStoreException>(
            () => ChangeAsync(store, t => t.AddAsync(Samples.Discovery(Start) with { DocumentJson = "{" }, Cancel)));
    }

    [Fact]
    public async Task Settings_are_replaced_and_listed()
    {
        StateStore store = await OpenAsync();
        await ChangeAsync(store, async t =>
        {
            await t.PutSettingAsync("a", "1", Cancel);
            await t.PutSettingAsync("b", "ü \u2028 \"'; DROP TABLE setting; --", Cancel);
            await t.PutSettingAsync("a", "2", Cancel);
        });

        IReadOnlyDictionary<string, string> settings = await store.ReadAsync((s, c) => s.ReadSettingsAsync(c), Cancel);
        Assert.Equal(new Dictionary<string, string> { ["a"] = "2", ["b"] = "ü \u2028 \"'; DROP TABLE setting; --" },
            settings);
    }

    [Fact]
    public async Task Text_with_a_NUL_is_refused()
    {
        StateStore store = await OpenAsync();
        await Assert.ThrowsAsync<StateStoreException>(() =>
            ChangeAsync(store, t => t.PutSettingAsync("a", "1\02", Cancel)));
    }

    [Fact]
    public async Task A_journal_shows_a_plan_how_far_it_came()
    {
        StateStore store = await OpenAsync();
        Guid plan = Guid.CreateVersion7(Start);
        await ChangeAsync(store, t => t.PutAsync(new JournalStep(plan, "make-key", StepState.Started, Start), Cancel));
        JournalStep done = new(plan, "make-key", StepState.Done, Start.AddSeconds(2), """{"key":"k1"}""");
        await ChangeAsync(store, t => t.PutAsync(done, Cancel));
        await ChangeAsync(store, t =>
            t.PutAsync(new JournalStep(plan, "issue", StepState.Started, Start.AddSeconds(1)), Cancel));
        await ChangeAsync(store, t =>
            t.PutAsync(new JournalStep(Guid.CreateVersion7(Start), "other", StepState.Failed, Start), Cancel));

        Assert.Equal(
            [
                new JournalStep(plan, "issue", StepState.Started, Start.AddSeconds(1)),
                new JournalStep(plan, "make-key", StepState.Done, Start.AddSeconds(2), """{"key":"k1"}"""),
            ],
            await store.ReadAsync((s, c) => s.ReadJournalAsync(plan, c), Cancel));
    }

    [Fact]
    public async Task Long_sequences_are_read_whole_in_either_order_and_may_be_nested()
    {
        StateStore store = await OpenAsync();
        List<IncidentRecord> incidents =
            [.. Enumerable.Range(0, 700).Select(i => Samples.Incident(Start.AddSeconds(i)))];
        await ChangeAsync(store, async t =>
        {
            foreach (IncidentRecord incident in incidents) await t.PutAsync(incident, Cancel);
        });

        await store.ReadAsync(async (s, c) =>
        {
            Assert.Equal(incidents, await s.ReadIncidentsAsync(ReadOrder.OldestFirst).ToListAsync(c));
            int seen = 0;
            await foreach (IncidentRecord incident in s.ReadIncidentsAsync().WithCancellation(c))
                Assert.Equal(incidents[^++seen], await s.FindIncidentAsync(incident.Id, c));
            Assert.Equal(700, seen);
            return 0;
        }, Cancel);
    }

    [Fact]
    public async Task Times_are_kept_in_whole_microseconds_of_UTC()
    {
        StateStore store = await OpenAsync();
        IncidentRecord incident = Samples.Incident(Start) with
        {
            OpenedAt = new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.FromHours(2)).AddTicks(1234567),
            ClosedAt = DateTimeOffset.UnixEpoch.AddTicks(-1),
            ResponseDueAt = DateTimeOffset.MaxValue,
        };
        await ChangeAsync(store, t => t.PutAsync(incident, Cancel));

        IncidentRecord found = (await store.ReadAsync((s, c) => s.FindIncidentAsync(incident.Id, c), Cancel))!;
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero).AddTicks(1234560), found.OpenedAt);
        Assert.Equal(TimeSpan.Zero, found.OpenedAt.Offset);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddTicks(-10), found.ClosedAt);
        Assert.Equal(DateTimeOffset.MaxValue.AddTicks(-9), found.ResponseDueAt);
    }
}
