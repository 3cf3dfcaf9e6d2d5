using Microsoft.Extensions.Logging;
using Qbitel.Governance.Profiles;
using Qbitel.Hsm;
using Qbitel.Hsm.Providers;
using Qbitel.Hsm.Software;
using Qbitel.Store;
using Qbitel.Store.Sqlite;

namespace Qbitel.Automation.Engine;

/// <summary>
/// An engine on embedded defaults: one SQLite file and one software token in a folder, made where they are absent.
/// </summary>
/// <remarks>
/// The token is closed by a key file, by default <c>token.key</c> in the folder. Whoever has both has the keys: keep
/// the key file elsewhere.
/// </remarks>
public sealed class AutomationPlatform : IAsyncDisposable
{
    private AutomationPlatform(StateStore store, HsmProvider token, AutomationEngine engine)
    {
        Store = store;
        Token = token;
        Engine = engine;
    }

    public StateStore Store { get; }

    public HsmProvider Token { get; }

    public AutomationEngine Engine { get; }

    /// <param name="folder">The state folder; made, private to its owner, where it is absent.</param>
    /// <param name="profile">What the services of this platform need at least.</param>
    /// <param name="config">How often the loops look, and what they accept.</param>
    /// <param name="time">The clock; the system's where it is null.</param>
    /// <param name="keyFile">The key file of the token, where it is not in the folder.</param>
    /// <param name="loggers">Where logs go; nowhere where it is null.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="HsmException">The token cannot be opened.</exception>
    /// <exception cref="StateStoreException">The store cannot be opened, or its audit log is not the one that was
    /// signed.</exception>
    public static async Task<AutomationPlatform> OpenAsync(
        string folder, BankingPqcProfile profile, AutomationConfig config, TimeProvider? time = null,
        string? keyFile = null,
        ILoggerFactory? loggers = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        time ??= TimeProvider.System;
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        HsmProvider token = await HsmProvider.CreateAsync(new HsmOptions
        {
            Provider = SoftwareToken.ProviderName,
            Software = new SoftwareTokenOptions { Folder = Path.Combine(folder, "token") },
            KeyFile = keyFile ?? Path.Combine(folder, "token.key"),
            CreateIfMissing = true,
        }, time, loggers?.CreateLogger<SoftwareToken>(), cancellationToken);
        try
        {
            StateStore store = await SqliteStateStore.OpenAsync(
                new SqliteStateStoreOptions { Path = Path.Combine(folder, "state.db") }, time,
                loggers?.CreateLogger<SqliteStateStore>(), cancellationToken);
            return new AutomationPlatform(store, token, new AutomationEngine(profile, config, store, token, loggers));
        }
        catch
        {
            await token.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await Store.DisposeAsync();
        await Token.DisposeAsync();
    }
}
