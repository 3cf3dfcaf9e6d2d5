using System.Security.Cryptography;
using System.Text.Json;
using Qbitel.Automation.Engine;
using Qbitel.Demo;
using Qbitel.Governance.Profiles;

namespace Qbitel.Tests.Commands;

/// <summary><c>qbitel audit export</c> and <c>qbitel audit verify</c>, as the bank and its auditor run them.</summary>
public sealed class AuditTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_export_verifies_by_itself_and_by_the_fingerprint_that_export_printed()
    {
        using TemporaryFolder folder = new();
        JsonElement exported = await ExportAsync(folder);
        string fingerprint = exported.GetProperty("keysFingerprint").GetString()!;

        Shell.Result itself = await Shell.QbitelAsync("audit", "verify", folder["evidence"], "--json");
        Shell.Result pinned = await Shell.QbitelAsync(
            "audit", "verify", folder["evidence"], "--fingerprint", fingerprint);
        Shell.Result other = await Shell.QbitelAsync(
            "audit", "verify", folder["evidence"], "--fingerprint", new string('0', 64));
        Shell.Result wrong = await Shell.QbitelAsync("audit", "verify", folder["evidence"], "--fingerprint", "abc");

        Assert.Equal((0, 0, 1, 2), (itself.ExitCode, pinned.ExitCode, other.ExitCode, wrong.ExitCode));
        using var document = JsonDocument.Parse(itself.Data);
        Assert.True(document.RootElement.GetProperty("intact").GetBoolean());
        Assert.Equal(exported.GetProperty("root").GetString(), document.RootElement.GetProperty("root").GetString());
        Assert.Contains("--fingerprint", itself.Notes, StringComparison.Ordinal);
        Assert.Equal("", pinned.Notes);
        Assert.Contains("these are other keys", other.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_changed_byte_names_the_entry_it_is_in()
    {
        using TemporaryFolder folder = new();
        await ExportAsync(folder);
        string file = Assert.Single(
            Directory.GetFiles(folder["evidence/tile/entries"], "*", SearchOption.AllDirectories));
        byte[] original = await File.ReadAllBytesAsync(file, Cancellation);
        for (int i = 0; i < 4; i++)
        {
            byte[] changed = [.. original];
            int at = RandomNumberGenerator.GetInt32(original.Length);
            changed[at] ^= (byte)(1 << RandomNumberGenerator.GetInt32(8));
            await File.WriteAllBytesAsync(file, changed, Cancellation);

            Shell.Result result = await Shell.QbitelAsync("audit", "verify", folder["evidence"], "--json");

            Assert.Equal(1, result.ExitCode);
            using var document = JsonDocument.Parse(result.Data);
            Assert.False(document.RootElement.GetProperty("intact").GetBoolean());
            Assert.Equal(EntryAt(original, at), document.RootElement.GetProperty("firstBadEntry").GetInt64());
            Assert.StartsWith("byte ",
                document.RootElement.GetProperty("findings")[0].GetProperty("message").GetString(),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nothing_is_overwritten_and_nothing_is_made_up()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["full"]);
        await File.WriteAllTextAsync(folder["full/file"], "x", Cancellation);
        Directory.CreateDirectory(folder["hollow"]);

        Shell.Result full = await Shell.QbitelAsync("audit", "export", folder["full"], "--data", folder["data"]),
            none = await Shell.QbitelAsync("audit", "export", folder["out"], "--data", folder["data"]),
            absent = await Shell.QbitelAsync("audit", "verify", folder["absent"]),
            hollow = await Shell.QbitelAsync("audit", "verify", folder["hollow"], "--json");

        Assert.All([full, none, absent, hollow], result => Assert.Equal(1, result.ExitCode));
        Assert.Contains("absent or empty", full.Notes, StringComparison.Ordinal);
        Assert.Contains("--data DIR", none.Notes, StringComparison.Ordinal);
        Assert.Contains("Check the path", absent.Notes, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(hollow.Data);
        Assert.Equal(3, document.RootElement.GetProperty("findings").GetArrayLength());
        Assert.False(Directory.Exists(folder["data"]));
        Assert.False(Directory.Exists(folder["out"]));
    }

    // A platform with keys and a service, as `up` leaves it, and its log in a folder.
    private static async Task<JsonElement> ExportAsync(TemporaryFolder folder)
    {
        await using (AutomationPlatform platform = await AutomationPlatform.OpenAsync(
            folder["data"], BankingPqcProfile.ForSubdomain(BankingSubdomain.WireTransfers), DemoBank.Config,
            cancellationToken: Cancellation))
        {
            await platform.Engine.ProvisionSecureServiceAsync("api", policy: null, DemoBank.Presenter, Cancellation);
        }

        Shell.Result result = await Shell.QbitelAsync(
            "audit", "export", folder["evidence"], "--data", folder["data"], "--json");
        Assert.Equal((0, ""), (result.ExitCode, result.Notes));
        using var document = JsonDocument.Parse(result.Data);
        return document.RootElement.Clone();
    }

    // Each entry stands after its length in two bytes.
    private static long EntryAt(byte[] bundle, int at)
    {
        long index = 0;
        for (int offset = 0; ; index++)
        {
            offset += 2 + ((bundle[offset] << 8) | bundle[offset + 1]);
            if (at < offset) return index;
        }
    }
}
