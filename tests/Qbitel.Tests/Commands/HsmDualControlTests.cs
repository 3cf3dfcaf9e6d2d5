using System.Text.Json;

namespace Qbitel.Tests.Commands;

/// <summary>
/// Backups and restorations that take others: what they signed and nothing else, once, by who they are now.
/// </summary>
public sealed class HsmDualControlTests : IDisposable
{
    private static readonly string[] Custodians = ["Ada", "Ben", "Cleo"];

    private readonly HsmFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_restoration_takes_two_others_who_signed_this_backup_and_happens_once()
    {
        string key = await PrepareAsync();
        (string[] first, string[] second) = await BackupsAsync();
        await _folder.ConfigureAsync(Control("key.restore", ["ada", "ben", "cleo", "officer"]));

        Assert.Contains("'not-requested'", await Line.RefusedAsync(_folder.Restore(first)), StringComparison.Ordinal);
        Assert.Contains("'not-requested'", await Line.RefusedAsync(
            _folder.Restore(first, "--approval", $"{Guid.CreateVersion7()}")), StringComparison.Ordinal);

        // Asked for without any share: they stay in their envelopes.
        using JsonDocument asked = JsonDocument.Parse(
            await Line.DoneAsync(_folder.Restore([], "--ask-approval", "--json")));
        string id = asked.RootElement.GetProperty("id").GetString()!;
        JsonElement parameters = asked.RootElement.GetProperty("parameters");
        Assert.Equal(64, parameters.GetProperty("backup_sha256").GetString()!.Length);
        Assert.Contains("--share", await Line.MisusedAsync(_folder.Restore([], "--approval", id)),
            StringComparison.Ordinal);

        Assert.Contains("'requester'", await RefusedToSignAsync(id, "officer"), StringComparison.Ordinal);
        await SignAsync(id, "ada");
        Assert.Contains("'approved-already'", await RefusedToSignAsync(id, "ada"), StringComparison.Ordinal);
        Assert.Contains("1 of 2", await Line.RefusedAsync(_folder.Restore(first, "--approval", id)),
            StringComparison.Ordinal);
        await SignAsync(id, "ben");

        // Another backup, another form of the keys, another HSM: none of them was signed.
        Assert.Contains("'altered'", await Line.RefusedAsync(
            Other(_folder.Restore(second, "--approval", id), "old.backup", "second.backup")), StringComparison.Ordinal);
        Assert.Contains("'altered'", await Line.RefusedAsync(
            _folder.Restore(first, "--approval", id, "--extractable")), StringComparison.Ordinal);
        Assert.Contains("'altered'", await Line.RefusedAsync(
            [.. _folder.Restore(first, "--approval", id).Select(word => word == "new" ? "old" : word)]),
            StringComparison.Ordinal);
        Assert.DoesNotContain(key, await Line.DoneAsync("hsm", "list", "new", "--data", _folder.Path),
            StringComparison.Ordinal);

        Assert.Contains("1 of 1 keys are in new",
            await Line.DoneAsync(_folder.Restore(first, "--approval", id)), StringComparison.Ordinal);
        Assert.Contains(key, await Line.DoneAsync("hsm", "list", "new", "--data", _folder.Path),
            StringComparison.Ordinal);
        Assert.Contains("'used'", await Line.RefusedAsync(_folder.Restore(first, "--approval", id)),
            StringComparison.Ordinal);
        Assert.Contains("'used'", await RefusedToSignAsync(id, "cleo"), StringComparison.Ordinal);
        await AssertLoggedAsync(id, "key.restore");
    }

    [Fact]
    public async Task The_people_are_asked_for_again_when_it_is_done()
    {
        await PrepareAsync();
        (string[] first, _) = await BackupsAsync();
        await _folder.ConfigureAsync(Control("key.restore", ["ada", "ben", "cleo"]));
        string id = await AskAsync(_folder.Restore([]));
        await SignAsync(id, "ada");
        await SignAsync(id, "ben");

        // Ben has left, or his key was replaced, since he signed.
        await _folder.ConfigureAsync(Control("key.restore", ["ada", "cleo"]));
        Assert.Contains("1 of 2", await Line.RefusedAsync(_folder.Restore(first, "--approval", id)),
            StringComparison.Ordinal);
        await _folder.ConfigureAsync(Control("key.restore", ["ada", "ben=cleo", "eve"]));
        Assert.Contains("1 of 2", await Line.RefusedAsync(_folder.Restore(first, "--approval", id)),
            StringComparison.Ordinal);

        await _folder.ConfigureAsync(Control("key.restore", ["ada", "ben", "cleo"]));
        await Line.DoneAsync(_folder.Restore(first, "--approval", id));
    }

    [Fact]
    public async Task Approvals_that_were_changed_on_disk_are_none()
    {
        await PrepareAsync();
        (string[] first, _) = await BackupsAsync();
        await _folder.ConfigureAsync(Control("key.restore", ["ada", "ben"]));
        string id = await AskAsync(_folder.Restore([]));
        await SignAsync(id, "ada");
        await SignAsync(id, "ben");
        string file = Path.Combine(_folder["approvals"], $"{id}.approval");
        byte[] written = await File.ReadAllBytesAsync(file, Stop);
        for (int at = 0; at < written.Length; at += written.Length / 23)
        {
            byte[] changed = [.. written];
            changed[at] ^= 1;
            await File.WriteAllBytesAsync(file, changed, Stop);
            await Line.RefusedAsync(_folder.Restore(first, "--approval", id));
        }

        await File.WriteAllBytesAsync(file, written, Stop);
        Assert.Contains("1 of 1 keys", await Line.DoneAsync(_folder.Restore(first, "--approval", id)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_goes_to_the_custodians_who_were_approved_and_to_no_others()
    {
        await PrepareAsync();
        await _folder.ConfigureAsync(Control("key.export", ["ada", "ben"]));
        string id = await AskAsync(_folder.Backup(2, Custodians));
        await SignAsync(id, "ada");
        await SignAsync(id, "ben");

        foreach (string[] line in (string[][])[
            _folder.Backup(2, ["Ada", "Ben", "Mallory"], "--approval", id), // another person
            _folder.Backup(2, ["Ada", "Ben", "Cleo", "Mallory"], "--approval", id), // one more
            _folder.Backup(3, Custodians, "--approval", id), // another threshold
            Other(_folder.Backup(2, Custodians, "--approval", id), "old", "new")])
        {
            Assert.Contains("'altered'", await Line.RefusedAsync(line), StringComparison.Ordinal);
            Assert.False(Directory.Exists(_folder["shares"]));
        }

        Assert.Contains("1 keys of old", await Line.DoneAsync(_folder.Backup(2, Custodians, "--approval", id)),
            StringComparison.Ordinal);
        await AssertLoggedAsync(id, "key.export");
    }

    private async Task<string> PrepareAsync()
    {
        await _folder.MakeTokensAsync();
        await _folder.OfficerAsync();
        await Line.DoneAsync("key", "convert", _folder["officer.key"], "--public", "-o", _folder["officer.pub"]);
        foreach (string person in (string[])["ada", "ben", "cleo", "eve"])
        {
            await Line.DoneAsync("key", "generate", "ML-DSA-44", "-o", _folder[$"{person}.key"]);
            await Line.DoneAsync("key", "convert", _folder[$"{person}.key"], "--public", "-o",
                _folder[$"{person}.pub"]);
        }

        return await _folder.GenerateAsync("old", "ML-DSA-65");
    }

    /// <summary>Two backups of the same token, of the same moment as good as.</summary>
    private async Task<(string[] First, string[] Second)> BackupsAsync()
    {
        await Line.DoneAsync(_folder.Backup(2, Custodians));
        await Line.DoneAsync(Other(Other(_folder.Backup(2, Custodians), "old.backup", "second.backup"), "shares",
            "second"));
        return (Shares("shares"), Shares("second"));

        string[] Shares(string folder) => [.. ((string[])["001", "003"]).Select(
            number => Path.Combine(_folder[folder], $"share-{number}.txt"))];
    }

    /// <summary>
    /// Rules with a file of hsm.json's folder for each name; <c>ben=cleo</c> gives Ben the key of Cleo.
    /// </summary>
    private static string Control(string operation, string[] people)
    {
        string approvers = string.Join(", ", people.Select(person =>
        {
            string[] parts = person.Split('=');
            string name = parts[0] == "officer" ? Environment.UserName : parts[0];
            return $"\"user:{name}\": \"{parts[^1]}.pub\"";
        }));
        return $$"""
            , "dualControl": { "operations": { "{{operation}}": 2 }, "approvers": { {{approvers}} } }
            """;
    }

    private static async Task<string> AskAsync(string[] line)
    {
        using JsonDocument asked = JsonDocument.Parse(await Line.DoneAsync([.. line, "--ask-approval", "--json"]));
        return asked.RootElement.GetProperty("id").GetString()!;
    }

    private Task<string> SignAsync(string id, string person) => Line.DoneAsync(
        "hsm", "approve", "sign", id, "--key", _folder[$"{person}.key"], "--data", _folder.Path);

    private Task<string> RefusedToSignAsync(string id, string person) => Line.RefusedAsync(
        "hsm", "approve", "sign", id, "--key", _folder[$"{person}.key"], "--data", _folder.Path);

    private async Task AssertLoggedAsync(string id, string action)
    {
        using JsonDocument log = JsonDocument.Parse(
            await Line.DoneAsync("audit", "list", "--json", "--data", _folder.Path));
        string[] entries = [.. log.RootElement.GetProperty("entries").EnumerateArray().Select(entry =>
            $"{entry.GetProperty("action").GetString()} "
                + $"{entry.GetProperty("outcome").GetString()!.ToLowerInvariant()}")];
        Assert.Equal(1, entries.Count(entry => entry == "approval.use done"));
        Assert.Equal(2, entries.Count(entry => entry == "approval.add done"));
        Assert.Contains($"{action} done", entries);
        Assert.Contains($"{action} refused", entries);
        Assert.Contains(id, log.RootElement.GetRawText(), StringComparison.Ordinal);
        await Line.DoneAsync("audit", "export", _folder[$"evidence-{action}"], "--data", _folder.Path);
        Assert.Equal(0, (await Line.RunAsync("audit", "verify", _folder[$"evidence-{action}"])).ExitCode);
    }

    private string[] Other(string[] line, string what, string instead) => [.. line.Select(word =>
        word == what ? instead : word == _folder[what] ? _folder[instead]
        : word.Replace(_folder[what] + "/", _folder[instead] + "/", StringComparison.Ordinal))];
}
