using System.Text.Json;
using Qbitel.Hsm.Software;

namespace Qbitel.Tests.Commands;

/// <summary>Pools of hsm.json, as a user meets them: opened by name, explained, and refused with what to fix.</summary>
public sealed class HsmPoolTests : IDisposable
{
    private const string Key = "01998f00-0000-7000-8000-000000000001";
    private const string Pool = """ "pools": { "payments": { "members": ["first", "second"] } } """;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_pool_is_used_by_its_name_and_explained()
    {
        await ConfigureAsync(Pool);
        await GenerateAsync("first", "ML-DSA-65");
        Copy();

        using JsonDocument made = JsonDocument.Parse(await GenerateAsync("payments", "Ed25519", version: 2));
        string only = made.RootElement.GetProperty("id").GetString()!;
        string list = await Line.DoneAsync("hsm", "list", "payments", "--data", _folder.Path);
        Assert.Contains(only, list, StringComparison.Ordinal);

        string doctor = await Line.DoneAsync("hsm", "doctor", "payments", "--data", _folder.Path);
        Assert.Contains("payments (pool): works", doctor, StringComparison.Ordinal);
        Assert.Contains("member:   first (software, Active): Healthy", doctor, StringComparison.Ordinal);
        Assert.Contains("ML-DSA-65: the same in first, second (2 of 2)", doctor, StringComparison.Ordinal);
        Assert.Contains("only (1 of 2)", doctor, StringComparison.Ordinal);
        using JsonDocument report = JsonDocument.Parse(
            await Line.DoneAsync("hsm", "doctor", "payments", "--json", "--data", _folder.Path));
        JsonElement pool = Assert.Single(report.RootElement.GetProperty("devices").EnumerateArray())
            .GetProperty("pool");
        Assert.Equal("Normal", pool.GetProperty("mode").GetString());
        Assert.Equal(2, pool.GetProperty("quorum").GetInt32());
        Assert.Equal([1, 2], pool.GetProperty("keys").EnumerateArray().Select(
            row => row.GetProperty("holders").GetArrayLength()).Order());

        // All of them lists providers and pools; a pool that is destroyed from destroys in its members.
        Assert.Contains("payments (pool)", await Line.DoneAsync("hsm", "doctor", "--data", _folder.Path),
            StringComparison.Ordinal);
        string check = made.RootElement.GetProperty("checkValue").GetString()!;
        Assert.Contains(
            "is destroyed", await Line.DoneAsync("hsm", "destroy", "payments", only, "--check-value", check[..8],
            "--data", _folder.Path), StringComparison.Ordinal);
        Assert.DoesNotContain(
            only, await Line.DoneAsync("hsm", "list", "--data", _folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pool_goes_on_without_a_member_and_says_what_is_with_it()
    {
        await ConfigureAsync(Pool);
        await GenerateAsync("first", "ML-DSA-65");
        Copy();
        await File.WriteAllTextAsync(_folder["second.key"], "another secret", Stop);

        string doctor = await Line.DoneAsync("hsm", "doctor", "payments", "--data", _folder.Path);

        Assert.Contains("works", doctor, StringComparison.Ordinal);
        Assert.Contains("problem:  second: ", doctor, StringComparison.Ordinal);
        Assert.Contains("qbitel hsm doctor second", doctor, StringComparison.Ordinal);
        Assert.Contains("Barred", doctor, StringComparison.Ordinal);

        // A key is made only when every member has said that it has none of the name.
        string refused = await Line.RefusedAsync("hsm", "generate", "payments", "Ed25519", "--data", _folder.Path);
        Assert.Contains("2 must before it is made", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_keys_of_one_name_are_shown()
    {
        await ConfigureAsync(Pool);
        await GenerateAsync("first", "Ed25519");
        await GenerateAsync("second", "Ed25519");

        (int code, string doctor, _) = await Line.RunAsync("hsm", "doctor", "payments", "--data", _folder.Path);

        Assert.Equal(1, code);
        Assert.Contains("ANOTHER KEY of that name in second", doctor, StringComparison.Ordinal);
        Assert.Contains("destroy the other in its member", doctor, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_member_a_pool_does_not_open()
    {
        await ConfigureAsync(Pool);
        foreach (string name in (string[])["first", "second"])
            await File.WriteAllTextAsync(_folder[$"{name}.key"], "another secret", Stop);

        (int code, string doctor, _) = await Line.RunAsync("hsm", "doctor", "payments", "--data", _folder.Path);

        Assert.Equal(1, code);
        Assert.Contains("no member can be opened", doctor, StringComparison.Ordinal);
        Assert.Contains("qbitel hsm doctor first", doctor, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_move_into_a_member_and_not_into_a_pool()
    {
        await ConfigureAsync(Pool);
        string refused = await Line.RefusedAsync(
            "hsm", "migrate", "--from", "first", "--to", "payments", "--plan", "--data", _folder.Path);
        Assert.Contains("Name a member", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "payments": { "members": ["first", "secnd"] } }""",
        "'secnd', which is no provider of the file: there are first, second")]
    [InlineData("""{ "payments": { "members": ["first"], "standbys": ["first"] } }""", "names 'first' twice")]
    [InlineData("""{ "payments": { "members": [] } }""", "has no members")]
    [InlineData("""{ "first": { "members": ["first", "second"] } }""", "has the name of a provider")]
    [InlineData(
        """{ "payments": { "members": ["first"], "creationQuorum": 2 } }""", "set 'creationQuorum' to that or less")]
    [InlineData("""{ "payments": { "members": ["first"], "standbys": ["second"], "minimumToProtect": 2 } }""",
        "would never protect")]
    [InlineData(
        """{ "payments": { "members": ["first"], "routing": "random" } }""", "neither roundRobin nor lowestLatency")]
    [InlineData(
        """{ "payments": { "members": ["first"], "callTimeoutMilliseconds": 0 } }""", "a time that is not positive")]
    [InlineData("""{ "payments": { "members": ["first"], "failureRatio": 2 } }""", "FailureRatio")]
    [InlineData(
        """{ "payments": { "members": ["first"], "quorum": 1 } }""", "is not understood at $.pools.payments.quorum")]
    [InlineData(
        """{ "all": { "members": ["first"] }, "payments": { "members": ["all"] } }""", "'all', which is no provider")]
    public async Task What_makes_no_pool_is_refused_with_what_to_fix(string pools, string fix)
    {
        await ConfigureAsync($"\"pools\": {pools}");
        string refused = await Line.RefusedAsync("hsm", "list", "--data", _folder.Path);
        Assert.Contains(fix, refused, StringComparison.Ordinal);
        Assert.Contains("docs/guides/hsm.md", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_configuration_of_the_page_is_understood()
    {
        string page = await File.ReadAllTextAsync(
            Path.Combine(Qbitel.Testing.Repository.Root, "docs", "guides", "hsm.md"), Stop);
        int begin =
            page.IndexOf("```json", page.IndexOf("### In hsm.json", StringComparison.Ordinal), StringComparison.Ordinal)
            + "```json".Length;
        await File.WriteAllTextAsync(
            _folder["hsm.json"], page[begin..page.IndexOf("```", begin, StringComparison.Ordinal)], Stop);

        Qbitel.Machine.HsmFilePool pool = Qbitel.Machine.HsmConfiguration.Read(_folder["hsm.json"]).Pools["payments"];

        Assert.Equal(["frankfurt", "dublin", "archive"], pool.All());
        Assert.Equal(Qbitel.Hsm.Pools.HsmPoolRouting.LowestLatency, pool.Options().Routing);
        Assert.Equal(TimeSpan.FromSeconds(3), pool.Options().CallTimeout);
    }

    [Fact]
    public async Task A_name_that_is_neither_is_answered_with_those_there_are()
    {
        await ConfigureAsync(Pool);
        Assert.Contains("There are: first, second, payments", await Line.MisusedAsync(
            "hsm", "doctor", "third", "--data", _folder.Path), StringComparison.Ordinal);
    }

    private async Task ConfigureAsync(string pools)
    {
        foreach (string name in (string[])["first", "second"])
        {
            TokenSecret.CreateKeyFile(_folder[$"{name}.key"]);
            using TokenSecret secret = TokenSecret.FromKeyFile(_folder[$"{name}.key"]);
            await using SoftwareToken token = await SoftwareToken.CreateAsync(
                new SoftwareTokenOptions { Folder = _folder[name] }, secret, TimeProvider.System, null, Stop);
        }

        await File.WriteAllTextAsync(_folder["hsm.json"], $$"""
            { "providers": {
                "first": { "provider": "software", "folder": "{{_folder["first"]}}",
                    "keyFile": "{{_folder["first.key"]}}" },
                "second": { "provider": "software", "folder": "{{_folder["second"]}}",
                    "keyFile": "{{_folder["second.key"]}}" }
              }, {{pools}} }
            """, Stop);
    }

    /// <summary>The second as a clone of the first, as a vendor's cluster makes it.</summary>
    private void Copy()
    {
        Directory.Delete(_folder["second"], recursive: true);
        Directory.CreateDirectory(_folder["second"], File.GetUnixFileMode(_folder["first"]));
        foreach (string folder in Directory.GetDirectories(_folder["first"], "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(_folder["second"], Path.GetRelativePath(_folder["first"], folder)),
                File.GetUnixFileMode(folder));
        }

        foreach (string file in Directory.GetFiles(_folder["first"], "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(_folder["second"], Path.GetRelativePath(_folder["first"], file)));
        File.Copy(_folder["first.key"], _folder["second.key"], overwrite: true);
    }

    private Task<string> GenerateAsync(string hsm, string algorithm, int version = 1) =>
        Line.DoneAsync("hsm", "generate",
        hsm, algorithm, "--key", Key, "--version", $"{version}", "--json", "--data", _folder.Path);
}
