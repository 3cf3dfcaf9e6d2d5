using System.Text.Json;

namespace Qbitel.Tests.Commands;

/// <summary>Keys that move, are wrapped, backed up and brought back, as a user does it, with software tokens.</summary>
public sealed class HsmTransferTests : IDisposable
{
    private readonly HsmFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Keys_are_planned_moved_audited_and_rolled_back()
    {
        await _folder.MakeTokensAsync();
        string key = await _folder.GenerateAsync("old", "ML-DSA-65");
        await _folder.GenerateAsync("old", "AES-256");
        string[] ends = ["hsm", "migrate", "--from", "old", "--to", "new", "--data", _folder.Path];

        using JsonDocument plan = JsonDocument.Parse(await Line.DoneAsync([.. ends, "--plan", "--json"]));
        Assert.All(plan.RootElement.GetProperty("keys").EnumerateArray(),
            row => Assert.Equal("Migratable", row.GetProperty("verdict").GetString()));
        Assert.Contains("X-Wing", plan.RootElement.GetProperty("lastHop").GetString(), StringComparison.Ordinal);
        Assert.All(plan.RootElement.GetProperty("keys").EnumerateArray(), row => Assert.Equal(
            "InProcess", row.GetProperty("lastHop").GetProperty("safety").GetString()));
        Assert.Contains("2 Migratable", await Line.DoneAsync([.. ends, "--plan", "--refuse-classical-hop"]),
            StringComparison.Ordinal);

        Shell.Result apply = await Line.RunAsync([.. ends, "--apply", "--json"]);
        Assert.Equal(0, apply.ExitCode);
        Assert.Contains("2/2 ", apply.Notes, StringComparison.Ordinal);
        Assert.Contains($"ML-DSA-65 {key}: Active", apply.Notes, StringComparison.Ordinal);
        using JsonDocument moved = JsonDocument.Parse(apply.Data);
        Assert.Equal(2, moved.RootElement.GetProperty("active").GetInt32());
        Assert.Contains(key, await Line.DoneAsync("hsm", "list", "new", "--data", _folder.Path),
            StringComparison.Ordinal);
        string audit = await Line.DoneAsync("audit", "list", "--json", "--data", _folder.Path);
        Assert.Contains("key.migrate", audit, StringComparison.Ordinal);
        Assert.Contains("migrated_from", audit, StringComparison.Ordinal);

        Assert.Contains("resume", await Line.RefusedAsync([.. ends, "--apply"]), StringComparison.Ordinal);
        Assert.Contains("done: 2 active", await Line.DoneAsync([.. ends, "--apply", "--resume"]),
            StringComparison.Ordinal);
        string report = await Line.DoneAsync([.. ends, "--report"]);
        Assert.Contains("done: 2 active", report, StringComparison.Ordinal);
        Assert.Contains($"ML-DSA-65 {key}: Active", report, StringComparison.Ordinal);
        Assert.Contains("last hop: InProcess: X-Wing", report, StringComparison.Ordinal);
        Assert.Contains("rolled back", (await Line.RunAsync([.. ends, "--rollback"])).Data, StringComparison.Ordinal);
        Assert.Contains("key.rollback", await Line.DoneAsync("audit", "list", "--json", "--data", _folder.Path),
            StringComparison.Ordinal);
        Assert.DoesNotContain(key, await Line.DoneAsync("hsm", "list", "new", "--data", _folder.Path),
            StringComparison.Ordinal);
        Assert.Contains("Choose one", await Line.MisusedAsync([.. ends]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_was_never_made_is_not_called_destroyed_by_a_rollback()
    {
        await _folder.MakeTokensAsync();
        string key = await _folder.GenerateAsync("old", "ECDSA-P256");
        string[] ends = ["hsm", "migrate", "--from", "old", "--to", "new", "--data", _folder.Path];
        await Line.RunAsync([.. ends, "--apply"]);

        // As a process leaves it that died after it began: a line that says so, and no key.
        string journal = _folder["old-to-new.migration"];
        string[] lines = await File.ReadAllLinesAsync(journal, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(journal, $"{lines[0]}\n{lines[1]}\n", TestContext.Current.CancellationToken);
        File.Delete(Assert.Single(Directory.GetFiles(_folder["new-token"], $"{key}.key", SearchOption.AllDirectories)));

        Shell.Result rollback = await Line.RunAsync([.. ends, "--rollback"]);
        Assert.Equal(0, rollback.ExitCode);
        Assert.DoesNotContain("Destroyed", rollback.Data + rollback.Notes, StringComparison.Ordinal);
        Assert.Contains($"EC-P256 {key}: not made there", rollback.Data, StringComparison.Ordinal);
        Assert.Contains("never made in the target", rollback.Notes, StringComparison.Ordinal);
        Assert.Contains("not made there", await Line.DoneAsync([.. ends, "--report"]), StringComparison.Ordinal);
        Assert.DoesNotContain("key.rollback", await Line.DoneAsync("audit", "list", "--json", "--data", _folder.Path),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_stay_are_named_with_what_to_do()
    {
        await _folder.MakeTokensAsync();
        await _folder.GenerateAsync("new", "ML-DSA-65"); // which allows no backups

        string plan = await Line.DoneAsync(
            "hsm", "migrate", "--from", "new", "--to", "old", "--plan", "--data", _folder.Path);

        Assert.Contains("NeedsRekey", plan, StringComparison.Ordinal);
        Assert.Contains("make a new signing key", plan, StringComparison.Ordinal);
        Assert.Contains("1 NeedsRekey", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_wrapped_and_unwrapped()
    {
        await _folder.MakeTokensAsync();
        string key = await _folder.GenerateAsync("old", "ECDSA-P256"),
            receiver = await _folder.GenerateAsync("new", "ML-KEM-1024");
        string file = _folder["zone.key"];

        string wrapped = await Line.DoneAsync(
            "hsm", "wrap", "old", key, "--recipient", $"new:{receiver}", "-o", file, "--data", _folder.Path);
        Assert.Contains("ML-KEM-1024", wrapped, StringComparison.Ordinal);
        Assert.Contains("boundary:", wrapped, StringComparison.Ordinal);
        Assert.Contains("another key", await Line.RefusedAsync("hsm", "unwrap", "new", file, "--receiver", receiver,
            "--check-value", "public:00", "--data", _folder.Path), StringComparison.Ordinal);
        string unwrapped = await Line.DoneAsync(
            "hsm", "unwrap", "new", file, "--receiver", receiver, "--data", _folder.Path);
        Assert.Contains("signed and verified", unwrapped, StringComparison.Ordinal);
        Assert.Contains("does not leave new", await Line.RefusedAsync(
            "hsm", "wrap", "new", key, "--recipient", $"new:{receiver}", "-o", _folder["again"], "--data",
                _folder.Path),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_of_three_custodians_bring_keys_back()
    {
        await _folder.MakeTokensAsync();
        string key = await _folder.GenerateAsync("old", "ML-DSA-65");
        await Line.DoneAsync("key", "generate", "ML-DSA-65", "-o", _folder["officer.key"]);
        string backup = _folder["old.backup"], shares = _folder["shares"];

        string made = await Line.DoneAsync("hsm", "backup", "old", "--custodian", "Ada", "--custodian", "Ben",
            "--custodian", "Cleo", "--needed", "2", "--signing-key", _folder["officer.key"], "--shares", shares,
            "-o", backup, "--data", _folder.Path);
        Assert.Contains("2 of 3 custodians", made, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Path.Combine(shares, "share-001.txt")));

        Assert.Contains("2 are needed", await Line.RefusedAsync(Restore("001")), StringComparison.Ordinal);
        string restored = await Line.DoneAsync(Restore("001", "003"));
        Assert.Contains("1 of 1 keys are in new", restored, StringComparison.Ordinal);
        Assert.Contains(key, await Line.DoneAsync("hsm", "list", "new", "--data", _folder.Path),
            StringComparison.Ordinal);

        string text = await File.ReadAllTextAsync(Path.Combine(shares, "share-003.txt"),
            TestContext.Current.CancellationToken);
        int at = text.LastIndexOf('-') + 3;
        await File.WriteAllTextAsync(Path.Combine(shares, "share-003.txt"),
            text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..], TestContext.Current.CancellationToken);
        string damaged = await Line.RefusedAsync(Restore("001", "003"));
        Assert.Contains("group 11", damaged, StringComparison.Ordinal);
        Assert.DoesNotContain(text[^9..^1], damaged, StringComparison.Ordinal);

        string[] Restore(params string[] numbers) =>
        [
            "hsm", "restore", "new", backup, .. numbers.SelectMany(n => (string[])["--share",
                Path.Combine(shares, $"share-{n}.txt")]), "--signing-key", _folder["officer.key"],
            "--transcript", _folder[$"restore-{Guid.CreateVersion7():N}"], "--data", _folder.Path,
        ];
    }

    [Fact]
    public async Task Under_dual_control_a_backup_takes_others_who_are_used_up_by_it()
    {
        await _folder.MakeTokensAsync();
        string key = await _folder.GenerateAsync("old", "AES-256");
        await Line.DoneAsync("key", "generate", "ML-DSA-65", "-o", _folder["officer.key"]);
        foreach (string person in (string[])["ada", "ben"])
        {
            await Line.DoneAsync("key", "generate", "ML-DSA-65", "-o", _folder[$"{person}.key"]);
            await Line.DoneAsync("key", "convert", _folder[$"{person}.key"], "--public", "-o",
                _folder[$"{person}.pub"]);
        }

        string configuration = await File.ReadAllTextAsync(_folder["hsm.json"], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder["hsm.json"], configuration.TrimEnd()[..^1] + $$"""
            , "dualControl": { "operations": { "key.export": 2 }, "approvers": {
                "user:ada": "{{_folder["ada.pub"]}}", "user:ben": "{{_folder["ben.pub"]}}" } } }
            """, TestContext.Current.CancellationToken);
        string[] backup = ["hsm", "backup", "old", "--custodian", "Ada", "--custodian", "Ben", "--needed", "2",
            "--signing-key", _folder["officer.key"], "--shares", _folder["shares"], "-o", _folder["old.backup"],
            "--data", _folder.Path];

        Assert.Contains("--ask-approval", await Line.RefusedAsync(backup), StringComparison.Ordinal);
        using JsonDocument asked = JsonDocument.Parse(await Line.DoneAsync([.. backup, "--ask-approval", "--json"]));
        string id = asked.RootElement.GetProperty("id").GetString()!;
        foreach (string person in (string[])["ada", "ben"])
        {
            await Line.DoneAsync("hsm", "approve", "sign", id, "--key", _folder[$"{person}.key"], "--data",
                _folder.Path);
        }

        Assert.Contains("Refused", await Line.RefusedAsync("hsm", "migrate", "--from", "old", "--to", "new", "--apply",
            "--approval", id, "--data", _folder.Path), StringComparison.Ordinal);
        string made = await Line.DoneAsync([.. backup, "--approval", id]);

        Assert.Contains("1 keys of old", made, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["old-to-new.migration"]));
        File.Delete(_folder["old.backup"]);
        Directory.Delete(_folder["shares"], recursive: true);
        File.Delete(_folder["old.backup.transcript"]);
        Assert.Contains("Refused", await Line.RefusedAsync([.. backup, "--approval", id]), StringComparison.Ordinal);
        Assert.DoesNotContain(key, await Line.DoneAsync("hsm", "list", "new", "--data", _folder.Path),
            StringComparison.Ordinal);
    }
}
