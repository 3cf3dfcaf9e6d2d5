using System.Security.Cryptography;
using System.Text.Json;
using Qbitel.Governance;
using Qbitel.Machine;
using Qbitel.Sources;
using Qbitel.Store;
using Qbitel.Tests.Commands;
using Qbitel.Tests.Server;
using Qbitel.Views;

namespace Qbitel.Tests.Sources;

public sealed class SourceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_come_with_their_versions_the_newest_first()
    {
        using TemporaryFolder folder = new();
        await using StateStore store = await StateSample.MakeAsync(folder["data"]);

        KeysView view = await StoredKeys.ReadAsync(store, Cancellation);

        KeyRow key = Assert.Single(view.Keys);
        Assert.Equal(("wire/signing", "ML-DSA-87", true, "WIRE-001"),
            (key.Name, key.Algorithm, key.QuantumSafe, key.Policy));
        Assert.Equal([(2, KeyState.Active), (1, KeyState.Compromised)],
            key.Versions.Select(version => (version.Version, version.State)));
    }

    [Fact]
    public async Task A_certificate_is_judged_by_what_is_in_it()
    {
        using TemporaryFolder folder = new();
        await using StateStore store = await StateSample.MakeAsync(folder["data"]);

        CertificateRow row = Assert.Single((await StoredCertificates.ReadAsync(store, Cancellation)).Certificates);

        Assert.Equal(("RSA 2048", "sha256WithRSAEncryption", false),
            (row.KeyAlgorithm, row.SignatureAlgorithm, row.QuantumSafe));
    }

    [Fact]
    public async Task Incidents_messages_captures_and_work_are_what_the_state_says()
    {
        using TemporaryFolder folder = new();
        await using StateStore store = await StateSample.MakeAsync(folder["data"]);

        Assert.Equal("critical",
            Assert.Single((await StoredIncidents.ReadAsync(store, Cancellation)).Incidents).Severity);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("sealed"u8)),
            Assert.Single((await StoredMessages.ReadAsync(store, Cancellation)).Messages).Sha256);
        CaptureRow capture = Assert.Single((await StoredProtocols.ReadAsync(store, Cancellation)).Captures);
        ProtocolRow protocol = Assert.Single(capture.Protocols);
        Assert.Equal(("fix", true, 2L, 1L), (protocol.Name, protocol.Known, protocol.Messages, capture.Unassigned));
        Assert.Equal("wire/signing",
            Assert.Single((await StoredWork.ReadAsync(store, clock: null, Cancellation)).Work).Subject);
    }

    [Fact]
    public async Task The_log_is_shown_from_its_newest_entry()
    {
        using TemporaryFolder folder = new();
        await using StateStore store = await StateSample.MakeAsync(folder["data"], entries: 5);

        AuditView view = await StoredAudit.ReadAsync(store, before: null, limit: 2, Cancellation);

        Assert.Equal(["key:4", "key:3"], view.Entries.Select(entry => entry.Target));
        Assert.Equal((0L, 5L, null), (view.Size, view.Pending, view.Checkpoint));
    }

    [Theory]
    [InlineData("keys", "list")]
    [InlineData("audit", "list")]
    public async Task Commands_read_the_state_beside_whoever_works_on_it(string noun, string verb)
    {
        using TemporaryFolder folder = new();
        await using StateStore store = await StateSample.MakeAsync(folder["data"]);

        Shell.Result people = await Shell.QbitelAsync(noun, verb, "--data", folder["data"]),
        program = await Shell.QbitelAsync(noun, verb, "--data", folder["data"], "--json");

        Assert.Equal((0, "", 0, ""), (people.ExitCode, people.Notes, program.ExitCode, program.Notes));
        using JsonDocument document = JsonDocument.Parse(program.Data);
        JsonElement first = document.RootElement.GetProperty(noun == "keys" ? "keys" : "entries")[0];
        Assert.Contains(first.GetProperty(noun == "keys" ? "name" : "target").GetString()!, people.Data,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keys")]
    [InlineData("audit")]
    public async Task Without_state_there_is_nothing_to_list(string noun)
    {
        using TemporaryFolder folder = new();

        Shell.Result result = await Shell.QbitelAsync(noun, "list", "--data", folder["data"]);

        Assert.Equal((1, ""), (result.ExitCode, result.Data));
        Assert.Contains("qbitel up", result.Notes, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["data"]));
    }

    [Fact]
    public async Task A_file_that_is_no_store_is_refused()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["data"], DataFolder.OwnerOnly);
        await File.WriteAllTextAsync(folder["data/state.db"], new string('x', 5000), Cancellation);

        foreach (string[] args in new string[][] { ["keys", "list"], ["up", "--port", "0"] })
        {
            Shell.Result result = await Shell.QbitelAsync([.. args, "--data", folder["data"]]);
            Assert.Equal((1, ""), (result.ExitCode, result.Data));
            Assert.Contains("not a SQLite database", result.Notes, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Every_page_over_real_state_holds_rows_and_no_secret()
    {
        using TemporaryFolder folder = new();
        await using StateStore store = await StateSample.MakeAsync(folder["data"]);
        using CaptureMaps maps = new(folder["captures"], TimeProvider.System);
        await using Door door = await Door.OpenAsync(
            PlatformSources.Of(store, new MachineInspection(DataFolder.Choose(folder["data"], _ => null),
                TimeProvider.System), clock: null, maps));
        using HttpClient browser = await door.SignedInAsync();

        foreach ((string path, string shown) in new[]
        {
            ("/keys", "wire/signing"), ("/certificates", "CN=ledger"), ("/protocols", "day.pcap"),
            ("/messages", "REF1"), ("/automation", "key.rotate"),
            ("/incidents", "exposure"), ("/audit", "key:2"), ("/machine", "OpenSSL"),
        })
        {
            Assert.Contains(shown, await browser.GetStringAsync(path, Cancellation), StringComparison.Ordinal);
            Assert.Contains(shown, await browser.GetStringAsync("/api" + path, Cancellation), StringComparison.Ordinal);
        }

        using HttpResponseMessage older = await browser.GetAsync("/audit?before=0", Cancellation),
        negative = await browser.GetAsync("/audit?before=-9223372036854775808", Cancellation);
        Assert.All([older, negative], answer => Assert.True(answer.IsSuccessStatusCode));
    }
}
