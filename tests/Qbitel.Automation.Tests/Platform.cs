using Microsoft.Extensions.Logging.Abstractions;
using Qbitel.Automation.Engine;
using Qbitel.Governance.Profiles;
using Qbitel.Testing;

namespace Qbitel.Automation.Tests;

/// <summary>A platform in a folder of its own, on a clock that moves when told.</summary>
internal sealed class Platform : IAsyncDisposable
{
    private Platform(string folder, ManualTime time, AutomationPlatform opened)
    {
        Folder = folder;
        Time = time;
        Opened = opened;
    }

    public static readonly Actor Tester = new("test");

    public string Folder { get; }

    public ManualTime Time { get; }

    public AutomationPlatform Opened { get; }

    public AutomationEngine Engine => Opened.Engine;

    public static async Task<Platform> OpenAsync(bool acceptSoftwareToken = true, string? folder = null,
        ManualTime? time = null)
    {
        folder ??= Directory.CreateTempSubdirectory("qbitel-automation-").FullName;
        time ??= new ManualTime(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
        AutomationPlatform opened = await AutomationPlatform.OpenAsync(
            folder, BankingPqcProfile.ForSubdomain(BankingSubdomain.WireTransfers),
            new AutomationConfig { AcceptSoftwareToken = acceptSoftwareToken }, time,
            loggers: NullLoggerFactory.Instance,
            cancellationToken: TestContext.Current.CancellationToken);
        return new Platform(folder, time, opened);
    }

    public async ValueTask DisposeAsync() => await Opened.DisposeAsync();
}
