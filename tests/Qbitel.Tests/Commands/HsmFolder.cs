using System.Text.Json;
using Qbitel.Hsm.Software;

namespace Qbitel.Tests.Commands;

/// <summary>A data folder with an hsm.json and two software tokens: old, whose keys may leave it, and new.</summary>
internal sealed class HsmFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.Path;

    public string this[string name] => _folder[name];

    public async Task MakeTokensAsync(string dualControl = "")
    {
        foreach (string name in (string[])["old", "new"])
        {
            string keyFile = _folder[$"{name}.secret"];
            TokenSecret.CreateKeyFile(keyFile);
            using TokenSecret secret = TokenSecret.FromKeyFile(keyFile);
            SoftwareTokenOptions options = new() { Folder = _folder[$"{name}-token"] };
            await (await SoftwareToken.CreateAsync(options, secret, TimeProvider.System, null,
                TestContext.Current.CancellationToken)).DisposeAsync();
        }

        await ConfigureAsync(dualControl);
    }

    /// <summary>Writes hsm.json.</summary>
    /// <param name="dualControl">More of it, with a comma before it.</param>
    public Task ConfigureAsync(string dualControl) => File.WriteAllTextAsync(_folder["hsm.json"], $$"""
        { "providers": {
            "old": { "provider": "software", "folder": "{{_folder["old-token"]}}",
                     "keyFile": "{{_folder["old.secret"]}}", "allowBackup": true },
            "new": { "provider": "software", "folder": "{{_folder["new-token"]}}",
                     "keyFile": "{{_folder["new.secret"]}}" } }{{dualControl}} }
        """, TestContext.Current.CancellationToken);

    public async Task<string> GenerateAsync(string hsm, string algorithm)
    {
        using JsonDocument made = JsonDocument.Parse(await Line.DoneAsync(
            "hsm", "generate", hsm, algorithm, "--json", "--data", Path));
        return made.RootElement.GetProperty("id").GetString()!;
    }

    public Task OfficerAsync() => Line.DoneAsync("key", "generate", "ML-DSA-65", "-o", _folder["officer.key"]);

    /// <summary>The line that backs <c>old</c> up for these custodians.</summary>
    public string[] Backup(int needed, string[] custodians, params string[] more) =>
    [
        "hsm", "backup", "old", .. custodians.SelectMany(name => (string[])["--custodian", name]),
        "--needed", $"{needed}", "--signing-key", _folder["officer.key"], "--shares", _folder["shares"],
        "-o", _folder["old.backup"], "--data", Path, .. more,
    ];

    /// <summary>The line that brings it into <c>new</c>.</summary>
    public string[] Restore(IEnumerable<string> shares, params string[] more) =>
    [
        "hsm", "restore", "new", _folder["old.backup"],
        .. shares.SelectMany(share => (string[])["--share", share]), "--signing-key", _folder["officer.key"],
        "--transcript", _folder[$"restore-{Guid.CreateVersion7():N}"], "--data", Path, .. more,
    ];

    public void Dispose() => _folder.Dispose();
}
