using System.Text.Json;
using Qbitel.Hsm.Software;

namespace Qbitel.Tests.Commands;

public sealed class HsmApproveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_key_is_destroyed_by_one_person_who_means_it_where_nothing_else_is_said()
    {
        await ConfigureAsync(dualControl: "");
        (string id, string checkValue) = await GenerateAsync();

        Assert.Contains("another check value", await Line.RefusedAsync(
            "hsm", "destroy", "dev", id, "--check-value", "00000000", "--data", _folder.Path),
                StringComparison.Ordinal);
        Assert.Contains("not under dual control", await Line.RefusedAsync(
            "hsm", "approve", "request", "dev", id, "--data", _folder.Path), StringComparison.Ordinal);
        Assert.Contains("destroyed (not-controlled)", await Line.DoneAsync(
            "hsm", "destroy", "dev", id, "--check-value", checkValue[..8], "--data", _folder.Path),
                StringComparison.Ordinal);
        Assert.Contains("There is no key", await Line.RefusedAsync(
            "hsm", "destroy", "dev", id, "--check-value", checkValue[..8], "--data", _folder.Path),
                StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_dual_control_others_sign_and_it_happens_once()
    {
        await Line.DoneAsync("key", "generate", "ML-DSA-65", "-o", _folder["ada.key"]);
        await Line.DoneAsync("key", "generate", "Ed25519-ML-DSA-65", "-o", _folder["bob.key"]);
        await Line.DoneAsync("key", "generate", "ML-DSA-44", "-o", _folder["eve.key"]);
        await ConfigureAsync($$"""
            , "dualControl": { "operations": { "key.destroy": 2 },
                               "approvers": { "user:ada": "ada.key.pub", "user:bob": "bob.key.pub",
                                              "user:{{Environment.UserName}}": "eve.key.pub" } }
            """);
        (string id, string checkValue) = await GenerateAsync();
        Assert.Contains("not-requested", await DestroyAsync(null), StringComparison.Ordinal);

        using JsonDocument asked = JsonDocument.Parse(await Line.DoneAsync(
            "hsm", "approve", "request", "dev", id, "--json", "--data", _folder.Path));
        string request = asked.RootElement.GetProperty("id").GetString()!;
        Assert.Equal(checkValue, asked.RootElement.GetProperty("parameters").GetProperty("check_value").GetString());

        // Whoever asks does not approve, a stranger neither, and one approval is one.
        Assert.Contains("'requester'", await SignAsync("eve.key"), StringComparison.Ordinal);
        await Line.DoneAsync("key", "generate", "ML-DSA-44", "-o", _folder["mallory.key"]);
        Assert.Contains("nobody",
            (await SignAsync("mallory.key")).Replace("anybody", "nobody", StringComparison.Ordinal),
            StringComparison.Ordinal);
        await Line.DoneAsync("hsm", "approve", "sign", request, "--key", _folder["ada.key"], "--data", _folder.Path);
        Assert.Contains("'approved-already'", await SignAsync("ada.key"), StringComparison.Ordinal);
        Assert.Contains("1 of 2", await DestroyAsync(request), StringComparison.Ordinal);
        string signed = await Line.DoneAsync(
            "hsm", "approve", "sign", request, "--key", _folder["bob.key"], "--data", _folder.Path);
        Assert.Contains("2 of 2", signed, StringComparison.Ordinal);

        Assert.Contains("destroyed (quorum)", await Line.DoneAsync("hsm", "destroy", "dev", id, "--check-value",
            checkValue[..8], "--approval", request, "--data", _folder.Path), StringComparison.Ordinal);
        Assert.Contains("done", await Line.DoneAsync("hsm", "approve", "show", "--data", _folder.Path),
            StringComparison.Ordinal);
        string log = await Line.DoneAsync("audit", "list", "--json", "--data", _folder.Path);
        foreach (string action in (string[])["approval.request", "approval.add", "approval.use", "key.destroy"])
            Assert.Contains(action, log, StringComparison.Ordinal);

        async Task<string> SignAsync(string key) => await Line.RefusedAsync(
            "hsm", "approve", "sign", request, "--key", _folder[key], "--data", _folder.Path);

        async Task<string> DestroyAsync(string? approval) => await Line.RefusedAsync([
            "hsm", "destroy", "dev", id, "--check-value", checkValue, .. approval is null ? []
                : (string[])["--approval", approval],
            "--data", _folder.Path]);
    }

    [Fact]
    public async Task A_dual_control_that_is_none_is_refused()
    {
        await Line.DoneAsync("key", "generate", "ML-DSA-44", "-o", _folder["ada.key"]);
        await Line.DoneAsync("key", "generate", "Ed25519", "-o", _folder["old.key"]);
        foreach (string approvers in (string[])[
            "\"user:ada\": \"ada.key.pub\"", // one cannot be two
            "\"user:ada\": \"ada.key.pub\", \"user:bob\": \"ada.key.pub\"", // one key for two people
            "\"user:ada\": \"ada.key.pub\", \"user:bob\": \"old.key.pub\""]) // a classical key
        {
            await ConfigureAsync(
                $", \"dualControl\": {{ \"operations\": {{ \"key.destroy\": 2 }}, \"approvers\": {{ {approvers} }} }}");
            Assert.Contains("The dual control in", await Line.RefusedAsync(
                "hsm", "approve", "show", "--data", _folder.Path), StringComparison.Ordinal);
        }
    }

    private async Task<(string Id, string CheckValue)> GenerateAsync()
    {
        using JsonDocument made = JsonDocument.Parse(await Line.DoneAsync(
            "hsm", "generate", "dev", "ML-DSA-44", "--json", "--data", _folder.Path));
        return (made.RootElement.GetProperty("id").GetString()!,
            made.RootElement.GetProperty("checkValue").GetString()!);
    }

    private async Task ConfigureAsync(string dualControl)
    {
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (!File.Exists(_folder["secret"]))
        {
            TokenSecret.CreateKeyFile(_folder["secret"]);
            using TokenSecret secret = TokenSecret.FromKeyFile(_folder["secret"]);
            await (await SoftwareToken.CreateAsync(new SoftwareTokenOptions { Folder = _folder["token"] }, secret,
                TimeProvider.System, null, TestContext.Current.CancellationToken)).DisposeAsync();
        }

        await File.WriteAllTextAsync(_folder["hsm.json"], $$"""
            { "providers": { "dev": { "provider": "software", "folder": "{{_folder["token"]}}",
                                      "keyFile": "{{_folder["secret"]}}" } }{{dualControl}} }
            """, TestContext.Current.CancellationToken);
    }
}
